"""Secrets and config maps.

https://kubernetes.io/docs/concepts/configuration/secret/
"""

from __future__ import annotations

import base64
import json
import re

from tests.apiserver.rules import found
from tests.apiserver.rules.found import Causes

LIMIT = 1024 * 1024
"""https://kubernetes.io/docs/concepts/configuration/secret/#restriction-data-size"""
KEY_LIMIT = 253
NOT_A_KEY = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or "
    "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
)
REQUIRED = {
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}
"""https://kubernetes.io/docs/concepts/configuration/secret/#secret-types"""
SEALED = "field is immutable when `immutable` is set"


def _keys(content: dict, path: str) -> Causes:
    for key in content:
        place = f"{path}[{key}]"
        if len(key) > KEY_LIMIT:
            yield found.invalid(place, key, f"must be no more than {KEY_LIMIT} bytes")
        if re.fullmatch("[-._a-zA-Z0-9]+", key) is None or key in {".", ".."}:
            yield found.invalid(place, key, NOT_A_KEY)


def secret(document: dict) -> Causes:
    """https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/apis/core/validation/validation.go"""
    content = document.get("data") or {}
    yield from _keys(content, "data")
    if sum(len(base64.b64decode(value or "")) for value in content.values()) > LIMIT:
        yield found.too_long("data", LIMIT)
    for key in REQUIRED.get(document.get("type", ""), ()):
        if key not in content:
            yield found.required(f"data[{key}]")
        elif key == ".dockerconfigjson" and not _is_json(content[key]):
            yield found.invalid(f"data[{key}]", "<secret contents redacted>", "invalid character")
    basic = document.get("type") == "kubernetes.io/basic-auth"
    if basic and not {"username", "password"} & set(content):
        yield found.required("data[username]")
        yield found.required("data[password]")


def _is_json(encoded: str) -> bool:
    try:
        json.loads(base64.b64decode(encoded))
    except ValueError:
        return False
    return True


def check_secret_change(document: dict, old: dict) -> Causes:
    """https://kubernetes.io/docs/concepts/configuration/secret/#secret-immutable"""
    if document.get("type") != old.get("type"):
        yield found.invalid("type", document.get("type"), "field is immutable")
    yield from _check_sealed(document, old, ("data",))


def config_map(document: dict) -> Causes:
    """https://kubernetes.io/docs/concepts/configuration/configmap/"""
    content, binary = document.get("data") or {}, document.get("binaryData") or {}
    yield from _keys(content, "data")
    yield from _keys(binary, "binaryData")
    for key in sorted(set(content) & set(binary)):
        yield found.invalid(f"data[{key}]", key, "duplicate of key present in binaryData")
    sizes = [len((value or "").encode()) for value in content.values()]
    sizes += [len(base64.b64decode(value or "")) for value in binary.values()]
    if sum(sizes) > LIMIT:
        # The field's name is empty, and is shown so.
        yield found.too_long("[]", LIMIT)


def check_config_map_change(document: dict, old: dict) -> Causes:
    """https://kubernetes.io/docs/concepts/configuration/configmap/#configmap-immutable"""
    yield from _check_sealed(document, old, ("data", "binaryData"))


def _check_sealed(document: dict, old: dict, fields: tuple[str, ...]) -> Causes:
    if not old.get("immutable"):
        return
    if not document.get("immutable"):
        yield found.forbidden("immutable", SEALED)
    for field in fields:
        if (document.get(field) or {}) != (old.get(field) or {}):
            yield found.forbidden(field, SEALED)
