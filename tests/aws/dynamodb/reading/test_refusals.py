"""What Query and Scan refuse. Texts without a link of their own: https://github.com/architect/dynalite/blob/main/test/query.js and
https://github.com/architect/dynalite/blob/main/test/scan.js."""

from dataclasses import replace

import pytest

WRONG = "One or more parameter values were invalid: "
ENVELOPE = "1 validation error detected: "
P_IS_A = {"KeyConditionExpression": "p = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}}
G_IS_A = {"KeyConditionExpression": "g = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}}
LEGACY_P_IS_A = {
    "KeyConditions": {"p": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}}
}


@pytest.fixture
async def table(client, read):
    await client.make(
        "t",
        "p:S",
        "s:N",
        [
            client.gsi("keys", "g:S", "h:S", "KEYS_ONLY"),
            client.gsi("whole", "g:S"),
            client.lsi("near", "l:S", "KEYS_ONLY"),
        ],
    )
    return read


SELECTS = [
    (
        {"Select": "SPECIFIC_ATTRIBUTES"},
        (
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
            "SPECIFIC_ATTRIBUTES"
        ),
    ),
    (
        {"Select": "ALL_PROJECTED_ATTRIBUTES"},
        "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
    ),
    *[
        (
            {"Select": select, "ProjectionExpression": "p"},
            f"Cannot specify the ProjectionExpression when choosing to get {said}",
        )
        for select, said in (
            ("ALL_ATTRIBUTES", "ALL_ATTRIBUTES"),
            ("ALL_PROJECTED_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"),
            ("COUNT", "only the Count"),
        )
    ],
]
"""https://github.com/getmoto/moto/blob/master/tests/test_dynamodb/test_dynamodb_select.py"""


@pytest.mark.parametrize(("params", "message"), SELECTS)
async def test_select_that_does_not_fit(table, params, message):
    assert await table.invalid("Query", **P_IS_A, **params) == ENVELOPE + message
    assert await table.invalid("Scan", **params) == message


async def test_select_beside_attributes_to_get(table):
    params = {"Select": "COUNT", "AttributesToGet": ["p"]}
    message = "Cannot specify the AttributesToGet when choosing to get only the Count"
    assert await table.invalid("Query", **LEGACY_P_IS_A, **params) == ENVELOPE + message
    assert await table.invalid("Scan", **params) == message


@pytest.mark.parametrize("operation", ["Query", "Scan"])
async def test_all_attributes_of_an_index_that_has_not_all(table, operation):
    params = G_IS_A if operation == "Query" else {}
    params = {**params, "IndexName": "keys", "Select": "ALL_ATTRIBUTES"}
    assert await table.invalid(operation, **params) == (
        f"{WRONG}Select type ALL_ATTRIBUTES is not supported for global secondary index keys "
        "because its projection type is not ALL"
    )


@pytest.mark.parametrize("operation", ["Query", "Scan"])
async def test_attributes_that_a_global_index_does_not_hold(table, operation):
    """https://github.com/localstack/localstack/issues/478"""
    params = G_IS_A if operation == "Query" else {}
    params = {**params, "IndexName": "keys", "ProjectionExpression": "z.a, p, x"}
    message = f"{WRONG}Global secondary index keys does not project [x, z]"
    assert await table.invalid(operation, **params) == message


@pytest.mark.parametrize(("index", "condition"), [("keys", G_IS_A), ("near", P_IS_A)])
async def test_filter_on_attributes_that_an_index_does_not_hold(table, index, condition):
    params = {**condition, "IndexName": index, "FilterExpression": "attribute_exists(x)"}
    message = f"{WRONG}Secondary index {index} does not project one or more filter attributes: [x]"
    assert await table.invalid("Query", **params) == message
    assert (await table("Scan", IndexName=index, FilterExpression="x = g"))["Count"] == 0


async def test_index_that_is_not_there(table):
    message = "The table does not have the specified index: none"
    assert await table.invalid("Query", **P_IS_A, IndexName="none") == message
    assert await table.invalid("Scan", IndexName="none") == message


async def test_consistent_read_of_a_global_index(table):
    message = "Consistent reads are not supported on global secondary indexes"
    params = {"IndexName": "keys", "ConsistentRead": True}
    assert await table.invalid("Query", **G_IS_A, **params) == message
    assert await table.invalid("Scan", **params) == message


async def test_index_that_is_being_filled(client, table):
    """https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1075"""
    tables = client.dynamodb.tables
    model = tables.find(client.account, client.region, "t")
    filling = replace(model.indexes[0], status="CREATING", is_backfilling=True)
    tables.set(replace(model, indexes=(filling, *model.indexes[1:])))
    message = "Cannot read from backfilling global secondary index: keys"
    assert await table.invalid("Query", **G_IS_A, IndexName="keys") == message
    deleting = replace(filling, status="DELETING")
    tables.set(replace(model, indexes=(deleting, *model.indexes[1:])))
    message = "The table does not have the specified index: keys"
    assert await table.invalid("Scan", IndexName="keys") == message


@pytest.mark.parametrize(
    ("condition", "index", "text", "name"),
    [
        (P_IS_A, None, "s = :p", "s"),
        (P_IS_A, None, "x = :p AND attribute_exists(p.a)", "p"),
        (P_IS_A, "near", "l = :p", "l"),
        (G_IS_A, "keys", "size(h) = :p", "h"),
    ],
)
async def test_filter_on_the_key(table, condition, index, text, name):
    more = {} if index is None else {"IndexName": index}
    found = await table.invalid("Query", **condition, FilterExpression=text, **more)
    assert found == (
        f"Filter Expression can only contain non-primary key attributes: Primary key attribute: {name}"
    )


async def test_query_filter_on_the_key(table):
    wanted = {"s": {"ComparisonOperator": "NOT_NULL"}}
    found = await table.invalid("Query", **LEGACY_P_IS_A, QueryFilter=wanted)
    assert found == (
        "QueryFilter can only contain non-primary key attributes: Primary key attribute: s"
    )


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"ProjectionExpression": "s[0]"}, "Key: s"),
        ({"ProjectionExpression": "g.x"}, "IndexKey: g"),
        ({"FilterExpression": "attribute_exists(l.x)"}, "IndexKey: l"),
    ],
)
async def test_keys_have_no_inside(table, params, name):
    message = (
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
        f"{name}"
    )
    assert await table.invalid("Query", **P_IS_A, **params) == message
    assert await table.invalid("Scan", **params) == message


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (
            {"Segment": 0},
            (
                "The TotalSegments parameter is required but was not present in the request when "
                "Segment parameter is present"
            ),
        ),
        (
            {"TotalSegments": 1},
            (
                "The Segment parameter is required but was not present in the request when parameter "
                "TotalSegments is present"
            ),
        ),
        (
            {"Segment": 5, "TotalSegments": 5},
            (
                "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
                "Segment: 5 is not less than TotalSegments: 5"
            ),
        ),
    ],
)
async def test_segments(read, params, message):
    """Before the table is looked for, and before expressions."""
    assert await read.invalid("Scan", "none", **params, FilterExpression="") == message


async def test_start_key_of_another_segment(client, read):
    await client.make("h", "a:S")
    await read.fill([{"a": {"S": str(number)}} for number in range(10)], "h")
    answer = await read("Scan", "h", Segment=1, TotalSegments=2)
    key = {"a": answer["Items"][0]["a"]}
    found = await read.invalid("Scan", "h", Segment=0, TotalSegments=2, ExclusiveStartKey=key)
    assert found == (
        "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use "
        "ExclusiveStartKey with correct Segment. TotalSegments: 2 Segment: 0"
    )


async def test_a_hundred_operands_of_in(table):
    values = {f":v{number}": {"N": str(number)} for number in range(101)}
    text = f"x IN ({', '.join(values)})"
    found = await table.invalid("Scan", FilterExpression=text, ExpressionAttributeValues=values)
    assert found == (
        "Invalid FilterExpression: The IN operator is provided with too many operands; "
        "number of operands: 101"
    )
    values.pop(":v100")
    text = f"x IN ({', '.join(values)})"
    answer = await table("Scan", FilterExpression=text, ExpressionAttributeValues=values)
    assert answer["Count"] == 0


async def test_table_that_is_not_there(read):
    for operation, params in (("Query", P_IS_A), ("Scan", {})):
        error = await read.client.refused(operation, TableName="none", **params)
        assert (error.code, error.message) == (
            "ResourceNotFoundException",
            "Requested resource not found",
        )


@pytest.mark.parametrize(
    ("params", "words"),
    [
        # What comes first, of two faults.
        ({"IndexName": "keys", "ConsistentRead": True, "ExclusiveStartKey": {}}, "Consistent"),
        ({"IndexName": "none", "ConsistentRead": True}, "does not have the specified index"),
        (
            {"IndexName": "keys", "Select": "ALL_ATTRIBUTES", "ExclusiveStartKey": {}},
            "starting key",
        ),
        (
            {
                "IndexName": "keys",
                "Select": "ALL_ATTRIBUTES",
                "FilterExpression": "attribute_exists(p.a)",
            },
            "Select type ALL_ATTRIBUTES",
        ),
        ({"ProjectionExpression": "s.x", "FilterExpression": "p = :p"}, "must be scalars"),
        ({"Select": "SPECIFIC_ATTRIBUTES", "FilterExpression": "a ="}, "Syntax error"),
    ],
)
async def test_the_first_of_two_faults(table, params, words):
    condition = G_IS_A if "IndexName" in params else P_IS_A
    assert words in await table.invalid("Query", **condition, **params)
