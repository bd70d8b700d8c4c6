"""What Scan answers."""

import pytest


def n(number):
    return {"N": str(number)}


def item(number):
    found = {"p": {"S": f"p{number % 7}"}, "s": n(number), "x": {"S": f"x{number}"}}
    return found | ({"g": {"S": "g"}, "l": n(-number)} if number % 2 else {})


ITEMS = [item(number) for number in range(60)]


def ordered(items):
    return sorted(items, key=lambda one: int(one["s"]["N"]))


@pytest.fixture
async def table(client, read):
    await client.make(
        "t",
        "p:S",
        "s:N",
        [client.gsi("keys", "g:S", "s:N", "KEYS_ONLY"), client.lsi("near", "l:N", "KEYS_ONLY")],
    )
    await read.fill(ITEMS)
    return read


async def test_all_items(table):
    answer = await table("Scan")
    assert ordered(answer["Items"]) == ITEMS
    assert (answer["Count"], answer["ScannedCount"]) == (60, 60)
    assert "LastEvaluatedKey" not in answer


async def test_page_by_page(table):
    whole = (await table("Scan"))["Items"]
    pages = await table.pages("Scan", Limit=7)
    assert [found for page in pages for found in page["Items"]] == whole
    assert [page["Count"] for page in pages] == [7] * 8 + [4]


@pytest.mark.parametrize("total", [1, 2, 3, 5, 64])
async def test_segments_are_disjoint_and_complete(table, total):
    found = []
    for segment in range(total):
        found += await table.all("Scan", Segment=segment, TotalSegments=total, Limit=4)
    assert ordered(found) == ITEMS


async def test_the_last_of_a_million_segments(client, read):
    await client.make("h", "id:S")
    await read.fill([{"id": {"S": str(number)}} for number in range(100)], "h")
    answer = await read("Scan", "h", Segment=999_999, TotalSegments=1_000_000)
    assert answer == {"Items": [], "Count": 0, "ScannedCount": 0}


async def test_segments_of_an_index(table):
    found = []
    for segment in range(3):
        found += await table.all("Scan", IndexName="near", Segment=segment, TotalSegments=3)
    assert ordered(found) == [
        {name: one[name] for name in ("p", "s", "l")} for one in ITEMS if "l" in one
    ]


async def test_filter_may_name_keys(table):
    values = {":s": n(10), ":p": {"S": "p3"}}
    answer = await table(
        "Scan", FilterExpression="p = :p AND s < :s", ExpressionAttributeValues=values
    )
    assert answer == {"Items": [item(3)], "Count": 1, "ScannedCount": 60}


async def test_scan_filter(table):
    wanted = {
        "s": {"ComparisonOperator": "IN", "AttributeValueList": [n(3), n(4)]},
        "x": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "x9"}]},
    }
    answer = await table("Scan", ScanFilter=wanted, ConditionalOperator="OR")
    assert ordered(answer["Items"]) == [item(3), item(4), item(9)]
    assert (await table("Scan", ScanFilter=wanted))["Count"] == 0
    wanted.pop("x")
    answer = await table("Scan", ScanFilter=wanted, AttributesToGet=["x"])
    assert sorted(one["x"]["S"] for one in answer["Items"]) == ["x3", "x4"]


async def test_index_holds_its_own_attributes(table):
    answer = await table("Scan", IndexName="keys")
    assert [set(one) for one in answer["Items"]] == [{"g", "s", "p"}] * 30
    assert [int(one["s"]["N"]) for one in answer["Items"]] == list(range(1, 60, 2))


async def test_local_index_fetches_what_it_does_not_hold(table):
    answer = await table("Scan", IndexName="near", Select="ALL_ATTRIBUTES")
    assert ordered(answer["Items"]) == ITEMS[1::2]
    answer = await table("Scan", IndexName="near", ProjectionExpression="x, l")
    assert {frozenset(one) for one in answer["Items"]} == {frozenset({"x", "l"})}


async def test_count(table):
    answer = await table("Scan", Select="COUNT", Limit=10)
    assert answer["Count"] == 10
    assert set(answer) == {"Count", "ScannedCount", "LastEvaluatedKey"}


async def test_empty_table(client, read):
    await client.make("none", "id:S")
    assert await read("Scan", "none") == {"Items": [], "Count": 0, "ScannedCount": 0}


async def test_tables_do_not_see_each_other(client, read, table):
    await client.make("other", "p:S", "s:N")
    await read.fill([item(100)], "other")
    assert (await read("Scan", "other"))["Items"] == [item(100)]
    assert (await read("Scan"))["Count"] == 60
