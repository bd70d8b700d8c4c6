"""Reads what there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from homeport.targets.kubernetes.cluster import contract, errors
from homeport.targets.kubernetes.watching.logs.writers import Line, Said, Silent, Writer

NOTHING = (errors.Invalid, errors.NotFound)
"""The answers for a container that has not started, or was never started before, and for a pod that has just gone.
https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/registry/core/pod/strategy.go"""


def read(
    cluster: contract.Cluster,
    found: Iterable[Writer],
    *,
    tail: int | None,
    is_previous: bool = False,
) -> Iterator[Said]:
    """The last lines of each, or of its run before this one. Raises `ClusterError`."""
    for writer in found:
        try:
            lines = cluster.log(writer.ref, writer.container, tail=tail, previous=is_previous)
            yield from (Line(writer, text) for text in lines)
        except NOTHING as error:
            yield Silent(writer, error.what)
