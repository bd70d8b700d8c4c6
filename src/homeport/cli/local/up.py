"""`homeport up`: starts the stack, in the foreground with a live table, or in the background."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
import sys
from typing import Protocol

from homeport import clock
from homeport.cli import arguments, output
from homeport.cli.local import background
from homeport.cli.view import hints, plain
from homeport.net.ingress import leftover
from homeport.stack import folders, load, settings
from homeport.targets.local import ports, stack

_LIVE = "homeport.cli.view.live"
"""Loaded only for a terminal: it takes more memory than the rest."""


class Live(Protocol):
    """What that module has."""

    def view(self, given: hints.Hints) -> plain.View:
        """A view that redraws itself."""


def configure(parser: arguments.Parser) -> None:
    """What to start, and where."""
    parser.shows_settings = True
    parser.add_argument(
        "-d",
        "--detach",
        action="store_true",
        help="run in the background; return when all is ready",
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        choices=settings.COMPONENTS,
        help="start only this component; may be repeated",
    )
    parser.add_argument(background.FLAG, action="store_true", help=argparse.SUPPRESS)


def run(given: arguments.Given) -> int:
    """Runs until Ctrl-C or `homeport down`."""
    loaded = given.load()
    where = folders.of(loaded.settings)
    leftover.end(where.ingress / "lock", where.ingress_configuration)
    settled = ports.settled(loaded.settings, given["only"])
    hint = hints.of(loaded, settled.settings, given["only"])
    loaded = loaded._replace(settings=settled.settings)
    if not given["background"]:
        for note in (*loaded.notes, *settled.notes):
            output.note(note)
    if given["detach"]:
        return background.start(loaded, given["only"], hint)
    return _run(given, loaded, _view(given, hint))


def _run(given: arguments.Given, loaded: load.Loaded, view: plain.View) -> int:
    with view:
        asyncio.run(stack.up(loaded.settings, os.environ, given["only"], view, clock.SystemClock()))
    return 0 if view.was_ready else 130


def _view(given: arguments.Given, hint: hints.Hints) -> plain.View:
    if given["background"]:
        return background.View(hint)
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        live: Live = importlib.import_module(_LIVE)
        return live.view(hint)
    return plain.View(hint)
