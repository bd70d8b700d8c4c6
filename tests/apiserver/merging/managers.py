"""`metadata.managedFields`, read and written.

https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ (managedFields)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from tests.apiserver.merging import paths
from tests.apiserver.merging.engine import APPLY, Manager, Outcome, Owned


class Known(NamedTuple):
    """Who owns what, and since when."""

    owned: Owned
    times: Mapping[Manager, str]
    versions: Mapping[Manager, str]


class Unreadable(Exception):
    """The entries are not what they should be."""


def read(entries: list[dict] | None) -> Known:
    """The entries of an object; `Unreadable` where a client has made them up wrongly."""
    owned, times, versions = {}, {}, {}
    for entry in entries or ():
        if entry.get("fieldsType") != "FieldsV1" or entry.get("operation") not in {
            "Apply",
            "Update",
        }:
            raise Unreadable
        is_apply = entry["operation"] == APPLY
        version = entry.get("apiVersion", "")
        manager = Manager(
            entry.get("manager", ""),
            entry["operation"],
            "" if is_apply else version,
            entry.get("subresource", ""),
        )
        owned[manager] = paths.flat(entry.get("fieldsV1") or {})
        times[manager], versions[manager] = entry.get("time", ""), version
    return Known(owned, times, versions)


def written(known: Known, outcome: Outcome, version: str, now: str, writer: Manager) -> list[dict]:
    """The entries of an object after a write; the writer's time moves only where the write has changed anything.

    https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/managedfieldsupdater.go
    """
    rows = []
    for manager, fields in outcome.owned.items():
        is_writer = manager == writer
        entry = {
            "manager": manager.name,
            "operation": manager.operation,
            "apiVersion": version if is_writer else known.versions.get(manager, version),
            "time": now if is_writer and outcome.is_changed else known.times.get(manager),
            "fieldsType": "FieldsV1",
            "fieldsV1": paths.tree(fields),
            "subresource": manager.subresource,
        }
        rows.append({key: value for key, value in entry.items() if value})
    return sorted(rows, key=_order)


def _order(entry: dict) -> tuple[str, ...]:
    keys = ("operation", "time", "manager", "apiVersion", "subresource")
    return tuple(entry.get(key, "") for key in keys)
