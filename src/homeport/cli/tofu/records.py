"""The DNS records of a stack, as a part of what terraform and tofu plan."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.net.dns.records import Action, Change, Changes

_WORDS = {Action.ADD: "create", Action.REMOVE: "delete"}


def lines(changes: Changes | None) -> list[str]:
    """What would be changed, for a person."""
    found = changes.changes if changes is not None else ()
    where = changes.where if changes is not None else ""
    return [
        f"{_WORDS[change.action]:<7} record {change.record} at {where}"
        for change in found
        if change.action in _WORDS
    ]


def objects(changes: Changes | None, *actions: Action) -> dict[str, str]:
    """The records of which one of these things becomes, with what each says."""
    found = changes.changes if changes is not None else ()
    values: dict[str, list[str]] = {}
    for change in found:
        if change.action in actions:
            values.setdefault(_name(change), []).append(change.record.value)
    return {name: " ".join(sorted(each)) for name, each in values.items()}


def _name(change: Change) -> str:
    return f"dns/{change.record.kind}/{change.record.name}"


def problems(changes: Changes | None) -> Iterator[str]:
    """What stands against them."""
    for change in changes.taken if changes is not None else ():
        where = changes.where if changes is not None else ""
        yield (
            f"{change.record.name} is taken at {where}: {change.note}\n"
            "  Remove that record there, or choose another name: domain, registry.hostname, ui.hostname, cloud.hostname."
        )
