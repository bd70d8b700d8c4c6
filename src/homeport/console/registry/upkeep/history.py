"""The usage over time, for pictures and for a table of the same numbers."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from homeport.console.rendering.charts import Series

DAY_S = 86_400.0


class Span(NamedTuple):
    """A time that is shown."""

    text: str
    seconds: float
    points: int
    """Of a line: a quarter of an hour, an hour and a half, six hours or two days lie between two of them."""
    every: int
    """Of so many points one is in the table."""


SPANS = {
    "day": Span("Day", DAY_S, 97, 8),
    "week": Span("Week", 7 * DAY_S, 113, 8),
    "month": Span("Month", 30 * DAY_S, 121, 4),
    "year": Span("Year", 365 * DAY_S, 183, 7),
}


class Row(NamedTuple):
    """A line of the table; pushes and pulls are those since the line before."""

    time: str
    stored: int
    uploads: int
    repositories: int
    tags: int
    pushes: int
    pulls: int


class History(NamedTuple):
    """What is shown of it."""

    stored: list[Series]
    traffic: list[Series]
    rows: list[Row]


def shown(points: Sequence[Mapping[str, Any]], span: Span) -> History:
    """The lines and the table for the points that the registry told."""
    stored = [(each["at"], float(each["blob_bytes"] + each["manifest_bytes"])) for each in points]
    uploads = [(each["at"], float(each["upload_bytes"])) for each in points]
    pushes = [(each["at"], float(each["pushes"])) for each in points]
    pulls = [(each["at"], float(each["pulls"])) for each in points]
    return History(
        [Series("Stored", stored), Series("Uploads under way", uploads)],
        [Series("Pulls", pulls), Series("Pushes", pushes)],
        _rows(points, span),
    )


def _rows(points: Sequence[Mapping[str, Any]], span: Span) -> list[Row]:
    """The newest first."""
    rows, end = [], len(points)
    while end > 0:
        start = max(0, end - span.every)
        rows.append(_row(points[start:end]))
        end = start
    return rows


def _row(lot: Sequence[Mapping[str, Any]]) -> Row:
    last = lot[-1]
    moment = datetime.datetime.fromtimestamp(last["at"], datetime.UTC)
    return Row(
        f"{moment:%Y-%m-%d %H:%M}",
        last["blob_bytes"] + last["manifest_bytes"],
        last["upload_bytes"],
        last["repositories"],
        last["tags"],
        sum(each["pushes"] for each in lot),
        sum(each["pulls"] for each in lot),
    )
