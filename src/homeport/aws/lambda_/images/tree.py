"""The root file system of an image while layers are laid onto it: a folder of this machine that nothing leads out of.

Links inside of it lead where they would if it were the root. That is seen to here, by one look at each part of a path, which is
enough as nobody else writes to the folder meanwhile.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from homeport.aws.lambda_.images import limits
from homeport.aws.lambda_.images.errors import BadImage

FOLDERS = ("dev", "proc", "tmp", "etc")
FILES = ("etc/hosts", "etc/resolv.conf")
"""What is mounted when the image is run. They must be what they seem: a mount follows links out of the folder."""

_FOLDER_MODE = 0o755
_OWNER = 0o700
_RIGHTS = 0o777
"""Without the bits that give other rights than one has."""
_LATEST = 2**33
"""Times that file systems keep."""


class Tree:
    """One root, at a folder that is there and empty."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._found: dict[tuple[str, ...], str] = {}

    def folder(self, parts: Sequence[str], *, is_made: bool = True) -> str | None:
        """Where a folder of the image really is; made where it is missing, or None."""
        key = tuple(parts)
        known = self._found.get(key)
        if known is None:
            known = self._find(key, is_made=is_made)
            if known is not None:
                self._found[key] = known
        return known

    def _find(self, parts: tuple[str, ...], *, is_made: bool) -> str | None:
        at: list[str] = []
        waiting = list(reversed(parts))
        links = 0
        while waiting:
            part = waiting.pop()
            if part == "..":
                del at[-1:]
            if part in ("", ".", ".."):
                continue
            path = "/".join([self._root, *at, part])
            mode = _mode(path)
            if mode is not None and stat.S_ISLNK(mode):
                links += 1
                _follow(path, at, waiting)
            elif _enter(path, mode, is_made=is_made):
                at.append(part)
            else:
                return None
            if links > limits.LINKS or len(at) > limits.DEPTH:
                raise BadImage(
                    f"The image has folders more than {limits.DEPTH} deep, or links in circles."
                )
        return "/".join([self._root, *at])

    def make_folder(self, path: str, mode: int) -> None:
        """A folder at a path that `folder` has found the way to; one that is there stays, with all that is in it."""
        there = _mode(path)
        if there is None or not stat.S_ISDIR(there):
            self.remove(path)
            _make(path, mode)
        else:
            os.chmod(path, mode & _RIGHTS | _OWNER)  # noqa: PTH101

    def write(self, path: str, pieces: Iterable[bytes], mode: int, modified: float) -> None:
        """A file, instead of whatever is there."""
        self.remove(path)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(path, flags, 0o600), "wb", buffering=0) as file:
            for piece in pieces:
                _write(file, piece)
            os.fchmod(file.fileno(), mode & _RIGHTS | stat.S_IRUSR)
            # Python takes its compiled files for stale where the time of the source differs.
            time = min(max(modified, 0), _LATEST)
            os.utime(file.fileno(), (time, time))

    def link(self, path: str, target: str) -> None:
        """A symbolic link, instead of whatever is there."""
        self.remove(path)
        os.symlink(target, path)  # noqa: PTH211

    def hard_link(self, path: str, source: str) -> None:
        """Another name of a file, instead of whatever is there."""
        if path == source:
            return
        mode = _mode(source)
        if mode is not None and not stat.S_ISDIR(mode):
            self.remove(path)
        try:
            os.link(source, path, follow_symlinks=False)
        except (FileNotFoundError, FileExistsError, PermissionError) as error:
            raise BadImage("The image has a link to a file that it has not.") from error

    def remove(self, path: str) -> None:
        """Removes what is there."""
        mode = _mode(path)
        if mode is None:
            return
        if stat.S_ISDIR(mode):
            shutil.rmtree(path)
        else:
            os.unlink(path)  # noqa: PTH108
        if not stat.S_ISREG(mode):
            self._found.clear()

    def finish(self) -> None:
        """Makes what is mounted when the image is run."""
        os.chmod(self._root, _FOLDER_MODE)  # noqa: PTH101
        for name in FOLDERS:
            path = f"{self._root}/{name}"
            self.make_folder(path, stat.S_IMODE(_mode(path) or _FOLDER_MODE))
        for name in FILES:
            path = f"{self._root}/{name}"
            if not stat.S_ISREG(_mode(path) or 0):
                self.write(path, (), 0o644, 0)


def _follow(link: str, at: list[str], waiting: list[str]) -> None:
    target = os.readlink(link)  # noqa: PTH115 - paths are text here
    if target.startswith("/"):
        at.clear()
    waiting.extend(reversed(target.split("/")))


def _enter(path: str, mode: int | None, *, is_made: bool) -> bool:
    """Whether there is a folder, made where it is missing; a file in its place is only an error for who wants it made."""
    if mode is None and is_made:
        _make(path, _FOLDER_MODE)
        return True
    if mode is not None and stat.S_ISDIR(mode):
        return True
    if is_made:
        raise BadImage("The image has a file within a file.")
    return False


def names(folder: str) -> Iterator[str]:
    """The paths of what is in a folder."""
    with os.scandir(folder) as entries:
        yield from [entry.path for entry in entries]


def is_folder(path: str) -> bool:
    """Whether it is a folder itself, and no link to one."""
    return stat.S_ISDIR(_mode(path) or 0)


def _mode(path: str) -> int | None:
    try:
        return os.lstat(path).st_mode
    except FileNotFoundError:
        return None


def _make(path: str, mode: int) -> None:
    os.mkdir(path, _OWNER)  # noqa: PTH102
    os.chmod(path, mode & _RIGHTS | _OWNER)  # noqa: PTH101 - whatever the process's umask


def _write(file: BinaryIO, piece: bytes) -> None:
    left = memoryview(piece)
    while left:
        left = left[file.write(left) :]
