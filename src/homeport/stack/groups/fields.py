"""What the fields of all groups are made with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeport.stack import values

KIND = "kind"
"""The key of a field's kind in its metadata."""

CLUSTER = "cluster"
"""The key that is there where a field means something on Kubernetes only."""

GIB = 2**30
MIB = 2**20

PORT = values.Number(1, 65535, "a port")
FILE = values.Folder("a file")


def of(kind: values.Kind) -> Mapping[str, Any]:
    """The metadata of a field of this kind."""
    return {KIND: kind}


def cluster(kind: values.Kind) -> Mapping[str, Any]:
    """The same of one that means something on Kubernetes only: no process of this machine is told of it."""
    return {KIND: kind, CLUSTER: True}
