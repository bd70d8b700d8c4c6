"""How deep the values of a request nest."""

from __future__ import annotations

from typing import Any

from homeport.aws.protocol.call import Params

NEWER = 62
"""Levels of values to which the newer framework reads a request; deeper ones are left to the older one.

https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/validation-ordering/deepRequests.test.ts
"""


def is_beyond_newer(params: Params) -> bool:
    """Whether a write has a value that nests too deep for the newer framework."""
    return any(_levels(value) > NEWER for value in _values(params))


def _values(params: Params) -> list[Any]:
    found: list[Any] = []
    for name in ("Item", "Key", "ExpressionAttributeValues"):
        found += (params.get(name) or {}).values()
    for name in ("Expected", "AttributeUpdates"):
        for member in filter(None, (params.get(name) or {}).values()):
            found += [member.get("Value"), *(member.get("AttributeValueList") or ())]
    return found


def _levels(value: Any) -> int:
    """Maps and lists around the innermost value, up to one more than matters."""
    levels, at = 0, [value]
    while levels <= NEWER:
        at = [inner for member in at for inner in _inner(member)]
        if not at:
            break
        levels += 1
    return levels


def _inner(value: Any) -> list[Any]:
    if not isinstance(value, dict):
        return []
    members, elements = value.get("M"), value.get("L")
    found = list(members.values()) if isinstance(members, dict) else []
    return found + elements if isinstance(elements, list) else found
