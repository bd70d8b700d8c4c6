"""A component without a Deployment: not yet applied, applied in part, or destroyed."""

from __future__ import annotations

from typing import Any

from homeport.stack.lifecycle import State
from homeport.targets.kubernetes.watching import events, snapshot, volumes
from homeport.targets.kubernetes.watching.report import Row
from homeport.targets.kubernetes.watching.snapshot import Seen

APPLY = "homeport apply deploys it."
AGAIN = "homeport apply brings it back on that volume."
DELETED: dict[str, Any] = {
    "reason": "Destroyed",
    "message": "Nothing of it is left.",
    "hint": APPLY,
}

PATIENCE_S = 30
"""How long after its claim the Deployment may come: both are of the same apply."""


def has_kept(seen: Seen) -> bool:
    """Whether its data is there without it."""
    return seen.deployment is None and bool(_held(seen).name)


def row(seen: Seen, *, was_destroyed: bool) -> Row:
    """Its row; `was_destroyed` where the volume of any component was kept."""
    made = Row(seen.part.component, State.INITIAL, None, url=seen.part.url, hint=APPLY)
    held = _held(seen)
    if _is_going(seen):
        return _going(seen, made)
    if has_kept(seen):
        text = f"The volume {held.name} of {held.size} is kept."
        rest = {"reason": "VolumeKept", "message": text, "hint": AGAIN}
        return _with(made, State.TERMINATED, None, volume=held.name, size=held.size, **rest)
    if seen.is_anything:
        return _begun(seen, made)
    if was_destroyed:
        return _with(made, State.TERMINATED, None, reason="Destroyed")
    return made


def _with(made: Row, state: State, since: float | None, **rest: Any) -> Row:
    return Row(made.component, state, since, **{"url": made.url, "hint": made.hint} | rest)


def _held(seen: Seen) -> volumes.Volume:
    """The volume of the claim that is there, or the one that was kept without it."""
    if snapshot.phase(seen.claim) == "Bound":
        return volumes.of_claim(seen.claim)
    return volumes.of(seen.kept) if seen.kept else volumes.Volume()


def _is_going(seen: Seen) -> bool:
    mine = (seen.deployment, seen.namespace, seen.claim)
    return any(map(snapshot.is_going, mine)) or bool(seen.leaving)


def _going(seen: Seen, made: Row) -> Row:
    """What holds up a namespace, its conditions say.

    https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#namespaces-and-finalizers
    """
    going = next(
        filter(snapshot.is_going, (seen.namespace, seen.deployment, seen.claim, *seen.leaving)),
        None,
    )
    since = events.seconds(going["metadata"]["deletionTimestamp"]) if going else None
    rows = [
        snapshot.condition(seen.namespace, kind)
        for kind in ("NamespaceFinalizersRemaining", "NamespaceContentRemaining")
    ]
    said = next((r.get("message", "") for r in rows if r.get("status") == "True"), "")
    text = said or "Its objects are being deleted."
    return _with(
        made,
        State.TERMINATED,
        since,
        reason="Terminating",
        message=text,
        hint="Wait until all of it has gone; homeport destroy goes on with it.",
    )


def _begun(seen: Seen, made: Row) -> Row:
    """An apply that is under way, or was interrupted."""
    begun = [snapshot.created(obj) for obj in (seen.claim, seen.certificate, seen.service) if obj]
    since = max((time for time in begun if time is not None), default=None)
    is_late = since is not None and seen.now - since > PATIENCE_S
    if seen.claim is not None and is_late:
        return _with(made, State.PENDING, since, **_forgotten(seen))
    text = "Its Deployment is not there." if is_late else "Its Deployment is not there yet."
    hint = "homeport apply goes on where it was interrupted."
    return _with(made, State.PENDING, since, reason="Incomplete", message=text, hint=hint)


def _forgotten(seen: Seen) -> dict[str, str]:
    """A claim that waits for a pod that nobody makes. https://kubernetes.io/docs/concepts/storage/storage-classes/#volume-binding-mode"""
    event = events.newest(seen.snapshot.told(seen.claim), {"WaitForFirstConsumer"})
    reason = "WaitForFirstConsumer" if event else "Incomplete"
    said = f" ({event['message']})" if event else ""
    return {
        "reason": reason,
        "message": f"The volume claim {seen.part.claim} waits for a pod, and there is no Deployment that would make one{said}.",
        "hint": "homeport apply makes it. Where it does not, this is a fault of Homeport: please report it.",
    }
