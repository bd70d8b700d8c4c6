"""Checks rules, each by itself: what one of them cannot do is its finding, and the others go on."""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from homeport import errors
from homeport.stack import spelling
from homeport.stack.rules import table
from homeport.stack.rules.cluster import version
from homeport.stack.rules.rule import (
    Cluster,
    Finding,
    Level,
    Planned,
    Rule,
    Running,
    Skipped,
    Stage,
)


class Outcome(enum.StrEnum):
    """What came of a rule at a stage."""

    PASSED = "passed"
    WARNED = "warned"
    """It has findings, none of which stops anything."""
    FAILED = "failed"
    SKIPPED = "skipped"


class Checked(NamedTuple):
    """A rule that was checked."""

    rule: Rule
    stage: Stage
    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    why: str = ""
    """Why it was skipped."""


def accepted(ids: Sequence[str]) -> frozenset[str]:
    """The rules that a user knows to be broken. Raises `HomeportError` for an id that no rule has."""
    known = {each.id for each in table.ALL}
    for wrong in (name for name in ids if name not in known):
        near = spelling.nearest(wrong, known)
        raise errors.HomeportError(
            f"No rule is called {wrong!r}.",
            hint=f"Did you mean {near}?" if near else "docs/rules.md lists them all.",
        )
    return frozenset(ids)


def on_here(planned: Planned, rules: Sequence[Rule] = table.ALL) -> tuple[Checked, ...]:
    """Checks the machine that asks."""
    return tuple(
        _check(each, Stage.HERE, planned, functools.partial(each.here, planned))
        for each in rules
        if each.here is not None
    )


def on_plan(planned: Planned) -> tuple[Checked, ...]:
    """Checks the settings and the rendered objects; no cluster is asked."""
    return tuple(
        _check(each, Stage.PLAN, planned, functools.partial(each.plan, planned))
        for each in table.ALL
        if each.plan is not None
    )


def unanswered(cluster: Cluster) -> Checked | None:
    """The finding where a cluster does not answer; None where it does."""
    try:
        cluster.version()
    except errors.HomeportError as error:
        found = Finding(error.what, error.hint or version.RULE.hint)
        return Checked(version.RULE, Stage.CLUSTER, Outcome.FAILED, (found,))
    return None


def on_cluster(planned: Planned, cluster: Cluster) -> tuple[Checked, ...]:
    """Checks the cluster, before anything is changed. One that does not answer is asked once."""
    silent = unanswered(cluster)
    if silent is not None:
        return (silent,)
    return tuple(
        _check(each, Stage.CLUSTER, planned, functools.partial(each.cluster, planned, cluster))
        for each in table.ALL
        if each.cluster is not None
    )


def on_running(planned: Planned, running: Running, only: Sequence[str] = ()) -> tuple[Checked, ...]:
    """Checks the running thing; all its rules, or those of the given ids."""
    return tuple(one_running(each, planned, running) for each in running_rules(only))


def running_rules(only: Sequence[str] = ()) -> tuple[Rule, ...]:
    """The rules that are checked on the running thing. Raises `HomeportError` for an id that none of them has."""
    known = {each.id: each for each in table.ALL if each.running is not None}
    for wrong in (name for name in only if name not in known):
        raise errors.HomeportError(
            f"No rule that is checked on the running stack is called {wrong!r}.",
            hint=f"There are {', '.join(known)}.",
        )
    return tuple(each for each in known.values() if not only or each.id in only)


def one_running(each: Rule, planned: Planned, running: Running) -> Checked:
    """Checks one rule on the running thing."""
    check = each.running
    assert check is not None  # noqa: S101 - `running_rules` gives no other
    return _check(each, Stage.RUNNING, planned, functools.partial(check, planned, running))


def is_failed(results: Iterable[Checked]) -> bool:
    """Whether anything stands against it."""
    return any(each.outcome is Outcome.FAILED for each in results)


def _check(
    each: Rule, stage: Stage, planned: Planned, check: Callable[[], Iterable[Finding]]
) -> Checked:
    found: list[Finding] = []
    try:
        found.extend(check())
    except Skipped as skipped:
        if not found:
            return Checked(each, stage, Outcome.SKIPPED, why=str(skipped))
    except errors.HomeportError as error:
        found.append(Finding(error.what, error.hint or each.hint))
    if each.id in planned.accepted:
        found = [finding._replace(level=Level.WARNING) for finding in found]
    return Checked(each, stage, _outcome(found), tuple(found))


def _outcome(found: Sequence[Finding]) -> Outcome:
    if any(finding.level is Level.ERROR for finding in found):
        return Outcome.FAILED
    return Outcome.WARNED if found else Outcome.PASSED
