"""What rules may ask of the cluster while a plan is made: `rule.Cluster`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from homeport.stack.rules.rule import Object
from homeport.targets.kubernetes.checking import adapter
from homeport.targets.kubernetes.cluster import contract
from homeport.targets.kubernetes.planning import together


class _Place(NamedTuple):
    kind: str
    namespace: str


class Asked(adapter.Facts):
    """The plan tries each object by itself; what we may not do is only asked of namespaces that are not there yet."""

    def __init__(self, cluster: contract.Cluster, objects: Sequence[Object]) -> None:
        super().__init__(cluster)
        self._wanted = objects
        self._forbidden: dict[_Place, str] | None = None

    def forbids(self, obj: Object) -> str:
        """What the cluster says where we may not apply an object in a namespace that is still to be made."""
        if self._forbidden is None:
            self._forbidden = self._ask()
        return self._forbidden.get(_place(obj), "")

    def _ask(self) -> dict[_Place, str]:
        """Asks of one object of each kind in each such namespace, at once."""
        there = {obj["metadata"]["name"] for obj in self.list("v1", "Namespace")}
        firsts = {_place(obj): obj for obj in reversed(self._wanted)}
        places = [place for place in firsts if place.namespace and place.namespace not in there]
        said = together.each(lambda place: adapter.Facts.forbids(self, firsts[place]), places)
        return dict(zip(places, said, strict=True))


def _place(obj: Object) -> _Place:
    return _Place(obj["kind"], obj["metadata"].get("namespace", ""))
