"""Figures in words for people."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

_UNITS = (("day", 86_400), ("h", 3600), ("min", 60), ("s", 1))


def duration(seconds: float) -> str:
    """A duration in its largest unit, with the next one where that says more: `2 h 5 min`."""
    left = max(0, int(seconds))
    for index, (unit, length) in enumerate(_UNITS):
        count = left // length
        if count:
            rest = (left % length) // _UNITS[index + 1][1] if unit in {"day", "h"} else 0
            plural = "s" if unit == "day" and count > 1 else ""
            return f"{count} {unit}{plural}" + (f" {rest} {_UNITS[index + 1][0]}" if rest else "")
    return "0 s"


def took(seconds: float) -> str:
    """How long something took: to the tenth while that says something."""
    if seconds < 0.1:
        return "less than 0.1 s"
    return f"{seconds:.1f} s" if seconds < 10 else duration(seconds)


def size(value: int | None) -> str:
    """Bytes in MiB or GiB."""
    if value is None:
        return "-"
    mib = value / 2**20
    return f"{mib / 1024:.1f} GiB" if mib >= 1024 else f"{mib:.0f} MiB"


def amount(value: int) -> str:
    """Bytes in the unit that fits, up to GiB."""
    number = float(value)
    for unit in ("B", "KiB", "MiB"):
        if number < 1024:
            return f"{number:.0f} {unit}" if unit == "B" or number >= 10 else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} GiB"


def count(number: int, one: str, many: str = "") -> str:
    """A number of things: `1 blob`, `2,000 blobs`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def ago(now: float, then: float | None) -> str:
    """How long ago something was; a hyphen where it never was."""
    return f"{duration(now - then)} ago" if then is not None else "-"


def path(value: Path) -> str:
    """A path with `~` for the home folder, as a shell takes it."""
    home = os.path.expanduser("~")  # noqa: PTH111 - Path.home() raises where there is none
    text = str(value)
    if home != "/" and text.startswith(f"{home}/"):
        return "~/" + shlex.quote(text[len(home) + 1 :])
    return shlex.quote(text)


def command() -> str:
    """How this program was called, for a person to type again."""
    called = Path(sys.argv[0])
    if called.name != "homeport":  # python -m homeport
        return f"{path(Path(sys.executable))} -m homeport"
    found = shutil.which("homeport")
    if found and Path(found).resolve() == called.resolve():
        return "homeport"
    return path(called)
