"""What is said of keys that are none.

Missing and mistyped keys, sizes: https://github.com/architect/dynalite/blob/main/test/putItem.js, getItem.js, updateItem.js,
deleteItem.js, batchGetItem.js, batchWriteItem.js (recorded at the real service). Sizes of keys that are only looked for:
https://github.com/ExtendDB/extenddb/pull/194. Empty keys: https://github.com/nubo-db/dynoxide/blob/main/tests/item_operations.rs
"""

import pytest

MISMATCH = "The provided key element does not match the schema"
INVALID = "One or more parameter values were invalid: "
PARTITION = INVALID + "Size of hashkey has exceeded the maximum size limit of2048 bytes"
SORT = INVALID + "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
EMPTY_STRING = (
    "One or more parameter values are not valid. "
    "The AttributeValue for a key attribute cannot contain an empty string value. Key: "
)
EMPTY_BINARY = EMPTY_STRING.replace("empty string", "empty binary")
LONG, LONGER = "é" * 512, "é" * 512 + "a"
A = {"S": "a"}


@pytest.fixture(autouse=True)
async def tables(client):
    await client.make("h", "id:S")
    await client.make("hs", "id:S", "at:S")
    await client.make("b", "id:B", "at:B")
    await client.make("n", "id:N", "at:N")


KEYS = [
    ("h", {}, MISMATCH),
    ("h", {"id": {"N": "1"}}, MISMATCH),
    ("h", {"id": {"M": {"id": A}}}, MISMATCH),
    ("h", {"x": A}, MISMATCH),
    ("h", {"id": A, "x": A}, MISMATCH),
    ("hs", {"id": A}, MISMATCH),
    ("hs", {"id": A, "x": A}, MISMATCH),
    ("hs", {"id": A, "at": A, "x": A}, MISMATCH),
    ("h", {"id": {"S": ""}}, EMPTY_STRING + "id"),
    ("hs", {"id": A, "at": {"S": ""}}, EMPTY_STRING + "at"),
    ("hs", {"id": {"S": ""}, "at": {"N": "1"}}, EMPTY_STRING + "id"),
    ("b", {"id": {"B": ""}, "at": {"B": "AA=="}}, EMPTY_BINARY + "id"),
    ("b", {"id": {"B": "AA=="}, "at": {"B": ""}}, EMPTY_BINARY + "at"),
    ("h", {"id": {"S": "x" * 2049}}, PARTITION),
    ("h", {"id": {"S": "é" * 1024 + "a"}}, PARTITION),
    ("hs", {"id": A, "at": {"S": LONGER}}, SORT),
    ("b", {"id": {"B": "AAAA" * 683}, "at": {"B": "AA=="}}, PARTITION),
    ("hs", {"id": {"S": "x" * 2049}, "at": {"N": "1"}}, PARTITION),
]


@pytest.mark.parametrize("operation", ["GetItem", "DeleteItem", "UpdateItem"])
@pytest.mark.parametrize(("table", "key", "text"), KEYS)
async def test_a_key_that_is_none(client, operation, table, key, text):
    assert await client.invalid(operation, TableName=table, Key=key) == text


@pytest.mark.parametrize(("table", "key", "text"), KEYS)
async def test_a_key_that_is_none_in_batches(client, table, key, text):
    get = {table: {"Keys": [key]}}
    assert await client.invalid("BatchGetItem", RequestItems=get) == text
    delete = {table: [{"DeleteRequest": {"Key": key}}]}
    assert await client.invalid("BatchWriteItem", RequestItems=delete) == text


ITEMS = [
    ("h", {}, f"{INVALID}Missing the key id in the item"),
    ("h", {"x": A}, f"{INVALID}Missing the key id in the item"),
    ("hs", {"id": A}, f"{INVALID}Missing the key at in the item"),
    ("h", {"id": {"N": "1"}}, f"{INVALID}Type mismatch for key id expected: S actual: N"),
    ("h", {"id": {"SS": ["a"]}}, f"{INVALID}Type mismatch for key id expected: S actual: SS"),
    (
        "hs",
        {"id": A, "at": {"NULL": True}},
        f"{INVALID}Type mismatch for key at expected: S actual: NULL",
    ),
    (
        "n",
        {"id": {"N": "1"}, "at": {"B": "AA=="}},
        f"{INVALID}Type mismatch for key at expected: N actual: B",
    ),
    ("h", {"id": {"S": ""}}, EMPTY_STRING + "id"),
    ("hs", {"id": {"S": ""}}, EMPTY_STRING + "id"),
    ("b", {"id": {"B": "AA=="}, "at": {"B": ""}}, EMPTY_BINARY + "at"),
    ("h", {"id": {"S": "x" * 2049}}, PARTITION),
    ("hs", {"id": A, "at": {"S": LONGER}}, SORT),
]


@pytest.mark.parametrize(("table", "item", "text"), ITEMS)
async def test_an_item_without_its_key(client, table, item, text):
    assert await client.invalid("PutItem", TableName=table, Item=item) == text


@pytest.mark.parametrize(("table", "item", "text"), ITEMS)
async def test_an_item_without_its_key_in_a_batch(client, table, item, text):
    if "Missing" in text or "mismatch" in text:
        text = MISMATCH
    put = {table: [{"PutRequest": {"Item": item}}]}
    assert await client.invalid("BatchWriteItem", RequestItems=put) == text


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("h", {"id": {"S": "x" * 2048}}),
        ("hs", {"id": {"S": "é" * 1024}, "at": {"S": LONG}}),
        ("b", {"id": {"B": "AAAA" * 682 + "AAA="}, "at": {"B": "/w=="}}),
        ("n", {"id": {"N": "-9.9999999999999999999999999999999999999E125"}, "at": {"N": "0"}}),
    ],
)
async def test_the_longest_keys(client, table, key):
    await client.put({**key, "x": A}, table)
    assert (await client.get(key, table))["x"] == A
    await client.delete(key, table)
    assert await client.get(key, table) is None


async def test_numbers_are_equal_however_they_are_written(client):
    await client.put({"id": {"N": "01.0"}, "at": {"N": "1e2"}, "x": {"N": "-0"}}, "n")
    stored = {"id": {"N": "1"}, "at": {"N": "100"}, "x": {"N": "0"}}
    assert await client.get({"at": {"N": "100.00"}, "id": {"N": "1"}}, "n") == stored


@pytest.mark.parametrize("operation", ["GetItem", "DeleteItem", "UpdateItem"])
async def test_a_table_that_is_not_there(client, operation):
    error = await client.refused(operation, TableName="none", Key={"id": A})
    assert (error.code, error.message) == (
        "ResourceNotFoundException",
        "Requested resource not found",
    )
