"""The users of the registry: an htpasswd file of bcrypt entries, changed as a whole or not at all.

https://httpd.apache.org/docs/2.4/misc/password_encryptions.html
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hmac
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

import bcrypt

from homeport import errors

DEFAULT_COST = 10
"""Doublings of bcrypt's work, 67 ms on the machine it was measured on: https://www.usenix.org/legacy/events/usenix99/provos/provos.pdf"""
COSTS = range(4, 32)
_LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
NEW_LENGTH = 20
"""Letters of a password that was made up."""
PASSWORD_BYTES = 72
"""bcrypt reads no more of a password: https://httpd.apache.org/docs/2.4/programs/htpasswd.html (restrictions)"""
USER_BYTES = 255
"""Longest user name, as for htpasswd: https://httpd.apache.org/docs/2.4/programs/htpasswd.html (restrictions)"""
FILE_BYTES = 4 * 1024 * 1024
"""A larger file is refused rather than read again at each change: some 40,000 users."""

_NOT_OURS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY})
"""What the system says of a file that is not to be changed: one of others, a Secret of Kubernetes, a file mounted by itself.

https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-files-from-a-pod, https://man7.org/linux/man-pages/man2/rename.2.html"""

_DRAW = secrets.token_bytes(32)
"""Nobody else can tell which cost an unknown name draws."""

_HASH = re.compile(r"\$2[aby]\$(0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31}")
"""A bcrypt hash as `htpasswd -B` and others write it; four bits of the salt are padding: https://man.openbsd.org/crypt.3"""


class Unwritable(errors.StorageError):
    """The file can be read here, but not changed."""


def users(path: Path) -> list[str]:
    """Names of the users that can log in, in the order of the file; none where there is no file."""
    return list(read(path))


def read(path: Path) -> dict[str, bytes]:
    """Bcrypt hash of each user. Entries of another kind are left out, as in Distribution: they can not log in.

    Raises `SettingsError` where the file can not be read. https://distribution.github.io/distribution/about/configuration/#htpasswd
    """
    try:
        return parse(_content(path))
    except FileNotFoundError:
        return {}


def parse(content: bytes) -> dict[str, bytes]:
    """Bcrypt hash of each user in the text of an htpasswd file; the first entry of a name counts."""
    found: dict[str, bytes] = {}
    for line in content.decode("utf-8", "surrogateescape").splitlines():
        user, separator, hashed = line.strip().partition(":")
        if separator and user and not user.startswith("#") and _HASH.fullmatch(hashed):
            found.setdefault(user, hashed.encode())
    return found


def add(path: Path, user: str, password: str, cost: int = DEFAULT_COST) -> None:
    """Adds a user, or gives one that is there a new password. Takes as long as bcrypt at `cost` does.

    Raises `SettingsError` for a name or password that can not work, nothing changed.
    """
    check_user(user)
    check_password(password)
    if cost not in COSTS:
        raise errors.SettingsError(
            f"{cost} is not a cost of bcrypt.",
            hint=f"Give one from {COSTS.start} to {COSTS.stop - 1}; {DEFAULT_COST} is usual.",
        )
    hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt(cost)).decode("ascii")
    # htpasswd's own prefix, which every reader knows
    entry = f"{user}:$2y${hashed.removeprefix('$2b$')}"
    with _locked(path):
        _replace(path, [*_other_lines(path, user), entry])


def remove(path: Path, user: str) -> None:
    """Removes a user. Raises `SettingsError` where there is none of that name."""
    with _locked(path):
        if user not in users(path):
            raise errors.SettingsError(
                f"There is no user {user!r} in {path}.",
                hint="homeport users list shows those there are.",
            )
        _replace(path, _other_lines(path, user))


def is_writable(path: Path) -> bool:
    """Whether the file can be changed here, as far as that can be told without doing it."""
    return os.access(path.parent, os.W_OK | os.X_OK)


def keep(path: Path, password: str) -> None:
    """Writes a password down in a file of its own, for its owner's eyes."""
    with _locked(path):
        _replace(path, [password])


def check_user(user: str) -> None:
    """Raises `SettingsError` for what can be no name of a user."""
    # A colon ends the name in the file and in the header: https://www.rfc-editor.org/rfc/rfc7617#section-2
    is_good = user.isprintable() and user == user.strip() and ":" not in user
    if not is_good or user.startswith("#") or not 0 < len(_encoded(user)) <= USER_BYTES:
        raise errors.SettingsError(
            f"{user!r} can not be a user name.",
            hint=f"1 to {USER_BYTES} printable characters, no colon, no # in front, no spaces at the ends.",
        )


def check_password(password: str) -> None:
    """Raises `SettingsError` for what can be no password."""
    if not password.isprintable() or not 0 < len(_encoded(password)) <= PASSWORD_BYTES:
        raise errors.SettingsError(
            "The password can not be used.",
            hint=f"bcrypt takes 1 to {PASSWORD_BYTES} bytes of printable characters.",
        )


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(FILE_BYTES + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise errors.SettingsError(
            f"The users in {path} could not be read: {error.strerror}.",
            hint="Check that it is a file of this user's (ls -l).",
        ) from error
    if len(content) > FILE_BYTES:
        raise errors.SettingsError(
            f"{path} has more than {FILE_BYTES} bytes, which no file of users has.",
            hint="Check that the setting names an htpasswd file.",
        )
    return content


def _other_lines(path: Path, user: str) -> list[str]:
    """All that is in the file, comments too, but for the entries of one user."""
    try:
        lines = _content(path).decode("utf-8", "surrogateescape").splitlines()
    except FileNotFoundError:
        return []
    return [line for line in lines if line.strip().partition(":")[0] != user]


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keeps two commands from losing each other's change; the lock ends with the process that holds it."""
    descriptor = -1
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    except OSError as error:
        kind = Unwritable if error.errno in _NOT_OURS else errors.StorageError
        raise kind(
            f"The users in {path} could not be changed: {error.strerror}.",
            hint=f"Check the rights of {path.parent} and the room on its disk.",
        ) from error
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def _replace(path: Path, lines: list[str]) -> None:
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(_encoded("".join(f"{line}\n" for line in lines)))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def verify(hashed: Mapping[str, bytes], user: str, password: bytes) -> bool:
    """Whether the password is the user's. An unknown user takes as long as a wrong password does. Blocks: run it in a thread.

    Only the first 72 bytes count, as with every other reader of such files.
    """
    known = hashed.get(user)
    nobody = _nobody(hashed, user)
    is_right = bcrypt.checkpw(password[:PASSWORD_BYTES], known or nobody)
    return is_right and known is not None


def _nobody(hashed: Mapping[str, bytes], user: str) -> bytes:
    """A hash of nobody's. Its cost is that of some user in the file, always the same for a name: so it tells nothing of the name."""
    costs = [known[4:6] for known in hashed.values()] or [b"%02d" % DEFAULT_COST]
    drawn = hmac.digest(_DRAW, _encoded(user), "sha256")
    return b"$2b$" + costs[int.from_bytes(drawn) % len(costs)] + b"$" + b"." * 53


def new_password() -> str:
    """A random password of 116 bits. It has nothing that a shell or a reader takes for something else."""
    return "".join(secrets.choice(_LETTERS) for _ in range(NEW_LENGTH))
