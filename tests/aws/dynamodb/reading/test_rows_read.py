"""A query and a scan read the rows that they look at, and no others: their work does not grow with the table."""

import sqlite3

import pytest

from homeport.aws.dynamodb.store import reading
from homeport.aws.dynamodb.store.rows import Key

P = {"S": "a"}


class Statements:
    """A connection that keeps what it was asked for."""

    def __init__(self):
        self.asked = []

    def execute(self, sql, parameters):
        self.asked.append((sql, parameters))


def plan(connection, ask):
    statements = Statements()
    ask(statements)
    ((sql, parameters),) = statements.asked
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)]


@pytest.mark.parametrize("is_forward", [True, False])
async def test_a_query_searches_the_primary_key(client, is_forward):
    await client.make("t", "p:S", "s:N")
    with client.dynamodb.db.snapshot() as connection:
        found = plan(
            connection,
            lambda it: reading.in_partition(it, 1, b"p", b"a", b"b", 9, is_forward=is_forward),
        )
    assert found == ["SEARCH rows USING PRIMARY KEY (space=? AND pk=? AND sk>? AND sk<?)"]


async def test_a_scan_searches_the_primary_key(client):
    await client.make("t", "p:S", "s:N")
    with client.dynamodb.db.snapshot() as connection:
        found = plan(connection, lambda it: reading.across(it, 1, Key(b"p", b"s"), b"q", 9))
    assert found == ["SEARCH rows USING PRIMARY KEY (space=? AND (pk,sk)>(?,?) AND pk<?)"]


class Work:
    """Counts the instructions of SQLite's machine: https://www.sqlite.org/c3ref/progress_handler.html."""

    def __init__(self, connection: sqlite3.Connection):
        self.connection = connection
        self.steps = 0

    def _step(self):
        self.steps += 1
        return 0

    def __enter__(self):
        self.connection.set_progress_handler(self._step, 1)
        return self

    def __exit__(self, *_):
        self.connection.set_progress_handler(None, 1)


def row(number):
    return {"p": P, "s": {"N": str(number)}, "l": {"N": str(-number)}, "x": {"S": "x" * 50}}


REQUESTS = [
    ("Query", {}),
    ("Query", {"ScanIndexForward": False}),
    ("Query", {"IndexName": "near", "Select": "ALL_ATTRIBUTES"}),
    ("Query", {"FilterExpression": "attribute_exists(x)"}),
    ("Scan", {}),
    ("Scan", {"IndexName": "near"}),
    ("Scan", {"Segment": 0, "TotalSegments": 1}),
]


@pytest.mark.parametrize(("operation", "params"), REQUESTS)
async def test_the_work_does_not_grow_with_the_table(client, read, operation, params):
    await client.make("t", "p:S", "s:N", [client.lsi("near", "l:N", "KEYS_ONLY")])
    if operation == "Query":
        params = params | {
            "KeyConditionExpression": "p = :p",
            "ExpressionAttributeValues": {":p": P},
        }
    start = {"p": P, "s": {"N": "50"}, **({"l": {"N": "-50"}} if "IndexName" in params else {})}
    params = params | {"Limit": 10, "ExclusiveStartKey": start}
    steps = []
    for numbers in (range(100), range(100, 4000)):
        await read.fill([row(number) for number in numbers])
        with client.dynamodb.db.snapshot() as connection:
            work = Work(connection)
        with work:
            answer = await read(operation, **params)
        assert answer["ScannedCount"] == 10
        steps.append(work.steps)
    assert 0 < steps[1] <= steps[0] + 10
