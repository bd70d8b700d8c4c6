"""`homeport apply`: deploys the stack, and waits until it is ready."""

from __future__ import annotations

from homeport import clock, errors
from homeport.cli import arguments, output
from homeport.cli.kubernetes import opening, plan
from homeport.cli.kubernetes.proposing import consent, exposing, proposal
from homeport.cli.kubernetes.view import deployed, findings, plans, progress
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
    made = proposal.propose(given, chosen, here.cluster)
    _show(given, here, made)
    if made.is_stopped:
        raise errors.HomeportError(
            "Nothing was changed: what is said above stands against it.",
            hint="homeport plan shows it again.",
        )
    if made.planned.has_changes:
        consent.agree(given, f"Apply this to the context {here.cluster.context}?")
    try:
        return _apply(given, chosen, here, made)
    except KeyboardInterrupt:
        output.note(
            "Interrupted. Each object is as it was, or applied whole; homeport apply goes on from there."
        )
        raise


def _show(given: arguments.Given, here: opening.Opened, made: proposal.Proposal) -> None:
    if given["output"] == "json":
        said = findings.as_json(made.checked)
        progress.event("plan", **plans.as_json(made.planned), findings=said)
        return
    if made.users.note:
        output.note(made.users.note)
    plan.show(here, made)


def _apply(
    given: arguments.Given,
    chosen: settings.Settings,
    here: opening.Opened,
    made: proposal.Proposal,
) -> int:
    time, timeout_s = clock.SystemClock(), chosen.kubernetes.timeout_s
    # Before the Secret is: a password that only the cluster knew would be lost.
    users.keep(chosen, made.users)
    with progress.of(given["output"]) as view:
        if made.planned.has_changes:
            carrying.carry_out(here.cluster, made.planned, time, view, timeout_s)
            _check(here, made)
        if not given["no_wait"]:
            reports = following.follow(
                here.cluster,
                chosen,
                time,
                until=lambda report: report.is_ready,
                deadline_s=timeout_s,
            )
            readiness.wait(reports, timeout_s, view.show)
    if given["output"] == "json":
        progress.event("applied" if given["no_wait"] else "ready")
    else:
        output.out(
            deployed.text(given["config"], chosen, made.users, is_waited=not given["no_wait"])
        )
    return OK


def _check(here: opening.Opened, made: proposal.Proposal) -> None:
    """Whether all is as planned, now that it was applied."""
    others = making.refresh(here.cluster, made.planned)
    if others:
        raise errors.HomeportError(
            f"Somebody else changes this stack at the same time: {', '.join(map(str, others))}"
            " are not as they were applied.",
            hint="homeport diff shows what was changed, and by whom.",
        )
