"""Unpacked images, each root file system once for all that run it, in read-only folders named for the chain of their layers.

A folder is there as a whole or not at all. As it was not synced, it is trusted until the machine has been started anew; that of an
earlier process is as good as one of this process.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from homeport import errors
from homeport.aws.lambda_.images import limits
from homeport.aws.lambda_.images.budget import Budget
from homeport.storage import disk
from homeport.storage.quota import Quota
from homeport.storage.workers import Workers

_BOOT = Path("/proc/sys/kernel/random/boot_id")
"""Another one after each start of the machine: https://man7.org/linux/man-pages/man4/random.4.html"""

Unpack = Callable[[Path, Budget], None]
"""Fills a new folder, on a thread."""


@dataclass(slots=True)
class _Folder:
    made: asyncio.Future[tuple[Path, int]]
    """Its path and how many bytes of the quota it takes."""
    users: int = 0


class Roots:
    """The unpacked images below one folder. Used from the event loop."""

    def __init__(self, folder: Path, workers: Workers, quota: Quota | None = None) -> None:
        self.folder = folder
        self._workers = workers
        self._quota = quota
        self._folders: dict[str, _Folder] = {}
        """Those that were used last are at the end."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._budgets: set[Budget] = set()
        """Of what is being unpacked."""
        self._left: list[Path] = []

    def open(self) -> None:
        """Finds what earlier processes have unpacked. To be called once, on the running event loop."""
        boot = _boot()
        try:
            self.folder.mkdir(mode=disk.FOLDER_MODE, parents=True, exist_ok=True)
            for path in sorted(self.folder.iterdir()):
                self._adopt(path, boot)
        except OSError as error:
            raise disk.storage_error(f"{self.folder} could not be read", error) from error
        self._evict(limits.KEPT_BYTES)

    async def sweep(self) -> None:
        """Removes what earlier processes left unfinished, or before the machine was started."""
        left, self._left = self._left, []
        await self._workers.run(lambda: _remove_all(left))

    async def close(self) -> None:
        """Breaks off what is being unpacked, and waits for what is being removed."""
        for budget in self._budgets:
            budget.is_stopped = True
        made = [folder.made for folder in self._folders.values()]
        await asyncio.gather(*made, *self._tasks, return_exceptions=True)

    async def take(self, chain: str, unpack: Unpack) -> Path:
        """The folder of a chain of layers, made by `unpack` where it is not there; `give` ends the use of it.

        Raises what `unpack` raises, and `StorageError` where the disk fails or is full.
        """
        folder = self._folders.pop(chain, None) or _Folder(self._begin(chain, unpack))
        self._folders[chain] = folder
        folder.users += 1
        try:
            path, _ = await asyncio.shield(folder.made)
        except BaseException:
            folder.users -= 1
            raise
        return path

    def give(self, chain: str) -> None:
        """Ends one use of a folder."""
        folder = self._folders[chain]
        folder.users -= 1
        if not folder.users:
            self._evict(limits.KEPT_BYTES)

    def _adopt(self, path: Path, boot: str) -> None:
        chain, _, rest = path.name.partition(".")
        size, _, of_boot = rest.partition(".")
        if not boot or of_boot != boot or not size.isdecimal() or chain in self._folders:
            self._left.append(path)
            return
        if self._quota is not None:
            self._quota.overdraw(int(size))
        made = asyncio.get_running_loop().create_future()
        made.set_result((path, int(size)))
        self._folders[chain] = _Folder(made)

    def _begin(self, chain: str, unpack: Unpack) -> asyncio.Task[tuple[Path, int]]:
        made = asyncio.ensure_future(self._make(chain, unpack))
        made.add_done_callback(lambda _: self._made(chain, made))
        return made

    def _made(self, chain: str, made: asyncio.Task[tuple[Path, int]]) -> None:
        """Forgets a folder that could not be made, so that the next one who asks begins anew."""
        if made.cancelled() or made.exception() is not None:
            folder = self._folders.get(chain)
            if folder is not None and folder.made is made:
                del self._folders[chain]

    async def _make(self, chain: str, unpack: Unpack) -> tuple[Path, int]:
        try:
            return await self._counted(chain, unpack)
        except errors.StorageFull:
            # What nobody runs makes room; then once more.
            await asyncio.gather(*self._evict(0))
            return await self._counted(chain, unpack)

    async def _counted(self, chain: str, unpack: Unpack) -> tuple[Path, int]:
        budget = Budget(self._quota)
        self._budgets.add(budget)
        try:
            return await self._workers.run(lambda: self._unpack(chain, unpack, budget))
        finally:
            self._budgets.discard(budget)

    def _unpack(self, chain: str, unpack: Unpack, budget: Budget) -> tuple[Path, int]:
        staging = self.folder / f".{secrets.token_hex(8)}"
        try:
            staging.mkdir(mode=disk.FOLDER_MODE)
            unpack(staging, budget)
            path = self.folder / f"{chain}.{budget.size}.{_boot()}"
            staging.rename(path)
        except BaseException as error:
            _remove(staging)
            budget.undo()
            if isinstance(error, OSError):
                raise disk.storage_error(
                    f"An image could not be unpacked in {self.folder}", error
                ) from error
            raise
        budget.settle()
        return path, budget.size

    def _evict(self, kept: int) -> list[asyncio.Task[None]]:
        """Begins to remove folders that nobody uses, those first that were not used for the longest, until `kept` bytes are left."""
        idle = [(chain, each) for chain, each in self._folders.items() if _is_idle(each)]
        total = sum(each.made.result()[1] for _, each in idle)
        begun = []
        for chain, each in idle:
            if total <= kept:
                break
            path, size = each.made.result()
            total -= size
            del self._folders[chain]
            # Renamed at once: half a folder must not be found by the next process, nor stand in the way of a new one.
            gone = path.rename(self.folder / f".{secrets.token_hex(8)}")
            task = asyncio.ensure_future(self._drop(gone, size))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            begun.append(task)
        return begun

    async def _drop(self, path: Path, size: int) -> None:
        await self._workers.run(lambda: _remove(path))
        if self._quota is not None:
            self._quota.release(size)


def _is_idle(folder: _Folder) -> bool:
    return not folder.users and folder.made.done() and folder.made.exception() is None


def _boot() -> str:
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return ""  # then no folder outlives its process


def _remove_all(paths: list[Path]) -> None:
    for path in paths:
        _remove(path)


def _remove(path: Path) -> None:
    """Removes a folder with all that is in it. What cannot be removed is left to the next start."""
    shutil.rmtree(path, ignore_errors=True)
