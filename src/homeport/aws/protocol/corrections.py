"""What a packaged model lacks or has otherwise than the service: one data file, each entry with its link.

`merge` is a JSON merge patch, https://www.rfc-editor.org/rfc/rfc7396. An entry with a `protocol` holds for that protocol only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("corrections.json")


@dataclass
class Patch:
    """All corrections of one service, laid over each other in the order of the file."""

    all: dict[str, Any] = field(default_factory=dict)
    protocols: dict[str, dict[str, Any]] = field(default_factory=dict)


@cache
def _read() -> dict[str, list[dict[str, Any]]]:
    entries: dict[str, list[dict[str, Any]]] = json.loads(FILE.read_text(encoding="utf-8"))
    return entries


def of(service: str) -> Patch:
    """The corrections of a service; empty where its model is right as it is."""
    patch = Patch()
    for entry in _read().get(service, []):
        protocol = entry.get("protocol")
        into = patch.all if protocol is None else patch.protocols.setdefault(protocol, {})
        _compose(into, entry["merge"])
    return patch


def _compose(into: dict[str, Any], patch: dict[str, Any]) -> None:
    """Lays a patch over a patch: a null stays, as it has yet to delete something."""
    for key, value in patch.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _compose(into[key], value)
        else:
            into[key] = value


def merge(target: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """Applies a merge patch to `target`, in place, and returns it."""
    for key, value in patch.items():
        if value is None:
            target.pop(key, None)
        elif isinstance(value, dict):
            old = target.get(key)
            target[key] = merge(old if isinstance(old, dict) else {}, value)
        else:
            target[key] = value
    return target
