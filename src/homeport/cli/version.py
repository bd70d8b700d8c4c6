"""`homeport version`, `homeport --version`."""

from __future__ import annotations

from homeport.cli import arguments, output
from homeport.stack.version import VERSION


def configure(parser: arguments.Parser) -> None:
    """It takes nothing."""
    del parser


def run(given: arguments.Given) -> int:
    """Prints the version."""
    del given
    output.out(f"homeport {VERSION}")
    return 0
