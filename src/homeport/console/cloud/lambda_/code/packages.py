"""Packages of functions: what is in them, one file of them, and the same with one file changed. Nothing is written to a disk.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-function-zip.html
"""

from __future__ import annotations

import io
import lzma
import time
import zipfile
import zlib
from typing import NamedTuple

from homeport.console.asking.troubles import Trouble

FILES = 500
"""Of a package that are listed."""
TEXT = 256 * 1024
"""Bytes of a file that are shown, and may be edited."""
ENTRIES = 100_000
"""Of a package that is looked into: each takes some 500 bytes of memory, and 46 bytes of a zip of 32 MiB."""
_ENTRY = b"PK\x01\x02"
"""Begins an entry of the table of contents: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.12"""
_BROKEN = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    ValueError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    OSError,
)
"""What a zip that somebody made can raise: https://docs.python.org/3/library/zipfile.html"""
UNPACKED = 64 * 2**20
"""Bytes of all files of a package in which one may be edited: all of them are packed anew."""


class Entry(NamedTuple):
    """A file of a package."""

    name: str
    size: int


class Text(NamedTuple):
    """What is to be seen of a file."""

    text: str
    is_whole: bool
    """Whether that is all of it, so that it may be edited."""


class Package:
    """One package, held in memory."""

    def __init__(self, data: bytes) -> None:
        """Raises `Trouble` where it is no zip."""
        if data.count(_ENTRY) > ENTRIES:
            raise Trouble(f"The package has more than {ENTRIES:,} files: too many to be shown.")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise Trouble("The package is no zip that can be read.", status=502) from error
        self._files = {
            each.filename: each
            for each in self._zip.infolist()
            if each.filename and not each.is_dir()
        }

    @property
    def entries(self) -> list[Entry]:
        """Its files, by name."""
        files = sorted(self._files.values(), key=lambda each: each.filename)
        return [Entry(each.filename, each.file_size) for each in files]

    @property
    def unpacked(self) -> int:
        """Bytes of all files."""
        return sum(each.file_size for each in self._files.values())

    def has(self, name: str) -> bool:
        """Whether it has a file."""
        return name in self._files

    def text(self, name: str) -> Text | None:
        """The text of a file, its beginning where it is long; None where it is none. Raises `Trouble` where there is no such file."""
        if name not in self._files:
            raise Trouble(f"The package has no file {name[:200]}.", status=404)
        data = self._read(name, TEXT + 1)
        is_whole = len(data) <= TEXT
        try:
            text = data[:TEXT].decode() if is_whole else data[:TEXT].decode(errors="ignore")
        except UnicodeDecodeError:
            return None
        return None if "\0" in text else Text(text, is_whole)

    def _read(self, name: str, most: int) -> bytes:
        # What a zip says of the size of a file need not be true: never more than asked for is unpacked.
        try:
            with self._zip.open(self._files[name]) as file:
                return file.read(most)
        except _BROKEN as error:
            raise Trouble(f"{name[:200]} cannot be unpacked: {error}", status=502) from error

    def changed(self, name: str, text: str, now: float) -> bytes:
        """The package with another text in one file. Raises `Trouble` where it is too large for that."""
        if self.unpacked > UNPACKED:
            raise Trouble(
                f"The package has {self.unpacked // 2**20} MiB of files; {UNPACKED // 2**20} are packed anew here.",
                hint="Change it on your machine and upload the zip.",
            )
        out, left = io.BytesIO(), UNPACKED
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
            for info in self._zip.infolist():
                if info.filename != name:
                    is_folder = info.filename.endswith("/")
                    data = b"" if is_folder else self._named(info, left + 1)
                    left -= len(data)
                    if left < 0:
                        raise Trouble("The files are larger than the package says.", status=502)
                    made.writestr(info, data, zipfile.ZIP_DEFLATED)
            made.writestr(self._info(name, now), text.encode(), zipfile.ZIP_DEFLATED)
        return out.getvalue()

    def _named(self, info: zipfile.ZipInfo, most: int) -> bytes:
        """What an entry holds that is packed again. Raises `Trouble` for one without a name, which cannot be."""
        if not info.filename:
            raise Trouble("The package has a file without a name: it is damaged.", status=502)
        return self._read(info.filename, most)

    def _info(self, name: str, now: float) -> zipfile.ZipInfo:
        """The entry of a changed file: its mode stays, as programs have to stay programs."""
        made = zipfile.ZipInfo(
            name, time.gmtime(max(now, 315_532_800))[:6]
        )  # 1980, where zips begin
        former = self._files.get(name)
        made.external_attr = former.external_attr if former else 0o644 << 16
        return made


def of_files(files: dict[str, str], now: float) -> bytes:
    """A package of texts; those that begin with `#!` are programs."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in files.items():
            info = zipfile.ZipInfo(name, time.gmtime(max(now, 315_532_800))[:6])
            info.external_attr = (0o755 if text.startswith("#!") else 0o644) << 16
            made.writestr(info, text.encode(), zipfile.ZIP_DEFLATED)
    return out.getvalue()
