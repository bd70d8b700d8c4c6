"""`homeport version`, `homeport --version`."""

from __future__ import annotations

from importlib import metadata

from homeport.cli import arguments, output


def configure(parser: arguments.Parser) -> None:
    """It takes nothing."""
    del parser


def run(given: arguments.Given) -> int:
    """Prints the version that is installed."""
    del given
    output.out(f"homeport {metadata.version('homeport')}")
    return 0
