"""`homeport destroy`: removes the stack from the cluster, and keeps its volumes unless told otherwise."""

from __future__ import annotations

from homeport import clock
from homeport.cli import arguments, output
from homeport.cli.kubernetes import opening
from homeport.cli.kubernetes.proposing import consent
from homeport.cli.kubernetes.view import paint, progress, removals
from homeport.targets.kubernetes.applying import alone, removing
from homeport.targets.kubernetes.planning import removal

OK = 0


def configure(parser: arguments.Parser) -> None:
    """What goes, whether to ask, and the form."""
    parser.shows_settings = parser.is_for_cluster = True
    parser.add_argument(
        "--delete-data",
        action="store_true",
        help="delete the volumes too, with all that is on them",
    )
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask")
    parser.add_argument("-o", "--output", choices=("text", "json"), default="text")
    parser.epilog = (
        "exit code: 0 where all is gone, else 1. It can be interrupted and repeated at any time."
        " The next apply gives kept volumes back to the stack."
    )


def run(given: arguments.Given) -> int:
    """Says what it will do, asks, does it, and waits until all is gone."""
    with opening.opened(given) as here:
        for note in here.notes:
            output.note(note)
        with alone.held(here.chosen):
            return _run(given, here)


def _run(given: arguments.Given, here: opening.Opened) -> int:
    stack = here.chosen.kubernetes.name
    removed = removal.make(here.cluster, stack, deletes_data=given["delete_data"])
    if given["output"] == "json":
        progress.event("removal", **removals.as_json(removed))
    else:
        output.out("\n".join(removals.lines(removed, here.cluster.server, paint.of_output())))
    if removed.is_empty:
        return OK
    consent.name(given, stack)
    try:
        _remove(given, here, removed)
    except KeyboardInterrupt:
        output.note("Interrupted; homeport destroy goes on from there.")
        raise
    return OK


def _remove(given: arguments.Given, here: opening.Opened, removed: removal.Removal) -> None:
    timeout_s = here.chosen.kubernetes.timeout_s
    with progress.of(given["output"]) as view:
        removing.carry_out(here.cluster, removed, clock.SystemClock(), view, timeout_s)
    if given["output"] == "json":
        progress.event("destroyed")
    else:
        output.out("\n".join(removals.after(removed)))
