"""The machine, as stores see it: its root folder, whose home is meant, and how programs are run.

Under sudo the home is that of the person who called it. What lies in it is read and written as that person: so it stays theirs,
and no link in it leads root anywhere.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from homeport import errors

LIMIT_S = 120.0
"""How long a program may take; update-ca-certificates with Java takes 10 s on a small machine."""
_SYSTEM_PATH = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"
"""A user's path may lack the folders of administrators: https://refspecs.linuxfoundation.org/FHS_3.0/fhs/ch04s10.html"""
_SAID = 300


class Person(NamedTuple):
    """Whose home it is."""

    name: str
    uid: int
    gid: int
    home: Path


class ProgramFailed(errors.HomeportError):
    """A program did not do what was asked of it."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine, or a part of it below a root folder."""

    person: Person
    root: Path = Path("/")
    is_root: bool = False
    platform: str = "linux"
    """As `sys.platform` has it."""
    java_home: str = ""
    path: str = _SYSTEM_PATH

    @property
    def is_sudo(self) -> bool:
        """Whether root acts for a person."""
        return self.is_root and self.person.uid != 0

    def at(self, path: str) -> Path:
        """A path of the system."""
        return self.root / path.lstrip("/")

    def home(self, path: str) -> Path:
        """A path in the person's home."""
        return self.person.home / path

    def is_theirs(self, path: Path) -> bool:
        """Whether it lies in the home of the person for whom root acts."""
        home = self.person.home
        if not self.is_sudo or home == Path("/"):
            return False
        return path.is_relative_to(home) or path.is_relative_to(home.resolve())

    def program(self, *names: str) -> str | None:
        """The first of the programs that is installed."""
        return next(filter(None, (shutil.which(name, path=self.path) for name in names)), None)

    def can_write(self, path: Path) -> bool:
        """Whether a file can be made or replaced there."""
        with self.acting(path):
            folder = path.parent
            # Path.exists() raises where the way to it is barred.
            while not os.path.exists(folder) and folder != folder.parent:  # noqa: PTH110
                folder = folder.parent
            return os.access(folder, os.W_OK | os.X_OK, effective_ids=True)

    def may_run(self, program: Path, place: Path) -> bool:
        """Whether nobody becomes root by having written the program. On what is a person's it is run as that person."""
        return not self.is_root or self.is_theirs(place) or is_roots(program)

    @contextlib.contextmanager
    def acting(self, path: Path) -> Iterator[None]:
        """Under sudo, acts as the person in what is theirs."""
        if not self.is_theirs(path) or os.geteuid() != 0:
            yield
            return
        groups = os.getgroups()
        os.setgroups(self._groups())
        os.setegid(self.person.gid)
        os.seteuid(self.person.uid)
        try:
            yield
        finally:
            os.seteuid(0)
            os.setegid(0)
            os.setgroups(groups)

    def run(self, argv: Sequence[str], place: Path, given: str = "") -> str:
        """Runs a program on a place, as whom it belongs to, and returns what it said. Raises `ProgramFailed`.

        It has no terminal: none asks a person for anything.
        """
        name = Path(argv[0]).name
        owner = self.person if self.is_theirs(place) and os.geteuid() == 0 else None
        with subprocess.Popen(  # noqa: S603 - no shell, and each word is ours or a path
            list(argv),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd="/",
            env=self._environment(),
            start_new_session=True,
            user=owner.uid if owner else None,
            group=owner.gid if owner else None,
            extra_groups=self._groups() if owner else None,
        ) as process:
            try:
                said, _ = process.communicate(given, timeout=LIMIT_S)
            except BaseException as error:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                if not isinstance(error, subprocess.TimeoutExpired):
                    raise
                raise ProgramFailed(f"{name} did not end within {LIMIT_S:.0f} s.") from error
        if process.returncode != 0:
            why = " ".join(said.split())[-_SAID:] or f"it ended with {process.returncode}"
            raise ProgramFailed(f"{name} failed: {why}")
        return said

    def _environment(self) -> dict[str, str]:
        person = {
            "HOME": str(self.person.home),
            "USER": self.person.name,
            "LOGNAME": self.person.name,
        }
        return {"PATH": self.path, "LC_ALL": "C.UTF-8", **person}

    def _groups(self) -> list[int]:
        return os.getgrouplist(self.person.name, self.person.gid)


def this(environ: Mapping[str, str], platform: str) -> Machine:
    """The machine, for whoever runs this process."""
    is_root = os.geteuid() == 0
    return Machine(
        person=_person(environ, is_root=is_root),
        is_root=is_root,
        platform=platform,
        java_home=environ.get("JAVA_HOME", ""),
        path=_path(environ.get("PATH", ""), is_root=is_root),
    )


def _path(given: str, *, is_root: bool) -> str:
    """Where programs are looked for. Not every sudo gives root a path of its own, and a user's may lead to what a user wrote."""
    folders = [each for each in given.split(":") if each.startswith("/")]
    kept = [each for each in folders if not is_root or is_roots(Path(each))]
    return ":".join([*kept, _SYSTEM_PATH])


def is_roots(path: Path) -> bool:
    """Whether nobody but root can have put there what is there."""
    try:
        real = path.resolve(strict=True)
        found = [each.stat() for each in (real, *real.parents)]
    except OSError:
        return False
    return all(one.st_uid == 0 and not _is_open(one) for one in found)


def _is_open(found: os.stat_result) -> bool:
    """In a folder such as /tmp nobody takes the place of what is root's: https://man7.org/linux/man-pages/man7/inode.7.html"""
    others = stat.S_IWOTH | (stat.S_IWGRP if found.st_gid else 0)
    return bool(found.st_mode & others) and not found.st_mode & stat.S_ISVTX


def _person(environ: Mapping[str, str], *, is_root: bool) -> Person:
    """Who called sudo, else who runs this. HOME is believed for the latter only.

    Root may have the home of somebody else (`su -m`, doas): what lies in it is theirs then.
    https://www.sudo.ws/docs/man/sudo.man/#ENVIRONMENT
    """
    caller = environ.get("SUDO_UID", "")
    if is_root and caller.isdigit() and int(caller) != 0:
        with contextlib.suppress(KeyError, OverflowError):
            return _of(pwd.getpwuid(int(caller)))
    uid, gid = os.geteuid(), os.getegid()
    try:
        found = _of(pwd.getpwuid(uid))
    except KeyError:  # a container's user that nobody has named
        found = Person(str(uid), uid, gid, Path("/nonexistent"))
    home = environ.get("HOME", "")
    if not home.startswith("/"):
        return found
    return _owner(Path(home)) if is_root else found._replace(home=Path(home))


def _owner(home: Path) -> Person:
    try:
        status = home.stat()
    except OSError:
        return Person("root", 0, 0, home)  # there is nothing of anybody's in it
    try:
        name = pwd.getpwuid(status.st_uid).pw_name
    except KeyError:
        name = str(status.st_uid)
    return Person(name, status.st_uid, status.st_gid, home)


def _of(entry: pwd.struct_passwd) -> Person:
    return Person(entry.pw_name, entry.pw_uid, entry.pw_gid, Path(entry.pw_dir))
