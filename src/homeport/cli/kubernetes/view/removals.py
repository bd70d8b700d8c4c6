"""What destroying deletes and keeps: in lines for a person, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from homeport.cli.kubernetes.view import paint, plans
from homeport.targets.kubernetes.planning.removal import Removal, Volume


def lines(removed: Removal, server: str, color: paint.Paint) -> Iterator[str]:
    """What goes, what stays and why."""
    yield color(f"stack {removed.stack}, context {removed.context} ({server})", paint.DIM)
    yield ""
    if removed.is_empty:
        yield f"There is nothing of the stack {removed.stack}."
    for each in removed.objects:
        yield color(f"  - {each.ref}", paint.RED)
    for volume in removed.volumes:
        yield _volume(removed, volume, color)
    for namespace, refs in removed.left:
        yield color(f"  = Namespace {namespace}", paint.CYAN) + "  stays, with what is not ours:"
        yield from (f"      {ref}" for ref in refs)


def _volume(removed: Removal, volume: Volume, color: paint.Paint) -> str:
    name = f"PersistentVolume {volume.name} ({volume.size}, {volume.claim})"
    if not removed.deletes_data:
        return color(f"  = {name}", paint.CYAN) + "  kept with its data"
    if not volume.is_provisioned:
        return (
            color(f"  = {name}", paint.CYAN) + "  stays: its storage is not the cluster's to delete"
        )
    return color(f"  - {name}", paint.RED) + "  deleted with ALL ITS DATA"


def after(removed: Removal) -> Iterator[str]:
    """What is left once it is done."""
    yield ""
    yield f"The stack {removed.stack} is gone."
    if removed.volumes and not removed.deletes_data:
        yield "The next homeport apply gives the kept volumes back to it;"
        yield "homeport destroy --delete-data deletes them."


def as_json(removed: Removal) -> dict[str, Any]:
    """What goes and what stays, for programs."""
    return {
        "stack": removed.stack,
        "context": removed.context,
        "objects": [plans.named(each.ref) for each in removed.objects],
        "volumes": [
            {**volume._asdict(), "deleted": removed.deletes_data and volume.is_provisioned}
            for volume in removed.volumes
        ],
        "left": {namespace: [plans.named(ref) for ref in refs] for namespace, refs in removed.left},
    }
