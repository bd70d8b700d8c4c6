"""The expressions of a request, or what it has of the legacy parameters in their place.

AWS checks a request in this order, which is why there are two calls (https://github.com/architect/dynalite/tree/main/validations):

1. `check(operation, params)`: which parameters may stand together;
2. the operation: its key or item;
3. `of_write`, `of_get`, `of_query` or `of_scan`: legacy parameters, placeholders, expressions, then placeholders that are in none;
4. the operation: the table; then, against its keys, those of `key_use`, of a query after `key_condition.resolve`.

The members of TransactWriteItems and TransactGetItems are checked as the operations `Put`, `Update`, `Delete`, `ConditionCheck` and `Get`,
those of BatchGetItem as `BatchGetItem`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from homeport.aws.dynamodb import errors
from homeport.aws.dynamodb.expressions import key_condition, key_use, legacy, parse
from homeport.aws.dynamodb.expressions.key_condition import Term
from homeport.aws.dynamodb.expressions.nodes import Node
from homeport.aws.dynamodb.expressions.placeholders import NAMES, VALUES, Placeholders
from homeport.aws.dynamodb.expressions.projecting import Projection
from homeport.aws.dynamodb.expressions.update import Update
from homeport.aws.dynamodb.tables.model import KeySchema, Table
from homeport.aws.dynamodb.values.invalid import Invalid

MIXED = (
    "Can not use both expression and non-expression parameters in the same request: "
    "Non-expression parameters: {{{}}} Expression parameters: {{{}}}"
)
NAMES_ALONE = "ExpressionAttributeNames can only be specified when using expressions"
VALUES_ALONE = "ExpressionAttributeValues can only be specified when using expressions"
VALUES_ALONE_AS = VALUES_ALONE + ": {} {} null"
"""Both: https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/error-messages/deleteItem.test.ts"""
NO_KEY_CONDITION = (
    "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
)


class Parameters(NamedTuple):
    """What an operation takes."""

    expressions: tuple[str, ...]
    legacy: tuple[str, ...] = ()
    is_write: bool = False
    """Of one item, which the newer framework checks."""


_WRITE = Parameters(("ConditionExpression",), ("Expected", "ConditionalOperator"), is_write=True)
_READ = Parameters(("ProjectionExpression",), ("AttributesToGet",))
OPERATIONS = {
    "PutItem": _WRITE,
    "DeleteItem": _WRITE,
    "UpdateItem": Parameters(
        ("UpdateExpression", "ConditionExpression"),
        ("AttributeUpdates", "Expected", "ConditionalOperator"),
        is_write=True,
    ),
    "GetItem": _READ,
    "BatchGetItem": _READ,
    "Query": Parameters(
        ("ProjectionExpression", "FilterExpression", "KeyConditionExpression"),
        ("AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions"),
    ),
    "Scan": Parameters(
        ("ProjectionExpression", "FilterExpression"),
        ("AttributesToGet", "ScanFilter", "ConditionalOperator"),
    ),
    "Put": Parameters(("ConditionExpression",)),
    "Delete": Parameters(("ConditionExpression",)),
    "ConditionCheck": Parameters(("ConditionExpression",)),
    "Update": Parameters(("UpdateExpression", "ConditionExpression")),
    "Get": Parameters(("ProjectionExpression",)),
}


class Write(NamedTuple):
    """What a write depends on, and what an update changes."""

    condition: Node | None
    update: Update | None


class Read(NamedTuple):
    """What a query or scan reads and answers."""

    terms: tuple[Term, ...]
    """The key condition, before `key_condition.resolve`; none of a scan."""
    filter: Node | None
    projection: Projection | None
    filter_name: str = "Filter Expression"


def check(operation: str, params: dict[str, Any]) -> None:
    """Raises ValidationException where parameters cannot stand together."""
    wanted = OPERATIONS[operation]
    given = [name for name in wanted.expressions if params.get(name) is not None]
    if given:
        others = [name for name in wanted.legacy if params.get(name) is not None]
        if "KeyConditions" in others and "KeyConditionExpression" not in given:
            others.remove("KeyConditions")
        if others:
            raise Invalid(MIXED.format(", ".join(others), ", ".join(given)))
    elif params.get(NAMES) is not None:
        raise Invalid(NAMES_ALONE)
    if params.get(VALUES) is not None:
        valued = [name for name in wanted.expressions if name != "ProjectionExpression"]
        if valued and not any(name in given for name in valued):
            are = "are" if len(valued) > 1 else "is"
            older = VALUES_ALONE_AS.format(" and ".join(valued), are)
            raise Invalid(older, VALUES_ALONE if wanted.is_write else None)


def of_write(params: dict[str, Any], *, is_older: bool = False) -> Write:
    """Of PutItem, DeleteItem, UpdateItem, and, `is_older`, the members of TransactWriteItems."""
    changes, expected = params.get("AttributeUpdates"), params.get("Expected")
    update = None if changes is None else legacy.updates(changes)
    operator = params.get("ConditionalOperator")
    condition = None
    if expected is not None or operator is not None:
        condition = legacy.expected(expected or {}, operator)
    update_text, condition_text = params.get("UpdateExpression"), params.get("ConditionExpression")
    if update_text is None and condition_text is None:
        return Write(condition, update)
    placeholders = Placeholders(params.get(NAMES), params.get(VALUES), is_older=is_older)
    if update_text is not None:
        update = parse.update(update_text, placeholders)
    if condition_text is not None:
        condition = parse.condition("ConditionExpression", condition_text, placeholders)
    placeholders.check_unused()
    return Write(condition, update)


def of_get(params: dict[str, Any]) -> Projection | None:
    """Of GetItem, the members of TransactGetItems, and each table of BatchGetItem."""
    names = params.get("AttributesToGet")
    if names is not None:
        return legacy.attributes(names)
    text = params.get("ProjectionExpression")
    if text is None:
        return None
    placeholders = Placeholders(params.get(NAMES), None)
    projection = parse.projection(text, placeholders)
    placeholders.check_unused()
    return projection


def of_query(params: dict[str, Any]) -> Read:
    """Of Query."""
    conditions = params.get("KeyConditions")
    condition, filter_name = _legacy_filter(params, "QueryFilter")
    projection = _legacy_projection(params)
    if conditions is None and params.get("KeyConditionExpression") is None:
        raise errors.VALIDATION(NO_KEY_CONDITION)
    placeholders = Placeholders(params.get(NAMES), params.get(VALUES))
    text = params.get("KeyConditionExpression")
    node = None if text is None else parse.condition("KeyConditionExpression", text, placeholders)
    condition, projection = _expressions(params, placeholders, condition, projection)
    placeholders.check_unused()
    if node is not None:
        terms = key_condition.of_node(node)
    else:
        terms = legacy.key_conditions(conditions or {})
    return Read(terms, condition, projection, filter_name)


def of_scan(params: dict[str, Any]) -> Read:
    """Of Scan."""
    projection = _legacy_projection(params)
    condition, filter_name = _legacy_filter(params, "ScanFilter")
    placeholders = Placeholders(params.get(NAMES), params.get(VALUES), is_older=True)
    condition, projection = _expressions(params, placeholders, condition, projection)
    placeholders.check_unused()
    return Read((), condition, projection, filter_name)


def check_read(read: Read, table: Table, keys: KeySchema | None) -> None:
    """Raises ValidationException where a path goes into a key, or the filter of a query has an attribute of `keys`.

    `keys` are those of the table or index that is queried, None for a scan.
    """
    projected = None if read.projection is None else read.projection.paths
    key_use.check_paths(table, projected)
    if read.filter is not None and keys is not None:
        key_use.check_filter(keys, read.filter, read.filter_name)
    key_use.check_paths(table, read.filter)


def _legacy_filter(params: dict[str, Any], name: str) -> tuple[Node | None, str]:
    conditions, operator = params.get(name), params.get("ConditionalOperator")
    if conditions is None and operator is None:
        return None, "Filter Expression"
    return legacy.filters(conditions or {}, operator), name


def _legacy_projection(params: dict[str, Any]) -> Projection | None:
    names = params.get("AttributesToGet")
    return None if names is None else legacy.attributes(names)


def _expressions(
    params: dict[str, Any],
    placeholders: Placeholders,
    condition: Node | None,
    projection: Projection | None,
) -> tuple[Node | None, Projection | None]:
    text = params.get("FilterExpression")
    if text is not None:
        condition = parse.condition("FilterExpression", text, placeholders)
    text = params.get("ProjectionExpression")
    if text is not None:
        projection = parse.projection(text, placeholders)
    return condition, projection
