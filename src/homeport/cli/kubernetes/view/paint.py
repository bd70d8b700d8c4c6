"""Colour, where there is a terminal that takes it. https://no-color.org/"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

GREEN, RED, YELLOW, CYAN, DIM, BOLD = "32", "31", "33", "36", "2", "1"

Paint = Callable[[str, str], str]


def plain(text: str, color: str) -> str:  # noqa: ARG001 - as `colored` is called
    """The text as it is."""
    return text


def colored(text: str, color: str) -> str:
    """The text in a colour. https://ecma-international.org/publications-and-standards/standards/ecma-48/"""
    return f"\x1b[{color}m{text}\x1b[0m"


def is_terminal() -> bool:
    """Whether a person looks at standard output."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def of_output() -> Paint:
    """How standard output is painted."""
    return colored if is_terminal() and not os.environ.get("NO_COLOR") else plain
