"""Reading one object or many, and what containers wrote.

https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable

from tests.apiserver import errors, hooks, kinds
from tests.apiserver.api import bodies, selecting, tables
from tests.apiserver.api.cluster import Cluster
from tests.apiserver.rules import found
from tests.apiserver.wire import answers

TOO_OLD = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the "
    "continue parameter."
)


def get(request: hooks.Request, cluster: Cluster) -> answers.Answer:
    """One object, or the log of a pod."""
    check_form(request)
    if request.subresource == "log":
        return log(request, cluster)
    found = cluster.store.get(request.kind, request.namespace, request.name)
    if tables.is_wanted(request):
        metadata = {"resourceVersion": found["metadata"]["resourceVersion"]}
        return answers.document(tables.table(request, [found], metadata, cluster.store.now()))
    return answers.document(found)


def check_form(request: hooks.Request) -> None:
    """Answers are JSON and nothing else."""
    accepted = request.headers.get("accept") or "*/*"
    forms = {part.partition(";")[0].strip() for part in accepted.split(",")}
    if not forms & {"application/json", "application/*", "*/*"} and request.subresource != "log":
        forms = ("application/json", "application/yaml", "application/vnd.kubernetes.protobuf")
        streams = (f"{form};stream=watch" for form in (forms[0], forms[2]))
        raise errors.not_acceptable(", ".join((*forms, *streams)))


def list_(request: hooks.Request, cluster: Cluster) -> answers.Answer:
    """Many objects, in pages where a limit is given."""
    check_form(request)
    _check_match(request)
    test = selecting.test(request)
    with cluster.store.locked():
        check_version(request, cluster)
        found = [row for row in cluster.store.list(request.kind, request.namespace) if test(row)]
        version = cluster.store.version
        metadata = {"resourceVersion": str(version)}
        found, more = _page(request, cluster, found, version)
    metadata |= more
    if tables.is_wanted(request):
        return answers.document(tables.table(request, found, metadata, cluster.store.now()))
    return answers.document(listed(request.kind, metadata, found))


def listed(kind: kinds.Kind, metadata: dict, rows: list[dict]) -> dict:
    """Objects as a list; those of built-in kinds do not say their kind there."""
    if kind not in kinds.CUSTOM:
        said = {"kind", "apiVersion"}
        rows = [{name: part for name, part in row.items() if name not in said} for row in rows]
    head = {"kind": f"{kind.kind}List", "apiVersion": kind.api_version}
    return {**head, "metadata": metadata, "items": rows}


MATCHES = ("Exact", "NotOlderThan", "")


def _check_match(request: hooks.Request) -> None:
    """https://kubernetes.io/docs/reference/using-api/api-concepts/#semantics-for-get-and-list"""
    match, field = request.query.get("resourceVersionMatch", ""), "resourceVersionMatch"
    if match not in MATCHES:
        raise bodies.invalid_options("ListOptions", [found.unsupported(field, match, MATCHES)])
    if match and not request.query.get("resourceVersion"):
        why = f"{field} is forbidden unless resourceVersion is provided"
        raise bodies.invalid_options("ListOptions", [found.forbidden(field, why)])


def check_version(request: hooks.Request, cluster: Cluster) -> int:
    """The version that the client asks for, 0 for any; ApiError 504 where it has not come yet."""
    given = request.query.get("resourceVersion") or "0"
    if not given.isdigit():
        cause = errors.Cause(
            "FieldValueInvalid",
            f'Invalid value: "{given}": strconv.ParseUint: parsing "{given}": invalid syntax',
            "resourceVersion",
        )
        text = f"{cause.field}: {cause.message}"
        if request.verb == "watch":
            raise errors.unknown(text)
        raise errors.bad_request(f"invalid resource version: {text}")
    newest = cluster.store.version
    if int(given) > newest:
        message = f"Too large resource version: {given}, current: {newest}"
        details = {
            "causes": [
                {"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}
            ]
        }
        raise errors.ApiError(
            504, "Timeout", f"Timeout: {message}", details=details, retry_after_s=1
        )
    return int(given)


def _key(document: dict) -> list[str]:
    return [document["metadata"].get("namespace", ""), document["metadata"]["name"]]


def _page(
    request: hooks.Request, cluster: Cluster, found: list[dict], version: int
) -> tuple[list[dict], dict]:
    if request.query.get("continue"):
        mark = _read_mark(request.query["continue"])
        cluster.store.history(mark["rv"])
        found = [row for row in found if _key(row) > mark["start"]]
        version = mark["rv"]
    limit = _limit(request)
    if not limit or len(found) <= limit:
        return found, {}
    kept, left = found[:limit], len(found) - limit
    mark = json.dumps({"v": "meta.k8s.io/v1", "rv": version, "start": _key(kept[-1])})
    more = {"continue": base64.urlsafe_b64encode(mark.encode()).decode()}
    is_filtered = request.query.get("labelSelector") or request.query.get("fieldSelector")
    return kept, more | ({} if is_filtered else {"remainingItemCount": left})


def _limit(request: hooks.Request) -> int:
    given = request.query.get("limit") or "0"
    try:
        return int(given)
    except ValueError as error:
        why = f'strconv.ParseInt: parsing "{given}": invalid syntax'
        raise errors.bad_request(why) from error


def _read_mark(text: str) -> dict:
    try:
        return json.loads(base64.urlsafe_b64decode(text))
    except ValueError as error:
        why = "invalid continue token: continue key is not valid"
        raise errors.bad_request(f"{why}: {error}") from error


# Logs


def log(request: hooks.Request, cluster: Cluster) -> answers.Answer:
    """https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod"""
    pod = cluster.store.get(request.kind, request.namespace, request.name)
    names = [
        container["name"]
        for group in ("initContainers", "containers")
        for container in pod["spec"].get(group) or ()
    ]
    wanted = request.query.get("container", "")
    if not wanted and len(pod["spec"]["containers"]) > 1:
        listed = " ".join(container["name"] for container in pod["spec"]["containers"])
        raise errors.bad_request(
            f"a container name must be specified for pod {request.name}, choose one of: [{listed}]"
        )
    wanted = wanted or pod["spec"]["containers"][0]["name"]
    if wanted not in names:
        raise errors.bad_request(f"container {wanted} is not valid for pod {request.name}")
    lines: Iterable[bytes] = ()
    if cluster.logs is not None:
        lines = cluster.logs.read(request.namespace, request.name, wanted, request.query)
    return answers.stream(lines, "text/plain")
