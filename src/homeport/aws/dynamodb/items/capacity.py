"""Consumed capacity, as AWS counts and reports it.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html,
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ConsumedCapacity.html. What the pages leave open (indexes, the
members in transactions) was measured: https://github.com/nubo-db/dynoxide/blob/main/src/actions/index_capacity.rs
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from homeport.aws.dynamodb import limits
from homeport.aws.dynamodb.tables.model import Table

READ_UNIT = 4 * limits.KIB
WRITE_UNIT = limits.KIB
"""Bytes of one unit."""
TRANSACTIONAL = 2.0
"""A transaction reads or writes each item of a table twice: once to prepare, once to commit. Its index writes count once."""

Axis = Literal["ReadCapacityUnits", "WriteCapacityUnits"]
NO_INDEXES: Mapping[str, float] = MappingProxyType({})


def read_units(size: int, *, is_consistent: bool) -> float:
    """Units of reading so many bytes with one read: an item (also one that is not there), or a page of a query or scan."""
    units = max(1, -(-size // READ_UNIT))
    return float(units) if is_consistent else units / 2


def write_units(old: int | None, new: int | None) -> float:
    """Units of a write by the sizes of an item before and after it, None where there is none: the larger one counts."""
    return float(max(1, -(-max(old or 0, new or 0) // WRITE_UNIT)))


def index_write_units(old: int | None, new: int | None, *, is_moved: bool) -> float:
    """Units of a change of what an index holds; `is_moved` where its key changed, which deletes in one place and puts in another.

    An index that holds the same before and after costs nothing and is not to be reported.
    """
    if is_moved and old is not None and new is not None:
        return write_units(old, None) + write_units(None, new)
    return write_units(old, new)


def is_asked_for(mode: str | None) -> bool:
    """Whether a `ReturnConsumedCapacity` asks for an answer."""
    return mode in ("TOTAL", "INDEXES")


def consumed(
    mode: str | None,
    table: Table,
    units: float,
    indexes: Mapping[str, float] = NO_INDEXES,
    *,
    name: str | None = None,
    axis: Axis | None = None,
) -> dict[str, Any] | None:
    """The member `ConsumedCapacity` for one table, None where `mode` (`ReturnConsumedCapacity`) asks for none.

    `units` are those of the table itself, `indexes` those of each index by its name. `name` is the table's as the request has it, which
    may be an ARN. Transactions name their `axis`, and repeat all units on it.
    """
    if not is_asked_for(mode):
        return None
    total = units + sum(indexes.values())
    found = {"TableName": name or table.name, **_units(total, axis)}
    if mode == "INDEXES":
        found["Table"] = _units(units, axis)
        for member, is_local in (
            ("LocalSecondaryIndexes", True),
            ("GlobalSecondaryIndexes", False),
        ):
            part = {
                index.name: _units(indexes[index.name], axis)
                for index in table.indexes
                if index.is_local is is_local and index.name in indexes
            }
            if part:
                found[member] = part
    return found


def _units(units: float, axis: Axis | None) -> dict[str, Any]:
    return {"CapacityUnits": units} if axis is None else {"CapacityUnits": units, axis: units}


class Tally:
    """Adds up what a request of many items consumes: its answer lists one `ConsumedCapacity` for each table."""

    def __init__(self) -> None:
        self._tables: dict[int, tuple[Table, str, float, dict[str, float]]] = {}

    def add(
        self,
        table: Table,
        units: float,
        indexes: Mapping[str, float] = NO_INDEXES,
        *,
        name: str | None = None,
    ) -> None:
        """Adds what one item consumed."""
        known = self._tables.get(table.id)
        if known is None:
            self._tables[table.id] = (table, name or table.name, units, dict(indexes))
            return
        _, first_name, so_far, of_indexes = known
        for index, more in indexes.items():
            of_indexes[index] = of_indexes.get(index, 0.0) + more
        self._tables[table.id] = (table, first_name, so_far + units, of_indexes)

    def consumed(
        self, mode: str | None, *, axis: Axis | None = None
    ) -> list[dict[str, Any]] | None:
        """The member `ConsumedCapacity` of the answer, in the order in which the tables came; None where none was asked for."""
        if not is_asked_for(mode):
            return None
        answers = [
            consumed(mode, table, units, indexes, name=name, axis=axis)
            for table, name, units, indexes in self._tables.values()
        ]
        return [answer for answer in answers if answer is not None]
