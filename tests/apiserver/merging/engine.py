"""Server-side apply and the tracking of other writes: pure, no I/O, no clock.

https://kubernetes.io/docs/reference/using-api/server-side-apply/
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import NamedTuple

from tests.apiserver.merging import paths
from tests.apiserver.merging.paths import Fields, Path
from tests.apiserver.merging.typed import Typing

APPLY, UPDATE = "Apply", "Update"


class Manager(NamedTuple):
    """Who owns fields. Appliers are one across versions, so their version is not part of who they are."""

    name: str
    operation: str
    version: str = ""
    subresource: str = ""

    def __str__(self) -> str:
        quoted = f'"{self.name}"'
        if self.subresource:
            quoted += f' with subresource "{self.subresource}"'
        return f"{quoted} using {self.version}" if self.operation == UPDATE else quoted


Owned = Mapping[Manager, Fields]


class Conflict(Exception):
    """Fields that the applier would change belong to others."""

    def __init__(self, fields: Mapping[Manager, Fields]) -> None:
        super().__init__()
        self.fields = fields
        self.rows: list[tuple[Manager, Path]] = [
            (manager, path)
            for manager in sorted(fields, key=str)
            for path in sorted(fields[manager])
        ]

    def only(self, left: Set[Path]) -> Conflict:
        """The conflict without all other fields."""
        return Conflict({manager: fields & left for manager, fields in self.fields.items()})

    def __str__(self) -> str:
        if len(self.rows) == 1:
            manager, path = self.rows[0]
            return f"Apply failed with 1 conflict: conflict with {manager}: {paths.text(path)}"
        lines: list[str] = []
        for manager, path in self.rows:
            head = f"conflicts with {manager}:"
            lines += [] if head in lines else [head]
            lines.append(f"- {paths.text(path)}")
        return f"Apply failed with {len(self.rows)} conflicts: " + "\n".join(lines)


class Outcome(NamedTuple):
    """The object as it comes out, who owns what of it then, and whether the writer has changed anything."""

    document: dict
    owned: Owned
    is_changed: bool = False


METADATA = tuple(
    ("f:metadata", f"f:{name}")
    for name in (
        *("name", "namespace", "creationTimestamp", "selfLink", "uid", "generation"),
        *("managedFields", "resourceVersion"),
    )
)
NOBODYS = frozenset({("f:apiVersion",), ("f:kind",), ("f:metadata",), *METADATA})
"""Fields that no manager owns.
https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/stripmeta.go
"""


def apply(
    typing: Typing,
    live: dict,
    applied: dict,
    owned: Owned,
    manager: Manager,
    *,
    force: bool = False,
) -> Outcome:
    """What comes of applying; `Conflict` where it would change what others own, unless forced."""
    before = owned.get(manager, paths.NONE)
    now = dict(owned) | {manager: typing.fields(applied)}
    merged = _pruned(typing, typing.merge(live, applied), now, before)
    # Names are nobody's, yet they keep `metadata` from being pruned; so they are taken out last.
    now[manager] -= NOBODYS
    owned = _handed_over(typing, live, merged, now, manager, force=force)
    return Outcome(merged, owned, is_changed=any(typing.compare(live, merged)))


def update(typing: Typing, live: dict, new: dict, owned: Owned, manager: Manager) -> Outcome:
    """Notes who changed what in a write that is no apply: the writer owns what it changed, whoever had it before."""
    change = typing.compare(live, new)
    now = _handed_over(typing, live, new, dict(owned), manager, force=True)
    mine = now.get(manager, paths.NONE) - change.removed - NOBODYS
    taken = (change.added | change.modified) - NOBODYS
    owned = _without_empty({**now, manager: mine | taken})
    return Outcome(new, owned, is_changed=bool(taken))


def _pruned(typing: Typing, merged: dict, owned: Owned, before: Fields) -> dict:
    """Without what the applier had applied before, does so no more, and nobody else owns."""
    if not before:
        return merged
    dropped = typing.with_named(before)
    kept = typing.with_named(frozenset().union(*owned.values()))
    present = typing.with_named(typing.fields(merged))
    left = typing.with_named(typing.fields(typing.remove(merged, dropped)))
    gone = ((present - left) - kept) & dropped
    return typing.remove(merged, gone)


def _handed_over(
    typing: Typing, live: dict, new: dict, owned: dict, manager: Manager, *, force: bool
) -> dict[Manager, Fields]:
    change = typing.compare(live, new)
    changed = change.added | change.modified
    others = {other: fields for other, fields in owned.items() if other != manager}
    taken = {other: fields & changed for other, fields in others.items() if fields & changed}
    if taken and not force:
        raise Conflict(taken)
    for other in others:
        owned[other] = owned[other] - taken.get(other, paths.NONE) - change.removed
    return _without_empty(owned)


def _without_empty(owned: Owned) -> dict[Manager, Fields]:
    return {manager: fields for manager, fields in owned.items() if fields}
