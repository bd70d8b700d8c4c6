"""From the objects of a stack to the state of each component. Pure: the same objects give the same report.

Initial: none of its objects are there. Pending: applied; volume or pod not bound, placed or started. Running: its container has
started; not all that must hold does. Ready: its Deployment is available as applied, its Service has an endpoint and its
certificate holds. Error: one of `faults`. Terminated: its objects are gone, or going.
"""

from __future__ import annotations

from dataclasses import replace

from homeport.stack import settings
from homeport.stack.lifecycle import State
from homeport.targets.kubernetes.watching import parts, snapshot
from homeport.targets.kubernetes.watching.report import Report, Row
from homeport.targets.kubernetes.watching.snapshot import Seen, Snapshot
from homeport.targets.kubernetes.watching.states import absent, present


def report(
    found: Snapshot, chosen: settings.Settings, context: str, before: Report | None = None
) -> Report:
    """The report of a stack; `before` is the last one of the same observer, who knows what was there."""
    seen = [snapshot.part(found, part, chosen) for part in parts.of(chosen)]
    was_destroyed = any(absent.has_kept(each) for each in seen)
    rows = [_row(each, was_destroyed=was_destroyed) for each in seen]
    if before is not None:
        rows = [_remembered(row, before.row(row.component), found.now) for row in rows]
    return Report(chosen.kubernetes.name, context, tuple(rows))


def _row(seen: Seen, *, was_destroyed: bool) -> Row:
    if seen.deployment is None or _is_going(seen):
        made = absent.row(seen, was_destroyed=was_destroyed)
    else:
        made = present.row(seen)
    # What a cluster says may have lines of its own, which would look like ours.
    return replace(made, message=" ".join(made.message.split()))


def _is_going(seen: Seen) -> bool:
    return snapshot.is_going(seen.deployment) or snapshot.is_going(seen.namespace)


def _remembered(row: Row, before: Row | None, now: float) -> Row:
    """Where nothing is left, only who saw it before knows that it was destroyed."""
    if row.state is not State.INITIAL or before is None or before.state is State.INITIAL:
        return row
    return replace(row, state=State.TERMINATED, since=_since(before, now), **absent.DELETED)


def _since(before: Row, now: float) -> float:
    return before.since if before.state is State.TERMINATED and before.since else now
