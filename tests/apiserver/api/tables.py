"""Objects as rows, as `kubectl get` asks for them: name and age.

https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
"""

from __future__ import annotations

import datetime

from tests.apiserver import hooks

COLUMNS = [
    {"name": "Name", "type": "string", "format": "name", "description": "", "priority": 0},
    {"name": "Age", "type": "string", "format": "", "description": "", "priority": 0},
]


def is_wanted(request: hooks.Request) -> bool:
    """Whether the first form that the client takes is a table."""
    first = request.headers.get("accept", "").partition(",")[0]
    return "as=Table" in first and "v=v1" in first


def table(request: hooks.Request, found: list[dict], metadata: dict, now: str) -> dict:
    """The objects as rows; `includeObject` says how much of each comes with its row."""
    how = request.query.get("includeObject") or "Metadata"
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": metadata,
        "columnDefinitions": COLUMNS,
        "rows": [_row(document, how, now) for document in found],
    }


def _row(document: dict, how: str, now: str) -> dict:
    metadata = document["metadata"]
    row: dict = {"cells": [metadata["name"], age(metadata["creationTimestamp"], now)]}
    if how == "Metadata":
        row["object"] = {
            "kind": "PartialObjectMetadata",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": metadata,
        }
    elif how == "Object":
        row["object"] = document
    return row


def age(since: str, now: str) -> str:
    """The time between two moments in its largest unit."""
    moments = [datetime.datetime.fromisoformat(moment) for moment in (since, now)]
    seconds = max(0, int((moments[1] - moments[0]).total_seconds()))
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size * 2:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
