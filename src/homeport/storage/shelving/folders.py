"""Folder syncs that are shared: many publishes into one folder at the same time wait for one fsync."""

from __future__ import annotations

import threading

from homeport.storage.disk import Disk


class _Folder:
    """Counts who asked and for whom a sync was already done; `failure` is for the asks up to `failed`."""

    __slots__ = ("asked", "done", "failed", "failure", "lock")

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.asked = 0
        self.done = 0
        self.failed = 0
        self.failure: OSError | None = None


class Folders:
    """The folders of one content folder. Called from worker threads."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._lock = threading.Lock()
        self._folders: dict[str, _Folder] = {}
        self.syncs = 0
        """Folder syncs made so far, for tests and benchmarks."""

    def sync(self, path: str) -> None:
        """Returns when a sync of the folder that began after this call has ended; raises its `OSError`."""
        with self._lock:
            folder = self._folders.setdefault(path, _Folder())
            folder.asked += 1
            turn = folder.asked
        with folder.lock:
            if folder.done < turn:
                folder.done = folder.asked
                self._attempt(folder, path)
            if folder.failure is not None and turn <= folder.failed:
                # All who shared it fail: the kernel reports a failed write-back once, asking again could wrongly succeed.
                raise folder.failure

    def _attempt(self, folder: _Folder, path: str) -> None:
        self.syncs += 1
        try:
            self._disk.sync_folder(path)
        except OSError as error:
            folder.failure, folder.failed = error, folder.done

    def add(self, path: str) -> None:
        """Knows a folder whose own name is durable."""
        with self._lock:
            self._folders.setdefault(path, _Folder())

    def make(self, parent: str, path: str) -> None:
        """Makes a folder durably, once: later calls cost a look into a table."""
        if path not in self._folders:
            self._disk.make_folder(path)
            self.sync(parent)
            self.add(path)
