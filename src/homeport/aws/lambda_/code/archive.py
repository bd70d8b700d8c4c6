"""Deployment packages: zip archives, checked when they come and unpacked without trust in what they say of themselves.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-function-zip.html,
https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

from __future__ import annotations

import contextlib
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from homeport.aws.lambda_ import limits

FILE_MODE = 0o644
PROGRAM_MODE = 0o755
FOLDER_MODE = 0o755
STEP = 256 * 1024

_END = b"PK\x05\x06"
_END_SIZE = 22
_COMMENT = 65_535
_LOCATOR = struct.Struct("<4sLQL")
_LOCATOR_MARK = b"PK\x06\x07"
_RECORD = struct.Struct("<4sQ2H2L4Q")
_RECORD_MARK = b"PK\x06\x06"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Others are refused: what they unpack with can ask for gigabytes of memory."""
_ENCRYPTED = 0x1
_MADE_ON_UNIX = 3


class Unreadable(Exception):
    """Not an archive, a damaged one, or one that holds what may not be unpacked."""


class Empty(Exception):
    """An archive without a file."""


class TooLarge(Exception):
    """More than a function may have."""


class _Entry(NamedTuple):
    info: zipfile.ZipInfo
    path: str
    """Relative, with slashes, inside of the folder."""
    mode: int

    @property
    def is_link(self) -> bool:
        return stat.S_ISLNK(self.mode)

    @property
    def is_folder(self) -> bool:
        return self.info.is_dir() or stat.S_ISDIR(self.mode)


def inspect(path: Path) -> int:
    """Reads all of an archive and returns how many bytes its files have. Raises `Unreadable`, `Empty` and `TooLarge`."""
    with _opened(path) as archive:
        entries = _entries(archive)
        for entry in entries:
            if entry.is_link:
                _link_target(archive, entry)
            else:
                for _ in _contents(archive, entry):
                    pass
        return sum(entry.info.file_size for entry in entries)


def unpack(path: Path, folder: Path) -> None:
    """Writes the files of an archive into a new folder. Raises as `inspect`, and `OSError` where the disk fails.

    Links are made after all files, so that nothing is written through one.
    """
    folder.mkdir(mode=FOLDER_MODE)
    folder.chmod(FOLDER_MODE)
    with _opened(path) as archive:
        entries = _entries(archive)
        for entry in entries:
            if not entry.is_link:
                _write(archive, entry, folder)
        for entry in entries:
            if entry.is_link:
                _link(archive, entry, folder)


_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    IsADirectoryError,
    NotADirectoryError,
    FileExistsError,
    struct.error,
)
"""What a bad archive makes of the reader, and what colliding names make of the file system."""


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive, its table of contents read; errors of the format leave it as `Unreadable`."""
    with path.open("rb") as file:
        try:
            _check_directory(file)
            with zipfile.ZipFile(file) as archive:
                yield archive
        except _BROKEN as error:
            raise Unreadable(str(error)) from error


def _check_directory(file: BinaryIO) -> None:
    """Raises where the table of contents is larger than any sound one: it is held in memory as a whole."""
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - _END_SIZE - _COMMENT - _LOCATOR.size - _RECORD.size)
    file.seek(start)
    tail = file.read()
    end = tail.rfind(_END)
    if end < 0 or len(tail) - end < _END_SIZE:
        raise Unreadable("no end of the table of contents")
    entries, length = struct.unpack_from("<HL", tail, end + 10)
    if tail[end - _LOCATOR.size : end].startswith(_LOCATOR_MARK):
        entries, length = _zip64(tail, end - _LOCATOR.size, start)
    if entries > limits.ENTRIES or length > limits.DIRECTORY_BYTES:
        raise Unreadable("the table of contents is too large")
    file.seek(0)


def _zip64(tail: bytes, locator: int, start: int) -> tuple[int, int]:
    """Entries and bytes of the table as the record of ZIP64 has them, which must stand right before its locator."""
    record = locator - _RECORD.size
    (offset,) = struct.unpack_from("<Q", tail, locator + 8)
    if record < 0 or offset != start + record or tail[record : record + 4] != _RECORD_MARK:
        raise Unreadable("a record of ZIP64 in another place")
    *_, entries, length, _ = _RECORD.unpack_from(tail, record)
    return entries, length


def _entries(archive: zipfile.ZipFile) -> list[_Entry]:
    infos = archive.infolist()
    if len(infos) > limits.ENTRIES:
        raise Unreadable("too many files")
    if sum(info.file_size for info in infos) >= limits.UNZIPPED:
        raise TooLarge
    # A name that comes twice is the last one, as unzip has it.
    entries = {entry.path: entry for entry in map(_entry, infos)}
    if not entries:
        raise Empty
    for path in entries:
        if any(not entries[above].is_folder for above in _above(path) if above in entries):
            raise Unreadable("a file within a file")
    return list(entries.values())


def _above(path: str) -> Iterator[str]:
    """The folders around a path."""
    at = path.rfind("/")
    while at > 0:
        yield path[:at]
        at = path.rfind("/", 0, at)


def _entry(info: zipfile.ZipInfo) -> _Entry:
    if info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS:
        raise Unreadable("encrypted, or packed in a way that is not read")
    mode = info.external_attr >> 16 if info.create_system == _MADE_ON_UNIX else 0
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK):
        raise Unreadable("a device, pipe or socket")
    if stat.S_ISLNK(mode) and info.file_size > limits.SYMLINK_BYTES:
        raise Unreadable("a link that is too long")
    return _Entry(info, _inside(info.filename), mode)


def _inside(name: str) -> str:
    """A path that stays in the folder that it is joined to."""
    parts = name.split("/")
    if parts[-1] == "":
        parts.pop()
    clean = [part for part in parts if part != "."]
    if not clean or any(part in ("", "..") or "\0" in part or "\\" in part for part in clean):
        raise Unreadable("a path that leads elsewhere")
    sizes = [len(part.encode("utf-8", "surrogatepass")) for part in clean]
    if max(sizes) > limits.NAME_BYTES or sum(sizes) + len(sizes) > limits.PATH_BYTES:
        raise Unreadable("a name that is too long")
    return "/".join(clean)


def _contents(archive: zipfile.ZipFile, entry: _Entry) -> Iterator[bytes]:
    """The bytes of a file, which are as many as the table says: a longer one ends there, with a checksum that differs."""
    if entry.is_folder:
        return
    with archive.open(entry.info) as source:
        while piece := source.read(STEP):
            yield piece


def _write(archive: zipfile.ZipFile, entry: _Entry, folder: Path) -> None:
    target = folder / entry.path
    if entry.is_folder:
        _make(folder, target)
        return
    _make(folder, target.parent)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(target, flags, FILE_MODE), "wb") as file:
        for piece in _contents(archive, entry):
            file.write(piece)
        os.fchmod(file.fileno(), PROGRAM_MODE if entry.mode & 0o111 else FILE_MODE)


def _make(folder: Path, wanted: Path) -> None:
    """Makes the folders down to one, each readable by whoever runs the function, whatever the process's umask."""
    missing = []
    while wanted != folder and not wanted.exists():
        missing.append(wanted)
        wanted = wanted.parent
    for each in reversed(missing):
        each.mkdir(mode=FOLDER_MODE)
        each.chmod(FOLDER_MODE)


def _link(archive: zipfile.ZipFile, entry: _Entry, folder: Path) -> None:
    target = folder / entry.path
    _make(folder, target.parent)
    target.symlink_to(_link_target(archive, entry))


def _link_target(archive: zipfile.ZipFile, entry: _Entry) -> str:
    """Where a link points to: a relative path inside of the folder."""
    target = b"".join(_contents(archive, entry)).decode("utf-8", "surrogateescape")
    if not target or "\0" in target:
        raise Unreadable("a link to nothing")
    inside = os.path.normpath(f"{Path(entry.path).parent}/{target}")
    if target.startswith("/") or inside.split("/")[0] == "..":
        raise Unreadable("a link that leads elsewhere")
    return target
