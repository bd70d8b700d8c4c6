"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ItemCollectionMetrics.html"""

import pytest

from homeport.aws.dynamodb.items import collections

KEY = {"id": {"S": "a"}, "nr": {"N": "1"}}
ASKED = {"ReturnItemCollectionMetrics": "SIZE"}


@pytest.fixture(autouse=True)
async def table(client):
    return await client.make("t", "id:S", "nr:N", [client.lsi("by_l", "l:S"), client.gsi("g", "g:S")])  # fmt: skip


def metrics(lower, upper, name="a"):
    return {
        "ItemCollectionMetrics": {
            "ItemCollectionKey": {"id": {"S": name}},
            "SizeEstimateRangeGB": [lower, upper],
        }
    }


async def test_every_write_tells_them(client):
    assert await client.put(KEY, **ASKED) == metrics(0.0, 1.0)
    assert await client("UpdateItem", TableName="t", Key=KEY, **ASKED) == metrics(0.0, 1.0)
    assert await client.delete(KEY, **ASKED) == metrics(0.0, 1.0)


async def test_only_where_asked_for(client):
    assert await client.put(KEY, ReturnItemCollectionMetrics="NONE") == {}


async def test_not_for_tables_without_local_indexes(client):
    await client.make("u", "id:S", "nr:N", [client.gsi("g", "g:S")])
    assert await client.put(KEY, "u", **ASKED) == {}


async def test_a_large_collection_is_counted_with_its_local_indexes(client, monkeypatch):
    monkeypatch.setattr(collections, "GIB", 1000)
    pad = {"pad": {"S": "x" * 900}}
    await client.put({**KEY, **pad})
    await client.put({**KEY, "id": {"S": "other"}, **pad})
    assert await client.put({**KEY, **pad}, **ASKED) == metrics(0.0, 1.0)
    indexed = {**KEY, "nr": {"N": "2"}, "l": {"S": "l"}, "g": {"S": "g"}, **pad}
    assert await client.put(indexed, **ASKED) == metrics(2.0, 3.0)
