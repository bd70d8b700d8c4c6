"""ExecuteTransaction: all statements or none."""

import pytest

from homeport.aws.dynamodb.partiql import errors

FAILED = ("ConditionalCheckFailed", "The conditional request failed")
NONE = ("None", None)
MISMATCH = ("ValidationError", "The provided key element does not match the schema")


@pytest.fixture
async def filled(run):
    for number in range(3):
        await run(f"INSERT INTO comp VALUE {{'id': 'p', 'num': {number}, 'n': {number}}}")
    return run


def where(number, more=""):
    return f"comp WHERE id = 'p' AND num = {number}{more}"


def update(number, more="", n=9):
    return f"UPDATE comp SET n = {n} WHERE id = 'p' AND num = {number}{more}"


async def numbers(run):
    return [item["n"]["N"] for item in await run("SELECT n FROM comp WHERE id = 'p'")]


async def test_reads(filled):
    answer = await filled.transact(
        f"SELECT * FROM {where(1)}",
        f"SELECT n FROM {where(9)}",
        f"SELECT nope FROM {where(0)}",
        {"Statement": "SELECT n FROM comp WHERE id IN [?] AND num = 2", "Parameters": [{"S": "p"}]},
        ReturnConsumedCapacity="TOTAL",
    )
    item = {"id": {"S": "p"}, "num": {"N": "1"}, "n": {"N": "1"}}
    assert answer["Responses"] == [{"Item": item}, {}, {}, {"Item": {"n": {"N": "2"}}}]
    assert answer["ConsumedCapacity"] == [
        {"TableName": "comp", "CapacityUnits": 8.0, "ReadCapacityUnits": 8.0}
    ]


async def test_writes(filled):
    answer = await filled.transact(
        "INSERT INTO tab VALUE {'id': 'new'}",
        update(0),
        f"DELETE FROM {where(1)}",
        f"FROM {where(2, ' AND n = 2')} SET n = 7",
        "DELETE FROM tab WHERE id = 'none'",
    )
    assert answer == {"Responses": []}
    assert await numbers(filled) == ["9", "7"]
    assert await filled("SELECT * FROM tab") == [{"id": {"S": "new"}}]


async def test_all_or_nothing(filled):
    await filled("INSERT INTO tab VALUE {'id': 'old'}")
    reasons = await filled.cancelled(
        "INSERT INTO tab VALUE {'id': 'old'}",
        "INSERT INTO tab VALUE {'id': 'new'}",
        update(0),
        update(1, " AND n = 7"),
        "UPDATE tab SET n = 1 WHERE id = 'absent'",
        "UPDATE comp SET n = n + nope WHERE id = 'p' AND num = 2",
    )
    assert reasons == [
        ("DuplicateItem", "Duplicate primary key exists in table"),
        NONE,
        NONE,
        FAILED,
        FAILED,
        (
            "ValidationError",
            "The provided expression refers to an attribute that does not exist in the item",
        ),
    ]
    assert await numbers(filled) == ["0", "1", "2"]
    assert await filled("SELECT * FROM tab") == [{"id": {"S": "old"}}]


async def test_the_message_names_the_codes(filled):
    member = {"Statement": "INSERT INTO comp VALUE {'id': 'p', 'num': 1}"}
    error = await filled.client.refused("ExecuteTransaction", TransactStatements=[member])
    assert error.message.endswith("specific reasons [DuplicateItem]")


async def test_the_item_that_failed(filled):
    member = {
        "Statement": update(1, " AND n = 7"),
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    error = await filled.client.refused("ExecuteTransaction", TransactStatements=[member])
    (reason,) = error.fields["CancellationReasons"]
    assert reason["Item"]["n"] == {"N": "1"}


# EXISTS


async def test_exists(filled):
    holds, fails = [f"EXISTS(SELECT * FROM {where(1, f' AND n = {n}')})" for n in (1, 7)]
    await filled.transact(holds, update(0))
    await filled.transact(holds)
    assert await filled.cancelled(fails, update(0, n=5)) == [FAILED, NONE]
    absent = f"EXISTS(SELECT * FROM {where(9, ' AND n IS MISSING')})"
    assert await filled.cancelled(absent) == [FAILED]
    conflict = f"EXISTS(SELECT * FROM {where(1, ' AND num = 2 AND n = 1')})"
    assert await filled.cancelled(conflict, update(2)) == [FAILED, NONE]
    assert await numbers(filled) == ["9", "1", "2"]


@pytest.mark.parametrize(
    ("inner", "message"),
    [
        (f"SELECT * FROM {where(1)}", errors.EXISTS_ALONE),
        ("SELECT * FROM comp WHERE id = 'p' AND n = 1", errors.EXISTS_ALONE),
        ("SELECT * FROM comp WHERE id IN ['p'] AND num = 1 AND n = 1", errors.EXISTS_ALONE),
        ("SELECT * FROM comp.by_g WHERE g = 'x' AND num = 1", errors.EXISTS_ON_INDEX),
        ("SELECT * FROM comp c WHERE id = 'p'", errors.ALIASING),
    ],
)
async def test_exists_is_one_item_and_a_condition(filled, inner, message):
    found = await filled.invalid_transaction(f"EXISTS({inner})", update(0))
    assert found == errors.IN_TRANSACTION.format(0, message)


@pytest.mark.parametrize(
    "statement",
    [f"NOT EXISTS(SELECT * FROM {where(1)})", "1 + 1", "exists(1)", "other(1)", "a = 1"],
)
async def test_no_other_expression(filled, statement):
    assert await filled.invalid_transaction(statement) == errors.TRANSACTION_OPERATION


# What is refused


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("SELECT * FROM comp WHERE", errors.NOT_WELL_FORMED + "Unexpected term"),
        ("SELECT * FROM comp WHERE id = 'p'", errors.TRANSACTION_KEY),
        (f"SELECT * FROM {where(1, ' AND attribute_exists(n)')}", errors.TRANSACTION_KEY),
        ("SELECT * FROM comp WHERE id IN ['p', 'p'] AND num = 1", errors.OVERLAPPING),
        ("SELECT * FROM comp.by_g WHERE g = 'x'", errors.TRANSACTION_INDEX),
        (update(1) + " RETURNING ALL NEW *", errors.TRANSACTION_RETURNING),
        ("SELECT COUNT(*) FROM comp", errors.PATH_COMPONENT + " at 1:8:5"),
        ("x", errors.UNSUPPORTED_OPERATION + "VariableReference"),
        (
            "UPDATE comp SET n = 'a' + 1 WHERE id = 'p' AND num = 1",
            errors.OPERAND_TYPE.format("+", "S"),
        ),
    ],
)
async def test_what_is_wrong_names_its_statement(filled, statement, message):
    first = f"SELECT * FROM {where(0)}" if statement.startswith("SELECT") else update(0)
    found = await filled.invalid_transaction(first, statement)
    assert found == errors.IN_TRANSACTION.format(1, message)
    assert await numbers(filled) == ["0", "1", "2"]


async def test_a_parameter_that_is_no_number(filled):
    member = {"Statement": "SELECT * FROM tab WHERE n = ?", "Parameters": [{"N": "1e99999999999"}]}
    assert await filled.invalid_transaction(member) == f"{errors.NOT_NUMERIC}: 1e99999999999"


async def test_reads_and_writes_are_not_mixed(filled):
    select = f"SELECT * FROM {where(0)}"
    exists = f"EXISTS(SELECT * FROM {where(1, ' AND n = 1')})"
    for pair in ((select, update(1)), (update(1), select), (exists, select)):
        assert await filled.invalid_transaction(*pair) == errors.MIXED_TRANSACTION


async def test_each_item_once(filled):
    message = "Transaction request cannot include multiple operations on one item"
    for statement in (f"SELECT * FROM {where(0)}", update(0)):
        assert await filled.invalid_transaction(statement, statement) == message


async def test_keys_that_are_none(filled):
    reasons = await filled.cancelled(
        "UPDATE comp SET n = 1 WHERE id = 'p'",
        "UPDATE comp SET n = 1 WHERE id IN ['p'] AND num = 1",
        "DELETE FROM comp WHERE num = 1",
        "UPDATE comp SET n = 1 WHERE id = 'p' AND num = 'x'",
        "UPDATE comp SET n = 1 WHERE id = 'p' AND num = 1 AND id = 'q'",
        "INSERT INTO comp VALUE {'id': 'x'}",
        update(2),
    )
    assert reasons == [
        *[MISMATCH] * 4,
        ("ValidationError", errors.SEVERAL_KEYS.format("id")),
        (
            "ValidationError",
            "One or more parameter values were invalid: Missing the key num in the item",
        ),
        NONE,
    ]
    assert await filled.cancelled("SELECT * FROM comp WHERE id = 'p' AND num = 'x'") == [MISMATCH]
    empty = "DELETE FROM tab WHERE id = ''"
    assert await filled.invalid_transaction(empty) == errors.EMPTY_KEY.format("string", "id")


async def test_tables_that_are_not_there(filled):
    missing = "UPDATE never_made SET a = 1 WHERE id = 'x'"
    absent = ("ResourceNotFound", "Requested resource not found")
    assert await filled.cancelled(missing + " RETURNING ALL NEW *", missing) == [absent, absent]
    select = f"SELECT * FROM {where(0)}"
    assert await filled.cancelled(select, "SELECT * FROM never_made.i WHERE id = 'x'") == [
        NONE,
        absent,
    ]
    found = await filled.invalid_transaction(missing, update(0) + " RETURNING ALL NEW *")
    assert found == errors.IN_TRANSACTION.format(1, errors.TRANSACTION_RETURNING)


@pytest.mark.parametrize("members", [[], [{"Statement": "x"}] * 101, [{"Statement": ""}]])
async def test_from_one_to_100_statements(run, members):
    message = await run.client.invalid("ExecuteTransaction", TransactStatements=members)
    assert "validation error detected" in message


async def test_at_most_4_mb(filled):
    insert = "INSERT INTO tab VALUE {'id': ?, 't': ?}"
    members = [
        {"Statement": insert, "Parameters": [{"S": str(number)}, {"S": "x" * 390_000}]}
        for number in range(11)
    ]
    message = await filled.invalid_transaction(*members)
    assert message.startswith("Transaction payload size cannot exceed 4MB.")
    await filled.transact(*members[:10])
    selects = [f"SELECT * FROM tab WHERE id = '{number}'" for number in range(10)]
    assert len((await filled.transact(*selects))["Responses"]) == 10
    await filled(insert, {"S": "10"}, {"S": "x" * 390_000})
    message = await filled.invalid_transaction(*selects, "SELECT * FROM tab WHERE id = '10'")
    assert message.startswith("Payload in response is too large.")


# Tokens


async def test_a_token_makes_it_happen_once(filled, clock):
    statement = "UPDATE comp SET n = n + 1 WHERE id = 'p' AND num = 1"
    more = {"ClientRequestToken": "tok", "ReturnConsumedCapacity": "TOTAL"}
    first = await filled.transact(statement, **more)
    again = await filled.transact(statement, **more)
    assert await numbers(filled) == ["0", "2", "2"]
    assert first["ConsumedCapacity"][0]["WriteCapacityUnits"] == 2.0
    assert again["ConsumedCapacity"][0]["ReadCapacityUnits"] == 2.0
    error = await filled.client.refused(
        "ExecuteTransaction",
        TransactStatements=[{"Statement": statement.replace("+ 1", "+ 2")}],
        ClientRequestToken="tok",
    )
    assert error.code == "IdempotentParameterMismatchException"
    await clock.advance(601)
    await filled.transact(statement, **more)
    assert await numbers(filled) == ["0", "3", "2"]
