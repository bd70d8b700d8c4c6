"""What is known of a stack's objects so far, from lists and from what watches told since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from homeport.stack import settings
from homeport.targets.kubernetes.objects import kinds
from homeport.targets.kubernetes.objects.kinds import Kind, Object
from homeport.targets.kubernetes.watching import events, parts
from homeport.targets.kubernetes.watching.parts import Place
from homeport.targets.kubernetes.watching.snapshot import Snapshot

Name = tuple[str, str]
EventKey = tuple[str, str, str, str]


class Known:
    """Objects by place and name; of events the newest ones that say something."""

    def __init__(self, chosen: settings.Settings) -> None:
        self._parts = parts.of(chosen)
        self._objects: dict[Place, dict[Name, Object]] = {}
        self._events: dict[EventKey, Object] = {}

    def relevant(self, place: Place, found: Iterable[Object]) -> list[Object]:
        """Those that say something: a namespace can have thousands of events about others."""
        if place.kind is not kinds.EVENT:
            return list(found)
        return [event for event in found if events.concerns(event, self._parts)]

    def replace(self, place: Place, found: Sequence[Object]) -> None:
        """Takes a whole list. Events stay until newer ones take their room: the cluster forgets them after an hour."""
        if place.kind is kinds.EVENT:
            for event in found:
                self._note(event)
        else:
            self._objects[place] = {_name(obj): _slim(obj) for obj in found}

    def change(self, place: Place, kind: str, obj: Object) -> None:
        """Takes one change."""
        if place.kind is kinds.EVENT:
            if kind != "DELETED":
                self._note(obj)
        elif kind == "DELETED":
            self._objects.setdefault(place, {}).pop(_name(obj), None)
        else:
            self._objects.setdefault(place, {})[_name(obj)] = _slim(obj)

    def snapshot(self, now: float) -> Snapshot:
        """All of it."""
        found: dict[Kind, list[Object]] = {kinds.EVENT: list(self._events.values())}
        for place, objects in self._objects.items():
            found.setdefault(place.kind, []).extend(objects.values())
        return Snapshot(now, found)

    def _note(self, event: Object) -> None:
        key = events.key(event)
        old = self._events.get(key)
        if old is not None and events.last(old) > events.last(event):
            return
        self._events[key] = _slim(event)
        if len(self._events) > events.LIMIT:
            del self._events[min(self._events, key=lambda each: events.last(self._events[each]))]


def _name(obj: Object) -> Name:
    return obj["metadata"].get("namespace", ""), obj["metadata"]["name"]


def _slim(obj: Object) -> Object:
    """Without who owns which field, which is most of an object."""
    metadata = {key: value for key, value in obj["metadata"].items() if key != "managedFields"}
    return obj | {"metadata": metadata}
