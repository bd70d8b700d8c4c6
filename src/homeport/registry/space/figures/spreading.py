"""Samples spread evenly over a time: what a picture of it needs. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from homeport.registry.store.space.samples import Sample


def spread(found: Sequence[Sample], since: float, points: int) -> list[Sample]:
    """So many points from `since`, or from the first sample where that is later, to the last sample, which is of now.

    Between two samples nothing changed. The pushes and pulls of a point are those since the point before.
    """
    if not found:
        return []
    end = found[-1].at
    start = min(max(since, found[0].at), end)
    step = (end - start) / (points - 1)
    if step <= 0:
        return [found[-1]]
    # The last one exactly, whatever rounding makes of it.
    times = [start + step * number for number in range(points - 1)] + [end]
    spread_out: list[Sample] = []
    following = next(number for number, each in enumerate(found) if each.at > start - step)
    for at in times:
        pushes = pulls = 0
        while following < len(found) and found[following].at <= at:
            pushes += found[following].pushes
            pulls += found[following].pulls
            following += 1
        spread_out.append(Sample(at, found[following - 1].held, pushes, pulls))
    return spread_out
