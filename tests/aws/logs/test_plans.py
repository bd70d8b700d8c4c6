"""No statement walks a table: what it reads is what it returns."""

import sqlite3

from tests.aws.logs.conftest import Client

from homeport.aws.logs.logs import SWEEP_EVERY_S
from homeport.storage import connection

SMALL = (
    "CONSTANT ROW",
    "SCAN totals",
    "log_group_retention",
    "log_stream_swept",
    "SCAN gone_group",
)
"""One row, groups that have a retention, streams and groups that were deleted."""


async def test_no_statement_walks_a_table(tmp_path, clock, monkeypatch):
    seen = set()
    connect = connection.connect

    def traced(*arguments):
        made = connect(*arguments)
        made.set_trace_callback(seen.add)
        return made

    monkeypatch.setattr(connection, "connect", traced)
    client = await Client(tmp_path / "logs.db", clock).open()
    await everything(client, clock)
    await client.logs.close()
    reader = sqlite3.connect(tmp_path / "logs.db")
    checked = 0
    for statement in seen:
        if statement.split(" ")[0] not in {"SELECT", "UPDATE", "DELETE", "INSERT"}:
            continue
        checked += 1
        for *_, detail in reader.execute(f"EXPLAIN QUERY PLAN {statement}"):
            is_walk = "SCAN" in detail or "TEMP B-TREE" in detail
            assert not is_walk or any(part in detail for part in SMALL), (statement, detail)
    reader.close()
    assert checked > 30


async def everything(client, clock):
    await client.make("g", "s", "t")
    now = client.now
    await client.put((now, "m"), (now + 1, "n"))
    client.logs.writer.write(client.account, client.region, "f", "s", [(now, "m")])
    page = await client.get(limit=1)
    for token in ("nextForwardToken", "nextBackwardToken"):
        await client.get(limit=1, nextToken=page[token])
    for params in (
        {},
        {"logStreamNamePrefix": "s"},
        {"logStreamNames": ["s"]},
        {"startFromHead": False, "startTime": now},
    ):
        await client.filter(**params)
        await client.filter(**params, limit=1)
    for params in ({}, {"descending": True}, {"orderBy": "LastEventTime"}):
        page = await client("DescribeLogStreams", logGroupName="g", limit=1, **params)
        await client("DescribeLogStreams", logGroupName="g", nextToken=page["nextToken"], **params)
    await client("DescribeLogGroups", logGroupNamePrefix="g")
    await client("DescribeLogGroups", logGroupNamePattern="g")
    await client("PutRetentionPolicy", logGroupName="g", retentionInDays=1)
    await clock.advance(86_400 + SWEEP_EVERY_S)
    await client.logs.sweep()
    await client("DeleteLogStream", logGroupName="g", logStreamName="s")
    await client("DeleteLogGroup", logGroupName="g")
    await client.logs.sweep()
    await client("DescribeResourcePolicies")
