"""`homeport apply`: deploys the stack, and waits until it is ready."""

from __future__ import annotations

from homeport import clock, errors
from homeport.cli import arguments, output
from homeport.cli.kubernetes import opening, plan
from homeport.cli.kubernetes.proposing import consent, exposing, proposal
from homeport.cli.kubernetes.view import deployed, findings, plans, progress
from homeport.cli.network import naming, proposed, view
from homeport.stack import settings
from homeport.targets.kubernetes import users
from homeport.targets.kubernetes.applying import alone, carrying, readiness
from homeport.targets.kubernetes.planning import making
from homeport.targets.kubernetes.watching import following

OK, STOPPED = 0, 1


def configure(parser: arguments.Parser) -> None:
    """What was agreed to, how long to wait, and the form."""
    proposal.configure(parser)
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask")
    parser.add_argument(
        exposing.FLAG,
        action="store_true",
        help="open the Service localstack-edge, an AWS without a password, to the network",
    )
    parser.add_argument("--no-wait", action="store_true", help="return when all is applied")
    parser.add_argument("-o", "--output", choices=("text", "json"), default="text")
    parser.epilog = (
        "exit code: 0 where all components are ready (with --no-wait: all is applied), else 1."
        " It can be interrupted and repeated at any time."
    )


def run(given: arguments.Given) -> int:
    """Plans, asks, applies, waits."""
    with opening.opened(given) as here:
        for note in here.notes:
            output.note(note)
        chosen = exposing.decided(given, here)
        if note := exposing.note(here, chosen):
            output.note(note)
        with alone.held(chosen):
            return _run(given, chosen, here)


def _run(given: arguments.Given, chosen: settings.Settings, here: opening.Opened) -> int:
    with naming.of_cluster(chosen, clock.SystemClock(), here.cluster) as names:
        return _planned(given, here, names)


def _planned(given: arguments.Given, here: opening.Opened, names: naming.Naming) -> int:
    dns = proposed.propose(names)
    made = proposal.propose(given, names.chosen, here.cluster)
    _show(given, here, made, dns)
    if made.is_stopped or dns.is_stopped:
        raise errors.HomeportError(
            "Nothing was changed: what is said above stands against it.",
            hint="homeport plan shows it again.",
        )
    if made.planned.has_changes or dns.has_changes:
        consent.agree(given, f"Apply this to the context {here.cluster.context}?")
    try:
        _apply(given, names.chosen, here, made)
        _name(given, names, dns)
    except KeyboardInterrupt:
        output.note(
            "Interrupted. Each object is as it was, or applied whole; homeport apply goes on from there."
        )
        raise
    return OK


def _name(given: arguments.Given, names: naming.Naming, dns: proposed.Proposed) -> None:
    """Makes the DNS records. What goes wrong there undoes no object."""
    if dns.changes is None and not dns.is_unknown:
        return
    changes = proposed.carry_out(names, output.say)
    if given["output"] == "json":
        progress.event("named", **view.as_json(names.chosen.dns.provider, changes, ()))
    elif changes is not None:
        output.out("\n".join(["", f"The DNS records are there ({changes.where})."]))


def _show(
    given: arguments.Given,
    here: opening.Opened,
    made: proposal.Proposal,
    dns: proposed.Proposed,
) -> None:
    if given["output"] == "json":
        said = findings.as_json(made.checked)
        shown = plans.as_json(made.planned)
        progress.event("plan", **shown, findings=said, dns=proposed.as_json(dns))
        return
    if made.users.note:
        output.note(made.users.note)
    plan.show(here, made, dns)


def _apply(
    given: arguments.Given,
    chosen: settings.Settings,
    here: opening.Opened,
    made: proposal.Proposal,
) -> None:
    time, timeout_s = clock.SystemClock(), chosen.kubernetes.timeout_s
    # Before the Secret is: a password that only the cluster knew would be lost.
    users.keep(chosen, made.users)
    with progress.of(given["output"]) as shown:
        if made.planned.has_changes:
            carrying.carry_out(here.cluster, made.planned, time, shown, timeout_s)
            _check(here, made)
        if not given["no_wait"]:
            reports = following.follow(
                here.cluster,
                chosen,
                time,
                until=lambda report: report.is_ready,
                deadline_s=timeout_s,
            )
            readiness.wait(reports, timeout_s, shown.show)
    if given["output"] == "json":
        progress.event("applied" if given["no_wait"] else "ready")
    else:
        output.out(
            deployed.text(given["config"], chosen, made.users, is_waited=not given["no_wait"])
        )


def _check(here: opening.Opened, made: proposal.Proposal) -> None:
    """Whether all is as planned, now that it was applied."""
    others = making.refresh(here.cluster, made.planned)
    if others:
        raise errors.HomeportError(
            f"Somebody else changes this stack at the same time: {', '.join(map(str, others))}"
            " are not as they were applied.",
            hint="homeport diff shows what was changed, and by whom.",
        )
