"""Work over the whole registry that somebody asked for: one run of each kind at a time."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections.abc import Coroutine, Mapping
from typing import Any, NamedTuple, Protocol

from homeport import errors as faults
from homeport.clock import Clock
from homeport.registry import errors
from homeport.registry.events.watch import Watch
from homeport.registry.space import jobs

_log = logging.getLogger(__name__)

GC, RETENTION, SCRUB, IMPORT = "gc", "retention", "scrub", "import"
"""Kinds of work."""


class Job(Protocol):
    """Work of one kind. Its keywords are those of the kind, and `progress`; its report is a dataclass of JSON's values."""

    def run(self, *args: Any, **options: Any) -> Coroutine[Any, Any, Any]:
        """Does it. Raises `HomeportError` or `Failure`."""


class Outcome(NamedTuple):
    """How a run ended: with a report, or with a failure."""

    report: dict[str, Any] | None
    failure: errors.Failure | None = None

    def as_json(self) -> dict[str, Any]:
        """What a client is told at the end."""
        return {"error": self.failure.errors[0]} if self.failure else {"report": self.report}


class Run:
    """A run, as those see it who watch. Its counts may be set from any thread."""

    def __init__(self, kind: str, by: str, started: float, *, is_dry: bool) -> None:
        self.kind = kind
        self.by = by
        """Who asked for it; empty where that has no name."""
        self.started = started
        self.is_dry = is_dry
        """Whether it changes nothing."""
        self.done, self.total = 0, 0
        self.task: asyncio.Task[Outcome]

    def progress(self, done: int, total: int) -> None:
        """Is told by the job how far it has come."""
        self.done, self.total = done, total

    def as_json(self) -> dict[str, Any]:
        """The run while it is under way."""
        return {
            "kind": self.kind,
            "by": self.by,
            "started": self.started,
            "dry_run": self.is_dry,
            "done": self.done,
            "total": self.total,
        }


class Jobs:
    """Runs work. A run goes on to its end whether or not somebody watches it."""

    def __init__(self, clock: Clock, work: Mapping[str, Job], watch: Watch) -> None:
        self._clock = clock
        self._watch = watch
        self._work = work
        self._runs: dict[str, Run] = {}

    def kinds(self) -> list[str]:
        """What can be run here."""
        return list(self._work)

    def running(self) -> list[Run]:
        """What runs now."""
        return list(self._runs.values())

    def start(self, kind: str, by: str, **options: Any) -> Run:
        """Begins a run. Raises a failure of status 409 where one of its kind is under way."""
        under_way = self._runs.get(kind)
        if under_way is not None:
            raise _busy(under_way)
        run = Run(kind, by, self._clock.now(), is_dry=bool(options.get("dry_run")))
        self._runs[kind] = run
        run.task = asyncio.get_running_loop().create_task(self._run(run, options))
        return run

    async def close(self) -> None:
        """Lets go of what runs. The work itself is closed by who made it, before."""
        tasks = [run.task for run in self._runs.values()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _run(self, run: Run, options: Mapping[str, Any]) -> Outcome:
        try:
            outcome = await self._outcome(run, options)
        finally:
            del self._runs[run.kind]
        self._tell(run, outcome)
        return outcome

    def _tell(self, run: Run, outcome: Outcome) -> None:
        report, failure = outcome
        freed = 0 if report is None or run.is_dry else int(report.get("blob_bytes", 0))
        error = str(failure) if failure is not None else ""
        self._watch.ran(run.kind, run.by, run.started, report=report, freed=freed, error=error)

    async def _outcome(self, run: Run, options: Mapping[str, Any]) -> Outcome:
        try:
            report = await self._work[run.kind].run(**options, progress=run.progress)
        except errors.Failure as failure:
            return Outcome(None, failure)
        except faults.HomeportError as fault:
            return Outcome(None, _failure(fault))
        except Exception:  # noqa: BLE001 - written down, and told without its text
            _log.exception("The %s failed", run.kind)
            return Outcome(None, errors.Failure("UNKNOWN", "an unexpected error; see the log"))
        return Outcome(dataclasses.asdict(report))


def _busy(run: Run) -> errors.Failure:
    by = f", asked for by {run.by}" if run.by else ""
    hint = "Try again when it has ended: homeport registry usage shows how far it is."
    detail = {"running": run.as_json(), "hint": hint}
    return errors.Failure(
        "UNSUPPORTED", f"a {run.kind} is under way{by}", detail=detail, status=409
    )


def _failure(fault: faults.HomeportError) -> errors.Failure:
    """What a client is told of a fault: unlike a push, this is for a person who can do something about it."""
    status = 409 if isinstance(fault, jobs.Busy) else 400
    if isinstance(fault, faults.StorageError | jobs.Stopped):
        status = 0
    detail = {"hint": fault.hint} if fault.hint else None
    return errors.Failure("UNKNOWN", fault.what, detail=detail, status=status)
