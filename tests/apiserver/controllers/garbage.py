"""Removes what has lost its owner.

https://kubernetes.io/docs/concepts/architecture/garbage-collection/#cascading-deletion
"""

from __future__ import annotations

from tests.apiserver import kinds, store

ORPHAN = "orphan"


def run(world):
    """One pass over all objects: owners that wait for their dependents, then objects without an owner."""
    everything = world.everything()
    for document in everything:
        finalizers = document["metadata"].get("finalizers") or []
        if "deletionTimestamp" not in document["metadata"]:
            continue
        if store.FOREGROUND in finalizers:
            _foreground(world, document, everything)
        elif ORPHAN in finalizers:
            _orphan(world, document, everything)
    _collect(world)


def _dependents(document, everything):
    uid = document["metadata"]["uid"]
    return [row for row in everything if any(ref["uid"] == uid for ref in _owners(row))]


def _owners(document):
    return document["metadata"].get("ownerReferences") or []


def _foreground(world, document, everything):
    uid = document["metadata"]["uid"]
    dependents = _dependents(document, everything)
    blocking = [
        row
        for row in dependents
        if any(ref["uid"] == uid and ref.get("blockOwnerDeletion") for ref in _owners(row))
    ]
    for row in dependents:
        _remove(world, row)
    if not blocking:
        world.without_finalizer(document, store.FOREGROUND)


def _remove(world, document):
    """Dependents of an object in foreground deletion are deleted in the foreground, too."""
    place = document["metadata"]
    if "deletionTimestamp" not in place:
        kind = kinds.of(document)
        world.store.remove(
            kind, place.get("namespace", ""), place["name"], finalizer=store.FOREGROUND
        )


def _orphan(world, document, everything):
    uid = document["metadata"]["uid"]
    for row in _dependents(document, everything):
        left = [ref for ref in _owners(row) if ref["uid"] != uid]
        world.save(row | {"metadata": row["metadata"] | {"ownerReferences": left}})
    world.without_finalizer(document, ORPHAN)


def _collect(world):
    for document in world.everything():
        owners = _owners(document)
        if owners and not any(_exists(world, document, ref) for ref in owners):
            world.remove(document)


def _exists(world, document, ref):
    kind = kinds.named(ref["apiVersion"], ref["kind"])
    if kind is None:
        return True
    found = world.store.find(kind, document["metadata"].get("namespace", ""), ref["name"])
    return found is not None and found["metadata"]["uid"] == ref["uid"]
