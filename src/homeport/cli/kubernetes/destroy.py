"""`homeport destroy`: removes the stack from the cluster, and keeps its volumes unless told otherwise."""

from __future__ import annotations

from homeport import clock
from homeport.cli import arguments, output
from homeport.cli.kubernetes import opening
from homeport.cli.kubernetes.proposing import consent
from homeport.cli.kubernetes.view import paint, progress, removals
from homeport.cli.network import naming, proposed, view
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
    with naming.of_cluster(here.chosen, clock.SystemClock(), here.cluster) as names:
        return _planned(given, here, names)


def _planned(given: arguments.Given, here: opening.Opened, names: naming.Naming) -> int:
    stack = here.chosen.kubernetes.name
    dns = proposed.removal(names)
    removed = removal.make(here.cluster, stack, deletes_data=given["delete_data"])
    _show(given, here, removed, dns)
    if removed.is_empty and not dns.has_changes and dns.failure is None:
        return OK
    consent.name(given, stack)
    try:
        if not removed.is_empty:
            _remove(given, here, removed)
        _unname(given, names)
    except KeyboardInterrupt:
        output.note("Interrupted; homeport destroy goes on from there.")
        raise
    return OK


def _show(
    given: arguments.Given,
    here: opening.Opened,
    removed: removal.Removal,
    dns: proposed.Proposed,
) -> None:
    if given["output"] == "json":
        progress.event("removal", **removals.as_json(removed), dns=proposed.as_json(dns))
        return
    color = paint.of_output()
    output.out("\n".join(removals.lines(removed, here.cluster.server, color)))
    if dns.has_changes or dns.failure is not None or dns.left:
        output.out("\n".join(["", *proposed.lines(dns, color)]))


def _unname(given: arguments.Given, names: naming.Naming) -> None:
    """Takes the DNS records away that are ours."""
    changes = proposed.remove(names, output.say)
    if changes is None or not changes.has_changes:
        return
    if given["output"] == "json":
        progress.event("unnamed", **view.as_json(names.chosen.dns.provider, changes, ()))
    else:
        output.out(f"Its DNS records are gone ({changes.where}).")


def _remove(given: arguments.Given, here: opening.Opened, removed: removal.Removal) -> None:
    timeout_s = here.chosen.kubernetes.timeout_s
    with progress.of(given["output"]) as shown:
        removing.carry_out(here.cluster, removed, clock.SystemClock(), shown, timeout_s)
    if given["output"] == "json":
        progress.event("destroyed")
    else:
        output.out("\n".join(removals.after(removed)))
