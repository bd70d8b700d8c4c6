"""What expressions must not do with attributes that are keys: change them, filter by them, or look into them.

The texts: https://github.com/architect/dynalite/blob/main/test/updateItem.js and
https://github.com/architect/dynalite/blob/main/test/query.js
"""

from __future__ import annotations

from homeport.aws.dynamodb import errors
from homeport.aws.dynamodb.expressions import nodes
from homeport.aws.dynamodb.expressions.nodes import Node
from homeport.aws.dynamodb.expressions.update import Update
from homeport.aws.dynamodb.tables.model import KeySchema, Table

UPDATED = (
    "One or more parameter values were invalid: Cannot update attribute {}. "
    "This attribute is part of the key"
)
FILTERED = "{} can only contain non-primary key attributes: Primary key attribute: {}"
SCALAR = "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: {}: {}"


def check_update(table: Table, update: Update) -> None:
    """Raises ValidationException where an update changes the key, of which the partition key is named first.

    https://github.com/architect/dynalite/blob/main/db/index.js (`validateUpdates`)
    """
    for name in table.keys.names:
        if name in update.attributes:
            raise errors.VALIDATION(UPDATED.format(name))


def check_filter(keys: KeySchema, filtered: Node, shown: str) -> None:
    """Raises ValidationException where the filter of a query has an attribute of the keys that are queried.

    `shown` is what the error calls the filter.
    """
    names = nodes.attributes(filtered)
    for name in keys.names:
        if name in names:
            raise errors.VALIDATION(FILTERED.format(shown, name))


def check_paths(table: Table, *trees: nodes.Tree) -> None:
    """Raises ValidationException where a path goes into a key of the table or of an index: they have no inside."""
    nested = {path.parts[0] for path in nodes.paths(trees) if len(path.parts) > 1}
    if not nested:
        return
    for name in table.keys.names:
        if name in nested:
            raise errors.VALIDATION(SCALAR.format("Key", name))
    for index in table.indexes:
        for name in index.keys.names:
            if name in nested:
                raise errors.VALIDATION(SCALAR.format("IndexKey", name))
