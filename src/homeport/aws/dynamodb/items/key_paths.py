"""Expressions must not look into attributes that are keys: they have no inside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from homeport.aws.dynamodb import errors
from homeport.aws.dynamodb.expressions.nodes import Path
from homeport.aws.dynamodb.expressions.requests import SCALAR
from homeport.aws.dynamodb.tables.model import Table


def check(table: Table, tree: Any) -> None:
    """Raises ValidationException where the tree of an expression has a path into a key of the table or of an index.

    `tree` is a condition, the clauses of an update, or the paths of a projection.
    """
    nested = {str(path.parts[0]) for path in _paths(tree) if len(path.parts) > 1}
    if not nested:
        return
    for name in table.keys.names:
        if name in nested:
            raise errors.VALIDATION(SCALAR.format("Key", name))
    for index in table.indexes:
        for name in index.keys.names:
            if name in nested:
                raise errors.VALIDATION(SCALAR.format("IndexKey", name))


def _paths(tree: Any) -> Iterator[Path]:
    """All paths of a tree, whose nodes are tuples of their members."""
    if tree.__class__ is Path:
        yield tree
    elif isinstance(tree, tuple):
        for member in tree:
            yield from _paths(member)
