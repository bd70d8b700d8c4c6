"""What commands write: results on standard output, errors and remarks on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

BOLD, DIM, RED, YELLOW, RESET = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[33m", "\x1b[0m"


def out(text: str) -> None:
    """A result, on a line of its own."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


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
    sys.stderr.write(f"{label} {text}\n")
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
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
