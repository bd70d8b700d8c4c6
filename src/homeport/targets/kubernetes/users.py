"""Who may log in to the deployed registry: a file of this machine, whose text becomes the Secret `registry-auth`.

It lies apart from the users of the local target. Where the file was lost, the Secret in the cluster counts.
"""

from __future__ import annotations

import base64
import binascii
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from homeport import errors
from homeport.net import files
from homeport.registry.access import htpasswd
from homeport.stack import folders, settings
from homeport.targets.kubernetes.cluster import contract
from homeport.targets.kubernetes.objects import kinds, names, render

COST = 5
"""Doublings of bcrypt's work, as htpasswd has them by default: https://httpd.apache.org/docs/2.4/programs/htpasswd.html

Traefik checks the password again at every request, and a push makes several for each layer: at 5 that takes 20 to 50 ms of two
busy cores, at 10 a fifth of a second, at 12 most of one. The password that is made up has 116 random bits: nobody tries them all,
whatever one try costs.
"""


@dataclass(frozen=True, slots=True)
class Users:
    """Who may log in once the stack is applied; nothing of it is written yet."""

    text: str
    """The lines of htpasswd."""
    password: str = ""
    """The admin's, where it is made up now, or was set."""
    is_made_up: bool = False
    is_new: bool = False
    """Whether the file has to be written."""
    note: str = ""
    """What a person should know."""
    seen: str = ""
    """What the file had when it was read."""

    @property
    def material(self) -> render.Material:
        """What the objects are rendered from."""
        return render.Material(self.text)


def folder(chosen: settings.Settings) -> Path:
    """Where this machine keeps what belongs to the deployed stack."""
    return folders.of(chosen).data / "kubernetes" / chosen.kubernetes.name


def file(chosen: settings.Settings) -> Path:
    """The file of the users."""
    return chosen.registry.htpasswd or folder(chosen) / "htpasswd"


def password_file(chosen: settings.Settings) -> Path:
    """The admin's password, for its owner's eyes."""
    return folder(chosen) / "admin-password"


def find(chosen: settings.Settings, cluster: contract.Cluster) -> Users:
    """Who may log in, by this machine's file, else by the cluster's Secret; else a password is made up. Writes nothing."""
    if not chosen.registry.auth:
        return Users("")
    text, there = _read(file(chosen)), secret(chosen, cluster)
    if text:
        return _with_admin(chosen, Users(text, note=_gone(chosen, text, there), seen=text))
    if there and file(chosen).exists() and not chosen.admin.password:
        raise _nobody(chosen)
    if not there:
        return _with_admin(chosen, Users(""))
    note = (
        f"The users are those of Secret {chosen.registry.namespace}/{names.AUTH_SECRET}:"
        f" there is no {file(chosen)} on this machine."
    )
    return _with_admin(chosen, Users(there, note=note))


def _nobody(chosen: settings.Settings) -> errors.SettingsError:
    return errors.SettingsError(
        f"There are no users in {file(chosen)}, so nobody could log in.",
        hint="homeport users add NAME --target kubernetes; or delete the file, to go on with the users that the cluster has.",
    )


def _gone(chosen: settings.Settings, text: str, there: str) -> str:
    """Who can log in now and could not after the file was applied; another machine may have added them."""
    left = [name for name in _parsed(there) if name not in _parsed(text)]
    if not left:
        return ""
    return f"These users of the cluster are not in {file(chosen)}, and can no longer log in once it is applied: {', '.join(left)}."


def secret(chosen: settings.Settings, cluster: contract.Cluster) -> str:
    """The lines that the cluster has; empty where it has none."""
    found = cluster.get(kinds.Ref(kinds.SECRET, chosen.registry.namespace, names.AUTH_SECRET))
    data = (found or {}).get("data") or {}
    try:
        text = base64.b64decode(data.get(names.HTPASSWD, ""), validate=True)
    except binascii.Error:
        return ""
    return text.decode("utf-8", "surrogateescape") if htpasswd.parse(text) else ""


def keep(chosen: settings.Settings, users: Users) -> None:
    """Writes down what is new. Raises `StorageError`, also where the file was changed since it was read."""
    if not users.is_new:
        return
    make_folder(chosen)
    if _read(file(chosen)) != users.seen:
        raise errors.StorageError(
            f"The users in {file(chosen)} were changed in the meantime, so nothing was applied.",
            hint="Repeat the command.",
        )
    files.write(file(chosen), users.text.encode("utf-8", "surrogateescape"), 0o600)
    if users.password:
        files.write(password_file(chosen), f"{users.password}\n".encode(), 0o600)


def add(chosen: settings.Settings, user: str, password: str) -> None:
    """Adds a user to the file, or gives one that is there a new password."""
    make_folder(chosen)
    htpasswd.add(file(chosen), user, password, COST)
    if user == chosen.admin.user:
        files.write(password_file(chosen), f"{password}\n".encode(), 0o600)


def take_over(chosen: settings.Settings, cluster: contract.Cluster) -> bool:
    """Writes the file anew from the cluster's Secret, where it is not there. Whether it did."""
    if file(chosen).exists():
        return False
    text = secret(chosen, cluster)
    if text:
        keep(chosen, Users(text, is_new=True))
    return bool(text)


def make_folder(chosen: settings.Settings) -> None:
    """Makes the folder, for its owner only. Raises `StorageError`."""
    place = folder(chosen)
    try:
        for path in (place.parent.parent, place.parent, place):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise errors.StorageError(
            f"The folder {place} cannot be used: {error.strerror}.",
            hint="Check its rights (ls -ld), or name another data folder with --data or HOMEPORT_DATA.",
        ) from error


def _read(path: Path) -> str:
    htpasswd.read(path)  # says what is wrong with it
    try:
        return path.read_text("utf-8", "surrogateescape")
    except FileNotFoundError:
        return ""


def _with_admin(chosen: settings.Settings, users: Users) -> Users:
    """The admin's entry added, where it is missing or was set to something else."""
    admin, known = chosen.admin, _parsed(users.text)
    if admin.password:
        is_known = admin.user in known  # else a hash of nobody's would be paid for
        if is_known and htpasswd.verify(known, admin.user, admin.password.encode()):
            return users
        text = _added(users.text, admin.user, admin.password)
        return replace(users, text=text, password=admin.password, is_new=True)
    if users.text:
        return users
    password = htpasswd.new_password()
    text = _added("", admin.user, password)
    return replace(users, text=text, password=password, is_made_up=True, is_new=True)


def _parsed(text: str) -> dict[str, bytes]:
    return htpasswd.parse(text.encode("utf-8", "surrogateescape"))


def _added(text: str, user: str, password: str) -> str:
    """The lines with one more entry, by the one function that knows which names and passwords work."""
    with tempfile.TemporaryDirectory(prefix="homeport-") as place:
        path = Path(place) / "htpasswd"
        path.write_text(text, "utf-8", "surrogateescape")
        htpasswd.add(path, user, password, COST)
        return path.read_text("utf-8", "surrogateescape")
