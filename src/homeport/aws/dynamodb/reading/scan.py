"""Scan.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html. What is checked, and in which order, is that of
https://github.com/architect/dynalite/blob/main/test/scan.js and, after the table was found, of
https://github.com/architect/dynalite/blob/main/actions/scan.js.
"""

from __future__ import annotations

from collections.abc import Awaitable

from homeport.aws.dynamodb import errors
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.expressions import requests
from homeport.aws.dynamodb.items import key
from homeport.aws.dynamodb.reading import answer, precedence, ranges, select, start
from homeport.aws.dynamodb.reading import index as indexes
from homeport.aws.dynamodb.reading.page import Reading
from homeport.aws.dynamodb.reading.ranges import Segment
from homeport.aws.dynamodb.tables.model import Index, Table
from homeport.aws.dynamodb.values.attribute import Item
from homeport.aws.protocol.call import AwsError, Call, Output, Params

_NEEDED = "The {} parameter is required but was not present in the request when {} is present"
NO_TOTAL = _NEEDED.format("TotalSegments", "Segment parameter")
NO_SEGMENT = _NEEDED.format("Segment", "parameter TotalSegments")
NO_SUCH_SEGMENT = (
    "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
    "Segment: {} is not less than TotalSegments: {}"
)
"""All three: https://github.com/architect/dynalite/blob/main/test/scan.js, "should return ValidationException for missing ..." """


def scan(dynamodb: DynamoDb, call: Call, params: Params) -> Output | Awaitable[Output]:
    """The items of a table or an index, partition by partition in the order of their hashes."""
    try:
        reading = _reading(dynamodb, call, params)
    except AwsError:
        precedence.check_types(params)
        raise
    return answer.read(dynamodb, reading, params)


def _reading(dynamodb: DynamoDb, call: Call, params: Params) -> Reading:
    requests.check("Scan", params)
    try:
        last = start.values(params)
        segment = _segment(params)
    except AwsError:
        precedence.check_legacy(params)
        raise
    read = requests.of_scan(params)
    select.check(params)
    table = dynamodb.tables.of(call, params["TableName"])
    index = indexes.of(table, params)
    rows = _rows(table, index, segment, last, params)
    requests.check_read(read, table, None)
    return Reading(
        table,
        rows,
        index,
        limit=params.get("Limit"),
        filter=read.filter,
        projection=read.projection,
        is_count=params.get("Select") == "COUNT",
        is_fetching=select.is_fetching(table, index, params, read.projection),
        is_consistent=bool(params.get("ConsistentRead")),
    )


def _segment(params: Params) -> Segment:
    number, total = params.get("Segment"), params.get("TotalSegments")
    if number is None and total is None:
        return ranges.WHOLE
    if total is None:
        raise errors.VALIDATION(NO_TOTAL)
    if number is None:
        raise errors.VALIDATION(NO_SEGMENT)
    if number >= total:
        raise errors.VALIDATION(NO_SUCH_SEGMENT.format(number, total))
    return ranges.of_segment(number, total)


def _rows(
    table: Table, index: Index | None, segment: Segment, last: Item | None, params: Params
) -> Segment:
    if last is not None:
        otherwise = f"{start.INVALID}: {key.MISMATCH}" if index is None else start.INVALID
        start.check_size(table, index, last, otherwise)
        if index is not None:
            start.check_names(table, index.keys.partition, last, is_partition=True)
            start.check_names(table, index.keys.sort, last, is_partition=False)
    select.check_all(index, params)
    if last is None:
        return segment
    start.check_table_key(table, last)
    return segment.after(start.in_segment(table, index, last, segment, params))
