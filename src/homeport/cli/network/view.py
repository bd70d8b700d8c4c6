"""DNS records and what becomes of them: in lines for a person, and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from homeport.cli.kubernetes.view import paint
from homeport.net.dns.records import Action, Change, Changes, Record

_SIGNS = {
    Action.ADD: ("+", paint.GREEN),
    Action.REMOVE: ("-", paint.RED),
    Action.KEEP: ("=", paint.CYAN),
    Action.TAKEN: ("!", paint.RED),
}
_WORDS = {
    Action.ADD: "to add",
    Action.REMOVE: "to remove",
    Action.TAKEN: "taken by somebody else",
    Action.KEEP: "unchanged",
}


def lines(changes: Changes, color: paint.Paint) -> Iterator[str]:
    """Each record with which something is done, or that is not ours, and a summary."""
    yield color(f"DNS records, {changes.where}", paint.DIM)
    for change in changes.changes:
        if change.action is not Action.KEEP or not change.is_ours:
            yield _line(change, color)
    yield summary(changes)


def _line(change: Change, color: paint.Paint) -> str:
    sign, tone = _SIGNS[change.action]
    note = f"  {change.note}" if change.note else ""
    return color(f"  {sign} {change.record}", tone) + note


def summary(changes: Changes) -> str:
    """How many are added, removed and so on."""
    counts = Counter(change.action for change in changes.changes)
    said = ", ".join(f"{counts[one]} {word}" for one, word in _WORDS.items() if counts[one])
    if not said:
        return "No records."
    return f"{said}." if changes.has_changes or changes.taken else f"No changes: {said}."


def help_of(changes: Changes) -> str:
    """What to do where a name is taken."""
    names = ", ".join(change.record.name for change in changes.taken)
    return (
        f"{names}: remove what stands there if nobody needs it, or choose other names"
        " (domain, or registry.hostname, ui.hostname and cloud.hostname)."
    )


def as_json(provider: str, changes: Changes | None, entered: Sequence[Record]) -> dict[str, Any]:
    """For programs. `entered` are those that a person is to enter."""
    rows = changes.changes if changes is not None else ()
    return {
        "provider": provider,
        "keeper": changes.where if changes is not None else None,
        "changes": changes is not None and changes.has_changes,
        "records": [_row(change) for change in rows]
        + [{"action": "enter", **record(one)} for one in entered],
        "notes": list(changes.notes) if changes is not None else [],
    }


def _row(change: Change) -> dict[str, Any]:
    return {
        "action": change.action.value,
        **record(change.record),
        "ours": change.is_ours,
        "note": change.note,
    }


def record(one: Record) -> dict[str, Any]:
    """One record, for programs."""
    return {"name": one.name, "type": one.kind.value, "value": one.value, "ttl": one.ttl}
