"""The process of a component: its event loop, its signals, its supervisor, its log.

https://man7.org/linux/man-pages/man7/daemon.7.html
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import NamedTuple

import uvloop

from homeport.stack import folders, load, settings

logger = logging.getLogger(__name__)

Opening = Callable[[settings.Settings, folders.Folders], AbstractAsyncContextManager[str]]
"""Opens a component, ready to answer; gives the URL it listens on. Leaving lets requests in flight end, then closes it."""

ORPHAN_GRACE_S = 5.0
"""For requests in flight when the supervisor has gone; then the process ends, whatever it does."""

GC_THRESHOLDS = (20_000, 20, 50)
"""Fewer collections than Python's own 700, 10, 10: a request makes few cycles, and each full collection stops all of them."""


class Supervision(NamedTuple):
    """How a supervisor holds on to the process; all None where there is none."""

    parent_pipe: int | None = None
    log_file: Path | None = None


SETTLE_S = 1.0
"""Memory is settled this long after the start, so that the first requests do not wait for it."""


def run(name: str, opening: Opening, loaded: load.Loaded, supervision: Supervision) -> None:
    """Runs a component until it is asked to stop. Raises `HomeportError` where it cannot start."""
    _start_logging(loaded.settings.log)
    for note in loaded.notes:
        logger.warning("%s", note)
    uvloop.run(_serve(name, opening, loaded.settings, supervision))


async def _serve(
    name: str, opening: Opening, chosen: settings.Settings, supervision: Supervision
) -> None:
    stopping = _Stopping()
    stopping.listen()
    if supervision.log_file is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, _reopen, supervision.log_file)
    if supervision.parent_pipe is not None:
        _watch_parent(supervision.parent_pipe, stopping)
    async with opening(chosen, folders.of(chosen)) as url:
        asyncio.get_running_loop().call_later(SETTLE_S, _settle_memory)
        logger.info("%s is ready on %s", name, url)
        await stopping.wait()
        logger.info("%s stops", name)
    logger.info("%s has stopped", name)


class _Stopping:
    """The wish to stop, from whomever it comes."""

    def __init__(self) -> None:
        self._asked = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def listen(self) -> None:
        """Stops on SIGTERM and SIGINT; on the second one at once: what was acknowledged is durable."""
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self._signaled, number)

    def _signaled(self, number: int) -> None:
        if self._asked.is_set():
            os._exit(128 + number)
        self._asked.set()

    def ask_from_thread(self) -> None:
        """Asks it to stop, from another thread."""
        self._loop.call_soon_threadsafe(self._asked.set)

    async def wait(self) -> None:
        """Returns when it was asked to stop."""
        await self._asked.wait()


def _watch_parent(descriptor: int, stopping: _Stopping) -> None:
    """Ends the process when the supervisor's end of the pipe closes, as it does however the supervisor ends.

    A thread, so that it holds even where the event loop stands still.
    """

    def watch() -> None:
        while os.read(descriptor, 1):
            pass
        stopping.ask_from_thread()
        threading.Event().wait(ORPHAN_GRACE_S)
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _reopen(path: Path) -> None:
    """Goes on in a new log file after the old one was set aside."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except OSError as error:
        logger.warning("The log goes on in the old file: %s", error)
        return
    os.dup2(descriptor, sys.stdout.fileno())
    os.dup2(descriptor, sys.stderr.fileno())
    os.close(descriptor)


def _settle_memory() -> None:
    """Takes what was loaded at the start out of every later garbage collection.

    https://docs.python.org/3/library/gc.html#gc.freeze
    """
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(*GC_THRESHOLDS)


_TIME = "%Y-%m-%dT%H:%M:%S"


class _Json(logging.Formatter):
    """Each message as a JSON object on a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; what led to an error stands in `trace`."""
        said = {
            "time": f"{self.formatTime(record, _TIME)}.{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            said["trace"] = self.formatException(record.exc_info)
        return json.dumps(said)


def _start_logging(log: settings.Log) -> None:
    handler = logging.StreamHandler(sys.stderr)
    form = "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s"
    handler.setFormatter(_Json() if log.format == "json" else logging.Formatter(form, _TIME))
    logging.Formatter.converter = time.gmtime  # as the access log, in UTC
    logging.basicConfig(level=log.level.upper(), handlers=[handler])
    # Libraries tell at debug level what no user of ours needs.
    logging.getLogger("asyncio").setLevel(logging.WARNING)
