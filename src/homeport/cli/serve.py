"""`homeport serve`: one component in this process, in the foreground."""

from __future__ import annotations

import gc
import importlib
from pathlib import Path
from typing import Protocol

from homeport.cli import arguments
from homeport.serve import process
from homeport.stack import load, settings

_COMPONENTS = {name: f"homeport.serve.{name.replace('-', '_')}" for name in settings.COMPONENTS}
"""The module that builds a component. Loaded when it is run: one does not carry what another needs."""


class Root(Protocol):
    """What such a module has."""

    open: process.Opening


def configure(parser: arguments.Parser) -> None:
    """The component, and how a supervisor holds on to it."""
    parser.shows_settings = True
    parser.add_argument("component", choices=settings.COMPONENTS, help="what to run")
    hidden = parser.add_argument_group("for a supervisor")
    hidden.add_argument(
        "--parent-pipe",
        type=int,
        metavar="FD",
        help="end when the other end of this pipe is closed",
    )
    hidden.add_argument(
        "--log-file", type=Path, metavar="FILE", help="write to this file anew on SIGHUP"
    )


def run(given: arguments.Given) -> int:
    """Runs until SIGTERM, SIGINT, or the end of the supervisor."""
    gc.disable()  # until the process has settled: what is loaded now is no garbage
    loaded: load.Loaded = given.load()
    root: Root = importlib.import_module(_COMPONENTS[given["component"]])
    process.run(
        given["component"],
        root.open,
        loaded,
        process.Supervision(parent_pipe=given["parent_pipe"], log_file=given["log_file"]),
    )
    return 0
