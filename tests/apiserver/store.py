"""All objects, in memory: one count of versions over everything, and a bounded history for watches.

https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions
"""

from __future__ import annotations

import datetime
import json
import threading
import uuid
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import NamedTuple

from tests.apiserver import errors, kinds
from tests.apiserver.kinds import Kind

from homeport import clock as clocks

Key = tuple[Kind, str, str]
ADDED, MODIFIED, DELETED = "ADDED", "MODIFIED", "DELETED"
KEPT = ["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"]
FOREGROUND = "foregroundDeletion"
WAITING = {FOREGROUND, "orphan"}
"""https://kubernetes.io/docs/concepts/architecture/garbage-collection/#foreground-deletion"""


class Change(NamedTuple):
    """One write: the object after it (of a removal: as it last was, with the removal's version), and before it."""

    version: int
    type: str
    kind: Kind
    object: dict
    before: dict | None


def copied(document: dict) -> dict:
    """An object of one's own: what is stored is never handed out."""
    return json.loads(json.dumps(document))


def desired(kind: Kind, document: dict) -> dict:
    """What a change of generation is judged by: all but the metadata, and the status where that is written apart.

    Annotations of a Deployment count as well:
    https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/registry/apps/deployment/strategy.go (PrepareForUpdate)
    """
    left_out = {"metadata", "status"} if kinds.has_status(kind) else {"metadata"}
    found = {key: value for key, value in document.items() if key not in left_out}
    if kind == kinds.DEPLOYMENT:
        found["annotations"] = document["metadata"].get("annotations") or {}
    return found


class Store:
    """Thread-safe; every write gets the next resourceVersion. It checks versions and finalizers, and no other rule."""

    def __init__(self, *, history: int = 1000, clock: clocks.Clock | None = None) -> None:
        self.lock = threading.RLock()
        self._changed = threading.Condition(self.lock)
        self._clock = clock or clocks.SystemClock()
        self._objects: dict[Key, dict] = {}
        # An API server never answers 0, which means "any version" to clients.
        self._version = 1
        self._history: deque[Change] = deque(maxlen=history)
        self._oldest = 1
        self._callbacks: list[Callable[[Change], None]] = []

    # Reading

    @property
    def version(self) -> int:
        """The newest resourceVersion."""
        with self.lock:
            return self._version

    def get(self, kind: Kind, namespace: str, name: str) -> dict:
        """One object; ApiError 404 where there is none."""
        return copied(self._known(kind, namespace, name))

    def find(self, kind: Kind, namespace: str, name: str) -> dict | None:
        """One object, or None."""
        found = self._objects.get(_key(kind, namespace, name))
        return None if found is None else copied(found)

    def list(self, kind: Kind, namespace: str | None = None) -> list[dict]:
        """All objects of a kind, by namespace and name."""
        with self.lock:
            found = [
                (key[1:], stored)
                for key, stored in self._objects.items()
                if key[0] == kind and namespace in {None, "", key[1]}
            ]
        return [copied(stored) for _, stored in sorted(found, key=lambda row: row[0])]

    def now(self) -> str:
        """The time as objects hold it: RFC 3339, whole seconds, UTC."""
        moment = datetime.datetime.fromtimestamp(self._clock.now(), datetime.UTC)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    # Writing

    def create(self, kind: Kind, document: dict) -> dict:
        """Stores a new object; ApiError 409 AlreadyExists."""
        with self.lock:
            new = self.prepared(kind, document)
            key = _key_of(kind, new)
            if key in self._objects:
                raise errors.already_exists(kind, key[2])
            return self._put(key, new, ADDED, None)

    def prepared(self, kind: Kind, document: dict) -> dict:
        """The object as `create` would store it, but for its resourceVersion."""
        new = copied(document)
        metadata = new.setdefault("metadata", {})
        new["apiVersion"], new["kind"] = kind.api_version, kind.kind
        if not kind.namespaced:
            metadata.pop("namespace", None)
        for given in ("resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds"):
            metadata.pop(given, None)
        metadata["uid"] = str(uuid.uuid4())
        metadata["creationTimestamp"] = self.now()
        metadata.pop("generation", None)
        if kind in kinds.GENERATIONS:
            metadata["generation"] = 1
        return new

    def update(self, kind: Kind, document: dict) -> dict:
        """Stores a changed object, its status as it was; ApiError 404, or 409 where its resourceVersion is not the newest."""
        with self.lock:
            old = self._checked(kind, document)
            new = copied(document)
            if kinds.has_status(kind):
                new.pop("status", None)
                new |= {"status": copied(old["status"])} if "status" in old else {}
            return self._update(kind, new, old)

    def update_status(self, kind: Kind, document: dict) -> dict:
        """Stores the status of an object and nothing else of it."""
        with self.lock:
            old = self._checked(kind, document)
            new = copied(old)
            new["status"] = copied(document.get("status") or {})
            return self._update(kind, new, old)

    def replace(self, kind: Kind, document: dict) -> dict:
        """Stores a changed object with the status that it has; for the API, which has parted the two already."""
        with self.lock:
            return self._update(kind, copied(document), self._checked(kind, document))

    def updated(self, kind: Kind, document: dict) -> dict:
        """The object as `replace` would store it, but for its resourceVersion."""
        with self.lock:
            return self._kept(kind, copied(document), self._checked(kind, document))

    def remove(
        self,
        kind: Kind,
        namespace: str,
        name: str,
        *,
        finalizer: str = "",
        grace_s: int = 0,
        is_released: bool = False,
    ) -> dict | None:
        """Removes an object, or marks it for deletion where finalizers (or `finalizer`, which is added) hold it.

        With `is_released` it waits for its dependents no more.

        Answers what is left of it. https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/
        """
        with self.lock:
            old = self._known(kind, namespace, name)
            marked = copied(old)
            if is_released and marked["metadata"].get("finalizers"):
                kept = [mark for mark in marked["metadata"]["finalizers"] if mark not in WAITING]
                marked["metadata"]["finalizers"] = kept
            marked = self._marked(kind, marked, finalizer, grace_s)
            key = _key(kind, namespace, name)
            if not _is_held(marked):
                self._drop(key, old)
                return None
            return copied(old) if marked == old else self._put(key, marked, MODIFIED, old)

    def _marked(self, kind: Kind, marked: dict, finalizer: str, grace_s: int) -> dict:
        metadata = marked["metadata"]
        if finalizer and finalizer not in metadata.get("finalizers", ()):
            metadata["finalizers"] = [*metadata.get("finalizers", ()), finalizer]
        if metadata.get("deletionTimestamp"):
            return marked
        metadata["deletionTimestamp"] = self.now()
        if kind != kinds.NAMESPACE:
            metadata["deletionGracePeriodSeconds"] = grace_s
        if "generation" in metadata:
            metadata["generation"] += 1
        if kind == kinds.NAMESPACE:
            # https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/namespace-v1/#NamespaceStatus
            marked["status"] = {**marked.get("status", {}), "phase": "Terminating"}
        return marked

    # Watching

    def history(self, since: int, kind: Kind | None = None) -> list[Change]:
        """The writes after version `since`; ApiError 410 where some of them are forgotten."""
        with self.lock:
            if since < self._oldest - 1 and since < self._version:
                raise errors.expired(
                    f"too old resource version: {since} ({self._oldest})",
                )
            found = []
            for change in reversed(self._history):
                if change.version <= since:
                    break
                if kind is None or change.kind == kind:
                    found.append(change)
            return found[::-1]

    def wait(self, since: int, timeout_s: float) -> int:
        """Returns the newest version as soon as it is above `since`, or when the time is over, or on `wake`."""
        with self._changed:
            if self._version <= since:
                self._changed.wait(timeout_s)
            return self._version

    def wake(self) -> None:
        """Makes every `wait` return."""
        with self._changed:
            self._changed.notify_all()

    def forget(self) -> None:
        """Drops the whole history, as compaction does: watches from any older version get 410."""
        with self.lock:
            self._version += 1
            self._history.clear()
            self._oldest = self._version + 1

    def on_change(self, callback: Callable[[Change], None]) -> None:
        """Calls back after each write, in the writer's thread and under the lock: be quick, and do not wait there."""
        self._callbacks.append(callback)

    def locked(self) -> AbstractContextManager:
        """Holds all writers back, for a read and a write that belong together."""
        return self.lock

    def _known(self, kind: Kind, namespace: str, name: str) -> dict:
        with self.lock:
            found = self._objects.get(_key(kind, namespace, name))
            if found is None:
                raise errors.not_found(kind, name)
            return found

    def _checked(self, kind: Kind, document: dict) -> dict:
        metadata = document["metadata"]
        old = self._known(kind, metadata.get("namespace", ""), metadata["name"])
        given = metadata.get("resourceVersion")
        if given and given != old["metadata"]["resourceVersion"]:
            raise errors.conflict(kind, metadata["name"], errors.MODIFIED)
        return old

    def _update(self, kind: Kind, new: dict, old: dict) -> dict:
        new = self._kept(kind, new, old)
        if new == old:
            return copied(old)
        key = _key_of(kind, new)
        if new["metadata"].get("deletionTimestamp") and not _is_held(new):
            return self._drop(key, new)
        return self._put(key, new, MODIFIED, old)

    def _kept(self, kind: Kind, new: dict, old: dict) -> dict:
        """The object with what only the store writes; its version is that of the old one still."""
        before, metadata = old["metadata"], new["metadata"]
        new["apiVersion"], new["kind"] = kind.api_version, kind.kind
        for kept in KEPT:
            metadata.pop(kept, None)
            if kept in before:
                metadata[kept] = before[kept]
        if "generation" in metadata and desired(kind, new) != desired(kind, old):
            metadata["generation"] += 1
        metadata["resourceVersion"] = before["resourceVersion"]
        return new

    def _put(self, key: Key, new: dict, type_: str, old: dict | None) -> dict:
        self._version += 1
        new["metadata"]["resourceVersion"] = str(self._version)
        self._objects[key] = new
        self._tell(Change(self._version, type_, key[0], new, old))
        return copied(new)

    def _drop(self, key: Key, last: dict) -> dict:
        self._version += 1
        del self._objects[key]
        gone = copied(last)
        gone["metadata"]["resourceVersion"] = str(self._version)
        self._tell(Change(self._version, DELETED, key[0], gone, last))
        return copied(gone)

    def _tell(self, change: Change) -> None:
        if len(self._history) == self._history.maxlen:
            self._oldest = self._history[0].version + 1
        self._history.append(change)
        self._changed.notify_all()
        for callback in self._callbacks:
            callback(change)


def _is_held(document: dict) -> bool:
    return bool(
        document["metadata"].get("finalizers") or document.get("spec", {}).get("finalizers")
    )


def _key(kind: Kind, namespace: str, name: str) -> Key:
    return (kind, namespace if kind.namespaced else "", name)


def _key_of(kind: Kind, document: dict) -> Key:
    metadata = document["metadata"]
    return _key(kind, metadata.get("namespace", ""), metadata["name"])
