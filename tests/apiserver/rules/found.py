"""What is wrong with a field, in the server's words.

https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from tests.apiserver.errors import Cause

Causes = Iterator[Cause]


def shown(value: object) -> str:
    """A value as these texts hold it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def required(path: str, why: str = "") -> Cause:
    """It must be given."""
    return Cause("FieldValueRequired", f"Required value{': ' if why else ''}{why}", path)


def invalid(path: str, value: object, why: str) -> Cause:
    """It may not be this."""
    return Cause("FieldValueInvalid", f"Invalid value: {shown(value)}: {why}", path)


def mistyped(path: str, value: object, why: str) -> Cause:
    """It is of the wrong type."""
    return Cause("FieldValueTypeInvalid", f"Invalid value: {shown(value)}: {why}", path)


def unsupported(path: str, value: object, supported: Iterable[str]) -> Cause:
    """It is none of those that may be."""
    listed = ", ".join(f'"{name}"' for name in supported)
    why = f"Unsupported value: {shown(value)}: supported values: {listed}"
    return Cause("FieldValueNotSupported", why, path)


def duplicate(path: str, value: object) -> Cause:
    """There is one like it already."""
    return Cause("FieldValueDuplicate", f"Duplicate value: {shown(value)}", path)


def missing(path: str, value: object) -> Cause:
    """It refers to nothing."""
    return Cause("FieldValueNotFound", f"Not found: {shown(value)}", path)


def forbidden(path: str, why: str) -> Cause:
    """It may not be set."""
    return Cause("FieldValueForbidden", f"Forbidden: {why}", path)


def too_long(path: str, limit: int) -> Cause:
    """It has too many bytes."""
    return Cause("FieldValueTooLong", f"Too long: may not be more than {limit} bytes", path)
