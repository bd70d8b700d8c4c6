"""`homeport status`: the components of a running stack."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Protocol

from homeport import clock
from homeport.cli import arguments, output
from homeport.cli.view import plain, words
from homeport.stack import folders, settings
from homeport.targets.local import control, memory, status
from homeport.targets.local.lifecycle import State

_TERMINAL = "homeport.cli.view.watch"
"""Loaded only for a terminal."""

_CLUSTER = "homeport.cli.kubernetes.status"
"""Loaded only where the settings' target is a cluster."""

Read = Callable[[], status.Report | None]


class Terminal(Protocol):
    """What that module has."""

    def show(self, report: status.Report) -> None:
        """Shows the table once."""

    def watch(self, read: Read) -> None:
        """Shows the table until Ctrl-C, or until the stack has stopped."""


class Cluster(Protocol):
    """What the module of the cluster has."""

    def run(self, given: arguments.Given) -> int:
        """Shows the components of the deployed stack."""


def configure(parser: arguments.Parser) -> None:
    """The form, and whether to go on."""
    parser.add_argument("-o", "--output", choices=("table", "json"), default="table")
    parser.add_argument("-w", "--watch", action="store_true", help="go on until Ctrl-C")
    parser.epilog = (
        "exit code: 0 where all components are ready, else 1. "
        "With --target kubernetes, -o json has target, stack, context, ready and components, each with component, "
        "state (Initial, Pending, Running, Ready, Error, Terminated), since (seconds since 1970, or null), url, restarts, "
        "volume (name and size, or null), pod, reason, message, lines, hint and warnings (text and hint each); "
        "with --watch it is one such object in each line."
    )


def run(given: arguments.Given) -> int:
    """0 where all components are ready, else 1."""
    chosen = given.load().settings
    if chosen.target == settings.KUBERNETES:
        cluster: Cluster = importlib.import_module(_CLUSTER)
        return cluster.run(given)
    where = folders.of(chosen)
    report = control.report(where)
    if given["output"] == "json":
        output.out_json(_json(report))
    elif report is None:
        output.say(f"No stack runs on {words.path(where.data)}.\n  homeport up starts it.")
    elif sys.stdout.isatty():
        terminal: Terminal = importlib.import_module(_TERMINAL)
        if given["watch"]:
            terminal.watch(lambda: control.report(where))
        else:
            terminal.show(report)
    else:
        output.out(_table(report))
        for row in report.rows:
            if row.problem and row.state in plain.UNWELL:
                output.say(row.problem)
    rows = report.rows if report else ()
    return 0 if rows and all(row.state is State.READY for row in rows) else 1


def _json(report: status.Report | None) -> dict[str, object]:
    if report is None:
        return {"running": False, "components": []}
    return {
        "running": True,
        "pid": report.pid,
        "started": report.started,
        "components": [status.as_json(row) for row in report.rows],
    }


def _table(report: status.Report) -> str:
    now = clock.SystemClock().now()
    rows = [
        [
            row.name,
            row.state,
            row.url,
            words.duration(now - row.since),
            words.size(memory.resident(row.pid) if row.pid is not None else None),
            str(row.restarts),
        ]
        for row in report.rows
    ]
    return output.table(["component", "state", "url", "since", "memory", "restarts"], rows)
