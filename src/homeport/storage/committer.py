"""Commits the writer's transactions, and copies the log into the database: https://www.sqlite.org/wal.html

Commits run on the event loop while the disk is quick, in a thread once it is not. Handing a commit to a thread and hearing of
its end takes about 200 us, as much as the sync itself on a good disk; a slow disk would hold up every other request for as long.
"""

from __future__ import annotations

import asyncio
import logging
import os
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

from homeport.storage import connection, workers

_log = logging.getLogger(__name__)

QUICK_S = 0.001
"""A commit up to here costs the loop no more than answering a dozen requests."""
STREAK = 16
"""Quick commits in a row before they run on the loop; one slow commit sends the next ones to the thread again."""

OnEnd = Callable[[sqlite3.Error | None], None]
"""Called on the loop when a commit has ended, with its failure where it has one."""


class Pace:
    """Notes how long commits take. `timer` counts seconds from any start."""

    def __init__(self, timer: Callable[[], float] = time.perf_counter) -> None:
        self.timer = timer
        self._streak = 0

    @property
    def is_quick(self) -> bool:
        """Whether the next commit is to run on the loop."""
        return self._streak >= STREAK

    def note(self, duration_s: float) -> None:
        """A commit has taken `duration_s` seconds."""
        self._streak = self._streak + 1 if duration_s <= QUICK_S else 0


class Committer:
    """One transaction at a time. Only `commit` and `close` are called from outside."""

    def __init__(self, writer: sqlite3.Connection, path: Path, pace: Pace) -> None:
        self.commits = 0
        self._writer = writer
        self._log_path = f"{path}-wal"
        self._pace = pace
        self._uncopied = 0
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=f"commit {path.name}", daemon=True)
        self._thread.start()

    def commit(self, changed: int, on_end: OnEnd) -> None:
        """Commits the open transaction, which has changed `changed` rows."""
        self._uncopied += changed
        if self._pace.is_quick and not self._is_checkpoint_due():
            on_end(self._commit())
            return
        loop = asyncio.get_running_loop()
        self._jobs.put(lambda: self._commit_in_thread(loop, on_end))

    def close(self) -> None:
        """Ends the thread. Nothing may be under way."""
        self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()

    def _commit_in_thread(self, loop: asyncio.AbstractEventLoop, on_end: OnEnd) -> None:
        failure = self._commit()
        if failure is None and self._is_checkpoint_due():
            self._checkpoint()
        workers.tell(loop, on_end, failure)

    def _commit(self) -> sqlite3.Error | None:
        started = self._pace.timer()
        try:
            self._writer.execute("COMMIT")
        except sqlite3.Error as error:
            return error
        self._pace.note(self._pace.timer() - started)
        self.commits += 1
        return None

    def _is_checkpoint_due(self) -> bool:
        if self._uncopied >= connection.CHECKPOINT_CHANGES:
            return True
        return os.stat(self._log_path).st_size > connection.LOG_LIMIT  # noqa: PTH116 - on every commit

    def _checkpoint(self) -> None:
        """Copies the log into the database. Where that fails nothing is lost: the log stays, and the next one tries again."""
        self._uncopied = 0
        try:
            self._writer.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        except sqlite3.Error as error:
            _log.warning("The log %s could not be copied: %s", self._log_path, error)
