"""What is to be done with the items of a Pi-hole: a pure comparison, and the calls that follow from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from homeport.net.dns import reconciling
from homeport.net.dns.pihole import items, limits
from homeport.net.dns.pihole.items import Item
from homeport.net.dns.records import Action, Change, Record


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of the records, and the items that are added and removed for it."""

    changes: tuple[Change, ...]
    added: tuple[Item, ...]
    removed: tuple[Item, ...]
    notes: tuple[str, ...] = ()

    @property
    def settings(self) -> tuple[str, ...]:
        """The settings that would be changed."""
        touched = {item.setting for item in (*self.added, *self.removed)}
        return tuple(name for name in (items.HOSTS, items.ALIASES) if name in touched)


def decide(present: Sequence[Item], wanted: Sequence[Record], ours: Collection[Record]) -> Decision:
    """Records of ours that stand in one item with those of others are theirs now: such an item is never broken apart."""
    shared = [item for item in present if _is_shared(item, wanted, ours)]
    theirs = {_identity(record) for item in shared for record in item.records}
    owned = [record for record in ours if _identity(record) not in theirs]
    lines = {record: item for item in present for record in item.records}
    changes = tuple(
        reconciling.changes(wanted, tuple(lines), owned, says=lambda record: _says(record, lines))
    )
    gone = [change.record for change in changes if change.action is Action.REMOVE]
    added = [items.write(change.record) for change in changes if change.action is Action.ADD]
    removed = dict.fromkeys(lines[record] for record in gone)
    notes = _notes(shared, wanted, ours)
    return Decision(changes, tuple(added), tuple(removed), tuple(notes))


def _identity(record: Record) -> reconciling.Identity:
    return reconciling.identity(record)


def _is_shared(item: Item, wanted: Sequence[Record], ours: Collection[Record]) -> bool:
    """Whether an item of several records can not go as a whole, nor stay as a whole."""
    if len(item.records) < 2:
        return False
    its = {_identity(record) for record in item.records}
    asked_for = {_identity(record) for record in wanted}
    is_ours = its <= {_identity(record) for record in ours}
    return not (is_ours and (its <= asked_for or not its & asked_for))


def _says(record: Record, lines: dict[Record, Item]) -> str:
    item = lines[record]
    return _shown(f"{reconciling.said(record)} (dns.{item.setting}: {item.text})")


def _notes(
    shared: Sequence[Item], wanted: Sequence[Record], ours: Collection[Record]
) -> Iterator[str]:
    """What was ours, is not wanted any more, and is left all the same."""
    unwanted = {_identity(record) for record in ours} - {_identity(record) for record in wanted}
    for item in shared:
        for record in item.records:
            if _identity(record) in unwanted:
                where = f"(dns.{item.setting}: {item.text})"
                yield _shown(f"{record} is left: it stands in one item with others now {where}.")


def _shown(text: str) -> str:
    """Others' words as they are told to a person: in one line, without control characters."""
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return shown if len(shown) <= limits.SAID_CHARS else f"{shown[: limits.SAID_CHARS]}..."
