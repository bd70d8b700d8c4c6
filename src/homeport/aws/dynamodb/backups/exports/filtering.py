"""FilterSpecification: which items an export holds, and which of their attributes.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExportTableToPointInTime.html: its expressions have the syntax and
the rules of Query where there is a key condition, else those of Scan.
"""

from __future__ import annotations

from homeport.aws.dynamodb.expressions import evaluate, key_condition, requests
from homeport.aws.dynamodb.items import key as keys
from homeport.aws.dynamodb.reading import ranges
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.dynamodb.values import text
from homeport.aws.protocol.call import Params


class Filter:
    """What is left of a table's items. Making it raises ValidationException for expressions that are none."""

    def __init__(self, specification: Params, table: Table) -> None:
        self._keys = table.keys
        self._range: ranges.Range | None = None
        if "KeyConditionExpression" in specification:
            requests.check("Query", specification)
            self._read = requests.of_query(specification)
            condition = key_condition.resolve(self._read.terms, table.keys, table.types)
            self._range = ranges.of_condition(condition)
            requests.check_read(self._read, table, table.keys)
        else:
            requests.check("Scan", specification)
            self._read = requests.of_scan(specification)
            requests.check_read(self._read, table, None)

    def apply(self, stored: bytes) -> bytes | None:
        """The text of an item as it is exported; None for one that is not."""
        item = text.load(stored)
        if self._range is not None and not self._range.holds(keys.row_key(self._keys, item)):
            return None
        if self._read.filter is not None and not evaluate.holds(self._read.filter, item):
            return None
        if self._read.projection is None:
            return stored
        return text.dump(self._read.projection.of(item))
