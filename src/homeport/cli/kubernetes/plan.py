"""`homeport plan`: what `apply` would change in the cluster."""

from __future__ import annotations

from homeport import clock
from homeport.cli import arguments, output
from homeport.cli.kubernetes import opening
from homeport.cli.kubernetes.proposing import exposing, proposal
from homeport.cli.kubernetes.view import findings, paint, plans
from homeport.cli.network import naming, proposed
from homeport.stack import settings

SAME, STOPPED, CHANGES = 0, 1, 2
"""Exit codes, those of `terraform plan -detailed-exitcode`: https://developer.hashicorp.com/terraform/cli/commands/plan"""


def configure(parser: arguments.Parser) -> None:
    """What was agreed to, and the form."""
    proposal.configure(parser)
    parser.add_argument("-o", "--output", choices=("text", "json"), default="text")
    parser.epilog = "exit code: 0 where nothing would change, 2 where something would, 1 where something stands against it"


def run(given: arguments.Given) -> int:
    """Asks the cluster in dry runs; nothing is changed and nothing is written."""
    with opening.opened(given) as here:
        chosen = exposing.settled(here)
        with naming.of_cluster(chosen, clock.SystemClock(), here.cluster) as names:
            dns = proposed.propose(names)
        made = proposal.propose(given, chosen, here.cluster)
    if given["output"] == "json":
        more = {"findings": findings.as_json(made.checked), "dns": proposed.as_json(dns)}
        output.out_json(plans.as_json(made.planned) | more)
    else:
        for note in (*here.notes, exposing.note(here, chosen), *notes(here.chosen, made)):
            if note:
                output.note(note)
        show(here, made, dns)
    if made.is_stopped or dns.is_stopped or dns.is_unknown:
        return STOPPED
    return CHANGES if made.planned.has_changes or dns.has_changes else SAME


def show(here: opening.Opened, made: proposal.Proposal, dns: proposed.Proposed) -> None:
    """Writes the plan, and what stands against it."""
    color = paint.of_output()
    where = f"stack {made.planned.stack}, context {here.cluster.context} ({here.cluster.server})"
    output.out("\n".join([color(where, paint.DIM), "", *plans.lines(made.planned, color)]))
    for said in (
        list(proposed.lines(dns, color)),
        list(findings.lines(made.planned, made.checked, color)),
    ):
        if said:
            output.out("\n".join(["", *said]))


def notes(chosen: settings.Settings, made: proposal.Proposal) -> list[str]:
    """What a person should know of who may log in."""
    found = [made.users.note] if made.users.note else []
    if made.users.is_made_up:
        found.append(f"apply will make a password for {chosen.admin.user}.")
    return found
