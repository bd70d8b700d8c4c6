"""A request to an API server, before it is sent.

https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris
"""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from homeport.targets.kubernetes.objects.kinds import Kind, Object, Ref

MANAGER = "homeport"
"""Who owns the fields that we set: https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers"""
READ_S = 30.0
"""How long a log that is not followed may pause."""
APPLY = "application/apply-patch+yaml"
MERGE = "application/merge-patch+json"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked, and what a person calls it."""

    method: str
    path: str
    what: str
    """As a person is told: `apply Deployment registry/registry`."""
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    content_type: str = JSON
    is_repeatable: bool = True
    """Whether asking again does no harm where the first time may have been carried out."""
    is_stream: bool = False
    idle_s: float | None = None
    """Of a stream: it ends when nothing came for so long; None where silence is no sign."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """What an answer may quote and no person may be shown."""
    credential: str = field(default="", repr=False)
    """What was sent along, which no person may be shown either."""
    namespace: str = ""
    """Of what it is about; empty where it is in none."""

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path}?{urllib.parse.urlencode(self.query)}" if self.query else self.path


def collection(kind: Kind, namespace: str) -> str:
    """The path of the objects of a kind, in a namespace or in all."""
    within = f"/namespaces/{quoted(namespace)}" if namespace and kind.is_namespaced else ""
    return f"{kind.collection}{within}/{kind.plural}"


def single(ref: Ref) -> str:
    """The path of an object."""
    return f"{collection(ref.kind, ref.namespace)}/{quoted(ref.name)}"


def quoted(name: str) -> str:
    """A name as a part of a path: none leads anywhere else."""
    if name in {"", ".", ".."}:
        raise ValueError(f"{name!r} is the name of no object")
    return urllib.parse.quote(name, safe="")


def get(path: str, what: str, **query: str) -> Request:
    """Reads something."""
    return Request("GET", path, what, query)


def page(kind: Kind, namespace: str, selector: str, limit: int, after: str) -> Request:
    """Some of the objects of a kind. https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks"""
    asked = {
        "labelSelector": selector,
        "limit": str(limit) if limit else "",
        "continue": after,
    }
    where = f" in {namespace}" if namespace else ""
    query = {name: value for name, value in asked.items() if value}
    return Request(
        *("GET", collection(kind, namespace), f"list {kind.plural}{where}", query),
        namespace=namespace,
    )


def watch(
    kind: Kind, namespace: str, selector: str, since: str, *, idle_s: float, timeout_s: int
) -> Request:
    """https://kubernetes.io/docs/reference/using-api/api-concepts/#watch-bookmarks"""
    query = {"watch": "true", "allowWatchBookmarks": "true", "timeoutSeconds": str(timeout_s)}
    query |= {"labelSelector": selector} if selector else {}
    query |= {"resourceVersion": since} if since else {}
    where = f" in {namespace}" if namespace else ""
    return Request(
        *("GET", collection(kind, namespace), f"watch {kind.plural}{where}", query),
        is_stream=True,
        idle_s=idle_s,
        namespace=namespace,
    )


def log(
    ref: Ref, container: str, *, tail: int | None, is_followed: bool, is_previous: bool
) -> Request:
    """https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod"""
    query = {"container": container} if container else {}
    query |= {} if tail is None else {"tailLines": str(tail)}
    query |= {"follow": "true"} if is_followed else {}
    query |= {"previous": "true"} if is_previous else {}
    return Request(
        *("GET", f"{single(ref)}/log", f"read the log of {ref}", query),
        is_stream=True,
        idle_s=None if is_followed else READ_S,
        namespace=ref.namespace,
    )


def apply(ref: Ref, obj: Object, *, is_dry_run: bool, is_forced: bool) -> Request:
    """Server-side apply; JSON is YAML too. https://kubernetes.io/docs/reference/using-api/server-side-apply/#api-implementation"""
    query = {"fieldManager": MANAGER, "fieldValidation": "Strict"}
    query["force"] = "true" if is_forced else "false"
    return Request(
        "PATCH",
        single(ref),
        f"{'try' if is_dry_run else 'apply'} {ref}",
        query | _dry_run(is_dry_run=is_dry_run),
        json.dumps(obj).encode(),
        APPLY,
        secrets=_secrets(obj),
        namespace=ref.namespace,
    )


def merge(ref: Ref, patch: Object) -> Request:
    """A merge patch: asked again, it might undo what somebody did in between."""
    query = {"fieldManager": MANAGER, "fieldValidation": "Strict"}
    body = json.dumps(patch).encode()
    return Request(
        *("PATCH", single(ref), f"change {ref}", query, body, MERGE),
        is_repeatable=False,
        secrets=_secrets(patch),
        namespace=ref.namespace,
    )


def delete(ref: Ref, uid: str, *, is_dry_run: bool, is_last: bool = False) -> Request:
    """https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/delete-options/

    Without a uid it is not asked again: what has the name by then may be another object.
    """
    options: Object = {"apiVersion": "v1", "kind": "DeleteOptions"}
    options["propagationPolicy"] = "Foreground" if is_last else "Background"
    if uid:
        options["preconditions"] = {"uid": uid}
    if is_dry_run:
        options["dryRun"] = ["All"]
    return Request(
        *("DELETE", single(ref), f"delete {ref}", _dry_run(is_dry_run=is_dry_run)),
        body=json.dumps(options).encode(),
        is_repeatable=bool(uid) or is_dry_run,
        namespace=ref.namespace,
    )


def _dry_run(*, is_dry_run: bool) -> dict[str, str]:
    """https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run"""
    return {"dryRun": "All"} if is_dry_run else {}


def _secrets(obj: Object) -> tuple[str, ...]:
    """The values of a Secret (what is patched may be one), which an error may quote."""
    if obj.get("kind", "Secret") != "Secret":
        return ()
    return tuple(_leaves([obj.get("data"), obj.get("stringData")]))


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _leaves(part)
    elif value is not None:
        yield value if isinstance(value, str) else json.dumps(value)
