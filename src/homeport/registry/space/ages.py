"""Durations in reports, in words."""

from __future__ import annotations

_UNITS = (("days", 86_400), ("h", 3600), ("min", 60))


def words(duration_s: float) -> str:
    """A duration in the largest unit that it is two of, to the tenth: `9 days`, `36 h`."""
    for unit, length in _UNITS:
        if duration_s >= 2 * length:
            return f"{_tenths(duration_s / length)} {unit}"
    return f"{_tenths(duration_s)} s"


def _tenths(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
