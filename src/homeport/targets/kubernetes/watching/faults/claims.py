"""Faults of the volume: it cannot be made, or it is lost.

https://kubernetes.io/docs/concepts/storage/persistent-volumes/
"""

from __future__ import annotations

from homeport.targets.kubernetes.watching import events, snapshot
from homeport.targets.kubernetes.watching.faults.fault import Fault
from homeport.targets.kubernetes.watching.snapshot import Seen

_BOUND = ("ProvisioningSucceeded",)


def find(seen: Seen) -> Fault | None:
    """The fault of the component's claim."""
    claim = seen.claim
    if claim is None or snapshot.phase(claim) == "Bound":
        return None
    if snapshot.phase(claim) == "Lost":
        name = claim["spec"].get("volumeName", "")
        text = f"The volume {name} of the claim is not there any more."
        return Fault("ClaimLost", text, None)
    told = seen.snapshot.told(claim)
    for reason in ("ProvisioningFailed", "FailedBinding"):
        event = events.holds(told, reason, _BOUND)
        if event is not None:
            return Fault(reason, event.get("message") or "", events.first(event))
    return None
