"""The scales of pictures: round values beside them, round times below. Pure."""

from __future__ import annotations

import datetime
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from homeport.console.rendering import units

SPACES = 5
"""Spaces between the lines across a picture at most; more are not read more easily."""
TIMES = 8
"""Times below a picture at most: so many words of six letters stand beside each other on a wide page."""
LEAST = 1e-9
"""A smaller range is drawn as this one."""
DAY_S = 86_400

_SPANS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200)
"""Seconds that people count in, below a day."""
_DAYS = (1, 2, 3, 7, 14)
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 12_000)
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_LAST = (datetime.datetime(9000, 1, 1, tzinfo=datetime.UTC) - _EPOCH).total_seconds()
"""Later times, and earlier ones than the epoch, have no words here."""


class Mark(NamedTuple):
    """A place on a scale, and what stands there."""

    at: float
    text: str


class Scale(NamedTuple):
    """Values from bottom to top, with marks at even distances; the first is the bottom, the last the top."""

    bottom: float
    top: float
    marks: tuple[Mark, ...]

    def part(self, value: float) -> float:
        """How far up a value is, from 0 to 1."""
        found = value / self.top if not self.bottom else _part(self, value)
        return min(1.0, max(0.0, found))


def _part(scale: Scale, value: float) -> float:
    # Halves first: the whole range of floats is wider than a float.
    return (value / 2 - scale.bottom / 2) / (scale.top / 2 - scale.bottom / 2)


def scale(values: Sequence[float], unit: str) -> Scale:
    """From zero to above the largest of some finite values; below zero where one is."""
    low, high = min(0.0, *values), max(0.0, *values)
    if high - low < LEAST:
        high = LEAST if unit == "seconds" else 1.0
    is_whole = unit == "bytes" or all(value == math.floor(value) for value in values)
    for step in _steps(max(high, -low), unit, is_whole=is_whole):
        first, last = math.floor(low / step), math.ceil(high / step)
        # Quotients are rounded: what is out by a hair is out.
        first, last = first - (step * first > low), last + (step * last < high)
        if last - first <= SPACES:
            break
    show = UNITS[unit]
    marks = tuple(Mark(step * number, show(step * number)) for number in range(first, last + 1))
    return Scale(marks[0].at, marks[-1].at, marks)


def _steps(most: float, unit: str, *, is_whole: bool) -> Iterator[float]:
    """Distances between marks, the smallest first, that `SPACES` of them reach the largest value at some point."""
    if unit == "bytes":
        start = max(0, math.frexp(most)[1] - 5)
        yield from (2.0**number for number in itertools.count(start))
    if unit == "seconds" and most >= 1:
        yield from (float(span) for span in _SPANS)
        yield from (DAY_S * step for step in _decimal(most / DAY_S, is_whole=True))
    yield from _decimal(most, is_whole=is_whole)


def _decimal(most: float, *, is_whole: bool) -> Iterator[float]:
    start = math.floor(math.log10(max(most, LEAST))) - 2
    for power in itertools.count(max(0, start) if is_whole else start):
        yield from (factor * 10.0**power for factor in (1, 2, 5))


def times(begin: float, end: float) -> list[Mark]:
    """Round times in UTC from begin to end: `14:00`, `30 Nov`, `Nov`, `2027`."""
    begin, end = max(0.0, begin), min(_LAST, end)
    span = end - begin
    if span <= 0:
        return []
    for step in (*_SPANS, *(DAY_S * days for days in _DAYS)):
        if span / step < TIMES:
            return _even(begin, end, step)
    months = next((each for each in _MONTHS if span / (each * 28 * DAY_S) < TIMES), 12_000)
    return _calendar(begin, end, months)


def _even(begin: float, end: float, step: int) -> list[Mark]:
    first = math.ceil(begin / step)
    last = math.floor(end / step)
    return [Mark(at * step, _time(at * step, step)) for at in range(first, last + 1)]


def _time(at: float, step: int) -> str:
    moment = _moment(at)
    if step >= DAY_S or at % DAY_S == 0:
        return f"{moment.day} {moment:%b}"
    return f"{moment:%H:%M}" if step >= 60 else f"{moment:%H:%M:%S}"


def _calendar(begin: float, end: float, months: int) -> list[Mark]:
    """The first days of months."""
    start = _moment(begin)
    number = -(-(start.year * 12 + start.month - 1) // months) * months
    marks: list[Mark] = []
    while True:
        year, month = divmod(number, 12)
        if year > datetime.MAXYEAR:
            return marks
        first = datetime.datetime(year, month + 1, 1, tzinfo=datetime.UTC)
        at = (first - _EPOCH).total_seconds()
        if at > end:
            return marks
        if at >= begin:
            marks.append(Mark(at, str(year) if month == 0 else f"{first:%b}"))
        number += months


def _moment(at: float) -> datetime.datetime:
    return _EPOCH + datetime.timedelta(seconds=at)


_LARGE = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


def _number(value: float) -> str:
    size = abs(value)
    if size >= 1e15:
        return f"{value:.3g}"
    for factor, name in _LARGE:
        if size >= factor:
            return f"{value / factor:.3g} {name}"
    return f"{value:,.0f}" if value == int(value) else f"{value:.3g}"


def _bytes(value: float) -> str:
    if abs(value) >= 2**60:
        return f"{value:.3g} B"
    number, _, unit = units.size(value).partition(" ")
    # Beside a scale 1.00 GiB is 1 GiB.
    return f"{number.rstrip('0').rstrip('.') if '.' in number else number} {unit}"


def _seconds(value: float) -> str:
    if not value:
        return "0 s"
    if abs(value) >= 1e10:
        return f"{value / DAY_S:.3g} d"
    return units.duration(value).replace(".0 s", " s") if value >= 0.001 else f"{value:.3g} s"


UNITS: dict[str, Callable[[float], str]] = {
    "number": _number,
    "bytes": _bytes,
    "seconds": _seconds,
}
"""How values of a unit are shown."""
