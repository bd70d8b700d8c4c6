"""Indexes that are added to tables with items, and deleted.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.OnlineOps.html
"""

import asyncio
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.dynamodb.conftest import Client
from tests.aws.dynamodb.tables.conftest import Definitions

from homeport.aws.dynamodb.tables.background import backfill
from homeport.clock import VirtualClock


def entries(client, name="tab", index="gsi"):
    """What an index holds, as its rows and as its counts say."""
    table = client.dynamodb.tables.find(client.account, client.region, name)
    space = table.index(index).space
    rows = client.dynamodb.db.query("SELECT item, size FROM rows WHERE space = ?", (space,))
    (counted,) = client.dynamodb.db.query("SELECT items, bytes FROM spaces WHERE id = ?", (space,))
    assert counted == (len(rows), sum(size for _, size in rows))
    return sorted((json.loads(item) for item, _ in rows), key=lambda item: item["a"]["S"])


def rows_left(client):
    return client.dynamodb.db.query_one("SELECT count(*) FROM rows")[0]


def adding(define, *keys, name="gsi", attributes=None, **more):
    return {
        "TableName": "tab",
        "AttributeDefinitions": define.definitions(*(attributes or keys)),
        "GlobalSecondaryIndexUpdates": [{"Create": define.index(name, *keys, **more)}],
    }


@pytest.fixture
async def filled(client, define, monkeypatch):
    """A table of 23 items, of which every third has the attribute g."""
    monkeypatch.setattr(backfill, "CHUNK", 4)
    await client("CreateTable", **define.table())
    for number in range(23):
        group = {} if number % 3 else {"g": {"S": f"g{number % 2}"}}
        await client.put({"a": {"S": f"{number:02}"}, "n": {"N": "1"}} | group, "tab")


async def test_it_is_filled(client, define, filled, described, indexed):
    answer = (await client("UpdateTable", **adding(define, "g")))["TableDescription"]
    assert answer["TableStatus"] == "UPDATING"
    (index,) = answer["GlobalSecondaryIndexes"]
    assert (index["IndexStatus"], index["Backfilling"]) == ("CREATING", False)
    (index,) = (await described())["GlobalSecondaryIndexes"]
    assert (index["IndexStatus"], index["Backfilling"]) == ("CREATING", True)
    table = await indexed()
    assert "Backfilling" not in table["GlobalSecondaryIndexes"][0]
    assert [item["a"]["S"] for item in entries(client)] == [f"{n:02}" for n in range(0, 23, 3)]
    assert table["AttributeDefinitions"] == define.definitions("a", "g")
    assert client.dynamodb.db.query("SELECT * FROM progress") == []


async def test_it_goes_on_after_a_restart(client, define, filled, described, indexed):
    await client("UpdateTable", **adding(define, "g"))
    await client.restart()
    assert (await described())["GlobalSecondaryIndexes"][0]["IndexStatus"] == "CREATING"
    await indexed()
    assert len(entries(client)) == 8


async def test_items_whose_attribute_is_no_key_are_left_out(client, define, indexed):
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.OnlineOps.ViolationDetection.html"""
    await client("CreateTable", **define.table())
    wrong = [{"N": "1"}, {"BOOL": True}, {"S": ""}, {"S": "x" * 2049}, {"L": []}, {"S": "right"}]
    for number, value in enumerate(wrong):
        await client.put({"a": {"S": str(number)}, "g": value}, "tab")
    await client("UpdateTable", **adding(define, "g"))
    await indexed()
    assert [item["g"]["S"] for item in entries(client)] == ["right"]
    await client.delete({"a": {"S": "1"}}, "tab")
    await client.put({"a": {"S": "0"}, "g": {"S": "good"}}, "tab")
    assert [item["g"]["S"] for item in entries(client)] == ["good", "right"]


async def test_only_what_is_projected(client, define, filled, indexed):
    keys_only = {"ProjectionType": "KEYS_ONLY"}
    await client("UpdateTable", **adding(define, "g", projection=keys_only))
    await indexed()
    assert entries(client)[0] == {"a": {"S": "00"}, "g": {"S": "g0"}}


async def test_keys_of_several_attributes(client, define, filled, indexed):
    index = {"KeySchema": define.key("g", "n", kinds=["HASH", "HASH"])}
    await client("UpdateTable", **adding(define, "g", attributes=("g", "n:N"), **index))
    await indexed()
    assert len(entries(client)) == 8


async def test_writes_keep_it_while_it_is_filled(client, define, filled, indexed):
    await client("UpdateTable", **adding(define, "g"))
    await asyncio.gather(
        client.put({"a": {"S": "21"}, "g": {"S": "moved"}}, "tab"),
        client.delete({"a": {"S": "18"}}, "tab"),
        client.put({"a": {"S": "99"}, "g": {"S": "new"}}, "tab"),
        client.update(
            {"a": {"S": "01"}}, "SET g = :g", "tab", ExpressionAttributeValues={":g": {"S": "x"}}
        ),
    )
    await indexed()
    found = {item["a"]["S"]: item["g"]["S"] for item in entries(client)}
    assert found["21"] == "moved"
    assert found["99"] == "new"
    assert found["01"] == "x"
    assert "18" not in found
    assert len(found) == 9


async def test_a_deleted_index_leaves_nothing(client, define, filled, indexed, described, until):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-indexes.md#ddb-table-151"""
    await client("UpdateTable", **adding(define, "g"))
    await indexed()
    assert rows_left(client) == 23 + 8
    answer = await client(
        "UpdateTable",
        TableName="tab",
        GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "gsi"}}],
    )
    assert answer["TableDescription"]["GlobalSecondaryIndexes"][0]["IndexStatus"] == "DELETING"
    assert answer["TableDescription"]["TableStatus"] == "UPDATING"
    table = await described()
    assert "GlobalSecondaryIndexes" not in table
    assert table["AttributeDefinitions"] == define.definitions("a")
    await until(lambda: client.dynamodb.db.query("SELECT id FROM spaces WHERE is_dropped") == [])
    assert rows_left(client) == 23


async def test_an_index_that_is_filled_can_be_deleted(client, define, filled, until, described):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-indexes.md#ddb-table-149"""
    await client("UpdateTable", **adding(define, "g"))
    delete = [{"Delete": {"IndexName": "gsi"}}]
    await client("UpdateTable", TableName="tab", GlobalSecondaryIndexUpdates=delete)
    assert "GlobalSecondaryIndexes" not in await described()
    await until(lambda: rows_left(client) == 23)
    await until(lambda: client.dynamodb.db.query("SELECT * FROM progress") == [])


async def test_the_same_name_again(client, define, filled, indexed):
    await client("UpdateTable", **adding(define, "g"))
    await indexed()
    delete = [{"Delete": {"IndexName": "gsi"}}]
    await client("UpdateTable", TableName="tab", GlobalSecondaryIndexUpdates=delete)
    await client("UpdateTable", **adding(define, "n", attributes=("n:N",)))
    await indexed()
    assert len(entries(client)) == 23


async def test_two_changes_at_once_are_refused_before_any_index_is_looked_for(client, filled):
    """https://github.com/scylladb/scylladb/blob/master/test/alternator/test_gsi_updatetable.py (test_gsi_updatetable_errors)"""
    changes = [{"Delete": {"IndexName": "ind1"}}, {"Delete": {"IndexName": "ind2"}}]
    error = await client.refused(
        "UpdateTable", TableName="tab", GlobalSecondaryIndexUpdates=changes
    )
    assert error.code == "LimitExceededException"


KEYS = st.sampled_from("abcdef")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), KEYS, st.sampled_from([None, "x", "y", 1])),
        st.tuples(st.just("delete"), KEYS),
        st.just(("turn",)),
        st.just(("restart",)),
    ),
    max_size=25,
)


def value(group):
    if group is None:
        return {}
    return {"g": {"N": "1"} if group == 1 else {"S": group}}


async def apply(client, step, model):
    """One step of a history; an item whose g is a number can only be older than the index."""
    if step[0] == "restart":
        await client.restart()
    elif step[0] == "turn":
        await asyncio.sleep(0)
    elif step[0] == "delete":
        model.pop(step[1], None)
        await client.delete({"a": {"S": step[1]}}, "tab")
    else:
        model[step[1]] = step[2]
        await client.put({"a": {"S": step[1]}} | value(step[2]), "tab")


async def run(client, before, after):
    await client("CreateTable", **Definitions().table())
    model = {}
    for step in before:
        await apply(client, step, model)
    await client("UpdateTable", **adding(Definitions(), "g"))
    for step in after:
        if len(step) < 3 or step[2] != 1:
            await apply(client, step, model)
    for _ in range(4000):
        table = client.dynamodb.tables.find(client.account, client.region, "tab")
        if table.index("gsi").status == "ACTIVE":
            break
        await asyncio.sleep(0.001)
    found = {item["a"]["S"]: item["g"]["S"] for item in entries(client)}
    assert found == {key: group for key, group in model.items() if group in ("x", "y")}


@settings(max_examples=25, deadline=None)
@given(before=STEPS, after=STEPS)
def test_whatever_happens_the_index_is_that_of_the_items(before, after):
    async def history():
        with tempfile.TemporaryDirectory() as folder:
            client = await Client(Path(folder), VirtualClock()).open()
            try:
                await run(client, before, after)
            finally:
                await client.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backfill, "CHUNK", 2)
        asyncio.run(history())
