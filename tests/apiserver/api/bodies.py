"""Bodies of requests made objects, as strictly as the request asks for.

https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
"""

from __future__ import annotations

from typing import NamedTuple

from tests.apiserver import errors, hooks, kinds
from tests.apiserver.kinds import Kind
from tests.apiserver.rules import found
from tests.apiserver.rules.found import Causes
from tests.apiserver.shape import decoding, documents
from tests.apiserver.shape.schemas import Schemas

MANAGER_LIMIT = 128
MODES = ("", "Ignore", "Warn", "Strict")
FORMS = ("application/json", "application/yaml", "application/vnd.kubernetes.protobuf")
SCHEME = '"pkg/runtime/scheme.go:111"'
"""Where the server's own types are listed, as its texts say it."""


class Read(NamedTuple):
    """An object, and what is to be said of it."""

    document: dict
    warnings: tuple[str, ...] = ()


def options(request: hooks.Request, name: str) -> None:
    """Checks the parameters of a write; `name` is CreateOptions, UpdateOptions, PatchOptions or DeleteOptions."""
    causes = []
    if request.query.get("dryRun", "All") != "All":
        causes.append(found.unsupported("dryRun", [request.query["dryRun"]], ["All"]))
    if request.query.get("fieldValidation", "") not in MODES:
        given = request.query["fieldValidation"]
        causes.append(found.unsupported("fieldValidation", given, sorted(MODES)))
    causes += _manager(request.query.get("fieldManager", ""))
    if causes:
        raise invalid_options(name, causes)


def _manager(given: str) -> Causes:
    """https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers"""
    if len(given) > MANAGER_LIMIT:
        yield found.too_long("fieldManager", MANAGER_LIMIT)
    for place, letter in enumerate(given):
        if not letter.isprintable():
            why = f"invalid character U+{ord(letter):04X} (at position {place})"
            yield found.invalid("fieldManager", given, why)


def invalid_options(name: str, causes: list) -> errors.ApiError:
    """Parameters that do not fit."""
    kind = Kind("meta.k8s.io", "v1", "", name, namespaced=False)
    return errors.invalid(kind, "", causes)


def media_type(request: hooks.Request) -> str:
    """The body's form, JSON where nothing is said."""
    return request.headers.get("content-type", "application/json").partition(";")[0].strip()


def read(request: hooks.Request, schemas: Schemas) -> Read:
    """The object in the body, undeclared fields left out, and warned of or refused as `fieldValidation` says."""
    form = media_type(request)
    if form not in {"application/json", "application/yaml", "*/*"}:
        raise errors.unsupported_media_type(", ".join(FORMS))
    reading = documents.read_yaml if form == "application/yaml" else documents.read_json
    try:
        body = reading(request.body)
    except documents.Unreadable as error:
        raise _unrecognized(request.kind, str(error), request.body) from error
    if request.kind in kinds.CUSTOM:
        _check_custom_kind(request.kind, body.document, request.body)
    else:
        check_kind(request.kind, body.document)
    return checked(request, schemas, body)


def _unrecognized(kind: Kind, why: str, body: bytes) -> errors.ApiError:
    """https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/rest.go"""
    text = f"the object provided is unrecognized (must be of type {kind.kind}): {why}"
    return errors.bad_request(f"{text} ({documents.summary(body)})")


def _check_custom_kind(kind: Kind, document: dict, body: bytes) -> None:
    version = document.get("apiVersion") or ""
    if not document.get("kind"):
        why = f"Object 'Kind' is missing in '{body.decode(errors='replace')}'"
        raise _unrecognized(kind, why, body)
    if (version, document["kind"]) != (kind.api_version, kind.kind):
        raise errors.bad_request(
            f"the API version in the data ({version}) does not match the expected API version ({kind.api_version})"
        )


def check_kind(kind: Kind, document: dict) -> None:
    """What a body leaves out is taken from the path; what it says must be known, and be of the path's kind."""
    version, name = document.get("apiVersion") or kind.api_version, document.get("kind")
    document["apiVersion"], document["kind"] = version, name or kind.kind
    given = kinds.named(version, document["kind"])
    handled = f'{document["kind"]} in version "{version.rpartition("/")[2]}" cannot be handled as a {kind.kind}'
    if given is None:
        why = (
            f'no kind "{document["kind"]}" is registered for version "{version}" in scheme {SCHEME}'
        )
        raise errors.bad_request(f"{handled}: {why}")
    if given != kind:
        package = kind.group.partition(".")[0] or "core"
        pair = f"({given.version}.{given.kind}) to ({package}.{kind.kind})"
        raise errors.bad_request(f"{handled}: converting {pair}: unknown conversion")


def checked(request: hooks.Request, schemas: Schemas, body: documents.Body) -> Read:
    """The object without what its kind does not know."""
    kind = request.kind
    try:
        decoded = decoding.decode(
            schemas, schemas.root(kind), body.document, is_custom=kind in kinds.CUSTOM
        )
    except decoding.Mistyped as error:
        raise errors.bad_request(unhandled(kind, str(error))) from error
    texts = [f'duplicate field "{path}"' for path in body.duplicates]
    unknown = sorted(decoded.unknown) if kind in kinds.CUSTOM else decoded.unknown
    texts += [f'unknown field "{path}"' for path in unknown]
    mode = request.query.get("fieldValidation") or "Warn"
    if texts and mode == "Strict":
        why = f"strict decoding error: {', '.join(texts)}"
        raise errors.bad_request(unhandled(kind, why))
    return Read(decoded.document, tuple(texts) if mode == "Warn" else ())


def unhandled(kind: Kind, why: str) -> str:
    """The words around a decoder's own."""
    return f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}: {why}'
