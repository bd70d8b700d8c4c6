"""Carries out an update on an item.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html

All values are those before the update, and so are the indexes of lists. Nothing is changed in place.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from homeport.aws.dynamodb import errors
from homeport.aws.dynamodb.expressions.documents import changes, paths
from homeport.aws.dynamodb.expressions.nodes import (
    Arithmetic,
    Clause,
    Function,
    Literal,
    Operand,
    Path,
)
from homeport.aws.dynamodb.expressions.projecting import Projection
from homeport.aws.dynamodb.values import numbers
from homeport.aws.dynamodb.values.attribute import Item, Value

NO_ATTRIBUTE = "The provided expression refers to an attribute that does not exist in the item"
WRONG_TYPE = "An operand in the update expression has an incorrect data type"
"""Both, and the one of `changes`: https://github.com/architect/dynalite/blob/main/test/updateItem.js"""

MISMATCH = "Type mismatch for attribute to update"
"""https://github.com/architect/dynalite/blob/main/actions/updateItem.js"""


class Update:
    """What an update does: its clauses, whose paths do not meet."""

    def __init__(self, clauses: tuple[Clause, ...], *, is_legacy: bool = False) -> None:
        self.clauses = clauses
        self.is_legacy = is_legacy
        """Made of AttributeUpdates, which has other words for a wrong type, and adds to lists."""
        self.only_removes = bool(clauses)
        """Nothing is made by it where there is no item:
        https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html (AttributeUpdates, DELETE),
        https://github.com/scylladb/scylladb/issues/5862"""
        self.is_nested = False
        for clause in clauses:
            if len(clause.path.parts) > 1:
                self.is_nested = True
            if clause.action not in ("REMOVE", "DELETE"):
                self.only_removes = False

    @cached_property
    def attributes(self) -> tuple[str, ...]:
        """The top-level attributes that it touches, each once, in the order of the expression."""
        return tuple(dict.fromkeys([str(clause.path.parts[0]) for clause in self.clauses]))


def apply(update: Update, item: Item) -> Item:
    """A new item with the changes made. Raises AWS's ValidationException where they cannot be made."""
    new_value = _legacy_value if update.is_legacy else _new_value
    if update.is_nested:
        changes.check([clause.path for clause in update.clauses], item)
    edits = [(clause.path, new_value(clause, item)) for clause in update.clauses]
    return changes.make(edits, item, is_nested=update.is_nested)


def updated(update: Update, item: Item) -> Item:
    """What ReturnValues `UPDATED_OLD` answers of the item before, and `UPDATED_NEW` of the one after: what is at the update's paths.

    So an element that is set behind the end of a list is not answered, and where one was removed the one that moved up is:
    `test_update_item_returnvalues_nested` in https://github.com/scylladb/scylladb/blob/master/test/alternator/test_returnvalues.py,
    which passes at AWS.
    """
    return Projection(tuple([clause.path for clause in update.clauses])).of(item)


def _new_value(clause: Clause, item: Item) -> Value | None:
    """What stands at the path of a clause afterwards; None for nothing."""
    action, path, value = clause
    if action == "SET":
        return _value(value, item)
    if action == "REMOVE":
        return None
    old = paths.find(path.parts, item)
    operand: Value = value.value  # type: ignore[union-attr]
    return _added(old, operand) if action == "ADD" else _deleted(old, operand)


def _legacy_value(clause: Clause, item: Item) -> Value | None:
    """As `_new_value`; ADD appends to a list.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.AttributeUpdates.html
    """
    action, path, value = clause
    if action in ("SET", "REMOVE"):
        return _new_value(clause, item)
    old = paths.find(path.parts, item)
    operand: Value = value.value  # type: ignore[union-attr]
    if old is not None and old.keys() != operand.keys():
        raise errors.VALIDATION(MISMATCH)
    if old is not None and "L" in old:
        return {"L": old["L"] + operand["L"]}
    return _new_value(clause, item)


def _value(operand: Operand | Arithmetic | None, item: Item) -> Value:
    found: Value | None
    match operand:
        case Literal(value):
            return value
        case Path(parts):
            found = paths.find(parts, item)
            if found is None:
                raise errors.VALIDATION(NO_ATTRIBUTE)
            return found
        case Function("if_not_exists", (Path(parts), default)):
            # The default must be there even where it is not needed.
            instead = _value(default, item)
            found = paths.find(parts, item)
            return instead if found is None else found
        case Function(_, (first, second)):
            return {"L": _of_type("L", first, item) + _of_type("L", second, item)}
        case Arithmetic(operator, left, right):
            combine = numbers.add if operator == "+" else numbers.subtract
            return {"N": combine(_of_type("N", left, item), _of_type("N", right, item))}
        case _:
            raise TypeError(operand)


def _of_type(kind: str, operand: Operand, item: Item) -> Any:
    content = _value(operand, item).get(kind)
    if content is None:
        raise errors.VALIDATION(WRONG_TYPE)
    return content


def _added(old: Value | None, operand: Value) -> Value:
    if old is None:
        return operand
    ((kind, content),) = operand.items()
    present = old.get(kind)
    if present is None:
        raise errors.VALIDATION(WRONG_TYPE)
    if kind == "N":
        return {"N": numbers.add(present, content)}
    return changes.set_of(kind, {*present, *content})


def _deleted(old: Value | None, operand: Value) -> Value | None:
    if old is None:
        return None
    ((kind, content),) = operand.items()
    present = old.get(kind)
    if present is None:
        raise errors.VALIDATION(WRONG_TYPE)
    left = set(present).difference(content)
    return changes.set_of(kind, left) if left else None
