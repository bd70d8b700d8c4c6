"""Names, labels and annotations.

https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
"""

from __future__ import annotations

import re

from tests.apiserver import kinds
from tests.apiserver.kinds import Kind
from tests.apiserver.rules import found
from tests.apiserver.rules.found import Causes

_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_LABEL_1035 = r"[a-z]([-a-z0-9]*[a-z0-9])?"
_VALUE = r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?"
_QUALIFIED = r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
LABEL_LIMIT, SUBDOMAIN_LIMIT = 63, 253
ANNOTATIONS_LIMIT = 256 * 1024
"""https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/"""

NOT_A_LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an "
    "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
NOT_A_SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
NOT_A_1035_LABEL = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end "
    "with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
    "'[a-z]([-a-z0-9]*[a-z0-9])?')"
)
NOT_A_VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
NOT_QUALIFIED = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
NOT_A_KEY = (
    NOT_QUALIFIED.replace("name part must", "a valid label key must")
    + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
)
"""https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go"""

FINALIZERS = {"foregroundDeletion", "orphan", "kubernetes"}
"""https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/"""
AS_LABEL = {kinds.NAMESPACE}
AS_PATH = {kinds.ROLE, kinds.ROLE_BINDING}
"""Names of these may hold anything that a path segment may."""


def is_label(name: str) -> bool:
    """Whether it is an RFC 1123 label."""
    return len(name) <= LABEL_LIMIT and re.fullmatch(_LABEL, name) is not None


def label(path: str, name: str) -> Causes:
    """An RFC 1123 label."""
    yield from _matching(path, name, _LABEL, NOT_A_LABEL, LABEL_LIMIT)


def label_1035(path: str, name: str) -> Causes:
    """An RFC 1035 label, as names of services are."""
    yield from _matching(path, name, _LABEL_1035, NOT_A_1035_LABEL, LABEL_LIMIT)


def subdomain(path: str, name: str) -> Causes:
    """An RFC 1123 subdomain."""
    yield from _matching(path, name, _SUBDOMAIN, NOT_A_SUBDOMAIN, SUBDOMAIN_LIMIT)


def _matching(
    path: str, name: str, pattern: str, why: str, limit: int, unit: str = "bytes"
) -> Causes:
    if len(name) > limit:
        yield found.invalid(path, name, f"must be no more than {limit} {unit}")
    if re.fullmatch(pattern, name) is None:
        yield found.invalid(path, name, why)


def metadata(kind: Kind, document: dict) -> Causes:
    """All that is asked of `metadata`."""
    given = document.get("metadata") or {}
    yield from _name(kind, given.get("name") or "")
    yield from labels("metadata.labels", given.get("labels"))
    yield from _annotations(given.get("annotations"))
    for index, name in enumerate(given.get("finalizers") or ()):
        yield from qualified(f"metadata.finalizers[{index}]", name)
        if "/" not in name and name not in FINALIZERS:
            why = "name is neither a standard finalizer name nor is it fully qualified"
            yield found.invalid(f"metadata.finalizers[{index}]", name, why)


def _name(kind: Kind, name: str) -> Causes:
    path = "metadata.name"
    if not name:
        yield found.required(path, "name or generateName is required")
    elif kind in AS_PATH:
        for part in ("/", "%"):
            if part in name:
                yield found.invalid(path, name, f"may not contain '{part}'")
    elif kind == kinds.SERVICE:
        yield from label_1035(path, name)
    elif kind in AS_LABEL and "." in name:
        yield found.invalid(path, name, "must not contain dots")
    elif kind in AS_LABEL:
        yield from _matching(path, name, _LABEL, NOT_A_LABEL, LABEL_LIMIT, "characters")
    else:
        yield from subdomain(path, name)


def labels(path: str, given: dict | None) -> Causes:
    """Keys and values of labels."""
    for key, value in (given or {}).items():
        yield from qualified(path, key)
        yield from _matching(path, value or "", _VALUE, NOT_A_VALUE, LABEL_LIMIT)


def qualified(path: str, key: str) -> Causes:
    """A name with an optional domain before it."""
    domain, slash, name = key.rpartition("/")
    if "/" in domain:
        yield found.invalid(path, key, NOT_A_KEY)
        return
    if slash and re.fullmatch(_SUBDOMAIN, domain) is None:
        yield found.invalid(path, key, f"prefix part {NOT_A_SUBDOMAIN}")
    if not name:
        yield found.invalid(path, key, "name part must be non-empty")
    elif len(name) > LABEL_LIMIT:
        yield found.invalid(path, key, f"name part must be no more than {LABEL_LIMIT} bytes")
    elif re.fullmatch(_QUALIFIED, name) is None:
        yield found.invalid(path, key, NOT_QUALIFIED)


def _annotations(given: dict | None) -> Causes:
    path, size = "metadata.annotations", 0
    for key, value in (given or {}).items():
        yield from qualified(path, key.lower())
        size += len(key.encode()) + len((value or "").encode())
    if size > ANNOTATIONS_LIMIT:
        yield found.too_long(path, ANNOTATIONS_LIMIT)
