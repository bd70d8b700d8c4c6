"""How far a page goes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html."""

import asyncio
import random

import pytest

from homeport.aws.dynamodb.reading import page, ranges
from homeport.aws.dynamodb.values import sizes

P = {"S": "a"}
MIB = 1024 * 1024


def n(number):
    return {"N": str(number)}


def sized(number, size):
    """An item of so many bytes, as AWS counts them."""
    item = {"p": P, "s": n(number), "x": {"S": ""}}
    item["x"] = {"S": "x" * (size - sizes.of_item(item))}
    return item


@pytest.fixture
async def table(client, read):
    indexes = [client.lsi("near", "l:S", "KEYS_ONLY")]
    await client.make("t", "p:S", "s:N", indexes)
    return read


async def query(read, **params):
    return await read.query("p = :p", {":p": P}, **params)


@pytest.mark.parametrize(
    ("size", "count"),
    [(MIB // 8 - 1, 9), (MIB // 8, 8), (MIB // 8 + 1, 8), (MIB // 7, 8)],
)
async def test_the_item_that_reaches_a_megabyte_ends_the_page(table, size, count):
    await table.fill([sized(number, size) for number in range(10, 20)])
    answer = await query(table)
    assert (answer["Count"], answer["ScannedCount"]) == (count, count)
    assert answer["LastEvaluatedKey"] == {"p": P, "s": n(9 + count)}
    scanned = await table("Scan")
    assert scanned == answer
    rest = await query(table, ExclusiveStartKey=answer["LastEvaluatedKey"])
    assert rest["Count"] == 10 - count
    assert "LastEvaluatedKey" not in rest


async def test_a_page_ends_with_the_last_item_and_a_megabyte(table):
    await table.fill([sized(number, MIB // 4) for number in range(10, 14)])
    answer = await query(table)
    assert answer["LastEvaluatedKey"] == {"p": P, "s": n(13)}
    rest = await query(table, ExclusiveStartKey=answer["LastEvaluatedKey"])
    assert rest == {"Items": [], "Count": 0, "ScannedCount": 0}


async def test_bytes_count_before_the_filter(table):
    await table.fill([sized(number, MIB // 4) for number in range(10, 20)])
    text = "attribute_exists(nothing)"
    answer = await query(table, FilterExpression=text)
    assert (answer["Count"], answer["ScannedCount"]) == (0, 4)
    pages = await table.pages("Scan", FilterExpression=text, Select="COUNT")
    assert [(one["Count"], one["ScannedCount"]) for one in pages] == [(0, 4), (0, 4), (0, 2)]


@pytest.mark.parametrize("operation", ["Query", "Scan"])
@pytest.mark.parametrize(("limit", "is_more"), [(4, True), (5, True), (6, False)])
async def test_limit(table, operation, limit, is_more):
    """A page that ends with the limit has a key, even where nothing comes after it."""
    await table.fill([sized(number, 30) for number in range(5)])
    answer = await (
        query(table, Limit=limit) if operation == "Query" else table("Scan", Limit=limit)
    )
    assert answer["Count"] == min(limit, 5)
    assert ("LastEvaluatedKey" in answer) is is_more


async def test_an_index_gives_the_keys_of_both(table):
    await table.fill([{**sized(number, 30), "l": {"S": f"l{number}"}} for number in range(3)])
    answer = await query(table, IndexName="near", Limit=1)
    assert answer["LastEvaluatedKey"] == {"p": P, "s": n(0), "l": {"S": "l0"}}


async def test_what_is_fetched_counts(table):
    items = [{**sized(number, MIB // 3), "l": {"S": "l"}} for number in range(10, 20)]
    await table.fill(items)
    answer = await query(table, IndexName="near", Select="ALL_ATTRIBUTES")
    assert answer["Items"] == items[:3]
    assert answer["LastEvaluatedKey"] == {"p": P, "s": n(12), "l": {"S": "l"}}
    assert await table.all("Scan", IndexName="near", Select="ALL_ATTRIBUTES") == items


async def test_a_page_of_many_steps(table):
    """More rows than one step reads, with and without a filter, in both directions, in a table and in an index."""
    items = [{**sized(number, 40), "l": {"S": f"l{number:05}"}} for number in range(4500)]
    await table.fill(items)
    assert len(items) > 2 * page.STEP_ROWS
    assert (await query(table))["Items"] == items
    assert (await query(table, ScanIndexForward=False))["Items"] == items[::-1]
    assert (await table("Scan"))["Items"] == items
    whole = await query(table, IndexName="near", Select="ALL_ATTRIBUTES")
    assert whole["Items"] == items
    values = {":p": P, ":l": {"S": "l03000"}}
    answer = await table.query("p = :p", values, FilterExpression="l >= :l", Limit=4400)
    assert answer["Items"] == items[3000:4400]
    assert answer["ScannedCount"] == 4400
    counted = await table.query("p = :p", values, FilterExpression="l >= :l", Select="COUNT")
    assert counted == {"Count": 1500, "ScannedCount": 4500}


@pytest.mark.parametrize(("count", "size"), [(1600, 40), (10, 100 * 1024)])
async def test_others_have_their_turn_in_a_long_page(table, count, size):
    """Many rows, or many bytes to read."""
    await table.fill([sized(number, size) for number in range(count)])
    turns = 0

    async def count_turns():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.ensure_future(count_turns())
    await asyncio.sleep(0)
    before = turns
    await table("Scan", FilterExpression="attribute_exists(nothing)")
    other.cancel()
    assert turns - before >= 3


async def test_a_step_holds_no_more_than_the_page(table):
    """Rows of 300 KiB: a step must not read the 1,000 of them that it might."""
    await table.fill([sized(number, 300 * 1024) for number in range(30)])
    dynamodb = table.client.dynamodb
    model = next(dynamodb.tables.all())
    found = await page.read_page(dynamodb, page.Reading(model, ranges.WHOLE))
    assert found.scanned_count == 4
    assert [item["s"] for item in found.items()] == [n(number) for number in range(4)]


@pytest.mark.parametrize("operation", ["Query", "Scan"])
async def test_paging_beside_writes_loses_and_repeats_nothing(table, operation):
    """Items that stay are answered once each, whatever comes and goes between the pages."""
    stay = [sized(number, 30) for number in range(0, 400, 4)]
    await table.fill(stay)
    randomness = random.Random(7)
    params = {"KeyConditionExpression": "p = :p", "ExpressionAttributeValues": {":p": P}}
    if operation == "Scan":
        params = {}
    found = []
    params["Limit"] = 3
    while True:
        answer = await table(operation, **params)
        found += answer["Items"]
        if "LastEvaluatedKey" not in answer:
            break
        params["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        comes = [sized(4 * randomness.randrange(100) + 1, 30) for _ in range(5)]
        await table.fill(comes)
        await table.remove(*randomness.sample(comes, 3))
    numbers = [int(item["s"]["N"]) for item in found]
    assert numbers == sorted(set(numbers))
    assert [number for number in numbers if number % 4 == 0] == list(range(0, 400, 4))


async def test_an_item_removed_at_the_end_of_a_page_is_no_hindrance(table):
    items = [sized(number, 30) for number in range(6)]
    await table.fill(items)
    answer = await query(table, Limit=3)
    await table.remove(items[2])
    rest = await query(table, ExclusiveStartKey=answer["LastEvaluatedKey"])
    assert rest["Items"] == items[3:]


async def test_a_table_that_is_emptied_meanwhile(table):
    """Rows of a local index whose items are gone already are passed over."""
    items = [{**sized(number, 30), "l": {"S": "l"}} for number in range(3)]
    await table.fill(items)
    model = next(table.client.dynamodb.tables.all())
    place = page.key_of(model, None, items[1])
    sql = "DELETE FROM rows WHERE space = ? AND pk = ? AND sk = ?"
    await table.client.dynamodb.db.write(
        lambda connection: connection.execute(sql, (model.id, *place))
    )
    answer = await query(table, IndexName="near", Select="ALL_ATTRIBUTES")
    assert answer["Items"] == [items[0], items[2]]
    assert (answer["Count"], answer["ScannedCount"]) == (2, 3)
