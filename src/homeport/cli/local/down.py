"""`homeport down`: stops the stack of a data folder, wherever it was started."""

from __future__ import annotations

from homeport.cli import arguments, output
from homeport.cli.view import words
from homeport.targets.local import control


def configure(parser: arguments.Parser) -> None:
    """Only settings."""
    parser.epilog = "Requests in flight are let through first. Data stays."


def run(given: arguments.Given) -> int:
    """0 also where nothing ran."""
    chosen = given.load().settings
    has_stopped = control.stop(chosen)
    where = words.path(chosen.data)
    output.say(
        f"The stack on {where} has stopped." if has_stopped else f"No stack runs on {where}."
    )
    return 0
