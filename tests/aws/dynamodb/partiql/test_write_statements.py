"""INSERT, UPDATE and DELETE: what is written, what is returned, what fails."""

import pytest

ITEM = "INSERT INTO tab VALUE {'id': 'a', 'n': 1, 'l': [1, 2, {'q': 3}], 'm': {'x': 1, 'y': {'z': 2}}, 'ss': <<'b', 'a'>>}"


@pytest.fixture
async def item(run):
    """`item("SET ...")` updates the one item and answers its attributes that an UPDATE returns."""
    await run(ITEM)

    async def update(changes, returning="MODIFIED NEW *"):
        found = await run(f"UPDATE tab {changes} WHERE id = 'a' RETURNING {returning}")
        return found[0] if found else {}

    return update


async def stored(run, key="a", table="tab"):
    return await run.client.get({"id": {"S": key}}, table)


# INSERT


async def test_an_insert_of_every_type(run):
    parameters = ({"S": "k"}, {"B": "AQ=="}, {"M": {"x": {"L": [{"BS": ["Ag==", "AQ=="]}]}}})
    literals = "'s': '', 'n': -1.50e2, 't': TRUE, 'f': false, 'z': null, 'e': [], 'h': {}, 'r': (1, 'x'), 'ns': <<2, 1.0>>"
    assert (
        await run("INSERT INTO tab VALUE {'id': ?, 'b': ?, 'm': ?, " + literals + "}", *parameters)
        == []
    )
    assert await stored(run, "k") == {
        "id": {"S": "k"},
        "b": {"B": "AQ=="},
        "m": {"M": {"x": {"L": [{"BS": ["AQ==", "Ag=="]}]}}},
        "s": {"S": ""},
        "n": {"N": "-150"},
        "t": {"BOOL": True},
        "f": {"BOOL": False},
        "z": {"NULL": True},
        "e": {"L": []},
        "h": {"M": {}},
        "r": {"L": [{"N": "1"}, {"S": "x"}]},
        "ns": {"NS": ["1", "2"]},
    }


async def test_an_insert_replaces_nothing(run):
    await run("INSERT INTO tab VALUE {'id': 'a', 'n': 1}")
    error = await run.refused("INSERT INTO tab VALUE {'id': 'a', 'n': 2}")
    assert (error.code, error.message) == (
        "DuplicateItemException",
        "Duplicate primary key exists in table",
    )
    assert (await stored(run))["n"] == {"N": "1"}


async def test_an_item_may_be_too_large(run):
    error = await run.invalid("INSERT INTO tab VALUE {'id': 'a', 't': ?}", {"S": "x" * 410_000})
    assert error == "Item size has exceeded the maximum allowed size"


async def test_a_literal_may_have_31_levels(run):
    deep = "{'a': " * 31 + "1" + "}" * 31
    await run("INSERT INTO tab VALUE {'id': 'a', 'd': " + deep + "}")
    assert "d" in await stored(run)


# UPDATE


async def test_update_changes_what_it_names(item):
    expected = {
        "SET n = n + 1": {"n": {"N": "2"}},
        "SET n = n - - 2": {"n": {"N": "4"}},
        "SET n = 1 + 2 + n": {"n": {"N": "7"}},
        "SET n = n - (2 - 1)": {"n": {"N": "6"}},
        "SET k = m": {"k": {"M": {"x": {"N": "1"}, "y": {"M": {"z": {"N": "2"}}}}}},
        "SET \"m\".\"x\" = 'v', m.y['z'] = n": {
            "m": {"M": {"x": {"S": "v"}, "y": {"M": {"z": {"N": "6"}}}}}
        },
        "SET o = if_not_exists(o, 5) + 1": {"o": {"N": "6"}},
        "SET l = list_append(l, [4])": {
            "l": {"L": [{"N": "1"}, {"N": "2"}, {"M": {"q": {"N": "3"}}}, {"N": "4"}]}
        },
        "SET l[0] = null SET l[9] = true": {"l": {"L": [{"NULL": True}]}},
        "SET ss = set_add(ss, <<'c', 'a'>>)": {"ss": {"SS": ["a", "b", "c"]}},
        "SET ss = SET_DELETE(ss, <<'a', 'zz'>>)": {"ss": {"SS": ["b", "c"]}},
        'SET w = set_add(w, <<2>>) SET "a.b" = 1': {"w": {"NS": ["2"]}, "a.b": {"N": "1"}},
        "REMOVE nope": {},
    }
    for changes, found in expected.items():
        assert await item(changes) == found, changes


async def test_update_returns_what_it_is_asked_for(run, item):
    before = await stored(run)
    after = before | {"n": {"N": "2"}}
    assert await item("SET n = 2", "ALL OLD *") == before
    assert await item("SET n = 1", "all new *") == before
    assert await item("SET n = 2, m.x = 7", "MODIFIED OLD *") == {
        "n": {"N": "1"},
        "m": {"M": {"x": {"N": "1"}}},
    }
    assert await item("REMOVE m.y REMOVE l[0]", "MODIFIED NEW *") == {"l": {"L": [{"N": "2"}]}}
    assert await item("SET n = 3", "ALL OLD *") == after | {
        "l": {"L": [{"N": "2"}, {"M": {"q": {"N": "3"}}}]},
        "m": {"M": {"x": {"N": "7"}}},
    }
    assert await run("UPDATE tab SET n = 4 WHERE id = 'a'") == []


async def test_removing_every_member_removes_the_set(run, item):
    assert await item("SET ss = set_delete(ss, <<'a', 'b'>>)") == {}
    assert await item("SET ss = set_delete(ss, <<'a'>>)") == {}
    assert "ss" not in await stored(run)


async def test_a_set_in_a_parameter(run, item):
    await run("UPDATE tab SET ss = set_add(ss, ?) WHERE id = ?", {"SS": ["z"]}, {"S": "a"})
    assert (await stored(run))["ss"] == {"SS": ["a", "b", "z"]}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ("SET n = nope + 1", "The provided expression refers to an attribute that does not exist in the item"),
        ("SET n = m + 1", "An operand in the update expression has an incorrect data type"),
        ("SET ss = set_add(ss, <<1>>)", "An operand in the update expression has an incorrect data type"),
        ("SET n = set_add(n, <<1>>)", "An operand in the update expression has an incorrect data type"),
        ("SET x.y = 1", "The document path provided in the update expression is invalid for update"),
        ("SET n = 1, n = 2", ("Two document paths overlap with each other; must remove or rewrite one of these paths; "
         "path one: [n], path two: [n]")),
    ],
)  # fmt: skip
async def test_updates_that_cannot_be_made(run, item, changes, message):
    before = await stored(run)
    assert await run.invalid(f"UPDATE tab {changes} WHERE id = 'a'") == message
    assert await stored(run) == before


async def test_an_update_makes_no_item(run):
    for where in ("id = 'a'", "id = 'a' AND attribute_not_exists(id)"):
        error = await run.refused(f"UPDATE tab SET n = 1 WHERE {where}")
        assert (error.code, error.message) == (
            "ConditionalCheckFailedException",
            "The conditional request failed",
        )
    assert await stored(run) is None


async def test_the_key_first_then_the_changes(run, item):
    found = await run(
        "from tab where id = 'a' and n = 1 set c = ? remove l returning all new *", {"N": "5"}
    )
    assert sorted(found[0]) == ["c", "id", "m", "n", "ss"]
    error = await run.refused("FROM tab WHERE id = 'a' AND n = 2 SET c = 6")
    assert error.code == "ConditionalCheckFailedException"


async def test_conditions_beside_the_key(run, item):
    for condition in (
        "n = 1",
        "NOT n = 2",
        "attribute_exists(m.y) AND size(l) = 3",
        "id IN ['a', 'b']",
        "1 = 1",
    ):
        await run(f"UPDATE tab SET k = 1 WHERE {condition} AND (id = 'a')")
    for condition in ("n = 2", "n IS MISSING", "id > 'a'", "begins_with(id, 'b')"):
        error = await run.refused(
            f"UPDATE tab SET k = 2 WHERE id = 'a' AND {condition}",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
        assert error.code == "ConditionalCheckFailedException"
        assert error.fields["Item"] == await stored(run)
    assert (await stored(run))["k"] == {"N": "1"}


async def test_keys_of_indexes_stay_keys(run):
    await run("INSERT INTO comp VALUE {'id': 'a', 'num': 1, 'g': 'x'}")
    message = await run.invalid("UPDATE comp SET g = 1 WHERE id = 'a' AND num = 1")
    assert message.startswith(
        "One or more parameter values were invalid: Type mismatch for Index Key g"
    )


# DELETE


async def test_delete(run, item):
    before = await stored(run)
    error = await run.refused("DELETE FROM tab WHERE id = 'a' AND n = 7")
    assert error.code == "ConditionalCheckFailedException"
    assert await run("DELETE FROM tab WHERE id = 'a' AND n = 1 RETURNING ALL OLD *") == [before]
    assert await run("DELETE FROM tab WHERE id = 'a' RETURNING ALL OLD *") == []
    assert await run("DELETE FROM tab WHERE id = 'a' AND n = 1") == []
    assert await stored(run) is None


async def test_writes_tell_what_they_cost(run):
    insert = "INSERT INTO comp VALUE {'id': 'a', 'num': 1, 'g': 'x'}"
    answer = await run.answer(insert, ReturnConsumedCapacity="INDEXES")
    consumed = answer["ConsumedCapacity"]
    assert consumed["Table"] == {"CapacityUnits": 1.0}
    assert sorted(consumed["GlobalSecondaryIndexes"]) == ["by_g", "keys_of_g", "some_of_g"]
    answer = await run.answer("DELETE FROM tab WHERE id = 'a'", ReturnConsumedCapacity="TOTAL")
    assert answer == {"Items": [], "ConsumedCapacity": {"TableName": "tab", "CapacityUnits": 1.0}}


async def test_a_table_by_its_arn(run):
    arn = "arn:aws:dynamodb:us-east-1:000000000000:table/tab"
    await run(f"INSERT INTO \"{arn}\" VALUE {{'id': 'a'}}")
    assert await run(f"SELECT * FROM \"{arn}\" WHERE id = 'a'") == [{"id": {"S": "a"}}]
