"""What is done with one wanted object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from homeport.targets.kubernetes.cluster import contract, errors
from homeport.targets.kubernetes.objects import kinds, labels, names
from homeport.targets.kubernetes.objects.kinds import Object, Ref
from homeport.targets.kubernetes.planning import (
    comparing,
    covering,
    found,
    kept,
    owners,
    refusals,
    terminating,
)
from homeport.targets.kubernetes.planning.plan import Action, Problem, Step

_ELSEWHERE = "default"
"""The namespace that every cluster has, where objects are validated whose own is not there yet."""
_TRIAL = "homeport-dry-run-"
"""Nothing has such a name, and nothing gets it: it is only said in dry runs."""
_NAME_LENGTH = 63


_LOOKS = 4
"""A dry run tells of which version it is; where a controller has written since it was read, it is read again."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a person has agreed to."""

    is_adopting: bool = False
    """Objects of others become ours."""
    is_forced: bool = False
    """Fields that others have set are taken over."""
    is_replacing: bool = False
    """What cannot be changed is deleted and created anew."""
    deletes_data: bool = False
    """Claims that are no longer wanted go, with their volumes."""


NOTHING = Options()
"""Nobody was asked."""


class _Tried(NamedTuple):
    """What a dry run gave."""

    result: Object | None = None
    problem: Problem | None = None
    error: errors.ClusterError | None = None


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges objects, from several threads."""

    cluster: contract.Cluster
    stack: str
    there: found.There
    volumes: Sequence[Object]
    """Those that were kept."""
    namespaces: frozenset[str]
    """Those that the stack makes."""
    options: Options

    def step(self, wanted: Object) -> Step:
        """What is done with a wanted object."""
        ref = kinds.ref(wanted)
        live = self.there.live.get(ref)
        if live is None:
            return self._adopted(ref, wanted) if ref.kind is kinds.CLAIM else self._new(ref, wanted)
        step = Step(Action.CHANGE, ref, _with_volume(wanted, live), uid=live["metadata"]["uid"])
        if found.is_going(live):
            return replace(step, problems=(terminating.problem(ref, live),))
        if labels.is_of(live, self.stack):
            return self._changed(step, live)
        if ref.kind is kinds.NAMESPACE:
            return replace(step, action=Action.NONE)
        if not self.options.is_adopting:
            return replace(step, action=Action.ADOPT, problems=(_foreign(ref, live),))
        return self._changed(replace(step, action=Action.ADOPT, is_forced=True), live)

    # What is not there

    def _new(self, ref: Ref, wanted: Object) -> Step:
        step = Step(Action.CREATE, ref, wanted)
        if not ref.namespace or self.there.is_usable(ref.namespace):
            covered = None if self.options.is_adopting else self._covered(wanted)
            tried = _Tried(problem=covered) if covered else self._try(ref, wanted)
        elif ref.namespace not in self.namespaces:
            tried = _Tried(problem=_nowhere(ref))
        else:
            tried = self._try_elsewhere(ref, wanted, _ELSEWHERE)
        return replace(step, problems=(tried.problem,)) if tried.problem else step

    def _covered(self, wanted: Object) -> Problem | None:
        return covering.problem(self.cluster, self.stack, wanted)

    def _adopted(self, ref: Ref, wanted: Object) -> Step:
        """A claim, which gets the volume back that was kept for it."""
        matching = kept.matching(ref, self.volumes)
        if not matching:
            return self._new(ref, wanted)
        if len(matching) > 1:
            return Step(Action.ADOPT, ref, wanted, problems=(kept.several(ref, matching),))
        name = matching[0]["metadata"]["name"]
        step = replace(self._new(ref, _named(wanted, name)), action=Action.ADOPT, volume=name)
        step = replace(step, differences=kept.moves(ref, matching[0]))
        problem = kept.misfit(wanted, matching[0])
        return replace(step, problems=(problem,)) if problem else step

    # What is there

    def _changed(self, step: Step, live: Object) -> Step:
        wanted = step.wanted or {}
        step = replace(step, is_forced=step.is_forced or self.options.is_forced)
        for _ in range(_LOOKS):
            tried = self._try(step.ref, wanted, is_forced=step.is_forced)
            if tried.result is None or _version(tried.result) == _version(live):
                break
            live = self.cluster.get(step.ref) or live
        if tried.error is None:
            return _compared(step, live, tried.result)
        if isinstance(tried.error, errors.Conflict):
            anyway = self._try(step.ref, wanted, is_forced=True)
            step = _compared(step, live, anyway.result or live)
            if step.action is Action.NONE:
                return step  # the same amount in another spelling: the server compares the text
        elif refusals.is_fixed(tried.error) and step.ref.kind not in {kinds.CLAIM, kinds.NAMESPACE}:
            return self._replaced(step, live, tried)
        return replace(step, problems=(tried.problem,) if tried.problem else ())

    def _replaced(self, step: Step, live: Object, tried: _Tried) -> Step:
        anew = self._try_elsewhere(step.ref, step.wanted or {}, step.ref.namespace)
        step = replace(_compared(step, live, anew.result or live), is_replaced=True)
        if not self.options.is_replacing:
            anew = tried
        return replace(step, problems=(anew.problem,) if anew.problem else ())

    # Asking

    def _try(self, ref: Ref, wanted: Object, *, is_forced: bool = False) -> _Tried:
        try:
            result = self.cluster.apply(wanted, is_dry_run=True, is_forced=is_forced)
        except errors.NotFound as error:
            if not self.cluster.has(ref.kind):
                return _Tried(problem=refusals.missing(ref), error=error)
            return _Tried(problem=refusals.problem(ref, error), error=error)
        except errors.ClusterError as error:
            return _Tried(problem=refusals.problem(ref, error), error=error)
        return _Tried(result)

    def _try_elsewhere(self, ref: Ref, wanted: Object, namespace: str) -> _Tried:
        """Whether it would be taken under another name; only what is wrong with the object itself counts."""
        name = f"{_TRIAL}{ref.name}"[:_NAME_LENGTH].rstrip("-.")
        metadata = wanted["metadata"] | {"name": name, "namespace": namespace}
        if not ref.namespace:
            metadata.pop("namespace")
        tried = self._try(ref, {**wanted, "metadata": metadata})
        is_its_own = isinstance(tried.error, errors.Invalid | errors.NotFound)
        if tried.result is None:
            return tried if is_its_own else _Tried()
        place = tried.result["metadata"] | {"name": ref.name, "namespace": ref.namespace}
        return _Tried({**tried.result, "metadata": place})


def _version(obj: Object) -> str:
    return str(obj["metadata"].get("resourceVersion", ""))


def _compared(step: Step, live: Object, result: Object | None) -> Step:
    found_ = comparing.differences(live, result)
    is_same = not found_ and step.action is Action.CHANGE
    return replace(step, action=Action.NONE if is_same else step.action, differences=found_)


def _nowhere(ref: Ref) -> Problem:
    return Problem(
        f"There is no namespace {ref.namespace}.",
        f"Install what brings it, or name another one: kubectl create namespace {ref.namespace}",
    )


def _foreign(ref: Ref, live: Object) -> Problem:
    hint = "--adopt makes it the stack's; or rename or delete it."
    if owners.is_stack(live):
        hint = "Each stack of a cluster needs namespaces of its own: registry.namespace, cloud.namespace."
    if ref.name == names.PUBLISHED:
        hint = "kubernetes.publish = false leaves it alone; --adopt makes it the stack's."
    return Problem(f"There is one of this name already, managed by {owners.of(live)}.", hint)


def _named(claim: Object, volume: str) -> Object:
    """A claim that asks for one volume."""
    spec: dict[str, Any] = {**claim["spec"], "volumeName": volume}
    return {**claim, "spec": spec}


def _with_volume(wanted: Object, live: Object) -> Object:
    """A claim keeps saying which volume it asked for: what is no longer applied would be taken away, which is refused."""
    volume = (live.get("spec") or {}).get("volumeName")
    return _named(wanted, volume) if volume and wanted["kind"] == kinds.CLAIM.name else wanted
