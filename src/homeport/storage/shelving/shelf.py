"""Where content files lie, and what may happen to a file that has a name: placed, leased, condemned, removed."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any

from homeport.storage import disk, names, workers
from homeport.storage.quota import Quota
from homeport.storage.shelving.folders import Folders

_log = logging.getLogger(__name__)


class Shelf:
    """The state that the staged and the published files of one content folder share.

    Leases, condemnations and `held` change on the event loop. A file gets and loses its name under `lock`, on threads.
    """

    def __init__(self, root: Path, quota: Quota | None, calls: disk.Disk) -> None:
        self.disk = calls
        self.quota = quota
        self.folders = Folders(calls)
        self.files = str(root / "files")
        self.staging = str(root / "staging")
        self.lock = threading.Lock()
        self.kept: dict[str, int] = {}
        """Bytes counted for each staged file that was kept, by its name."""
        self.held = 0
        """Bytes that all staged files together hold in memory."""
        self.touched: set[str] | None = set()
        """Names that this process has written; the sweep leaves them alone. None once it has been."""
        self.swept: dict[str, int] = {}
        """Bytes of the files that the sweep removed. A request may still ask to delete one: it forgot the row just before."""
        self._leases: dict[str, int] = {}
        self._condemned: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def prepare(self, root: Path) -> None:
        """Makes the folders, durably. Raises `OSError`."""
        parent = str(root.parent)
        for folder in (str(root), self.files, self.staging):
            self.disk.make_folder(folder)
        for folder in (parent, str(root), self.files):
            # Also where the folders are there already: an earlier process may have ended between making and syncing them.
            self.disk.sync_folder(folder)
        for name in self.disk.names(self.files):
            if names.FOLDER.fullmatch(name):
                self.folders.add(f"{self.files}/{name}")

    def location(self, name: str) -> str:
        """The path of a published file."""
        names.check(name)
        return f"{self.files}/{names.folder(name)}/{name}"

    def staging_location(self, name: str) -> str:
        """The path of a file that is being written."""
        return f"{self.staging}/{names.check(name)}"

    def touch(self, name: str) -> None:
        """Keeps the sweep away from a name."""
        if self.touched is not None:
            self.touched.add(name)

    # Names, on threads

    def place(self, staged: str, name: str, location: str, *, is_own: bool) -> None:
        """Renames a synced file to its published name, durably. `is_own`: the name is random, nobody else can have it."""
        folder = location[: -len(name) - 1]
        self.folders.make(self.files, folder)
        if not is_own:
            self._replace(staged, name, location)
            self.folders.sync(folder)
            return
        self.disk.rename(staged, location)
        try:
            self.folders.sync(folder)
        except OSError:
            self.disk.rename(location, staged)
            raise

    def _replace(self, staged: str, name: str, location: str) -> None:
        with self.lock:
            is_counted = self.touched is None or name in self.touched
            replaced = self.disk.size(location) if is_counted else None
            self.touch(name)
            self._condemned.discard(name)
            self.disk.rename(staged, location)
        if replaced is not None and self.quota is not None:
            self.quota.release(replaced)

    def _remove(self, condemned: list[str]) -> None:
        for name in condemned:
            with self.lock:
                if name not in self._condemned or name in self._leases:
                    continue
                self._condemned.discard(name)
                size = self._unlink(name)
            if self.quota is not None:
                self.quota.release(size)

    def _unlink(self, name: str) -> int:
        location = self.location(name)
        size = self.disk.size(location)
        if size is None:
            return self.swept.pop(name, 0)
        self.disk.unlink(location)
        return size

    # Removal, on the loop

    def lease(self, leased: Iterable[str]) -> Callable[[], None]:
        """Keeps files in place until the returned function is called."""
        held = tuple(leased)
        leases = self._leases
        for name in held:
            leases[name] = leases.get(name, 0) + 1

        def release() -> None:
            nonlocal held
            given_back, held = held, ()
            self._end_lease(given_back)

        return release

    def _end_lease(self, held: tuple[str, ...]) -> None:
        leases = self._leases
        due = []
        for name in held:
            leases[name] -= 1
            if not leases[name]:
                del leases[name]
                if name in self._condemned:
                    due.append(name)
        if due:
            self.remove_later(due)

    def condemn(self, condemned: Iterable[str]) -> list[str]:
        """Marks files for removal; returns those that no lease holds. The others are removed when their lease ends."""
        wanted = [names.check(name) for name in condemned]
        self._condemned.update(wanted)
        return [name for name in wanted if name not in self._leases]

    def remove(self, condemned: list[str]) -> Coroutine[Any, Any, None]:
        """Removes condemned files on a thread. Raises `StorageError`."""
        return workers.SHARED.run(lambda: self._remove_all(condemned))

    def _remove_all(self, condemned: list[str]) -> None:
        try:
            self._remove(condemned)
        except OSError as error:
            raise disk.storage_error(
                f"Files in {self.files} could not be removed", error
            ) from error

    def remove_later(self, due: list[str]) -> None:
        """Removes condemned files on a thread, with nobody waiting."""
        workers.SHARED.submit(lambda: self.log_failure(lambda: self._remove(due)))

    async def clean(self, job: Callable[[], None]) -> None:
        """Runs a clean-up on a thread. One that fails is logged: the next start sweeps what it left."""
        await workers.SHARED.run(lambda: self.log_failure(job))

    def log_failure(self, job: Callable[[], None]) -> None:
        """Runs a clean-up that nobody waits for."""
        try:
            job()
        except OSError as error:
            _log.warning(
                "A clean-up in %s failed, the next start repeats it: %s", self.files, error
            )

    async def to_the_end(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs `work` to its end, also where the caller is cancelled meanwhile."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await asyncio.shield(task)
