"""One layer laid onto a root.

https://github.com/opencontainers/image-spec/blob/main/layer.md
"""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Iterator

from homeport.aws.lambda_.images import limits, tree
from homeport.aws.lambda_.images.budget import Budget
from homeport.aws.lambda_.images.errors import BadImage
from homeport.aws.lambda_.images.reading import Reader, plain
from homeport.aws.lambda_.images.tree import Tree

_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"
_INTERNAL = ".wh..wh."
"""Of AUFS; nothing of the image."""

_BROKEN = (tarfile.TarError, zlib.error, EOFError, ValueError, OverflowError)
"""What a bad archive makes of its readers."""


def lay(onto: Tree, packed: Iterator[bytes], budget: Budget) -> None:
    """Lays the layer that `packed` gives onto a root. Raises `BadImage`, and `OSError` where the disk fails."""
    reader = Reader(plain(packed))
    try:
        with tarfile.open(fileobj=reader, mode="r:", errors="surrogateescape") as archive:  # type: ignore[call-overload]
            layer = _Layer(onto, archive, budget)
            while (member := archive.next()) is not None:
                layer.put(member)
                archive.members.clear()  # which would hold all of them in memory
        if reader.last.strip(b"\0"):
            raise BadImage("A layer of the image has an entry that cannot be read.")
        reader.drain()
    except _BROKEN as error:
        raise BadImage(f"A layer of the image cannot be read: {error}.") from error


class _Layer:
    def __init__(self, onto: Tree, archive: tarfile.TarFile, budget: Budget) -> None:
        self._tree = onto
        self._archive = archive
        self._budget = budget
        self._own: set[str] = set()
        """What this layer has put there: whiteouts are only for what lies below."""

    def put(self, member: tarfile.TarInfo) -> None:
        """Does what one entry says."""
        *above, base = _parts(member.name) or [""]
        if not base:
            return  # the root itself
        if base.startswith(_WHITEOUT):
            self._hide(above, base)
            return
        if not (member.isfile() or member.isdir() or member.islnk() or member.issym()):
            return  # a device or a pipe, which no function may have
        self._budget.take(member.size if member.isfile() else 0)
        folder = self._folder(above)
        self._put(member, f"{folder}/{base}")
        self._note(f"{folder}/{base}")

    def _put(self, member: tarfile.TarInfo, path: str) -> None:
        if member.isdir():
            self._tree.make_folder(path, member.mode)
        elif member.issym():
            _check_target(member.linkname)
            self._tree.link(path, member.linkname)
        elif member.islnk():
            *above, base = _parts(member.linkname) or [""]
            self._tree.hard_link(path, f"{self._folder(above)}/{base}")
        else:
            self._tree.write(path, self._contents(member), member.mode, member.mtime)

    def _contents(self, member: tarfile.TarInfo) -> Iterator[bytes]:
        file = self._archive.extractfile(member)
        while file is not None and (piece := file.read(limits.PIECE)):
            yield piece

    def _folder(self, parts: list[str]) -> str:
        found = self._tree.folder(parts)
        if found is None:
            raise BadImage(f"The image has no folder {'/'.join(parts)}.")
        return found

    def _note(self, path: str) -> None:
        """Notes a path and the folders around it."""
        while path not in self._own and path:
            self._own.add(path)
            path = path.rpartition("/")[0]

    def _hide(self, above: list[str], base: str) -> None:
        name = base.removeprefix(_WHITEOUT)
        if name in ("", ".", ".."):
            raise BadImage("The image hides a file without a name.")
        folder = self._tree.folder(above, is_made=False)
        if folder is None:
            return
        if base == _OPAQUE:
            self._hide_all(folder)
        elif not base.startswith(_INTERNAL):
            self._hide_one(f"{folder}/{name}")

    def _hide_one(self, path: str) -> None:
        if path not in self._own:
            self._tree.remove(path)

    def _hide_all(self, folder: str) -> None:
        for path in tree.names(folder):
            if path in self._own and tree.is_folder(path):
                self._hide_all(path)
            else:
                self._hide_one(path)


def _parts(name: str) -> list[str]:
    """The parts of a path that stays in the root."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    sizes = [len(part.encode("utf-8", "surrogateescape")) for part in parts]
    if ".." in parts or "\0" in name:
        raise BadImage("The image has a path that leads elsewhere.")
    if max(sizes, default=0) > limits.NAME_BYTES or sum(sizes) + len(sizes) > limits.PATH_BYTES:
        raise BadImage("The image has a name that is too long.")
    return parts


def _check_target(target: str) -> None:
    """Any place may be named: it is only ever looked up inside of the root."""
    size = len(target.encode("utf-8", "surrogateescape"))
    if not target or "\0" in target or size > limits.PATH_BYTES:
        raise BadImage("The image has a link to nothing.")
