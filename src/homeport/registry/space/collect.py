"""Garbage collection beside pushes and pulls.

What no manifest names goes once it is older than the grace period, which begins anew with each upload, mount and HEAD: clients
upload blobs first and name them last, and do not upload what a HEAD has found.
https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#push
"""

from __future__ import annotations

import dataclasses

from homeport.registry.backend import Backend, Progress
from homeport.registry.events import journal
from homeport.registry.events.journal import Event
from homeport.registry.options import DAY_S, Collection
from homeport.registry.space import jobs
from homeport.registry.space.collecting.findings import Report
from homeport.registry.space.collecting.sweep import USER, Sweep
from homeport.registry.space.jobs import Job
from homeport.registry.store.space import runs

KIND = "gc"
"""Of its runs, in the table of runs."""


class Collector:
    """Collects; knows whether there can be anything to collect."""

    def __init__(self, backend: Backend, chosen: Collection | None = None) -> None:
        self._backend = backend
        self._chosen = chosen or Collection()
        self._job = Job("collection")
        self._news = 1
        """Counts what happened, so that a registry where nothing did costs nothing."""
        self._seen = 0
        self._next_at = 0.0
        backend.journal.listen(tell=self._hear)

    def _hear(self, event: Event) -> None:
        if event.action not in {journal.PULL, journal.LOOK} and event.user != USER:
            self._news += 1

    def is_due(self) -> bool:
        """Whether a collection may find something: something happened since the last, or has outlived its grace."""
        return self._news != self._seen or self._backend.clock.now() >= self._next_at

    async def run(
        self,
        *,
        dry_run: bool = False,
        grace_s: float | None = None,
        untagged_s: float | None = None,
        progress: Progress = jobs.unheard,
    ) -> Report:
        """Collects, or says what it would collect. Without an argument, that which was chosen for the registry holds.

        Raises `Busy` where a collection is under way, `Stopped` where the registry closes.
        """
        sweep = Sweep(
            self._backend,
            self._job,
            self._chosen.grace_s if grace_s is None else grace_s,
            self._chosen.untagged_s if untagged_s is None else untagged_s,
            is_dry=dry_run,
        )
        is_usual = not dry_run and grace_s is None and untagged_s is None
        return await self._job.run(self._run(sweep, progress, dry_run=dry_run, is_usual=is_usual))

    async def _run(
        self, sweep: Sweep, progress: Progress, *, dry_run: bool, is_usual: bool
    ) -> Report:
        clock = self._backend.clock
        started, heard = clock.now(), self._news
        await sweep.run(progress)
        ended = clock.now()
        report = sweep.findings.report(is_dry_run=dry_run, duration_s=ended - started)
        if dry_run:
            return report
        told = dataclasses.asdict(report)
        await self._backend.db.write(
            lambda connection: runs.add(connection, KIND, started, ended, told)
        )
        if is_usual:
            self._seen = heard
            # A day at most: what changes without a word to the journal is found then.
            self._next_at = min(sweep.next_at, started + DAY_S)
            self._backend.touches.forget(started - max(DAY_S, self._chosen.grace_s))
        return report

    async def close(self) -> None:
        """Refuses further runs, and waits for the step that is under way."""
        await self._job.close()
