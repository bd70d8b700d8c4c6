"""SELECT: what is found, in which order, in which form, at what cost."""

import pytest

from homeport.aws.dynamodb.partiql import errors


@pytest.fixture
async def filled(run):
    """Partitions `p`, `q`, `r` of five items each, in groups `g0` and `g1`."""
    for partition in "pqr":
        for number in range(5):
            await run.client.put(
                {
                    "id": {"S": partition},
                    "num": {"N": str(number)},
                    "g": {"S": f"g{number % 2}"},
                    "l": {"S": f"{9 - number}"},
                    "n": {"N": str(number)},
                    "m": {"M": {"k": {"L": [{"S": "c"}, {"M": {"q": {"N": "3"}}}]}}},
                },
                "comp",
            )
    return run


async def places(run, statement, *parameters, **members):
    found = await run(statement, *parameters, **members)
    return [item["id"]["S"] + item["num"]["N"] for item in found]


async def test_by_the_whole_key(filled):
    assert await places(filled, "SELECT * FROM comp WHERE id = 'p' AND num = 1") == ["p1"]
    assert await places(
        filled, "SELECT * FROM comp WHERE num = ? AND ? = id", {"N": "1.0"}, {"S": "q"}
    ) == ["q1"]
    assert await filled("SELECT * FROM comp WHERE id = 'p' AND num = 9") == []
    assert await filled("SELECT * FROM comp WHERE id = 'p' AND num = 1 AND n = 7") == []


async def test_numbers_as_they_may_be_written(filled):
    for literal in ("3", "3.0", ".3e1", "3E0", "30e-1", "+3", "- - 3", "0.03e+2"):
        assert await places(filled, f"SELECT * FROM comp WHERE id = 'p' AND num = {literal}") == [
            "p3"
        ]


async def test_comments_and_case(filled):
    statement = "-- first\nselect/**/* FROM comp -- the table\nwhere ID = 1 or id /* key */ = 'p' and num < 2; -- end"
    assert await places(filled, statement) == ["p0", "p1"]
    assert await filled("SELECT N FROM comp WHERE id = 'p' AND num = 1") == [{}]


async def test_quotes(run):
    await run("""INSERT INTO "tab" VALUE {'id': 'it''s', 'a"b': '--', 'c''d': '/*'}""")
    assert await run("""SELECT "a""b", "c'd" FROM tab WHERE id = 'it''s' AND "a""b" = '--'""") == [
        {'a"b': {"S": "--"}, "c'd": {"S": "/*"}}
    ]


async def test_columns_are_named_by_their_last_names(filled):
    statement = "SELECT id, m.k[0], m.k[1].q, nope, \"m\"['k'] FROM comp WHERE id = 'p' AND num = 1"
    assert (await filled.invalid(statement)).startswith("Two document paths overlap")
    statement = "SELECT id, m.k[-0], m.k[1].q, nope FROM comp WHERE id = 'p' AND num = 1"
    assert await filled(statement) == [{"id": {"S": "p"}, "k[0]": {"S": "c"}, "q": {"N": "3"}}]


async def test_ranges_of_the_sort_key(filled):
    expected = {
        "num > 2": ["p3", "p4"],
        "num BETWEEN 1 AND 2": ["p1", "p2"],
        "num >= 1 AND num < 3 AND num <> 2": ["p1"],
        "2 < num": ["p3", "p4"],
        "num = 1 AND num > 0": ["p1"],
        "num = 1 AND num = 2": [],
        "(num = 1 OR num = 3)": ["p1", "p3"],
        "num IN [3, 1]": ["p1", "p3"],
        "(num < 1 OR num > 3 OR num = 2)": ["p0", "p2", "p4"],
        "NOT num = 1": ["p0", "p2", "p3", "p4"],
        "(n = 1 OR n = 2)": ["p1", "p2"],
        "id = 'q'": [],
        "num = n": ["p0", "p1", "p2", "p3", "p4"],
    }
    for condition, found in expected.items():
        assert await places(filled, f"SELECT * FROM comp WHERE id = 'p' AND {condition}") == found


@pytest.mark.parametrize("left", ["NOT num = 1", "num <> 1", "NOT num IN [1]", "NOT (num = 1)"])
async def test_alternatives_with_a_negated_sort_key_are_joined(filled, left):
    statement = f"SELECT * FROM comp WHERE id = 'p' AND {left} OR id = 'p' AND num = 2"
    assert await places(filled, statement) == ["p0", "p2", "p3", "p4"]


async def test_reads_by_key_what_names_partitions_in_all_alternatives(filled):
    """A scan would cost as much as all items; a read of keys costs half a unit each."""
    by_key = {
        "id = 'p' AND num = 1 OR id = 'q' AND num = 2": 1.0,
        "id IN ['p', 'q'] AND num IN [1, 2]": 2.0,
        "(id = 'p' OR id = 'q') AND n = 1": 1.0,
        "id = 'p'": 0.5,
    }
    for condition, units in by_key.items():
        statement = f"SELECT * FROM comp WHERE {condition}"
        answer = await filled.answer(statement, ReturnConsumedCapacity="TOTAL")
        assert answer["ConsumedCapacity"] == {"TableName": "comp", "CapacityUnits": units}


async def test_a_scan_where_an_alternative_names_none(filled):
    found = await places(filled, "SELECT * FROM comp WHERE id = 'p' OR num = 2")
    assert sorted(found) == ["p0", "p1", "p2", "p3", "p4", "q2", "r2"]
    assert await filled("SELECT * FROM comp WHERE num > 'x'") == []


async def test_order(filled):
    expected = {
        "id = 'p' ORDER BY num DESC": "p4 p3 p2 p1 p0",
        "id = 'p' ORDER BY num": "p0 p1 p2 p3 p4",
        "id = 'p' AND num IN [1, 3] ORDER BY num DESC": "p3 p1",
        "id = 'p' ORDER BY id": "p4 p3 p2 p1 p0",
        "id IN ['q', 'p'] AND num < 2 ORDER BY id ASC, num": "p0 p1 q0 q1",
        "id IN ['p', 'q'] AND num < 2 ORDER BY num, id DESC": "q0 q1 p0 p1",
        "id IN ['p', 'q'] AND num IN [0, 1] ORDER BY id DESC": "q1 q0 p1 p0",
        "id IN ['p', 'q'] AND num IN [0, 1] ORDER BY id DESC, num DESC": "q1 q0 p1 p0",
        "id IN ['p', 'q'] AND num IN [0, 1] ORDER BY id, num DESC": "p1 p0 q1 q0",
    }
    for rest, found in expected.items():
        assert await places(filled, f"SELECT * FROM comp WHERE {rest}") == found.split()


async def test_comparisons_with_what_is_true_or_false(filled):
    for condition in (
        "attribute_exists(nope) = false",
        "true = attribute_exists(n)",
        "attribute_exists(n) <> 1",
        "contains(nope, 'z') = false",
        "(n BETWEEN 0 AND 5) = true",
        "(n = 5 OR g = 'x') = false",
        "attribute_exists(nope) IN [true, false]",
        "attribute_exists(n) = attribute_exists(g)",
        "'a' IS STRING",
        "NOT 'a' IS MISSING",
        "1 = 1",
    ):
        assert await places(
            filled, f"SELECT * FROM comp WHERE id = 'p' AND num = 1 AND {condition}"
        ) == ["p1"]
    for condition in (
        "attribute_exists(n) = 1",
        "NOT attribute_exists(n) = true",
        "(attribute_exists(n) = true) = false",
        "attribute_exists(n) = g",
        "MISSING IS NULL",
    ):
        assert await filled(f"SELECT * FROM comp WHERE id = 'p' AND num = 1 AND {condition}") == []


# Indexes


async def test_a_global_index(filled):
    assert await places(
        filled, "SELECT * FROM \"comp\".\"by_g\" WHERE g = 'g1' AND num > 1 AND id = 'q'"
    ) == ["q3"]
    keys = await filled("SELECT * FROM comp.keys_of_g WHERE g = 'g1' AND id = 'q'")
    assert [sorted(item) for item in keys] == [["g", "id", "num"]] * 2
    assert len(await filled("SELECT * FROM comp.keys_of_g WHERE n = 1 OR num = 1")) == 3
    assert await filled("SELECT id FROM comp.keys_of_g WHERE n = 1") == []
    assert len(await filled("SELECT id FROM comp.keys_of_g WHERE NOT n = 1")) == 15
    two = "(g = 'g1' AND n = 1) OR (g = 'g0' AND num = 4 AND id = 'p')"
    assert await filled(f"SELECT num FROM comp.keys_of_g WHERE {two}") == [{"num": {"N": "4"}}]


async def test_a_local_index_reaches_into_the_table(filled):
    statement = "SELECT n FROM comp.keys_of_l WHERE id = 'p' AND l < '7'"
    answer = await filled.answer(statement, ReturnConsumedCapacity="INDEXES")
    assert answer["Items"] == [{"n": {"N": "4"}}, {"n": {"N": "3"}}]
    consumed = answer["ConsumedCapacity"]
    assert consumed["Table"] == {"CapacityUnits": 1.0}
    assert consumed["LocalSecondaryIndexes"] == {"keys_of_l": {"CapacityUnits": 0.5}}
    whole = await filled(
        "SELECT * FROM comp.keys_of_l WHERE id = 'p' AND l = '5'", ConsistentRead=True
    )
    assert whole == [{"id": {"S": "p"}, "num": {"N": "4"}, "l": {"S": "5"}}]


async def test_no_consistent_read_of_a_global_index(filled):
    statement = "SELECT * FROM comp.by_g WHERE g = 'g1'"
    assert await filled.invalid(statement, ConsistentRead=True) == errors.CONSISTENT_ON_GSI


async def test_what_is_told_before_an_index_of_several_attributes(run):
    statement = "SELECT * FROM several.two WHERE h1 = ?"
    message = await run.invalid(statement, {"N": "1e99999999999"})
    assert message == f"{errors.NOT_NUMERIC}: 1e99999999999"
    assert await run("SELECT * FROM several WHERE id = 'a'") == []


async def test_a_consistent_read_costs_twice(filled):
    statement = "SELECT * FROM comp WHERE id = 'p'"
    answer = await filled.answer(statement, ConsistentRead=True, ReturnConsumedCapacity="TOTAL")
    assert answer["ConsumedCapacity"]["CapacityUnits"] == 1.0
