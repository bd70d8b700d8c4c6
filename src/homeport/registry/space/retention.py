"""Lets go of the tags that no retention rule keeps, and of what only they led to.

What blobs that frees goes with the next collection.
"""

from __future__ import annotations

import asyncio
import dataclasses
import sqlite3
from collections.abc import Sequence

from homeport import errors
from homeport.registry.backend import Backend, Progress
from homeport.registry.events import journal
from homeport.registry.events.journal import Event
from homeport.registry.options import HOUR_S, Retention
from homeport.registry.space import jobs, removal
from homeport.registry.space.jobs import Job
from homeport.registry.space.pulls import Pulls
from homeport.registry.space.retaining.findings import Findings, Report, Tally
from homeport.registry.space.retaining.judging import Rule
from homeport.registry.space.retaining.planning import Lot, Plan, Planner
from homeport.registry.store import repositories
from homeport.registry.store.space import runs, tags
from homeport.registry.store.space.graph import Node
from homeport.registry.store.space.tags import Stamp

KIND = "retention"
"""Of its runs, in the table of runs."""
USER = "retention"
"""Who the journal is told did it."""
AT_ONCE = 200
"""Repositories that one read looks through."""
ATTEMPTS = 5
"""How often a repository is judged anew because its tags were pushed meanwhile. The next run goes on."""


class _Changed(Exception):
    """The tags are no longer those that the rules were put to."""


class Retainer:
    """Applies the rules. `pulls` is asked to write down first what it knows."""

    def __init__(
        self,
        backend: Backend,
        rules: Sequence[Retention],
        *,
        grace_s: float = HOUR_S,
        pulls: Pulls | None = None,
    ) -> None:
        self._backend = backend
        self._rules = [Rule(rule) for rule in rules]
        self._grace_s = grace_s
        self._pulls = pulls
        self._job = Job("run of the retention rules")

    async def run(self, *, dry_run: bool = False, progress: Progress = jobs.unheard) -> Report:
        """Lets go, or says what would go. Raises `Busy` where a run is under way, `Stopped` where the registry closes."""
        return await self._job.run(self._run(progress, dry_run=dry_run))

    async def _run(self, progress: Progress, *, dry_run: bool) -> Report:
        backend = self._backend
        started = backend.clock.now()
        if self._pulls is not None and not await self._pulls.flush():
            raise errors.StorageError(
                "The last pulls could not be written down, so the retention rules were not applied.",
                hint="Free space on the disk, then try again.",
            )
        planner = Planner(self._rules, backend.touches, self._grace_s, started)
        found = await backend.db.scan(repositories.names)
        findings = Findings()
        start = 0
        while start < len(found):
            self._job.step()
            progress(start, len(found))
            among = found[start : start + AT_ONCE]
            plans, looked = await backend.db.scan(lambda at: planner.plans(at, among))  # noqa: B023 - awaited in its turn
            start += looked
            for plan in plans:
                tally = await self._apply(planner, plan, dry_run=dry_run)
                findings.add(plan.repository, tally)
        progress(len(found), len(found))
        ended = backend.clock.now()
        report = findings.report(is_dry_run=dry_run, duration_s=ended - started)
        if not dry_run:
            kept = dataclasses.asdict(report)
            await backend.db.write(lambda at: runs.add(at, KIND, started, ended, kept))
        return report

    async def _apply(self, planner: Planner, plan: Plan, *, dry_run: bool) -> Tally:
        tally = Tally(plan.kept, plan.bytes)
        if dry_run:
            for lot in plan.lots:
                tally.add(lot)
            await asyncio.sleep(0)
            return tally
        following: Plan | None = plan
        for _ in range(ATTEMPTS):
            if following is None:
                break
            tally.kept = following.kept
            try:
                await self._remove(following, tally)
                break
            except _Changed:
                following = await self._backend.db.scan(
                    lambda connection: planner.plan(connection, plan.owner, plan.repository)
                )
        return tally

    async def _remove(self, plan: Plan, tally: Tally) -> None:
        """Raises `_Changed` where somebody else changes the tags. What has gone until then is whole in itself."""
        stamp = plan.stamp
        for lot in plan.lots:
            self._job.step()
            stamp, gone, events = await self._backend.db.write(
                lambda connection: self._remove_lot(connection, plan, lot, stamp)  # noqa: B023 - awaited in its turn
            )
            tally.add(gone)
            for event in events:
                self._backend.journal.tell(event)

    def _remove_lot(
        self, connection: sqlite3.Connection, plan: Plan, lot: Lot, stamp: Stamp
    ) -> tuple[Stamp, Lot, list[Event]]:
        """Inside a write: a tag that is removed and the manifest that it pointed to go together."""
        if tags.stamp(connection, plan.owner) != stamp:
            raise _Changed
        events, going = [], []
        for one in lot.tags:
            removed = tags.remove(connection, plan.owner, one.tag)
            if removed is not None:
                going.append(one)
                events.append(_event(plan.repository, removed))
        used = {node.id: node.used for node in lot.nodes}
        gone = removal.remove(connection, lot.nodes, lambda node: node.used != used[node.id])
        events += [removal.event(one, USER) for one in gone]
        for event in events:
            self._backend.journal.note(connection, event)
        repositories.forget_empty(connection, plan.owner)
        if self._backend.manifests is not None:
            self._backend.manifests.settle(connection)
        nodes: list[Node] = [one.node for one in gone]
        return tags.stamp(connection, plan.owner), Lot(going, nodes), events

    async def close(self) -> None:
        """Refuses further runs, and waits for the step that is under way."""
        await self._job.close()


def _event(repository: str, removed: tags.Removed) -> Event:
    tag, media_type, size = removed
    return Event(
        journal.DELETE,
        journal.TAG,
        repository,
        tag.digest,
        tag=tag.name,
        media_type=media_type,
        size=size,
        user=USER,
    )
