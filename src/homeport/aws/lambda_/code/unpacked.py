"""Archives unpacked, each once for all who run it: read-only folders that are made when first asked for.

They are a cache: nothing of them outlives the process, since what was not synced is not to be trusted after a power cut. Their
bytes count against the quota; where it is used up, those that nobody runs make room.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from homeport import errors
from homeport.aws.lambda_.code import archive
from homeport.storage import disk
from homeport.storage.content import Content
from homeport.storage.quota import Quota


@dataclass(slots=True)
class _Folder:
    path: Path
    size: int
    made: asyncio.Task[None]
    users: int = 0
    is_needed: bool = True
    """Whether a row names the archive still."""


class Unpacked:
    """The unpacked archives of one content folder, below `root`. Used from the event loop."""

    def __init__(self, root: Path, content: Content, quota: Quota | None = None) -> None:
        self._root = root
        self._old = root.with_name(f"{root.name}.old")
        self._content = content
        self._quota = quota
        self._folders: dict[str, _Folder] = {}
        self._files: dict[Path, str] = {}
        self._removals: set[asyncio.Task[None]] = set()
        self._put_aside()

    def _put_aside(self) -> None:
        """Begins with an empty folder; what an earlier process left is removed by `sweep`."""
        try:
            if self._root.exists():
                self._old.mkdir(mode=disk.FOLDER_MODE, exist_ok=True)
                self._root.rename(self._old / secrets.token_hex(8))
            self._root.mkdir(mode=disk.FOLDER_MODE, parents=True)
        except OSError as error:
            raise disk.storage_error(f"The folder {self._root} could not be made", error) from error

    async def sweep(self) -> None:
        """Removes what an earlier process left."""
        await asyncio.to_thread(_remove, self._old)

    async def close(self) -> None:
        """Waits for what is being unpacked or removed."""
        made = [folder.made for folder in self._folders.values()]
        await asyncio.gather(*made, *self._removals, return_exceptions=True)

    async def take(self, file: str, size: int) -> Path:
        """The folder of an archive that has `size` bytes unpacked; `give` ends the use of it.

        Raises `FileNotFoundError` where the archive is gone, `StorageError` where the disk fails or is full.
        """
        folder = self._folders.get(file)
        if folder is None:
            folder = self._begin(file, size)
        folder.users += 1
        try:
            await asyncio.shield(folder.made)
        except BaseException:
            self._leave(file, folder)
            raise
        return folder.path

    def give(self, path: Path) -> None:
        """Ends one use of a folder."""
        file = self._files.get(path)
        if file is not None:
            self._leave(file, self._folders[file])

    def forget(self, files: Iterable[str]) -> None:
        """Removes folders of archives that no row names any more, at once or after their last use."""
        for file in files:
            folder = self._folders.get(file)
            if folder is not None:
                folder.is_needed = False
                self._drop_unused(file, folder)

    def _begin(self, file: str, size: int) -> _Folder:
        path = self._root / f"{file[:16]}-{secrets.token_hex(8)}"
        folder = _Folder(path, size, asyncio.ensure_future(self._make(file, path, size)))
        self._folders[file] = folder
        self._files[path] = file
        folder.made.add_done_callback(lambda made: self._made(made, file, folder))
        return folder

    def _made(self, made: asyncio.Task[None], file: str, folder: _Folder) -> None:
        """Forgets a folder that could not be made, so that the next one who asks begins anew."""
        if made.cancelled() or made.exception() is not None:
            self._files.pop(folder.path, None)
            if self._folders.get(file) is folder:
                del self._folders[file]

    async def _make(self, file: str, path: Path, size: int) -> None:
        self._reserve(size)
        release = self._content.lease([file])
        staging = path.with_name(f".{path.name}")
        try:
            await asyncio.to_thread(_unpack, self._content.path(file), staging, path)
        except BaseException as error:
            await asyncio.to_thread(_remove, staging)
            self._release(size)
            told = _told(error, path)
            if told is None:
                raise
            raise told from error
        finally:
            release()

    def _reserve(self, size: int) -> None:
        if self._quota is None:
            return
        try:
            self._quota.reserve(size)
        except errors.StorageFull:
            self._evict()
            self._quota.reserve(size)

    def _release(self, size: int) -> None:
        if self._quota is not None:
            self._quota.release(size)

    def _evict(self) -> None:
        """Removes all folders that nobody uses; the quota has their room at once, the disk a moment later."""
        for file, folder in list(self._folders.items()):
            if not folder.users and folder.made.done():
                self._drop(file, folder)

    def _leave(self, file: str, folder: _Folder) -> None:
        folder.users -= 1
        self._drop_unused(file, folder)

    def _drop_unused(self, file: str, folder: _Folder) -> None:
        if not folder.users and not folder.is_needed:
            self._drop(file, folder)

    def _drop(self, file: str, folder: _Folder) -> None:
        if self._folders.get(file) is folder:
            del self._folders[file]
        self._files.pop(folder.path, None)
        task = asyncio.ensure_future(self._clear(folder))
        self._removals.add(task)
        task.add_done_callback(self._removals.discard)

    async def _clear(self, folder: _Folder) -> None:
        await asyncio.wait([folder.made])
        if folder.made.exception() is None:
            self._release(folder.size)
            await asyncio.to_thread(_remove, folder.path)


def _told(error: BaseException, path: Path) -> errors.StorageError | None:
    """What an error of the disk or of the archive, which was sound when it came, means; None for any other."""
    if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
        return disk.storage_error(f"{path} could not be unpacked", error)
    if isinstance(error, archive.Unreadable | archive.Empty | archive.TooLarge):
        return errors.Corrupt(
            f"The archive of {path} cannot be read: {error}", hint="Deploy the function anew."
        )
    return None


def _unpack(source: Path, staging: Path, path: Path) -> None:
    archive.unpack(source, staging)
    staging.rename(path)


def _remove(path: Path) -> None:
    """Removes a folder with all that is in it. What cannot be removed is left to the next start."""
    shutil.rmtree(path, ignore_errors=True)
