"""What a controller sees of the cluster: objects by the name of their kind, events, delays and the faults that hold."""

from __future__ import annotations

import datetime
import hashlib
import itertools

from tests.apiserver import errors, kinds, store
from tests.apiserver.controllers import troubles
from tests.apiserver.rules import objects

from homeport import clock as clocks

BY_NAME = {kind.kind: kind for kind in kinds.ALL}
ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""Of generated names: no vowels, so that no words come out.

https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/apimachinery/pkg/util/rand/rand.go
"""
DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
REPEAT_AFTER_S = 10
"""The same event again counts up no sooner."""


class World:
    """The store as controllers use it, and everything that a test may set."""

    def __init__(self, server, clock=None):
        self.store = server.store
        self.schemas = server.cluster.schemas
        self.clock = clock or clocks.SystemClock()
        self.troubles = troubles.Troubles()
        self.delay_s: dict[str, float] = {}
        self.node_files: dict[str, str] = {}
        self.volume_data: dict[str, dict] = {}
        self.endpoints: dict[tuple[str, str], list[tuple[str, int]]] = {}
        self.has_load_balancer = True
        self.address = "192.168.1.20"
        self._begun: dict[tuple[str, str], float] = {}
        self._wakes: set[float] = set()
        self._numbers = itertools.count(1)

    # Objects

    def all(self, kind, namespace=None):
        """All objects of a kind."""
        return self.store.list(BY_NAME[kind], namespace)

    def find(self, kind, namespace, name):
        """One object, or None."""
        return self.store.find(BY_NAME[kind], namespace or "", name)

    def everything(self, namespace=None):
        """All objects but events, of all kinds or of all kinds in namespaces."""
        return [
            found
            for kind in kinds.ALL
            if kind != kinds.EVENT and (namespace is None or kind.namespaced)
            for found in self.store.list(kind, namespace)
        ]

    def owned(self, kind, owner):
        """The objects of a kind that this one controls."""
        uid = owner["metadata"]["uid"]
        return [
            found
            for found in self.all(kind, owner["metadata"].get("namespace"))
            if any(ref["uid"] == uid for ref in found["metadata"].get("ownerReferences") or [])
        ]

    def create(self, document):
        """Stores a new object; one that is there already is left as it is."""
        kind = kinds.of(document)
        try:
            return self.store.create(kind, self._completed(kind, document))
        except errors.ApiError as error:
            if error.reason != "AlreadyExists":
                raise
            place = document["metadata"]
            return self.find(document["kind"], place.get("namespace"), place["name"])

    def _completed(self, kind, document):
        """The object with what the API fills in."""
        new = objects.fill(kind, store.copied(document), self.schemas)
        objects.allocate(kind, new, None, self.store)
        if kind in objects.STARTING_STATUS:
            new.setdefault("status", store.copied(objects.STARTING_STATUS[kind]))
        return new

    def save(self, document):
        """Stores everything but the status."""
        return self.store.update(kinds.of(document), document)

    def report(self, document, status):
        """Stores the status."""
        return self.store.update_status(kinds.of(document), document | {"status": status})

    def remove(self, document):
        """Deletes as a client does: finalizers hold it."""
        place = document["metadata"]
        kind = kinds.of(document)
        if self.store.find(kind, place.get("namespace", ""), place["name"]) is not None:
            self.store.remove(kind, place.get("namespace", ""), place["name"])

    def without_finalizer(self, document, finalizer):
        """Takes one finalizer away, which may end the object."""
        place = document["metadata"]
        left = [name for name in place.get("finalizers") or [] if name != finalizer]
        place = {key: value for key, value in place.items() if key != "finalizers"}
        return self.save(document | {"metadata": place | ({"finalizers": left} if left else {})})

    # Claims

    def is_bound(self, claim):
        """Whether the claim has its volume."""
        return (claim.get("status") or {}).get("phase") == "Bound"

    def waits_for_consumer(self, claim):
        """Whether the claim's class makes volumes only once a pod needs one."""
        found = self.find("StorageClass", None, claim["spec"].get("storageClassName") or "")
        return found is not None and found.get("volumeBindingMode") == "WaitForFirstConsumer"

    def default_class(self):
        """The name of the default storage class, or None."""
        for found in self.all("StorageClass"):
            if (found["metadata"].get("annotations") or {}).get(DEFAULT_CLASS) == "true":
                return found["metadata"]["name"]
        return None

    # Time

    def now_text(self):
        """The time as objects hold it."""
        return self.store.now()

    def is_due(self, document, step):
        """Whether the delay of this step is over for this object, counted from when it was first asked."""
        delay = self.delay_s.get(step, 0)
        begun = self._begun.setdefault((document["metadata"]["uid"], step), self.clock.now())
        return delay == 0 or self.is_past(begun + delay)

    def is_past(self, moment):
        """Whether that time has come; if not, controllers run again at it."""
        if self.clock.now() >= moment:
            return True
        self._wakes.add(moment)
        return False

    def next_wake(self):
        """The next time at which something is due, or None."""
        return min(self._wakes, default=None)

    def forget_wakes(self):
        """Drops the times that have come; the controllers look again now."""
        now = self.clock.now()
        self._wakes = {moment for moment in self._wakes if moment > now}

    def moment(self, text):
        """A time as objects hold it, in seconds since the epoch."""
        return datetime.datetime.fromisoformat(text).timestamp()

    # Names and events

    def number(self):
        """The next number of this cluster."""
        return next(self._numbers)

    def suffix(self):
        """Five letters, as generated names end; the same ones in each run."""
        return word(f"suffix {self.number()}", 5)

    def event(self, document, reason, message, *, is_warning=False, source="kubelet"):
        """Writes an event, or counts up one that has been written.

        https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
        """
        place = document["metadata"]
        mark = hashlib.sha256(f"{place['uid']} {reason} {message}".encode()).hexdigest()[:16]
        namespace = place.get("namespace") or "default"
        old = self.find("Event", namespace, f"{place['name']}.{mark}")
        if old is not None:
            if self.clock.now() - self.moment(old["lastTimestamp"]) >= REPEAT_AFTER_S:
                self.save(old | {"count": old["count"] + 1, "lastTimestamp": self.now_text()})
            return
        self.create(
            {
                "apiVersion": "v1",
                "kind": "Event",
                "metadata": {"name": f"{place['name']}.{mark}", "namespace": namespace},
                "involvedObject": _reference(document),
                "reason": reason,
                "message": message,
                "type": "Warning" if is_warning else "Normal",
                "count": 1,
                "firstTimestamp": self.now_text(),
                "lastTimestamp": self.now_text(),
                "source": {"component": source},
                "reportingComponent": source,
                "reportingInstance": "",
            }
        )


def word(text, length):
    """Letters made from a text: the same text, the same letters."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
    letters = []
    for _ in range(length):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def owner_reference(document):
    """The reference by which this object controls another."""
    place = document["metadata"]
    return {
        "apiVersion": document["apiVersion"],
        "kind": document["kind"],
        "name": place["name"],
        "uid": place["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def _reference(document):
    place = document["metadata"]
    found = {
        "apiVersion": document["apiVersion"],
        "kind": document["kind"],
        "name": place["name"],
        "namespace": place.get("namespace"),
        "uid": place["uid"],
        "resourceVersion": place.get("resourceVersion"),
    }
    return {key: value for key, value in found.items() if value}
