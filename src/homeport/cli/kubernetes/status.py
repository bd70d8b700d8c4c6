"""`homeport status` of the deployed stack: each component, and why one is not ready."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from homeport import clock
from homeport.cli import arguments, output
from homeport.cli.kubernetes import opening
from homeport.cli.kubernetes.view import paint, statuses
from homeport.cli.kubernetes.view import watch as terminals
from homeport.stack.lifecycle import State
from homeport.targets.kubernetes.watching import following, reading
from homeport.targets.kubernetes.watching.report import Report

READY, UNREADY = 0, 1


def run(given: arguments.Given) -> int:
    """0 where all components are ready, else 1."""
    time = clock.SystemClock()
    with opening.opened(given) as here:
        for note in here.notes:
            output.note(note)
        if given["watch"]:
            return _watch(given["output"], following.follow(here.cluster, here.chosen, time), time)
        report = reading.read(here.cluster, here.chosen, time)
    _show(given["output"], report, time.now())
    return READY if report.is_ready else UNREADY


def _show(form: str, report: Report, now: float) -> None:
    if form == "json":
        output.out_json(statuses.as_json(report))
    elif all(row.state is State.INITIAL for row in report.rows):
        output.say(
            f"Nothing of the stack {report.stack} is in the cluster {report.context}.\n  homeport apply deploys it."
        )
    else:
        output.out("\n".join(statuses.lines(report, now, paint.of_output())))


def _watch(form: str, reports: Iterator[Report], time: clock.Clock) -> int:
    """Until Ctrl-C: redrawn on a terminal, a line for each change in a pipe, an object in a line as JSON."""
    if form == "json":
        for report in reports:
            output.out(json.dumps(statuses.as_json(report)))
    elif paint.is_terminal():
        terminals.watch(reports, time)
    else:
        shown: dict[str, Any] = {}
        for report in reports:
            for line in statuses.changes(report, shown, time.now()):
                output.out(line)
    return UNREADY
