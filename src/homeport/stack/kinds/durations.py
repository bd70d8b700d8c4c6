"""Durations: `90s`, `15m`, `1h30m`, `7d`; seconds once they are read."""

from __future__ import annotations

import re

from homeport.stack import values

UNITS_MS = {
    "w": 604_800_000,
    "d": 86_400_000,
    "h": 3_600_000,
    "m": 60_000,
    "s": 1000,
    "ms": 1,
}
"""Milliseconds, the longest first."""

_PART = r"([0-9]{1,12}(?:\.[0-9]{1,3})?)(ms|[wdhms])"
_WHOLE = f"(?:{_PART})+"
_NONE = frozenset({"none", "never", "off"})


class Duration:
    """A duration in a range, or none where that is allowed."""

    def __init__(self, least: str, most: str, *, can_be_none: bool = False) -> None:
        self._least, self._most = least, most
        self._can_be_none = can_be_none
        none = ' or "none"' if can_be_none else ""
        self.allowed = f'a duration from {least} to {most}, such as "15m" or "7d"{none}'

    def read(self, raw: object) -> float | None:
        """Seconds; None for `none`. A number needs its unit: other programs take one without for nanoseconds, or days."""
        if not isinstance(raw, str):
            raise values.NotOfKind
        text = raw.strip().lower()
        if text in _NONE and self._can_be_none:
            return None
        count = milliseconds(text)
        if not milliseconds(self._least) <= count <= milliseconds(self._most):
            raise values.NotOfKind
        return count / 1000

    def schema(self) -> values.Schema:
        """A text with units."""
        none = "|none|never|off" if self._can_be_none else ""
        return {"type": "string", "pattern": rf"^({_WHOLE}{none})$"}

    def show(self, value: float | None) -> str:
        """In the largest unit that divides it."""
        if value is None:
            return "none"
        count = round(value * 1000)
        for unit, length in UNITS_MS.items():
            if count >= length and count % length == 0:
                return f"{count // length}{unit}"
        return "0s"


def milliseconds(text: str) -> int:
    """The milliseconds of a duration. Raises `NotOfKind`."""
    if re.fullmatch(_WHOLE, text) is None:
        raise values.NotOfKind
    return sum(_part(number, unit) for number, unit in re.findall(_PART, text))


def _part(number: str, unit: str) -> int:
    whole, _, fraction = number.partition(".")
    return int(whole + fraction) * UNITS_MS[unit] // int(10 ** len(fraction))
