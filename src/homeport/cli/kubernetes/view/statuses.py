"""The components of a deployed stack, as a table, as lines of changes, and as JSON."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from homeport.cli.kubernetes.view import paint
from homeport.cli.view import words
from homeport.stack.lifecycle import State
from homeport.targets.kubernetes.watching.report import Report, Row

COLORS = {
    State.READY: paint.GREEN,
    State.RUNNING: paint.YELLOW,
    State.PENDING: paint.YELLOW,
    State.ERROR: paint.RED,
    State.INITIAL: paint.DIM,
    State.TERMINATED: paint.DIM,
}
HEADS = ("COMPONENT", "STATE", "SINCE", "RESTARTS", "VOLUME", "URL")
_GAP = "  "


def as_json(report: Report) -> dict[str, Any]:
    """For programs; its keys stay. `homeport status --help` lists them."""
    return {
        "target": "kubernetes",
        "stack": report.stack,
        "context": report.context,
        "ready": report.is_ready,
        "components": [_row(row) for row in report.rows],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "component": row.component,
        "state": row.state.value,
        "since": row.since,
        "url": row.url,
        "restarts": row.restarts,
        "volume": {"name": row.volume, "size": row.size} if row.size else None,
        "pod": row.pod,
        "reason": row.reason,
        "message": row.message,
        "lines": list(row.lines),
        "hint": row.hint,
        "warnings": [each._asdict() for each in row.warnings],
    }


def lines(report: Report, now: float, color: paint.Paint) -> Iterator[str]:
    """A table; below it what is said of components that are not ready, and warnings."""
    table = [cells(row, now) for row in report.rows]
    widths = [max(map(len, column)) for column in zip(HEADS, *table, strict=True)]
    yield color(_GAP.join(map(str.ljust, HEADS, widths)).rstrip(), paint.DIM)
    for row, texts in zip(report.rows, table, strict=True):
        padded = list(map(str.ljust, texts, widths))
        padded[1] = color(padded[1], COLORS[row.state])
        yield _GAP.join(padded).rstrip()
    for row in report.rows:
        yield from details(row, color)


def cells(row: Row, now: float) -> tuple[str, ...]:
    """A row of the table."""
    since = words.duration(now - row.since) if row.since is not None else "-"
    return (row.component, row.state.value, since, str(row.restarts), volume(row), row.url)


def volume(row: Row) -> str:
    """How large its volume is. Which one it is stands in the JSON: its name would make the table too wide for a terminal."""
    if not row.size:
        return "-"
    return row.size if row.volume else f"{row.size}, not bound"


def details(row: Row, color: paint.Paint) -> Iterator[str]:
    """Why a component is not ready, in the cluster's words, and what to do."""
    if row.state is not State.READY and (row.reason or row.message):
        said = ": ".join(part for part in (row.reason, row.message) if part)
        yield f"\n{color(row.component, paint.BOLD)}: {color(said, COLORS[row.state])}"
        yield from (f"  | {line}" for line in row.lines)
        if row.hint:
            yield f"  {row.hint}"
    for warned in row.warnings:
        yield f"\n{color(row.component, paint.BOLD)}: {color(warned.text, paint.YELLOW)}"
        yield f"  {warned.hint}"


def changes(report: Report, shown: dict[str, Any], now: float) -> Iterator[str]:
    """A line for each component that has changed, with the time; `shown` is what was written of each before."""
    moment = datetime.datetime.fromtimestamp(now, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for row in report.rows:
        said = ": ".join(part for part in (row.reason, row.message) if part)
        said = row.url if row.state is State.READY else said
        known = (row.state, said, row.restarts)
        if shown.get(row.component) != known:
            again = f" (restarted {row.restarts}x)" if row.restarts else ""
            yield f"{moment} {row.component:<11} {row.state:<10} {said}{again}".rstrip()
        shown[row.component] = known
