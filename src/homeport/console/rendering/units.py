"""Sizes, durations and ages in words."""

from __future__ import annotations

_SIZES = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
"""https://en.wikipedia.org/wiki/Binary_prefix"""
_SPANS = (
    (86400 * 365, "year"),
    (86400 * 30, "month"),
    (86400, "day"),
    (3600, "hour"),
    (60, "minute"),
)


def size(value: float | None) -> str:
    """Bytes, with three digits: `1.25 GiB`."""
    if value is None:
        return "–"
    number, at = float(value), 0
    while abs(number) >= 1000 and at < len(_SIZES) - 1:
        number, at = number / 1024, at + 1
    if at == 0:
        return f"{int(number)} B"
    return f"{number:.{2 if number < 10 else 1 if number < 100 else 0}f} {_SIZES[at]}"


def duration(value: float | None) -> str:
    """Seconds: `0.8 s`, `5 min`, `2 h 10 min`, `3 d 4 h`."""
    if value is None:
        return "–"
    if value == 0:
        return "0 s"
    if value < 1:
        return f"{value * 1000:.0f} ms"
    if value < 60:
        return f"{value:.0f} s" if value >= 10 else f"{value:.1f} s"
    minutes = int(value // 60)
    hours, days = minutes // 60, minutes // 1440
    if hours == 0:
        return f"{minutes} min"
    if days == 0:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{days} d {hours % 24} h" if hours % 24 else f"{days} d"


def ago(at: float, now: float) -> str:
    """`3 minutes ago`, `in 2 days`."""
    passed = now - at
    for span, name in _SPANS:
        if abs(passed) >= span:
            number = int(abs(passed) // span)
            text = f"{number} {name}{'' if number == 1 else 's'}"
            return f"{text} ago" if passed > 0 else f"in {text}"
    return "just now" if passed >= -1 else "in less than a minute"
