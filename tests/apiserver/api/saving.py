"""What every write goes through: names, defaults, owners of fields, admission, validation, and then the store.

https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/
"""

from __future__ import annotations

import secrets

from tests.apiserver import errors, hooks, kinds
from tests.apiserver.api.cluster import Cluster
from tests.apiserver.merging import engine, managers
from tests.apiserver.merging.engine import Manager
from tests.apiserver.merging.typed import Typing
from tests.apiserver.rules import found, objects, volumes
from tests.apiserver.shape import decoding, documents
from tests.apiserver.store import copied

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/apimachinery/pkg/util/rand/rand.go"""
OURS = (
    *("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"),
    *("generation", "selfLink"),
)
"""Metadata that only the server writes."""
PARTS_OF_STATUS = {"status", "metadata", "apiVersion", "kind"}


def place(request: hooks.Request, document: dict) -> None:
    """Checks the object's own name and namespace against the path, and fills them in."""
    metadata = document.setdefault("metadata", {})
    if request.kind.namespaced:
        if metadata.get("namespace") not in {None, "", request.namespace}:
            raise errors.bad_request(
                "the namespace of the provided object does not match the namespace sent on the request"
            )
        metadata["namespace"] = request.namespace
    else:
        metadata.pop("namespace", None)
    if request.name:
        if metadata.get("name") not in {None, "", request.name}:
            raise errors.bad_request(
                f"the name of the object ({metadata['name']}) does not match the name on the URL ({request.name})"
            )
        metadata["name"] = request.name
    elif not metadata.get("name") and metadata.get("generateName"):
        letters = "".join(secrets.choice(ALPHABET) for _ in range(5))
        metadata["name"] = f"{metadata['generateName'][:58]}{letters}"


def writer(request: hooks.Request, operation: str = engine.UPDATE) -> Manager:
    """Who writes: `fieldManager`, or else the client's name.

    https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers
    """
    agent = request.headers.get("user-agent", "unknown").partition("/")[0][:128]
    name = request.query.get("fieldManager") or agent
    version = "" if operation == engine.APPLY else request.kind.api_version
    return Manager(name, operation, version, request.subresource)


def typing(request: hooks.Request, cluster: Cluster) -> Typing:
    """How objects of the request's kind merge."""
    return Typing(cluster.schemas, cluster.schemas.root(request.kind))


def defaulted(request: hooks.Request, cluster: Cluster, document: dict) -> dict:
    """The object with its defaults, and without what the server's own types have no place for.

    Custom kinds have no types, so they keep a null that a client gives them, until it is validated.
    """
    if request.kind in kinds.CUSTOM:
        metadata = documents.without_nulls(document.get("metadata") or {})
        return objects.fill(request.kind, document | {"metadata": metadata}, cluster.schemas)
    plain = documents.without_nulls(document)
    held = decoding.without_empty(cluster.schemas, cluster.schemas.root(request.kind), plain)
    if (plain.get("metadata") or {}).get("managedFields") == []:
        held["metadata"]["managedFields"] = []
    return objects.fill(request.kind, held, cluster.schemas)


def tracked(request: hooks.Request, cluster: Cluster, new: dict, old: dict | None) -> dict:
    """The object with `managedFields` that tell of this write.

    A client may write them itself; nonsense, and nothing, count as no wish, and none at all as a wish to be rid of them
    (not of custom kinds, where it counts as nothing). An object without any is tracked no more:
    https://kubernetes.io/docs/reference/using-api/server-side-apply/#clearing-managedfields
    """
    live = old or {}
    given = new["metadata"].get("managedFields")
    is_reset = given == [{}] or (given == [] and request.kind not in kinds.CUSTOM)
    known = managers.Known({}, {}, {}) if is_reset else _known(request, given, live)
    if old and not known.owned:
        return with_managers(copied(new), [])
    before, after = (_without_managers(copied(document)) for document in (live, new))
    who = writer(request)
    outcome = engine.update(typing(request, cluster), before, after, known.owned, who)
    version, now = request.kind.api_version, cluster.store.now()
    return with_managers(after, managers.written(known, outcome, version, now, who))


def _known(request: hooks.Request, given: list | None, live: dict) -> managers.Known:
    before = live.get("metadata", {}).get("managedFields")
    try:
        found_ = managers.read(given)
    except managers.Unreadable:
        return managers.read(before)
    is_wish = found_.owned and not request.subresource
    return found_ if is_wish else managers.read(before)


def _without_managers(document: dict) -> dict:
    document.get("metadata", {}).pop("managedFields", None)
    return document


def with_managers(document: dict, entries: list[dict]) -> dict:
    """The object with these entries."""
    document["metadata"].pop("managedFields", None)
    if entries:
        document["metadata"]["managedFields"] = entries
    return document


# New objects


def check_namespace(request: hooks.Request, cluster: Cluster, given: str) -> None:
    """https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#namespacelifecycle"""
    if not request.kind.namespaced:
        return
    namespace = cluster.store.get(kinds.NAMESPACE, "", request.namespace)
    if namespace.get("status", {}).get("phase") == "Terminating":
        name = request.namespace
        cause = errors.Cause(
            "NamespaceTerminating", f"namespace {name} is being terminated", "metadata.namespace"
        )
        why = f"unable to create new content in namespace {name} because it is being terminated"
        raise errors.forbidden(request.kind, given, why, [cause])


def create(request: hooks.Request, cluster: Cluster, document: dict) -> dict:
    """Stores a new object whose defaults and owners are in it already, unless this is a dry run."""
    kind = request.kind
    new = copied(document)
    if new["metadata"].get("resourceVersion"):
        raise errors.unknown("resourceVersion should not be set on objects to be created")
    for name in OURS:
        new["metadata"].pop(name, None)
    if kinds.has_status(kind):
        new.pop("status", None)
        if kind in objects.STARTING_STATUS:
            new["status"] = objects.STARTING_STATUS[kind]
    check_namespace(request, cluster, new["metadata"].get("name", ""))
    new = _admitted(request, cluster, new, None)
    if cluster.store.find(kind, request.namespace, new["metadata"]["name"]) is not None:
        raise errors.already_exists(kind, new["metadata"]["name"])
    if request.is_dry_run:
        return cluster.store.prepared(kind, new)
    return cluster.store.create(kind, new)


def _admitted(request: hooks.Request, cluster: Cluster, new: dict, old: dict | None) -> dict:
    if cluster.admission is not None and not request.subresource:
        new = copied(cluster.admission.admit(request, new, old))
    if not request.subresource:
        objects.allocate(request.kind, new, old, cluster.store)
    causes = objects.check(request.kind, new, old, cluster.schemas)
    if causes:
        raise errors.invalid(request.kind, new["metadata"].get("name", ""), causes)
    return new


# Changes


def update(request: hooks.Request, cluster: Cluster, document: dict, old: dict) -> dict:
    """Stores a changed object whose defaults and owners are in it already, unless this is a dry run."""
    new = _kept(request, copied(document), old)
    _check_versions(request, new, old)
    _check_finalizers(request, new, old)
    new = _admitted(request, cluster, new, old)
    if request.kind == kinds.CLAIM and not request.subresource:
        volumes.admit_claim_change(new, old, cluster.store)
    if request.is_dry_run:
        return cluster.store.updated(request.kind, new)
    return cluster.store.replace(request.kind, new)


def parts(request: hooks.Request, document: dict, old: dict) -> dict:
    """The object with only that changed which the path is for: all but the status, or the status alone."""
    kind, new = request.kind, copied(document)
    if request.subresource == "status":
        kept = {name: part for name, part in old.items() if name != "status"}
        entries = new["metadata"].get("managedFields")
        version = new["metadata"].get("resourceVersion")
        changed = copied(kept) | ({"status": new["status"]} if "status" in new else {})
        changed["metadata"] |= {"managedFields": entries} if entries else {}
        changed["metadata"] |= {"resourceVersion": version} if version else {}
        return changed
    if request.subresource == "finalize":
        return copied(old) | {"spec": new.get("spec", {})}
    if kinds.has_status(kind):
        new.pop("status", None)
        new |= {"status": copied(old["status"])} if "status" in old else {}
    return new


def _kept(request: hooks.Request, new: dict, old: dict) -> dict:
    """The object with the metadata that only the server writes."""
    before, metadata = old["metadata"], new["metadata"]
    given = metadata.get("uid")
    if given and given != before["uid"] and request.method == "PATCH":
        cause = found.invalid("metadata.uid", given, "field is immutable")
        raise errors.invalid(request.kind, request.name, [cause, cause])
    if given and given != before["uid"]:
        raise errors.conflict(request.kind, request.name, _another(request, given, before["uid"]))
    for name in OURS:
        metadata.pop(name, None)
        if name in before:
            metadata[name] = before[name]
    if request.kind == kinds.NAMESPACE and request.subresource != "finalize":
        # https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/: only /finalize writes these
        new["spec"] = copied(old.get("spec", {}))
    return new


def _another(request: hooks.Request, given: str, uid: str) -> str:
    """https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/apiserver/pkg/storage/errors.go"""
    key = "/".join(filter(None, (request.kind.plural, request.namespace, request.name)))
    return (
        f"StorageError: invalid object, Code: 4, Key: /registry/{key}, ResourceVersion: 0, AdditionalErrorMsg: "
        f"Precondition failed: UID in precondition: {given}, UID in object meta: {uid}"
    )


def _check_versions(request: hooks.Request, new: dict, old: dict) -> None:
    given = new["metadata"].get("resourceVersion")
    if not given and request.method == "PUT" and request.kind in kinds.CUSTOM:
        cause = found.invalid("metadata.resourceVersion", 0, "must be specified for an update")
        found_ = errors.invalid(request.kind, request.name, [cause])
        # Said by the store and not by the kind's own rules, so it names the resource.
        found_.message = found_.message.replace(request.kind.qualified, request.kind.resource, 1)
        found_.details["kind"] = request.kind.plural
        raise found_
    if given and given != old["metadata"]["resourceVersion"]:
        raise errors.conflict(request.kind, request.name, errors.MODIFIED)


def _check_finalizers(request: hooks.Request, new: dict, old: dict) -> None:
    if not old["metadata"].get("deletionTimestamp"):
        return
    added = sorted(
        set(new["metadata"].get("finalizers") or ()) - set(old["metadata"].get("finalizers") or ())
    )
    if added:
        listed = ", ".join(f'"{name}"' for name in added)
        why = (
            "no new finalizers can be added if the object is being deleted, found new finalizers "
            f"[]string{{{listed}}}"
        )
        cause = found.forbidden("metadata.finalizers", why)
        # The rules of all objects find it, and those of the kind once more.
        raise errors.invalid(request.kind, request.name, [cause, cause])
