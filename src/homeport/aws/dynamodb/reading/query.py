"""Query.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html. What is checked, and in which order, is that of
https://github.com/architect/dynalite/blob/main/test/query.js and, after the table was found, of
https://github.com/architect/dynalite/blob/main/actions/query.js.
"""

from __future__ import annotations

from collections.abc import Awaitable

from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.expressions import key_condition, key_use, nodes, requests
from homeport.aws.dynamodb.expressions.requests import Read
from homeport.aws.dynamodb.reading import answer, precedence, ranges, select, start
from homeport.aws.dynamodb.reading import index as indexes
from homeport.aws.dynamodb.reading.page import Reading
from homeport.aws.dynamodb.reading.ranges import Range
from homeport.aws.dynamodb.tables.model import Index, Table
from homeport.aws.dynamodb.values.attribute import Item
from homeport.aws.dynamodb.values.invalid import Invalid
from homeport.aws.protocol.call import AwsError, Call, Output, Params


def query(dynamodb: DynamoDb, call: Call, params: Params) -> Output | Awaitable[Output]:
    """The items of one partition, in the order of their sort keys."""
    try:
        reading = _reading(dynamodb, call, params)
    except AwsError as error:
        precedence.check_types(params)
        if isinstance(error, Invalid):
            raise error.newer() from None
        raise
    return answer.read(dynamodb, reading, params)


def _reading(dynamodb: DynamoDb, call: Call, params: Params) -> Reading:
    requests.check("Query", params)
    try:
        key = start.values(params)
    except AwsError:
        precedence.check_legacy(params)
        raise
    read = requests.of_query(params)
    try:
        select.check(params)
    except Invalid as error:
        raise error.enveloped() from None
    table = dynamodb.tables.of(call, params["TableName"])
    index = indexes.of(table, params)
    is_forward = params.get("ScanIndexForward") is not False
    rows = _rows(table, index, read, key, is_forward=is_forward)
    return Reading(
        table,
        rows,
        index,
        is_forward=is_forward,
        limit=_limit(table, index, params),
        filter=read.filter,
        projection=read.projection,
        is_count=params.get("Select") == "COUNT",
        is_fetching=_check(table, index, read, params),
        is_consistent=bool(params.get("ConsistentRead")),
    )


def _rows(
    table: Table, index: Index | None, read: Read, key: Item | None, *, is_forward: bool
) -> Range:
    schema = table.keys if index is None else index.keys
    if key is not None:
        start.check_size(table, index, key)
        start.check_names(table, schema.partition, key, is_partition=True)
    condition = key_condition.resolve(read.terms, schema, table.types)
    rows = ranges.of_condition(condition)
    if key is None:
        return rows
    start.check_names(table, schema.sort, key, is_partition=False)
    start.check_table_key(table, key)
    has_sort_condition = bool(condition.sort) or condition.operator is not None
    place = start.in_range(table, index, key, rows, has_sort_condition=has_sort_condition)
    return rows.after(place, is_forward=is_forward)


def _check(table: Table, index: Index | None, read: Read, params: Params) -> bool:
    """Checks which attributes are named; tells whether they have to be fetched from the table."""
    key_use.check_paths(table, None if read.projection is None else read.projection.paths)
    if read.filter is not None:
        schema = table.keys if index is None else index.keys
        key_use.check_filter(schema, read.filter, read.filter_name)
        select.check_filter(table, index, nodes.attributes(read.filter))
    select.check_all(index, params)
    is_fetching = select.is_fetching(table, index, params, read.projection)
    key_use.check_paths(table, read.filter)
    return is_fetching


def _limit(table: Table, index: Index | None, params: Params) -> int | None:
    """Items to look at.

    A partition that can hold one item only is at its end with it: AWS then answers no LastEvaluatedKey, whatever the limit.
    """
    if index is None and not table.keys.sort:
        return None
    return params.get("Limit")
