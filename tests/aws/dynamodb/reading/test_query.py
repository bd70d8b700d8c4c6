"""What Query answers, with the parameters of now and those of before."""

import pytest

A, G = {"S": "a"}, {"S": "g"}


def n(number):
    return {"N": str(number)}


def item(number):
    return {
        "p": A,
        "s": n(number),
        "g": G,
        "h": n(number % 3),
        "l": {"S": f"l{9 - number}"},
        "x": {"S": f"x{number}"},
        "m": {"M": {"a": n(number), "b": {"L": [n(1), n(2)]}}},
    }


def numbers(answer):
    return [int(found["s"]["N"]) for found in answer["Items"]]


def eq(value):
    return {"ComparisonOperator": "EQ", "AttributeValueList": [value]}


def conditions(operator=None, *values):
    found = {"p": eq(A)}
    if operator is not None:
        found["s"] = {"ComparisonOperator": operator, "AttributeValueList": list(values)}
    return found


@pytest.fixture
async def table(client, read):
    await client.make(
        "t",
        "p:S",
        "s:N",
        [
            client.gsi("keys", "g:S", "h:N", "KEYS_ONLY"),
            client.gsi("whole", "g:S"),
            client.gsi("some", "g:S", "h:N", "INCLUDE", ["x"]),
            client.gsi("several", "p:S,g:S", "h:N,l:S"),
            client.lsi("near", "l:S", "KEYS_ONLY"),
            client.lsi("full", "l:S"),
        ],
    )
    await read.fill([item(number) for number in range(10)])
    await read.fill([{**item(3), "p": {"S": "b"}}])
    return read


@pytest.mark.parametrize(
    ("text", "operands", "found"),
    [
        ("p = :p", (), range(10)),
        ("p = :p AND s = :a", (4,), [4]),
        ("p = :p AND s < :a", (3,), [0, 1, 2]),
        ("p = :p AND s <= :a", (3,), [0, 1, 2, 3]),
        (":a < s AND p = :p", (7,), [8, 9]),
        ("p = :p AND s >= :a", (7,), [7, 8, 9]),
        ("p = :p AND s BETWEEN :a AND :b", (2, 4), [2, 3, 4]),
        ("p = :p AND s > :a", (9,), []),
    ],
)
async def test_key_condition_expression(table, text, operands, found):
    values = {f":{name}": n(operand) for name, operand in zip("ab", operands, strict=False)}
    answer = await table.query(text, {":p": A, **values})
    assert numbers(answer) == list(found)
    assert answer["Count"] == answer["ScannedCount"] == len(found)
    assert "LastEvaluatedKey" not in answer
    backward = await table.query(text, {":p": A, **values}, ScanIndexForward=False)
    assert numbers(backward) == list(reversed(found))


@pytest.mark.parametrize(
    ("operator", "operands", "found"),
    [
        (None, (), range(10)),
        ("EQ", (4,), [4]),
        ("LT", (2,), [0, 1]),
        ("LE", (2,), [0, 1, 2]),
        ("GT", (7,), [8, 9]),
        ("GE", (7,), [7, 8, 9]),
        ("BETWEEN", (2, 4), [2, 3, 4]),
    ],
)
async def test_key_conditions(table, operator, operands, found):
    answer = await table("Query", KeyConditions=conditions(operator, *map(n, operands)))
    assert numbers(answer) == list(found)


async def test_begins_with(table):
    values = {":p": A, ":l": {"S": "l"}}
    text = "p = :p AND begins_with(l, :l)"
    answer = await table.query(text, values, IndexName="full")
    assert numbers(answer) == list(range(9, -1, -1))
    legacy = {
        "p": eq(A),
        "l": {"ComparisonOperator": "BEGINS_WITH", "AttributeValueList": [{"S": "l1"}]},
    }
    answer = await table("Query", IndexName="full", KeyConditions=legacy)
    assert numbers(answer) == [8]


async def test_text_with_zero_bytes_is_behind_its_beginning(client, read):
    await client.make("z", "p:S", "s:S")
    texts = ["a", "a\0", "a\0b", "a\1", "aa"]
    await read.fill([{"p": A, "s": {"S": text}} for text in texts], "z")
    answer = await read.query("p = :p AND s > :s", {":p": A, ":s": {"S": "a"}}, "z")
    assert [found["s"]["S"] for found in answer["Items"]] == texts[1:]
    answer = await read.query("p = :p AND begins_with(s, :s)", {":p": A, ":s": {"S": "a\0"}}, "z")
    assert [found["s"]["S"] for found in answer["Items"]] == texts[1:3]


async def test_items_are_answered_as_they_were_put(table):
    answer = await table.query("p = :p AND s = :s", {":p": A, ":s": n(4)})
    assert answer == {"Items": [item(4)], "Count": 1, "ScannedCount": 1}


async def test_global_index_sorts_by_its_keys_and_then_by_those_of_the_table(table):
    answer = await table.query("g = :g", {":g": G}, IndexName="keys")
    found = [(found["h"]["N"], found["p"]["S"], found["s"]["N"]) for found in answer["Items"]]
    assert found == sorted(found)
    assert len(found) == 11
    assert all(set(one) == {"p", "s", "g", "h"} for one in answer["Items"])


async def test_index_of_several_attributes(table):
    values = {":p": A, ":g": G, ":h": n(1), ":l": {"S": "l5"}}
    text = "p = :p AND g = :g AND h = :h AND l > :l"
    answer = await table.query(text, values, IndexName="several")
    assert numbers(answer) == [1]
    values.pop(":l")
    answer = await table.query("p = :p AND g = :g AND h = :h", values, IndexName="several")
    assert numbers(answer) == [7, 4, 1]


async def test_filter(table):
    values = {":p": A, ":x": {"S": "x5"}}
    answer = await table.query("p = :p", values, FilterExpression="x >= :x")
    assert numbers(answer) == [5, 6, 7, 8, 9]
    assert (answer["Count"], answer["ScannedCount"]) == (5, 10)
    wanted = {"x": {"ComparisonOperator": "GE", "AttributeValueList": [{"S": "x5"}]}}
    legacy = await table("Query", KeyConditions=conditions(), QueryFilter=wanted)
    assert legacy == answer


async def test_two_legacy_filters_or_one(table):
    both = {"x": eq({"S": "x1"}), "l": eq({"S": "l7"})}
    query = {"KeyConditions": conditions(), "QueryFilter": both}
    assert numbers(await table("Query", **query)) == []
    assert numbers(await table("Query", **query, ConditionalOperator="OR")) == [1, 2]


async def test_limit_is_of_what_is_looked_at(table):
    values = {":p": A, ":x": {"S": "x5"}}
    answer = await table.query("p = :p", values, FilterExpression="x = :x", Limit=4)
    assert answer["Items"] == []
    assert (answer["Count"], answer["ScannedCount"]) == (0, 4)
    assert answer["LastEvaluatedKey"] == {"p": A, "s": n(3)}


async def test_projection(table):
    query = {"KeyConditions": conditions("EQ", n(4))}
    answer = await table.query(
        "p = :p AND s = :s", {":p": A, ":s": n(4)}, ProjectionExpression="s, m.a, m.b[1], nothing"
    )
    assert answer["Items"] == [{"s": n(4), "m": {"M": {"a": n(4), "b": {"L": [n(2)]}}}}]
    answer = await table("Query", **query, AttributesToGet=["x", "nothing"])
    assert answer["Items"] == [{"x": {"S": "x4"}}]
    answer = await table("Query", **query, AttributesToGet=["nothing"])
    assert answer["Items"] == [{}]


async def test_filter_and_projection(table):
    values = {":p": A, ":x": {"S": "x5"}}
    answer = await table.query(
        "p = :p", values, FilterExpression="x = :x", ProjectionExpression="s"
    )
    assert answer == {"Items": [{"s": n(5)}], "Count": 1, "ScannedCount": 10}


async def test_count(table):
    answer = await table.query("p = :p", {":p": A}, Select="COUNT")
    assert answer == {"Count": 10, "ScannedCount": 10}
    answer = await table.query(
        "p = :p",
        {":p": A, ":x": {"S": "x5"}},
        Select="COUNT",
        FilterExpression="x < :x",
        Limit=7,
    )
    key = {"p": A, "s": n(6)}
    assert answer == {"Count": 5, "ScannedCount": 7, "LastEvaluatedKey": key}


@pytest.mark.parametrize(
    ("index", "select", "attributes"),
    [
        ("whole", None, {"p", "s", "g", "h", "l", "x", "m"}),
        ("whole", "ALL_ATTRIBUTES", {"p", "s", "g", "h", "l", "x", "m"}),
        ("some", None, {"p", "s", "g", "h", "x"}),
        ("some", "ALL_PROJECTED_ATTRIBUTES", {"p", "s", "g", "h", "x"}),
        ("keys", "ALL_PROJECTED_ATTRIBUTES", {"p", "s", "g", "h"}),
    ],
)
async def test_select_of_global_indexes(table, index, select, attributes):
    more = {} if select is None else {"Select": select}
    answer = await table.query("g = :g", {":g": G}, IndexName=index, Limit=1, **more)
    assert set(answer["Items"][0]) == attributes


@pytest.mark.parametrize(
    ("index", "more", "attributes"),
    [
        ("near", {}, {"p", "s", "l"}),
        ("near", {"Select": "ALL_PROJECTED_ATTRIBUTES"}, {"p", "s", "l"}),
        ("near", {"Select": "ALL_ATTRIBUTES"}, {"p", "s", "g", "h", "l", "x", "m"}),
        ("near", {"ProjectionExpression": "s, l"}, {"s", "l"}),
        ("near", {"ProjectionExpression": "s, m.a"}, {"s", "m"}),
        ("full", {}, {"p", "s", "g", "h", "l", "x", "m"}),
        ("full", {"ConsistentRead": True}, {"p", "s", "g", "h", "l", "x", "m"}),
    ],
)
async def test_local_index_fetches_what_it_does_not_hold(table, index, more, attributes):
    values = {":p": A, ":l": {"S": "l3"}}
    text = "p = :p AND l <= :l"
    answer = await table.query(text, values, IndexName=index, ScanIndexForward=False, **more)
    assert all(set(one) == attributes for one in answer["Items"])
    assert numbers(answer) == [6, 7, 8, 9]


async def test_filter_of_a_local_index_is_applied_to_what_is_fetched_too(table):
    values = {":p": A, ":s": n(4)}
    answer = await table.query(
        "p = :p", values, IndexName="near", FilterExpression="s = :s", Select="ALL_ATTRIBUTES"
    )
    assert answer == {"Items": [item(4)], "Count": 1, "ScannedCount": 10}


async def test_partition_without_items(table):
    answer = await table.query("p = :p", {":p": {"S": "none"}}, Limit=5)
    assert answer == {"Items": [], "Count": 0, "ScannedCount": 0}


async def test_table_of_single_items(client, read):
    await client.make("single", "id:B")
    await read.fill([{"id": {"B": "AQ=="}}, {"id": {"B": "Ag=="}}], "single")
    answer = await read.query("id = :i", {":i": {"B": "AQ=="}}, "single", Limit=1)
    assert answer == {"Items": [{"id": {"B": "AQ=="}}], "Count": 1, "ScannedCount": 1}


async def test_numbers_of_a_request_need_not_be_canonical(table):
    answer = await table.query("p = :p AND s = :s", {":p": A, ":s": {"N": "+4.00"}})
    assert numbers(answer) == [4]
    start = {"p": A, "s": {"N": "07.0e0"}}
    assert numbers(await table.query("p = :p", {":p": A}, ExclusiveStartKey=start)) == [8, 9]
