"""The one path of every change of an item: its row, the rows of its indexes, its expiry, its history, its stream."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field

from homeport.aws.dynamodb.items import capacity
from homeport.aws.dynamodb.items import key as keys
from homeport.aws.dynamodb.store import expiries, history, records, rows
from homeport.aws.dynamodb.store.rows import Key, Stored
from homeport.aws.dynamodb.tables.model import Index, Stream, Table
from homeport.aws.dynamodb.tables.ttl_value import due
from homeport.aws.dynamodb.values import sizes, text
from homeport.aws.dynamodb.values.attribute import Item

Connection = sqlite3.Connection


@dataclass(slots=True)
class Before:
    """An item as it is before a change, read inside of the write."""

    key: Key
    stored: Stored | None
    _item: Item | None = field(default=None, init=False)

    @property
    def item(self) -> Item | None:
        """Decoded when first asked for. Not to be changed."""
        if self._item is None and self.stored is not None:
            self._item = text.load(self.stored.text)
        return self._item


class After:
    """An item as it will be, checked and measured."""

    __slots__ = ("item", "stored")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.stored = Stored(sizes.of_item(item), text.dump(item))


def read(connection: Connection, table: Table, key: Key) -> Before:
    """The item of a key, as it is now."""
    return Before(key, rows.find(connection, table.id, key))


def write(
    connection: Connection,
    table: Table,
    before: Before,
    after: After | None,
    now_ms: int,
    *,
    is_by_service: bool = False,
) -> Mapping[str, float]:
    """Makes `before` into `after` (None deletes), to be called inside of `Database.write` with the table as it is now.

    Returns the write units of each index that changed, by its name. `is_by_service` marks what expiry deletes.
    """
    new = None if after is None else after.stored
    old = before.stored
    if old == new:
        # Nothing to write, which spares the commit too.
        return {}
    rows.replace(connection, table.id, before.key, old, new)
    if table.ttl is None and table.stream is None and table.recovery is None and not table.indexes:
        return {}
    if after is not None and _is_same(before, after):
        # No change: neither indexes nor streams see it.
        # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html (MODIFY)
        return {}
    return _write_around(connection, table, before, after, now_ms, is_by_service=is_by_service)


def _is_same(before: Before, after: After) -> bool:
    """Whether a write changes nothing; in which order an item's attributes stand is of no account."""
    old, new = before.stored, after.stored
    if old is None or old.size != new.size:
        return False
    return old.text == new.text or before.item == after.item


def _write_around(
    connection: Connection,
    table: Table,
    before: Before,
    after: After | None,
    now_ms: int,
    *,
    is_by_service: bool,
) -> dict[str, float]:
    new_item = None if after is None else after.item
    if table.ttl is not None:
        old_due, new_due = due(table.ttl, before.item), due(table.ttl, new_item)
        expiries.move(connection, table.id, before.key, old_due, new_due)
    old_text = None if before.stored is None else before.stored.text
    new_text = None if after is None else after.stored.text
    if table.recovery is not None:
        history.append(connection, table.id, now_ms, before.key, old_text, new_text)
    if table.stream is not None:
        _record(connection, table, table.stream, before, after, now_ms, is_by_service=is_by_service)
    changed = {}
    for index in table.indexes:
        units = _write_index(connection, table, index, before, after)
        if units:
            changed[index.name] = units
    return changed


def _write_index(
    connection: Connection, table: Table, index: Index, before: Before, after: After | None
) -> float:
    old = entry(table, index, before.item, before.stored)
    if index.is_backfilling and old is not None:
        # Items are still being added: this one may not be there yet.
        there = rows.find(connection, index.space, old[0])
        old = None if there is None else (old[0], there)
    new = None if after is None else entry(table, index, after.item, after.stored)
    if old == new:
        return 0.0
    is_moved = old is not None and new is not None and old[0] != new[0]
    if old is not None and (new is None or is_moved):
        rows.replace(connection, index.space, old[0], old[1], None)
    if new is not None:
        rows.replace(
            connection, index.space, new[0], None if is_moved or old is None else old[1], new[1]
        )
    return capacity.index_write_units(
        None if old is None else old[1].size,
        None if new is None else new[1].size,
        is_moved=is_moved,
    )


def entry(
    table: Table, index: Index, item: Item | None, stored: Stored | None
) -> tuple[Key, Stored] | None:
    """What an index holds for an item; None where the item is not in it."""
    if item is None or stored is None:
        return None
    key = keys.index_key(table, index, item)
    if key is None:
        return None
    names = index.projected(table)
    if names is None:
        return key, stored
    part = {name: item[name] for name in sorted(names & item.keys())}
    return key, Stored(sizes.of_item(part), text.dump(part))


def _record(
    connection: Connection,
    table: Table,
    stream: Stream,
    before: Before,
    after: After | None,
    now_ms: int,
    *,
    is_by_service: bool,
) -> None:
    item = (before.item or {}) if after is None else after.item
    key = keys.names_only(table.keys, item)
    pieces, size = [b'"Keys":' + text.dump(key)], sizes.of_item(key)
    if after is not None and stream.view in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES"):
        pieces.append(b'"NewImage":' + after.stored.text)
        size += after.stored.size
    if before.stored is not None and stream.view in ("OLD_IMAGE", "NEW_AND_OLD_IMAGES"):
        pieces.append(b'"OldImage":' + before.stored.text)
        size += before.stored.size
    event = "REMOVE" if after is None else "INSERT" if before.stored is None else "MODIFY"
    images = b"{" + b",".join(pieces) + b"}"
    records.append(connection, stream, now_ms, event, images, size, is_by_service=is_by_service)
