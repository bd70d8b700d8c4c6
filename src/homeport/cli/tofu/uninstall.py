"""`homeport tofu uninstall`: takes away what `homeport tofu install` has written."""

from __future__ import annotations

import argparse
import os

from homeport.cli import arguments, output
from homeport.cli.tofu import install
from homeport.cli.view import words
from homeport.tofu import installing


def configure(parser: argparse.ArgumentParser) -> None:
    """Where from."""
    install.add_mirror(parser)
    parser.epilog = "Stacks and state files stay as they are. A configuration that names the mirror is yours to change."


def run(given: arguments.Given) -> int:
    """Deletes it, and says what."""
    gone = installing.uninstall(installing.of(given["mirror"], os.environ))
    for path in gone:
        output.say(f"Deleted: {words.path(path)}")
    if not gone:
        output.say("There was nothing of it.")
    return 0
