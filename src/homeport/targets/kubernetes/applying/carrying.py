"""Carries out a plan: kind after kind in the order of application, the objects of a kind at once, deletions at the end.

Each object is applied whole or not at all, and applying it again changes nothing: so this can stop anywhere and be repeated.
Two that apply one stack at a time need no lock: each object is as one of them wanted it, and who ends last looks whether all is
as planned (`making.refresh`). Nothing is deleted that is not still the one that was seen.
https://kubernetes.io/docs/reference/using-api/server-side-apply/
"""

from __future__ import annotations

import itertools

from homeport import clock
from homeport.targets.kubernetes.applying import gone, reclaiming, sparing, telling
from homeport.targets.kubernetes.cluster import contract, errors
from homeport.targets.kubernetes.objects import kinds
from homeport.targets.kubernetes.planning import plan, refusals, together
from homeport.targets.kubernetes.planning.plan import Action, Step

_WORDS = {Action.CREATE: "created", Action.CHANGE: "changed", Action.ADOPT: "adopted"}


class Stopped(errors.ClusterError):
    """A plan was carried out in part."""


def carry_out(
    cluster: contract.Cluster,
    planned: plan.Plan,
    time: clock.Clock,
    teller: telling.Teller,
    timeout_s: float,
) -> None:
    """Does what a plan says. Raises `Stopped` that says how far it came."""
    _Carrying(cluster, planned, time, teller, timeout_s).run()


class _Carrying:
    def __init__(
        self,
        cluster: contract.Cluster,
        planned: plan.Plan,
        time: clock.Clock,
        teller: telling.Teller,
        timeout_s: float,
    ) -> None:
        self._cluster, self._planned, self._teller = cluster, planned, teller
        self._time, self._timeout_s = time, timeout_s
        self._done: list[Step] = []

    def run(self) -> None:
        todo = [step for step in self._planned.steps if _is_to_do(step)]
        for _, steps in itertools.groupby(
            todo, key=lambda step: (step.ref.kind, step.action is Action.DELETE)
        ):
            failed = [each for each in together.each(self._tried, steps) if each]
            if failed:
                raise self._stopped(failed[0], len(todo))

    def _tried(self, step: Step) -> tuple[Step, errors.ClusterError] | None:
        try:
            self._do(step)
        except errors.ClusterError as error:
            return step, error
        self._done.append(step)
        return None

    def _do(self, step: Step) -> None:
        if step.wanted is None:
            self._delete(step)
            return
        if not sparing.is_free(self._cluster, step.ref, step.uid, self._planned.stack):
            self._teller.done(step.ref, sparing.KEPT)
            return
        if step.is_replaced:
            # Old pods and new ones would use one volume at a time.
            self._cluster.delete(step.ref, uid=step.uid, is_last=True)
            gone.wait(
                self._cluster, {step.ref: step.uid}, self._time, self._teller, self._timeout_s
            )
        if step.volume:
            reclaiming.reserve(self._cluster, step.volume, step.ref, self._planned.stack)
        self._cluster.apply(step.wanted, is_forced=step.is_forced)
        self._teller.done(step.ref, "replaced" if step.is_replaced else _WORDS[step.action])

    def _delete(self, step: Step) -> None:
        if step.ref.kind is kinds.CLAIM:
            reclaiming.let_go(self._cluster, step.ref, step.uid)
        elif sparing.is_used(self._cluster, step.ref, self._planned.stack):
            self._teller.done(step.ref, sparing.KEPT)
            return
        self._cluster.delete(step.ref, uid=step.uid)
        self._teller.done(step.ref, "deleted")

    def _stopped(self, failed: tuple[Step, errors.ClusterError], total: int) -> Stopped:
        step, error = failed
        return Stopped(
            f"{step.ref} could not be applied: {error.what}\n"
            f"  {len(self._done)} of {total} changes are made, each of them whole.",
            hint=f"{_hint(step, error)} Then homeport apply goes on.",
            reason=error.reason,
            causes=error.causes,
        )


def _is_to_do(step: Step) -> bool:
    return step.action not in {Action.NONE, Action.KEEP}


def _hint(step: Step, error: errors.ClusterError) -> str:
    try:
        return refusals.problem(step.ref, error).hint
    except errors.ClusterError:
        return error.hint or "Look at the cluster: kubectl get events -A."
