"""The last lines of containers that end again and again: what they say is why."""

from __future__ import annotations

from dataclasses import replace

from homeport.stack import settings
from homeport.stack.lifecycle import State
from homeport.targets.kubernetes.cluster import contract, errors
from homeport.targets.kubernetes.objects import kinds
from homeport.targets.kubernetes.objects.kinds import Ref
from homeport.targets.kubernetes.watching import parts
from homeport.targets.kubernetes.watching.faults import hints
from homeport.targets.kubernetes.watching.report import Report, Row

COUNT = 5
"""As many say why, in most programs."""
LENGTH = 300
"""Of a line, so much."""
_ENDED = ("CrashLoopBackOff", "OOMKilled")

Key = tuple[str, int]
"""A pod, and how often it was started again."""


def key(row: Row) -> Key | None:
    """Whose lines are wanted; None where none are."""
    if row.state is State.ERROR and row.reason in _ENDED and row.pod:
        return row.pod, row.restarts
    return None


def fetch(cluster: contract.Cluster, namespace: str, pod: str) -> tuple[str, ...]:
    """The last lines of its last container that ended; none where the node has none any more."""
    ref = Ref(kinds.POD, namespace, pod)
    try:
        found = tuple(cluster.log(ref, tail=COUNT, previous=True))
    except errors.ClusterError:
        return ()
    return tuple(line[:LENGTH] for line in found if line.strip())


def added(report: Report, chosen: settings.Settings, known: dict[Key, tuple[str, ...]]) -> Report:
    """The report with the lines that are known; they may tell what helps, too."""
    of = {part.component: part for part in parts.of(chosen)}
    rows = [
        _added(row, of[row.component], known.get(found, ())) if (found := key(row)) else row
        for row in report.rows
    ]
    return replace(report, rows=tuple(rows))


def _added(row: Row, part: parts.Part, lines: tuple[str, ...]) -> Row:
    said = " ".join((row.message, *lines))
    return replace(row, lines=lines, hint=hints.of(part, row.reason, said, row.pod))
