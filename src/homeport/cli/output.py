"""What commands write: results on standard output, errors and remarks on standard error."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from typing import Any

BOLD, DIM, RED, YELLOW, RESET = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[33m", "\x1b[0m"

_COLOR = r"\x1b\[(?:(?:[0-4]|22|39|[39][1-7]);?)*m"
"""What gives text a colour and cannot hide it. https://ecma-international.org/publications-and-standards/standards/ecma-48/"""
_CONTROLS = re.compile(f"({_COLOR})|[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f]")
_ON_TERMINALS = re.compile(f"{_CONTROLS.pattern}|[\u202a-\u202e\u2066-\u2069]")
"""There also what has other text read backwards. https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing"""


def shown(text: str, *, is_terminal: bool = True) -> str:
    """A text fit to be shown: what others wrote in it moves no cursor, and says what it is (`\\x1b`)."""
    pattern = _ON_TERMINALS if is_terminal else _CONTROLS
    return pattern.sub(lambda found: found[1] or _escaped(found[0]), text)


def _escaped(sign: str) -> str:
    return sign.encode("unicode_escape").decode()


def out(text: str) -> None:
    """A result, on a line of its own."""
    made = shown(text, is_terminal=sys.stdout.isatty())
    sys.stdout.write(f"{_encodable(made, sys.stdout.encoding)}\n")
    sys.stdout.flush()


def _encodable(text: str, encoding: str | None) -> str:
    """Signs that an old locale does not have, and bytes of file names that are no text, are said as `\\u2713`."""
    its = encoding or "utf-8"
    return text.encode(its, "backslashreplace").decode(its)


def out_json(value: Any) -> None:
    """A result for programs."""
    out(json.dumps(value, indent=2))


def note(text: str) -> None:
    """A remark that is no result."""
    _err("note:", YELLOW, text)


def error(text: str) -> None:
    """What went wrong and what helps."""
    _err("error:", RED, text)


def _err(label: str, color: str, text: str) -> None:
    if sys.stderr.isatty():
        label = f"{color}{label}{RESET}"
    sys.stderr.write(f"{label} {shown(text)}\n")
    sys.stderr.flush()


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns for a pipe or a plain terminal."""
    lines = [[head.upper() for head in heads], *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def say(text: str) -> None:
    """What was done, for a person: no result that a program would read."""
    sys.stderr.write(f"{shown(text)}\n")
    sys.stderr.flush()
