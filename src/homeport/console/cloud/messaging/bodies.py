"""Bodies of messages as a person reads them: JSON with indents, other text as it is, long ones cut."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

SHOWN = 64 * 1024
"""Characters of one body on a page of its own; the whole is behind a link."""
GLANCE = 160
"""Characters in a list."""
INDENTED = 2 * SHOWN
"""Characters of JSON with its indents; what has more stays as it was written: of 64 KiB in deep lists, a hundred times as many are indents."""
DEEP = 100
"""Levels of JSON that are indented."""
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


class Body(NamedTuple):
    """A body, ready for a page."""

    text: str
    kind: str
    """`JSON` or `text`."""
    size: int
    """Bytes of the whole in UTF-8, as SQS counts them."""
    is_cut: bool


def shown(text: str) -> Body:
    """A body on a page of its own."""
    size = len(text.encode(errors="replace"))
    is_json = len(text) <= SHOWN and _is_json(text)
    if is_json:
        made = indented(text)
        return Body(made if len(made) <= INDENTED else text, "JSON", size, is_cut=False)
    return Body(text[:SHOWN], "text", size, is_cut=len(text) > SHOWN)


def glance(text: str) -> str:
    """The beginning of a body, in one line."""
    start = " ".join(text[: GLANCE + 1].split())
    return f"{start[:GLANCE]}…" if len(text) > GLANCE else start


def _is_json(text: str) -> bool:
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def indented(text: str) -> str:
    """JSON with a line for each value, ended soon behind `INDENTED` characters.

    Every value stays as it was written: no number is rounded, no key that stands twice is lost.
    """
    parts, size = [], 0
    for part in _indented([found.group() for found in _TOKEN.finditer(text)]):
        parts.append(part)
        size += len(part)
        if size > INDENTED:
            break
    return "".join(parts)


def _indented(tokens: list[str]) -> Iterator[str]:
    depth = 0
    for at, part in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else ""
        if part in {"{", "["}:
            depth += 1
            yield part if after in {"}", "]"} else part + _line(depth)
        elif part in {"}", "]"}:
            depth -= 1
            before = tokens[at - 1] if at else ""
            yield part if before in {"{", "["} else _line(depth) + part
        elif part == ",":
            yield part + _line(depth)
        else:
            yield ": " if part == ":" else part


def _line(depth: int) -> str:
    return "\n" + "  " * min(depth, DEEP)
