"""Which samples of the past are kept: fewer the older they are. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from homeport.registry.options import DAY_S, HOUR_S
from homeport.registry.store.space.samples import SLOT_S, Sample

KEPT_S = 3 * 366 * DAY_S
"""Older ones go, but for the last of them: what it says holds until the next."""

_STEPS = ((60 * DAY_S, DAY_S), (2 * DAY_S, 6 * HOUR_S))
"""What is older than the first has one sample in the second. So a page of three years is made of some 1,500 rows, and the last two
days are whole."""


class Thinned(NamedTuple):
    """What has to be done to the rows."""

    gone: list[Sample]
    changed: list[Sample]
    """Those that stay, with the pushes and pulls of those that went in front of them."""


def thin(found: Sequence[Sample], now: float) -> Thinned:
    """Says which of the samples, the oldest first, go. The last of a span stays: what was held at the span's end is exact."""
    # A clock that was set right has left samples of a time that is still to come.
    gone = [each for each in found if each.at > now + SLOT_S]
    past = [each for each in found if each.at <= now + SLOT_S]
    old = [each for each in past if each.at < now - KEPT_S]
    gone += old[:-1]
    changed: list[Sample] = []
    span: list[Sample] = []
    for each in [*past[len(old) :], None]:
        if span and (each is None or _span(each, now) != _span(span[0], now)):
            gone += span[:-1]
            if len(span) > 1:
                changed.append(_sum(span))
            span = []
        if each is not None and _span(each, now):
            span.append(each)
    return Thinned(gone, changed)


def _span(sample: Sample, now: float) -> tuple[float, float] | None:
    """The span that it belongs to, once all of that is old enough; None as long as it is kept by itself."""
    for age, length in _STEPS:
        number = sample.at // length
        if (number + 1) * length <= now - age:
            return length, number
    return None


def _sum(span: Sequence[Sample]) -> Sample:
    pushes, pulls = sum(each.pushes for each in span), sum(each.pulls for each in span)
    return span[-1]._replace(pushes=pushes, pulls=pulls)
