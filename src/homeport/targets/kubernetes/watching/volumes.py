"""The volume behind a claim, in the cluster's words."""

from __future__ import annotations

from typing import NamedTuple

from homeport.targets.kubernetes.objects.kinds import Object
from homeport.targets.kubernetes.planning import kept


class Volume(NamedTuple):
    """A PersistentVolume; its name is empty before there is one."""

    name: str = ""
    size: str = ""


def of_claim(claim: Object | None) -> Volume:
    """What a claim has, or asks for."""
    if claim is None:
        return Volume()
    given = ((claim.get("status") or {}).get("capacity") or {}).get("storage")
    asked = ((claim["spec"].get("resources") or {}).get("requests") or {}).get("storage")
    return Volume(str(claim["spec"].get("volumeName") or ""), str(given or asked or ""))


def of(volume: Object) -> Volume:
    """That one."""
    return Volume(volume["metadata"]["name"], kept.size(volume))
