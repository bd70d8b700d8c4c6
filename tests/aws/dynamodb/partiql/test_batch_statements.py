"""BatchExecuteStatement: each statement by itself."""

import pytest

from homeport.aws.dynamodb.partiql import errors


@pytest.fixture
async def filled(run):
    for number in range(3):
        await run(f"INSERT INTO comp VALUE {{'id': 'p', 'num': {number}, 'n': {number}}}")
    return run


async def test_reads(filled):
    answer = await filled.batch(
        "SELECT n FROM comp WHERE id = 'p' AND num = 1",
        "SELECT * FROM comp WHERE id = 'p' AND num = 9",
        "SELECT num FROM comp WHERE id IN ['p'] AND num = 2",
        {"Statement": "SELECT nope FROM comp WHERE id = ? AND num = 0", "Parameters": [{"S": "p"}]},
    )
    assert answer["Responses"] == [
        {"TableName": "comp", "Item": {"n": {"N": "1"}}},
        {"TableName": "comp"},
        {"TableName": "comp", "Item": {"num": {"N": "2"}}},
        {"TableName": "comp", "Item": {}},
    ]


async def test_each_read_names_one_item_of_the_table(filled):
    answer = await filled.batch(
        "SELECT * FROM comp WHERE id = 'p'",
        "SELECT * FROM comp WHERE n = 1",
        "SELECT * FROM comp WHERE id = 'p' AND num = 1 AND n = 1",
        "SELECT * FROM comp WHERE id = 'p' AND num = 1 AND id = 'q'",
        "SELECT * FROM comp WHERE id = 'p' AND num IN [1, 2]",
        "SELECT * FROM comp WHERE attribute_exists(n)",
        'SELECT * FROM "comp"."by_g" WHERE g = \'x\'',
        "SELECT * FROM comp.by_g WHERE id = 'p' AND num = 1",
    )
    error = {"Code": "ValidationError", "Message": errors.BATCH_KEY}
    assert answer["Responses"] == [{"Error": error}] * 8


async def test_what_is_wrong_with_one_is_told_in_its_place(filled):
    answer = await filled.batch(
        "SLECT * FROM comp WHERE id = 'p' AND num = 1",
        "SELECT * FROM never_made WHERE id = 'p'",
        "SELECT * FROM several.two WHERE h1 = 'a' AND h2 = 'x' AND r = 'm'",
        "SELECT * FROM comp WHERE id = 'p' AND num = 'x'",
        {
            "Statement": "SELECT * FROM comp WHERE id = ? AND num = 1",
            "Parameters": [{"N": "1e99999999999"}],
        },
        "EXISTS(SELECT * FROM comp WHERE id = 'p' AND num = 1)",
        "SELECT * FROM comp WHERE id = 'p' AND num = 1",
    )
    *wrong, right = answer["Responses"]
    assert [(each["Error"]["Code"], each["Error"]["Message"]) for each in wrong] == [
        ("ValidationError", errors.NOT_WELL_FORMED + "Expected data manipulation"),
        ("ResourceNotFound", "Requested resource not found"),
        ("ValidationError", errors.MULTIPLE_ATTRIBUTES),
        ("ValidationError", errors.KEY_TYPE.format("num")),
        ("ValidationError", errors.NOT_NUMERIC + ": 1e99999999999"),
        ("ValidationError", errors.EXISTS_OUTSIDE),
    ]
    assert not any("TableName" in each for each in wrong)
    assert right["Item"]["n"] == {"N": "1"}


async def test_writes(filled):
    answer = await filled.batch(
        "INSERT INTO tab VALUE {'id': 'new'}",
        "UPDATE comp SET n = 9 WHERE id = 'p' AND num = 0 RETURNING MODIFIED NEW *",
        "UPDATE comp REMOVE n WHERE id = 'p' AND num = 1 RETURNING MODIFIED NEW *",
        "DELETE FROM comp WHERE id = 'p' AND num = 2 RETURNING ALL OLD *",
        "DELETE FROM tab WHERE id = 'none' RETURNING ALL OLD *",
        "FROM tab WHERE id = 'absent' SET n = 1",
    )
    assert answer["Responses"] == [
        {"TableName": "tab"},
        {"TableName": "comp", "Item": {"n": {"N": "9"}}},
        {"TableName": "comp"},
        {"TableName": "comp", "Item": {"id": {"S": "p"}, "num": {"N": "2"}, "n": {"N": "2"}}},
        {"TableName": "tab"},
        {
            "Error": {
                "Code": "ConditionalCheckFailed",
                "Message": "The conditional request failed",
            },
            "TableName": "tab",
        },
    ]
    assert await filled("SELECT n FROM comp") == [{"n": {"N": "9"}}, {}]


async def test_writes_that_fail(filled):
    answer = await filled.batch(
        {
            "Statement": "UPDATE comp SET n = 9 WHERE id = 'p' AND num = 0 AND n = 7",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        },
        "INSERT INTO comp VALUE {'id': 'p', 'num': 1}",
        "DELETE FROM comp WHERE id = 'p' AND num = 2 RETURNING MODIFIED OLD *",
        "DELETE FROM comp WHERE id = 'p'",
    )
    failed, duplicate, returning, key = answer["Responses"]
    assert failed["Error"]["Code"] == "ConditionalCheckFailed"
    assert failed["Error"]["Item"]["n"] == {"N": "0"}
    assert "Item" not in failed
    message = errors.DUPLICATE_ITEM.message
    assert duplicate == {
        "Error": {"Code": "DuplicateItem", "Message": message},
        "TableName": "comp",
    }
    assert returning["Error"]["Message"] == errors.RETURNING_OF_DELETE.format("MODIFIED OLD *")
    assert key["Error"] == {"Code": "ValidationError", "Message": errors.INCOMPLETE_KEY}
    assert len(await filled("SELECT * FROM comp")) == 3


async def test_reads_and_writes_do_not_mix(filled):
    delete, select = "DELETE FROM tab WHERE id = 'a'", "SELECT * FROM tab WHERE id = 'b'"
    members = [{"Statement": delete}, {"Statement": "selec"}, {"Statement": select}]
    found = await filled.client.invalid("BatchExecuteStatement", Statements=members)
    assert found == errors.MIXED_BATCH


@pytest.mark.parametrize(
    "pair",
    [
        ("SELECT * FROM tab WHERE id = 'a'", "SELECT id FROM tab WHERE id = 'a'"),
        ("DELETE FROM tab WHERE id = 'a'", "INSERT INTO tab VALUE {'id': 'a'}"),
    ],
)
async def test_no_item_twice(run, pair):
    members = [{"Statement": each} for each in pair]
    found = await run.client.invalid("BatchExecuteStatement", Statements=members)
    assert found == errors.SAME_ITEM_IN_BATCH
    assert await run("SELECT * FROM tab") == []


@pytest.mark.parametrize("members", [[], [{"Statement": "x"}] * 26, [{"Statement": ""}], [{}]])
async def test_from_one_to_25_statements(run, members):
    message = await run.client.invalid("BatchExecuteStatement", Statements=members)
    assert "validation error detected" in message


async def test_what_it_costs(filled):
    one, other = [f"SELECT * FROM comp WHERE id = 'p' AND num = {number}" for number in (0, 1)]
    consistent = {"Statement": one, "ConsistentRead": True}
    answer = await filled.batch(consistent, other, ReturnConsumedCapacity="TOTAL")
    assert answer["ConsumedCapacity"] == [{"TableName": "comp", "CapacityUnits": 1.5}]
    answer = await filled.batch(
        "INSERT INTO tab VALUE {'id': 'a'}",
        "UPDATE comp SET n = 5 WHERE id = 'p' AND num = 0",
        "UPDATE comp SET n = 5 WHERE id = 'none' AND num = 0",
        ReturnConsumedCapacity="TOTAL",
    )
    units = {each["TableName"]: each["CapacityUnits"] for each in answer["ConsumedCapacity"]}
    assert units == {"tab": 1.0, "comp": 1.0}
