"""What becomes of each record: a pure comparison of what is wanted, what is there, and what of that is ours."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from homeport.net.dns import records
from homeport.net.dns.records import Action, Change, Kind, Record

Identity = tuple[str, Kind, str]
"""By which two records are the same; how long they may be remembered does not count."""


def identity(record: Record) -> Identity:
    """What a record says, whatever the case of its letters."""
    return (record.name.lower(), record.kind, record.value.lower())


def said(record: Record) -> str:
    """What somebody else's record says, for a person."""
    return f"somebody else's record says {record.kind} {record.value}"


def changes(
    wanted: Sequence[Record],
    present: Collection[Record],
    ours: Collection[Record],
    says: Callable[[Record], str] = said,
) -> Iterator[Change]:
    """What to remove first, then what is added, kept or taken, in the order of `wanted`.

    `ours` that is no longer there is passed over: somebody took it away already. `says` is told of a record in the way.
    """
    owned = {identity(record) for record in ours}
    asked_for = {identity(record): record for record in wanted}
    for record in present:
        its = identity(record)
        if its in owned and not _is_kept(record, asked_for.get(its)):
            yield Change(Action.REMOVE, record, "" if its not in asked_for else _ttl(record))
    for record in dict.fromkeys(wanted):
        yield _judged(record, present, owned, asked_for, says)


def _judged(
    wanted: Record,
    present: Collection[Record],
    owned: Collection[Identity],
    asked_for: Collection[Identity],
    says: Callable[[Record], str],
) -> Change:
    same = [record for record in present if identity(record) == identity(wanted)]
    is_ours = identity(wanted) in owned
    if same and (not is_ours or _is_kept(same[0], wanted)):
        note = "" if is_ours else "It was there already, so it is not ours and stays at the end."
        return Change(Action.KEEP, wanted, note, is_ours=is_ours)
    others = [
        record
        for record in present
        if _is_in_the_way(wanted, record) and not {identity(record)} & {*owned, *asked_for}
    ]
    if others:
        note = ", ".join(dict.fromkeys(map(says, others)))
        return Change(Action.TAKEN, wanted, note, is_ours=False)
    return Change(Action.ADD, wanted)


def _is_kept(found: Record, wanted: Record | None) -> bool:
    """Whether one of ours can stay as it is; a keeper without times shows none."""
    return wanted is not None and (None in {found.ttl, wanted.ttl} or found.ttl == wanted.ttl)


def _ttl(record: Record) -> str:
    return f"It is made anew: it is remembered for {record.ttl} s now."


def _is_in_the_way(wanted: Record, found: Record) -> bool:
    """Whether both cannot be there. An alias stands alone: https://www.rfc-editor.org/rfc/rfc1034#section-3.6.2"""
    if found.name.lower() != wanted.name.lower() or identity(found) == identity(wanted):
        return False
    return Kind.CNAME in {found.kind, wanted.kind} or found.kind is wanted.kind


def settled(changes: records.Changes) -> frozenset[Record]:
    """The records that are ours once the changes are made."""
    return frozenset(
        change.record
        for change in changes.changes
        if change.action is Action.ADD or (change.action is Action.KEEP and change.is_ours)
    )


def added(changes: records.Changes) -> frozenset[Record]:
    """The records that are about to be made."""
    return frozenset(change.record for change in changes.changes if change.action is Action.ADD)
