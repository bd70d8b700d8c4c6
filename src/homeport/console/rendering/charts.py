"""Pictures of numbers over time, drawn as SVG by the server: no script, no style but classes.

Each has a text for who cannot see it, and lines are told apart by their dashes too: https://www.w3.org/TR/WCAG22/#use-of-color
Lines are stretched to the width of the page; words stand beside them and are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import markupsafe

from homeport.console.rendering import axes

WIDTH, HEIGHT = 1000, 200
"""Of the drawing, in its own units."""
POINTS = 600
"""Points of a line at most: more than half of them would share a pixel with another."""
MOST = 1e300
"""What is larger, or no number, is a gap: the lines across the picture have to stay numbers too."""
ALONE_S = 1800
"""A single point stands in the middle of so much time on either side."""
STYLES = 4
"""Lines that look different."""
LEAST = 0.5
"""Part of a bar in hundredths that a share has at least, to be seen at all."""

Point = tuple[float, float | None]


class Series(NamedTuple):
    """One line: a name, and values at times in seconds since the epoch. A value of None is a gap."""

    name: str
    points: Sequence[Point]


def line(series: Sequence[Series], *, title: str, unit: str = "number") -> markupsafe.Markup:
    """Lines over a common time; `unit` is `number`, `bytes` or `seconds`."""
    drawn = [Series(each.name, _ordered(each.points)) for each in series]
    values = [value for each in drawn for _, value in each.points if value is not None]
    if not values:
        return markupsafe.Markup('<p class="none">There is nothing to show yet.</p>')
    area = _area([at for each in drawn for at, _ in each.points], values, unit)
    words = _told(title, drawn, unit)
    lines = markupsafe.Markup("").join(_line(each, area, at) for at, each in enumerate(drawn))
    return _FIGURE.format(
        _beside(area), WIDTH, HEIGHT, words, _across(area), lines, _below(area), _legend(drawn)
    )


def bar(
    shares: Sequence[tuple[str, float]], total: float, *, title: str, unit: str = "bytes"
) -> markupsafe.Markup:
    """Shares of a whole in one bar, named below it in the same order; what is left of the whole is empty."""
    show, at = axes.UNITS[unit], 0.0
    parts, words = markupsafe.Markup(), []
    for number, (name, value) in enumerate(shares):
        width = 100 * min(1.0, max(0.0, value / total)) if total > 0 else 0.0
        width = min(max(width, LEAST if value > 0 else 0.0), 100 - at)
        parts += _SHARE.format(number % STYLES, at, width)
        words.append(f"{name} {show(value)}")
        at += width
    text = f"{title}: {', '.join(words)}, of {show(total)}"
    keys = markupsafe.Markup("").join(
        markupsafe.Markup('<li class="key-{}">{}</li>').format(number % STYLES, each)
        for number, each in enumerate(words)
    )
    return _BAR.format(text, parts, keys)


_FIGURE = markupsafe.Markup(
    '<figure class="chart"><div class="plot"><div class="scale" aria-hidden="true">{}</div>'
    '<svg class="lines" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}{}</svg>'
    '<svg class="times" aria-hidden="true">{}</svg></div><figcaption>{}</figcaption></figure>'
)
_SHARE = markupsafe.Markup('<rect class="fill-{}" x="{:.3f}" y="0" width="{:.3f}" height="8"/>')
_BAR = markupsafe.Markup(
    '<figure class="chart"><svg class="bar" viewBox="0 0 100 8" role="img" aria-label="{}" preserveAspectRatio="none">'
    '<rect class="empty" x="0" y="0" width="100" height="8"/>{}</svg>'
    '<figcaption><ul class="legend">{}</ul></figcaption></figure>'
)


class _Area(NamedTuple):
    begin: float
    end: float
    scale: axes.Scale

    def x(self, at: float) -> float:
        return WIDTH * min(1.0, max(0.0, (at - self.begin) / (self.end - self.begin)))

    def y(self, value: float) -> float:
        return HEIGHT * (1 - self.scale.part(value))


def _area(times: Sequence[float], values: Sequence[float], unit: str) -> _Area:
    begin, end = min(times), max(times)
    if end - begin < 1:
        begin, end = begin - ALONE_S, end + ALONE_S
    return _Area(begin, end, axes.scale(values, unit))


def _ordered(points: Sequence[Point]) -> list[Point]:
    """In the order of time, what is no number a gap, and not more than can be seen."""
    known = sorted(((at, _drawable(value)) for at, value in points), key=lambda point: point[0])
    return list(_thinned(known)) if len(known) > POINTS else known


def _drawable(value: float | None) -> float | None:
    return value if value is not None and abs(value) <= MOST else None


def _thinned(points: Sequence[Point]) -> Iterator[Point]:
    """Of each few points that stand together the lowest and the highest; a gap where all of them are gaps."""
    lots = POINTS // 2
    for number in range(lots):
        lot = points[number * len(points) // lots : (number + 1) * len(points) // lots]
        known = [(value, at) for at, value in lot if value is not None]
        if not known:
            yield lot[0][0], None
            continue
        yield from sorted({(at, value) for value, at in (min(known), max(known))})


def _beside(area: _Area) -> markupsafe.Markup:
    texts = [mark.text for mark in reversed(area.scale.marks)]
    return markupsafe.Markup("").join(markupsafe.Markup("<span>{}</span>").format(t) for t in texts)


def _across(area: _Area) -> markupsafe.Markup:
    heights = [area.y(mark.at) for mark in area.scale.marks]
    path = "".join(f"M0 {height:.1f}H{WIDTH}" for height in heights)
    return markupsafe.Markup('<path class="grid" d="{}"/>').format(path)


def _below(area: _Area) -> markupsafe.Markup:
    """Each second one is left out where there is little room."""
    made = markupsafe.Markup()
    for number, mark in enumerate(axes.times(area.begin, area.end)):
        part = area.x(mark.at) / WIDTH
        anchor = "start" if part < 0.04 else "end" if part > 0.96 else "middle"
        made += markupsafe.Markup(
            '<text{} x="{:.2f}%" y="1.1em" text-anchor="{}">{}</text>'
        ).format(
            markupsafe.Markup(' class="wide"') if number % 2 else "", 100 * part, anchor, mark.text
        )
    return made


def _line(series: Series, area: _Area, number: int) -> markupsafe.Markup:
    """What is connected as a path; a point with gaps on both sides as a dot."""
    steps: list[str] = []
    dots: list[str] = []
    for run in _runs(series.points):
        places = [f"{area.x(at):.1f} {area.y(value):.1f}" for at, value in run]
        (steps if len(places) > 1 else dots).append("M" + "L".join(places))
    # A path of no length is drawn as its round cap alone: https://www.w3.org/TR/SVG2/painting.html#LineCaps
    dotted = "".join(f"{dot}h0" for dot in dots)
    made = markupsafe.Markup()
    for kind, path in (("", "".join(steps)), (" dot", dotted)):
        if path:
            made += markupsafe.Markup('<path class="line line-{}{}" d="{}"/>').format(
                number % STYLES, kind, path
            )
    return made


def _runs(points: Sequence[Point]) -> Iterator[list[tuple[float, float]]]:
    run: list[tuple[float, float]] = []
    for at, value in points:
        if value is not None:
            run.append((at, value))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _legend(series: Sequence[Series]) -> markupsafe.Markup:
    note = markupsafe.Markup('<p class="note">Times are in UTC.</p>')
    if len(series) < 2:
        return note
    key = markupsafe.Markup(
        '<li><svg class="key" viewBox="0 0 28 8" aria-hidden="true"><path class="line line-{}" d="M2 4H26"/></svg>{}</li>'
    )
    rows = [key.format(number % STYLES, each.name) for number, each in enumerate(series)]
    return markupsafe.Markup('<ul class="legend">{}</ul>{}').format(
        markupsafe.Markup("").join(rows), note
    )


def _told(title: str, series: Sequence[Series], unit: str) -> str:
    """What the picture says."""
    show, words = axes.UNITS[unit], []
    for each in series:
        values = [value for _, value in each.points if value is not None]
        if values:
            words.append(
                f"{each.name} from {show(values[0])} to {show(values[-1])},"
                f" at least {show(min(values))}, at most {show(max(values))}"
            )
    return f"{title}: {'; '.join(words)}"
