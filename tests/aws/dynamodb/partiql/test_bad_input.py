"""Whatever is sent as a statement is answered, or refused as AWS refuses: nothing ends in an unexpected error."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeport.aws.protocol.call import AwsError

WORDS = [
    "SELECT",
    "*",
    "FROM",
    "tab",
    "WHERE",
    "id",
    "=",
    "'a'",
    "AND",
    "OR",
    "NOT",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<<",
    ">>",
    ",",
    ";",
    ":",
    ".",
    "?",
    "1",
    "-1",
    "1e400",
    "'x'",
    '"id"',
    "`x`",
    "comp",
    "num",
    "n",
    "m.k",
    "l[0]",
    "IN",
    "IS",
    "MISSING",
    "NULL",
    "BETWEEN",
    "LIKE",
    "begins_with",
    "contains",
    "size",
    "exists",
    "attribute_exists",
    "attribute_type",
    "set_add",
    "list_append",
    "INSERT",
    "INTO",
    "VALUE",
    "UPDATE",
    "SET",
    "REMOVE",
    "DELETE",
    "RETURNING",
    "ALL",
    "OLD",
    "NEW",
    "MODIFIED",
    "ORDER",
    "BY",
    "DESC",
    "<",
    "<=",
    "<>",
    "!=",
    "+",
    "-",
    "*",
    "/",
    "||",
    "@",
    "#",
    "count",
    "values",
    "create",
    "table",
    "drop",
    "case",
    "cast",
    "group",
    "limit",
    "at",
    "as",
    "t",
    "--",
    "/*",
    "*/",
    "true",
    "''",
    '""',
    "\\",
    "é",
    "STRING",
    "INT4",
]
statements = st.lists(st.sampled_from(WORDS), min_size=1, max_size=24).map(" ".join)
continued = st.tuples(
    st.sampled_from(
        (
            "SELECT * FROM comp WHERE id = 'a' AND",
            "SELECT",
            "INSERT INTO tab VALUE {'id': 'a', 'n':",
            "UPDATE comp SET",
            "UPDATE tab SET a = 1 WHERE id = 'a' AND",
            "DELETE FROM tab WHERE",
            "EXISTS(SELECT * FROM tab WHERE id = 'a' AND",
        )
    ),
    statements,
).map(" ".join)


async def answered(run, operation, **members):
    """The code of a refusal; None where there is an answer."""
    try:
        await run.client(operation, **members)
    except AwsError as error:
        return error.code if error.status == 400 else str(error.status)
    return None


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(statement=statements | continued | st.text(min_size=1, max_size=40), count=st.integers(0, 2))
async def test_any_words(run, statement, count):
    given_ = {"Parameters": [{"S": "a"}] * count} if count else {}
    codes = {
        "ConditionalCheckFailedException",
        "DuplicateItemException",
        "ResourceNotFoundException",
        "TransactionCanceledException",
        "ValidationException",
        None,
    }
    assert await answered(run, "ExecuteStatement", Statement=statement, **given_) in codes
    member = {"Statement": statement, **given_}
    assert await answered(run, "ExecuteTransaction", TransactStatements=[member]) in codes
    assert await answered(run, "BatchExecuteStatement", Statements=[member]) in codes


@pytest.mark.parametrize(
    "part",
    [
        "(",
        "[",
        "{'a':",
        "<<",
        "NOT ",
        "- ",
        "f(",
        "a.",
        "a[",
        "a = 1 AND ",
        "a = ",
        "1 + ",
        "a IN [",
        "EXISTS(SELECT ",
        "'",
    ],
)
@pytest.mark.parametrize(
    "start", ["SELECT * FROM tab WHERE ", "UPDATE tab SET a = ", "INSERT INTO tab VALUE ", ""]
)
async def test_the_same_again_and_again(run, start, part):
    for end in ("", "1", "a = 1 ) ] } >>"):
        statement = (start + part * 8000)[: 8192 - len(end)] + end
        assert await answered(run, "ExecuteStatement", Statement=statement) == "ValidationException"


async def test_many_conditions_on_keys(run):
    """What could be combined in more ways than there is memory for is refused at once."""
    groups = " AND ".join(f"(num = {n} OR num > {n} OR id = 'a')" for n in range(60))
    statement = f"SELECT * FROM comp WHERE id = 'a' AND {groups}"
    assert await answered(run, "ExecuteStatement", Statement=statement) == "ValidationException"


async def test_a_statement_of_8192_characters(run):
    for length, code in ((8192, None), (8193, "ValidationException")):
        statement = "SELECT * FROM tab WHERE id = 'a'".ljust(length)
        assert await answered(run, "ExecuteStatement", Statement=statement) == code
