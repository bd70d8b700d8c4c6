"""JSON that somebody pushed: whatever it holds, something can be shown of it, and nothing of it costs much."""

from __future__ import annotations

import datetime
import json
from typing import Any

from homeport.console.rendering import indenting

TEXT = 4096
"""Characters of a text that are shown: a command of a Dockerfile may be long, a label that is longer is no label."""
ITEMS = 1000
"""Items of a list or object that are shown. An image has 127 layers at most where overlayfs mounts it, and some hundred labels at most."""
DIGITS = 18
"""Of a number: a size of 18 digits is an exabyte."""


def load(content: bytes) -> dict[str, Any] | None:
    """An object of JSON; None for anything else."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def text(value: Any, most: int = TEXT) -> str:
    """A text, cut where it is too long; empty for anything else. What no page can hold is replaced."""
    if not isinstance(value, str):
        return ""
    cut = value if len(value) <= most else value[:most] + "…"
    # Half of a surrogate pair can stand in JSON, and not in UTF-8: https://www.rfc-editor.org/rfc/rfc8259#section-8.2
    return cut.encode(errors="replace").decode()


def texts(value: Any) -> list[str]:
    """The texts of a list."""
    return [text(each) for each in listed(value) if isinstance(each, str)]


def words(value: Any) -> list[str]:
    """A list of texts, or one text alone: some builders write `"Cmd": "sh"`."""
    return [text(value)] if isinstance(value, str) else texts(value)


def pairs(value: Any) -> dict[str, str]:
    """The texts of an object, by their names in order. Other values are shown as JSON."""
    if not isinstance(value, dict):
        return {}
    names = sorted(value)[:ITEMS]
    return {text(name): _shown(value[name]) for name in names}


def listed(value: Any) -> list[Any]:
    """A list, cut where it is too long; empty for anything else."""
    return value[:ITEMS] if isinstance(value, list) else []


def mapped(value: Any) -> dict[str, Any]:
    """An object; empty for anything else."""
    return value if isinstance(value, dict) else {}


def number(value: Any) -> int | None:
    """A whole number that is not negative and not absurd."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 <= value < 10**DIGITS else None


def moment(value: Any) -> float | None:
    """A time of RFC 3339 as seconds since the epoch; None where it is none, or the one that stands for no time.

    https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties
    """
    if not isinstance(value, str) or not 10 <= len(value) <= 40:
        return None
    try:
        found = datetime.datetime.fromisoformat(value)
        if found.tzinfo is None:
            found = found.replace(tzinfo=datetime.UTC)
        at = found.timestamp()
    except (ValueError, OverflowError):
        return None
    # Go's zero time, of the year 1, is written by builders that know none.
    return at if at >= 0 else None


def pretty(content: bytes, most: int) -> tuple[str, bool]:
    """JSON with its lines indented, or the text as it is; and whether it was cut."""
    try:
        shown = indenting.dump(json.loads(content), most)
        shown = shown.encode(errors="replace").decode()
    except (ValueError, RecursionError):
        shown = content[: most + 1].decode(errors="replace")
    return shown[:most], len(shown) > most


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return text(value)
    try:
        return text(json.dumps(value))
    except (ValueError, RecursionError):
        return ""
