"""What a cluster writes into new claims before they are stored.

https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#defaultstorageclass
https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#storageobjectinuseprotection
"""

from __future__ import annotations

from tests.apiserver.controllers.storage import volumes


class ClaimAdmission:
    """Gives a claim the default storage class, and claims and volumes their protection."""

    def __init__(self, world):
        self._world = world

    def admit(self, request, new, old):
        """The object as it goes on to validation."""
        if old is not None:
            return new
        if new["kind"] == "PersistentVolumeClaim":
            return self._claim(new)
        if new["kind"] == "PersistentVolume":
            return _protected(new, volumes.VOLUME_FINALIZER)
        return new

    def _claim(self, new):
        name = self._world.default_class()
        if new.get("spec", {}).get("storageClassName") is None and name:
            new = new | {"spec": new.get("spec", {}) | {"storageClassName": name}}
        return _protected(new, volumes.CLAIM_FINALIZER)


def _protected(new, finalizer):
    place = new["metadata"]
    have = place.get("finalizers") or []
    if finalizer in have:
        return new
    return new | {"metadata": place | {"finalizers": [*have, finalizer]}}
