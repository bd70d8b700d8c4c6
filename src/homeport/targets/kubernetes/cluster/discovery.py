"""What a cluster is: its version, and the kinds that it knows.

https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
"""

from __future__ import annotations

from homeport.targets.kubernetes.cluster import errors
from homeport.targets.kubernetes.cluster.asking import Asking
from homeport.targets.kubernetes.cluster.wire import request
from homeport.targets.kubernetes.objects.kinds import Kind, Object


class Discovery:
    """Asks once for each group and version, and remembers the answer: what is not there too."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._known: dict[str, frozenset[str]] = {}

    def version(self) -> str:
        """Such as `v1.35.6+k3s1`."""
        answer = self._asking.document(request.get("/version", "ask for the version"))
        return str(answer.get("gitVersion") or "")

    def has(self, kind: Kind) -> bool:
        """Whether the kind is served."""
        known = self._known.get(kind.api_version)
        if (
            known is None
        ):  # Two threads may ask for the same: better than one that waits for another's server to answer.
            known = self._known[kind.api_version] = self._kinds(kind)
        return kind.name in known

    def versions(self) -> tuple[str, ...]:
        """All versions of all groups: `v1`, `apps/v1`."""
        answer = self._asking.document(request.get("/apis", "ask for the groups of kinds"))
        groups = answer.get("groups") or ()
        found = [each["groupVersion"] for group in groups for each in group["versions"]]
        return ("v1", *found)

    def listed(self, api_version: str) -> tuple[Kind, ...]:
        """The kinds of a version whose objects are in namespaces and can be listed."""
        return tuple(
            Kind(api_version, item["kind"], item["name"])
            for item in self._resources(Kind(api_version, "", ""))
            if item.get("namespaced") and "list" in (item.get("verbs") or ())
        )

    def _kinds(self, kind: Kind) -> frozenset[str]:
        return frozenset(item["kind"] for item in self._resources(kind))

    def _resources(self, kind: Kind) -> list[Object]:
        asked = request.get(kind.collection, f"ask for the kinds of {kind.api_version}")
        try:
            answer = self._asking.document(asked)
        except errors.NotFound:
            return []
        # Names with a slash are parts of others, such as `pods/log`.
        return [item for item in answer.get("resources") or () if "/" not in item["name"]]
