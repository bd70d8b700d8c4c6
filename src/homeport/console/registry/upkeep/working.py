"""Work over the whole registry that somebody asked for here: its stream is read in the background, its last report kept.

A run goes on in the registry whoever reads of it, so a console that ends stops nothing.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any, NamedTuple

from homeport import errors
from homeport.clock import Clock
from homeport.console.asking.registry import EXTENSION, Registry, check
from homeport.console.asking.troubles import Trouble
from homeport.console.asking.wire import Opened, Reply

GC, RETENTION, SCRUB = "gc", "retention", "scrub"
KINDS = (GC, RETENTION, SCRUB)
LINE = 4 * 2**20
"""Bytes of a line at most: a report names 1,000 tags at most, each with some hundred bytes of why."""
MOMENT_S = 0.5
"""A page that shows what came of it is better than one that shows that it has begun."""
HEAD = 64 * 1024
"""Bytes that are read of a refusal."""

_log = logging.getLogger(__name__)


class Ended(NamedTuple):
    """How the last run of a kind that was asked for here came out."""

    by: str
    started: float
    ended: float
    report: dict[str, Any] | None
    """None where it failed."""
    is_dry: bool = False
    trouble: str = ""
    hint: str = ""


class Works:
    """One run of each kind at a time, as the registry has it; of each kind the last end is kept."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._ended: dict[str, Ended] = {}

    def last(self, kind: str) -> Ended | None:
        """How the last one came out; None where none was asked for here since the start."""
        return self._ended.get(kind)

    async def start(
        self, registry: Registry, kind: str, by: str, wanted: Mapping[str, Any]
    ) -> None:
        """Has the registry begin. Raises `Trouble` where it does not: one of the kind is under way, or the visitor may not."""
        started = self._clock.now()
        opened = await registry.open(
            "POST",
            EXTENSION + kind,
            headers={"Content-Type": "application/json"},
            body=json.dumps(wanted).encode(),
        )
        if opened.status != 200:
            await _refuse(opened)
        is_dry = bool(wanted.get("dry_run"))
        reading = self._read(opened, kind, Ended(by, started, started, None, is_dry=is_dry))
        task = asyncio.get_running_loop().create_task(reading)
        self._tasks[kind] = task
        task.add_done_callback(lambda done: self._forget(kind, done))

    async def settle(self, kind: str) -> bool:
        """Waits a moment for the end: most collections take no longer. Whether it has come."""
        task = self._tasks.get(kind)
        if task is None:
            return True
        pause = asyncio.ensure_future(self._clock.sleep(MOMENT_S))
        try:
            await asyncio.wait({task, pause}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            pause.cancel()
        return task.done()

    def _forget(self, kind: str, done: asyncio.Task[None]) -> None:
        if self._tasks.get(kind) is done:
            del self._tasks[kind]

    async def _read(self, opened: Opened, kind: str, begun: Ended) -> None:
        try:
            said = await _last_line(opened)
        except errors.HomeportError as error:
            _log.warning("What came of the %s is not known: %s", kind, error)
            said = {"error": {"message": str(error), "detail": {"hint": error.hint}}}
        former = self._ended.get(kind)
        if former is None or former.started <= begun.started:
            self._ended[kind] = _came_out(begun, said, self._clock.now())

    async def close(self) -> None:
        """Stops reading. What the registry does goes on."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)


async def _refuse(opened: Opened) -> None:
    """Raises what a refusal says."""
    content = b""
    async for piece in opened.body:
        content += piece
        if len(content) > HEAD:
            break
    check(Reply(opened.status, opened.headers, content))
    raise Trouble(f"The registry answered {opened.status}.", status=502)


async def _last_line(opened: Opened) -> dict[str, Any]:
    """The line with the report or the error; those before tell how far it is, which the registry says to each who asks.

    https://github.com/ndjson/ndjson-spec
    """
    rest, last = b"", b""
    async for piece in opened.body:
        *lines, rest = (rest + piece).split(b"\n")
        last = lines[-1] if lines else last
        if len(rest) > LINE:
            raise Trouble("The report of the registry is too long to be shown here.", status=502)
    try:
        said = json.loads(last)
    except (ValueError, RecursionError) as error:
        raise Trouble("The registry's answer ended in the middle.", status=502) from error
    if not isinstance(said, dict) or not said.keys() & {"report", "error"}:
        raise Trouble("The registry's answer ended before the work did.", status=502)
    return said


def _came_out(begun: Ended, said: dict[str, Any], ended: float) -> Ended:
    report = said.get("report")
    if isinstance(report, dict):
        return begun._replace(ended=ended, report=report)
    error = said.get("error")
    error = error if isinstance(error, dict) else {}
    detail = error.get("detail")
    hint = str(detail.get("hint", "")) if isinstance(detail, dict) else ""
    text = str(error.get("message") or error.get("code") or "It failed.")
    return begun._replace(ended=ended, trouble=text[:1].upper() + text[1:], hint=hint)
