"""Stacks in a cluster, for terraform and tofu: what plan, apply and destroy of the command line do, without a person to ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from homeport import clock, errors
from homeport.cli import output
from homeport.cli.kubernetes.proposing import proposal
from homeport.cli.network import naming
from homeport.cli.tofu import cluster, digests, records, texts, watched
from homeport.net.dns.records import Action, Changes
from homeport.stack import settings
from homeport.stack.rules import rule
from homeport.targets.kubernetes import users
from homeport.targets.kubernetes.applying import alone, carrying, readiness, removing
from homeport.targets.kubernetes.planning import found, making, plan, removal
from homeport.targets.kubernetes.watching import following, reading
from homeport.tofu.engine import Definition, Present, Proposed, Told

_FLAGS = "\n  (Flags are those of homeport apply: run it once with the same settings.)"
_ACCEPTED = '\n  (--accept is kubernetes.accept = ["{}"] in the definition.)'


class KubernetesEngine:
    """`engine.Engine` of the target `kubernetes`."""

    def __init__(self, environ: Mapping[str, str], time: clock.Clock) -> None:
        self._environ, self._time = environ, time

    def plan(self, wanted: Definition) -> Proposed:
        """Asks in dry runs; nothing is changed and nothing is written."""
        with cluster.opened(wanted, self._environ, self._time) as here:
            here = cluster.settled(here)
            made = cluster.proposed(here)
            with naming.of_cluster(here.chosen, self._time, here.cluster) as names:
                changes = names.plan()
                left = names.left()
            has_changes = made.planned.has_changes or bool(changes and changes.has_changes)
            return Proposed(
                objects=_planned(here, made.planned, changes),
                text=output.shown(texts.of(here, made.planned, changes)),
                has_changes=has_changes,
                errors=tuple(map(output.shown, _against(made, changes))),
                warnings=tuple(map(output.shown, _warnings(here, made, left)))
                if has_changes
                else (),
                endpoints=cluster.endpoints(here.chosen),
            )

    def apply(self, wanted: Definition, told: Told) -> Present:
        """Plans anew, applies, and waits until all components are ready."""
        teller = watched.Teller(told)
        time = watched.Watch(self._time, teller)
        with (
            cluster.opened(wanted, self._environ, time, teller.pausing) as here,
            alone.held(here.chosen),
        ):
            here = cluster.settled(here)
            made = cluster.proposed(here)
            with naming.of_cluster(here.chosen, time, here.cluster) as names:
                changes = names.plan()
                _refuse(made, changes)
                # Before the Secret is: a password that only the cluster knew would be lost.
                users.keep(here.chosen, made.users)
                _carry_out(here, made, time, teller)
                if changes is not None:
                    names.apply(changes, teller.say)
            _wait(here, time, teller)
            return _present(here, wanted, self._time, warnings=_password(here.chosen, made.users))

    def read(self, wanted: Definition) -> Present | None:
        """What is there of it."""
        with cluster.opened(wanted, self._environ, self._time) as here:
            live = found.of_stack(here.cluster, here.chosen.kubernetes.name)
            return _present(here, wanted, self._time) if digests.of_all(live) else None

    def destroy(self, wanted: Definition, told: Told, *, deletes_data: bool) -> None:
        """Removes it, and waits until all is gone."""
        teller = watched.Teller(told)
        time = watched.Watch(self._time, teller)
        with (
            cluster.opened(wanted, self._environ, time, teller.pausing) as here,
            alone.held(here.chosen),
        ):
            its = here.chosen.kubernetes
            removed = removal.make(here.cluster, its.name, deletes_data=deletes_data)
            if not removed.is_empty:
                removing.carry_out(here.cluster, removed, time, teller, its.timeout_s)
            with naming.of_cluster(here.chosen, time, here.cluster) as names:
                changes = names.removal()
                if changes is not None:
                    names.remove(changes, teller.say)


# Planning


def _planned(here: cluster.Here, planned: plan.Plan, changes: Changes | None) -> dict[str, str]:
    """Each object that there will be; what is changed has a digest only once it is."""
    live = digests.of_all(found.of_stack(here.cluster, planned.stack))
    objects: dict[str, str] = {}
    for step in planned.steps:
        name = digests.name(step.ref)
        if step.action in {plan.Action.NONE, plan.Action.KEEP}:
            objects |= {name: live[name]} if name in live else {}
        elif step.action is not plan.Action.DELETE:
            objects[name] = ""
    return objects | records.objects(changes, Action.KEEP, Action.ADD)


def _against(made: proposal.Proposal, changes: Changes | None) -> Iterator[str]:
    """What stands against it: problems of objects, each once, what rules find, and names that are taken."""
    of_objects: dict[plan.Problem, list[str]] = {}
    for ref, problem in made.planned.problems:
        of_objects.setdefault(problem, []).append(str(ref))
    for problem, refs in of_objects.items():
        more = _FLAGS if "--" in problem.hint else ""
        yield f"{', '.join(refs)}: {problem.what}\n  {problem.hint}{more}"
    yield from _findings(made, rule.Level.ERROR)
    yield from records.problems(changes)


def _warnings(here: cluster.Here, made: proposal.Proposal, left: tuple[str, ...]) -> Iterator[str]:
    yield from (*here.notes, *left)
    if made.users.note:
        yield made.users.note
    yield from _findings(made, rule.Level.WARNING)


def _findings(made: proposal.Proposal, level: rule.Level) -> Iterator[str]:
    for each in made.checked:
        for finding in each.findings:
            if finding.level is level:
                more = _ACCEPTED.format(each.rule.id) if "--accept" in finding.hint else ""
                yield f"{each.rule.id}: {finding.text}\n  {finding.hint}{more}"


# Applying


def _refuse(made: proposal.Proposal, changes: Changes | None) -> None:
    said = [output.shown(text) for text in _against(made, changes)]
    if said:
        raise errors.HomeportError(
            "Nothing was changed, for this stands against it:\n" + "\n".join(said)
        )


def _carry_out(
    here: cluster.Here, made: proposal.Proposal, time: clock.Clock, teller: watched.Teller
) -> None:
    if not made.planned.has_changes:
        return
    timeout_s = here.chosen.kubernetes.timeout_s
    carrying.carry_out(here.cluster, made.planned, time, teller, timeout_s)
    others = making.refresh(here.cluster, made.planned)
    if others:
        raise errors.HomeportError(
            f"Somebody else changes this stack at the same time: {', '.join(map(str, others))}"
            " are not as they were applied.",
            hint="Find out who does, and plan again.",
        )


def _wait(here: cluster.Here, time: clock.Clock, teller: watched.Teller) -> None:
    timeout_s = here.chosen.kubernetes.timeout_s
    reports = following.follow(
        here.cluster,
        here.chosen,
        time,
        until=lambda report: report.is_ready,
        deadline_s=timeout_s,
    )
    readiness.wait(reports, timeout_s, teller.show)


def _password(chosen: settings.Settings, made: users.Users) -> tuple[str, ...]:
    """Where the admin's password is, where it was made up; what it is goes into no state file and no log."""
    if not made.is_made_up:
        return ()
    return (
        f"The password of {chosen.admin.user} was made up; it is in {users.password_file(chosen)} on this machine.",
    )


# What is there


def _present(
    here: cluster.Here,
    wanted: Definition,
    time: clock.Clock,
    warnings: tuple[str, ...] = (),
) -> Present:
    live = found.of_stack(here.cluster, here.chosen.kubernetes.name)
    chosen = here.chosen if wanted.text else cluster.as_found(here.chosen, live)
    report = reading.read(here.cluster, chosen, time)
    with naming.of_cluster(chosen, time, here.cluster) as names:
        kept = records.objects(names.plan(), Action.KEEP)
    return Present(
        objects=digests.of_all(live) | kept,
        state=cluster.state(report),
        endpoints=cluster.endpoints(chosen),
        warnings=warnings,
    )
