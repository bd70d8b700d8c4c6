"""Reads the state of a stack once."""

from __future__ import annotations

from homeport.clock import Clock
from homeport.stack import settings
from homeport.targets.kubernetes.cluster import contract, errors
from homeport.targets.kubernetes.planning import together
from homeport.targets.kubernetes.watching import known, lines, observe, parts
from homeport.targets.kubernetes.watching.parts import Place
from homeport.targets.kubernetes.watching.report import Report


def read(cluster: contract.Cluster, chosen: settings.Settings, clock: Clock) -> Report:
    """The state of each component. Raises `ClusterError`."""
    places = parts.places(chosen)
    listed = together.each(lambda place: _list(cluster, place), places)
    found = known.Known(chosen)
    for place, each in zip(places, listed, strict=True):
        found.replace(place, found.relevant(place, each.items))
    report = observe.report(found.snapshot(clock.now()), chosen, cluster.context)
    return lines.added(report, chosen, _lines(cluster, chosen, report))


def _list(cluster: contract.Cluster, place: Place) -> contract.Listed:
    try:
        return cluster.list(*place)
    except errors.Forbidden:
        if place.kind in parts.OPTIONAL:
            return contract.Listed((), "")
        raise


def _lines(
    cluster: contract.Cluster, chosen: settings.Settings, report: Report
) -> dict[lines.Key, tuple[str, ...]]:
    namespaces = {part.component: part.namespace for part in parts.of(chosen)}
    return {
        key: lines.fetch(cluster, namespaces[row.component], row.pod)
        for row in report.rows
        if (key := lines.key(row)) is not None
    }
