"""All tables as of the last commit, in memory: a few KiB for each."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator

from homeport.aws.dynamodb import errors
from homeport.aws.dynamodb.tables import names
from homeport.aws.dynamodb.tables.definition import policy_access
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.protocol.call import Call


class Catalog:
    """Who changes a table writes it down first (`store.tables`), and shows it here once that is committed."""

    def __init__(self, tables: Iterable[Table] = ()) -> None:
        self._by_name: dict[tuple[str, str, str], Table] = {}
        self._by_id: dict[int, Table] = {}
        self.changing = asyncio.Lock()
        """Held from before a table's definition is read for a change until the change is shown here."""
        for table in tables:
            self.set(table)

    def set(self, table: Table) -> None:
        """Shows a new table, or an old one as it is now."""
        self._by_name[table.account, table.region, table.name] = table
        self._by_id[table.id] = table

    def remove(self, table: Table) -> None:
        """Takes a table away."""
        self._by_name.pop((table.account, table.region, table.name), None)
        self._by_id.pop(table.id, None)

    def find(self, account: str, region: str, name: str) -> Table | None:
        """The table of this name, whatever its status."""
        return self._by_name.get((account, region, name))

    def get(self, number: int) -> Table | None:
        """The table of this id, as it is now. Works inside of a write ask for it there, as a table may change while they wait."""
        return self._by_id.get(number)

    def of(self, call: Call, name: str) -> Table:
        """The table that a call reads or writes items of, by its name or ARN.

        Raises ResourceNotFoundException where there is none or where it is being made, ValidationException for what is no name,
        AccessDeniedException for a table of another account whose policy does not let the caller in.
        """
        table = self._by_name.get((call.account, call.region, name))
        if table is None:
            account, region, plain = names.resolve(call, name)
            table = self._by_name.get((account, region, plain))
            if account != call.account and (
                table is None
                or not policy_access.admits(table, call.account, f"dynamodb:{call.operation}")
            ):
                raise names.denied(call, name)
        if table is None or table.status in ("CREATING", "DELETING"):
            raise errors.TABLE_NOT_FOUND()
        return table

    def all(self) -> Iterator[Table]:
        """Every table, in the order in which they were made."""
        return iter(sorted(self._by_id.values(), key=lambda table: table.id))
