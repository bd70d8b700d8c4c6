"""Which parameters may stand together, and what they say of keys.

Recorded in https://github.com/architect/dynalite/tree/main/test (putItem.js, updateItem.js, query.js, scan.js), where no other place is
named.
"""

import pytest
from tests.aws.dynamodb.expressions import wrong

from homeport.aws.dynamodb.expressions import key_condition, key_use, requests
from homeport.aws.dynamodb.tables.model import Index, KeySchema, Table
from homeport.aws.dynamodb.values.invalid import Invalid

S = {"S": "a"}
NAMES, VALUES = {"#a": "a"}, {":s": S}
KEYS = KeySchema(("id",), ("r",))
GLOBAL = KeySchema(("g",))
TABLE = Table(
    *(1, "000000000000", "us-east-1", "t", "uuid", 0, KEYS),
    types={"id": "S", "r": "N", "g": "S"},
    indexes=(Index(2, "global", False, GLOBAL, "ALL"),),  # noqa: FBT003
)


def mixed(others, expressions):
    return (
        "Can not use both expression and non-expression parameters in the same request: "
        f"Non-expression parameters: {{{others}}} Expression parameters: {{{expressions}}}"
    )


@pytest.mark.parametrize(
    ("operation", "params", "wanted"),
    [
        # https://github.com/nubo-db/dynoxide/blob/main/tests/expressions.rs, test_put_mixing_expected_and_condition_expression_enveloped
        (
            "PutItem",
            {"ConditionExpression": "a = b", "Expected": {}},
            mixed("Expected", "ConditionExpression"),
        ),
        (
            "UpdateItem",
            {
                "ConditionExpression": "",
                "UpdateExpression": "",
                "ConditionalOperator": "OR",
                "Expected": {},
                "AttributeUpdates": {},
            },
            mixed(
                "AttributeUpdates, Expected, ConditionalOperator",
                "UpdateExpression, ConditionExpression",
            ),
        ),
        (
            "GetItem",
            {"ProjectionExpression": "", "AttributesToGet": ["a"]},
            mixed("AttributesToGet", "ProjectionExpression"),
        ),
        (
            "Scan",
            {
                "ProjectionExpression": "",
                "FilterExpression": "",
                "ConditionalOperator": "OR",
                "ScanFilter": {},
                "AttributesToGet": ["a"],
            },
            mixed(
                "AttributesToGet, ScanFilter, ConditionalOperator",
                "ProjectionExpression, FilterExpression",
            ),
        ),
        (
            "Query",
            {
                "KeyConditions": {},
                "QueryFilter": {},
                "KeyConditionExpression": "",
                "FilterExpression": "",
            },
            mixed("QueryFilter, KeyConditions", "FilterExpression, KeyConditionExpression"),
        ),
        (
            "Query",
            {"KeyConditions": {}, "QueryFilter": {}, "FilterExpression": ""},
            mixed("QueryFilter", "FilterExpression"),
        ),
    ],
)
def test_expressions_and_what_was_before(operation, params, wanted):
    assert wrong.message(requests.check, operation, params) == wanted


def test_key_conditions_may_stand_beside_other_expressions():
    requests.check("Query", {"KeyConditions": {}, "FilterExpression": "a = b"})


@pytest.mark.parametrize("operation", list(requests.OPERATIONS))
def test_names_without_expressions(operation):
    told = wrong.message(requests.check, operation, {"ExpressionAttributeNames": {}})
    assert told == "ExpressionAttributeNames can only be specified when using expressions"


@pytest.mark.parametrize(
    ("operation", "params", "wanted"),
    [
        ("PutItem", {}, "ConditionExpression is null"),
        ("DeleteItem", {}, "ConditionExpression is null"),
        ("UpdateItem", {}, "UpdateExpression and ConditionExpression are null"),
        ("Scan", {"ProjectionExpression": "a"}, "FilterExpression is null"),
        ("Query", {}, "FilterExpression and KeyConditionExpression are null"),
    ],
)
def test_values_without_expressions(operation, params, wanted):
    with pytest.raises(Invalid) as raised:
        requests.check(operation, {**params, "ExpressionAttributeValues": {}})
    assert raised.value.message == (
        f"ExpressionAttributeValues can only be specified when using expressions: {wanted}"
    )


def test_the_update_is_told_before_the_condition():
    params = {"UpdateExpression": "SET a = :x", "ConditionExpression": "a b"}
    assert wrong.message(requests.of_write, params).startswith("Invalid UpdateExpression: ")


@pytest.mark.parametrize("texts", [("", "", ""), ("e f", "a b", "c d")])
def test_the_key_condition_is_told_before_the_filter_and_that_before_the_projection(texts):
    # https://github.com/architect/dynalite/blob/main/test/query.js, "should return ValidationException for empty ...Expression"
    names = ("KeyConditionExpression", "FilterExpression", "ProjectionExpression")
    params = dict(zip(names, texts, strict=True))
    for name in names:
        told = wrong.message(requests.of_query, params)
        assert told.startswith(f"Invalid {name}: ")
        params[name] = "a = b"


def test_unused_placeholders_are_told_before_what_is_no_key_condition():
    params = {"KeyConditionExpression": "a = b OR c = d", "ExpressionAttributeValues": VALUES}
    assert "unused in expressions" in wrong.message(requests.of_query, params)


def check_write(write):
    if write.update is not None:
        key_use.check_update(TABLE, write.update)
        key_use.check_paths(TABLE, write.update.clauses)
    key_use.check_paths(TABLE, write.condition)


def written(**params):
    text = " ".join(params.values())
    return requests.of_write({**params, **wrong.given(text)})


@pytest.mark.parametrize(
    ("params", "wanted"),
    [
        # https://github.com/truora/minidyn/issues/76
        (
            {"UpdateExpression": "SET a = b REMOVE r"},
            (
                "One or more parameter values were invalid: Cannot update attribute r. "
                "This attribute is part of the key"
            ),
        ),
        (
            {"UpdateExpression": "REMOVE id.a"},
            (
                "One or more parameter values were invalid: Cannot update attribute id. "
                "This attribute is part of the key"
            ),
        ),
        (
            {"UpdateExpression": "SET r = a REMOVE id"},
            (
                "One or more parameter values were invalid: Cannot update attribute id. "
                "This attribute is part of the key"
            ),
        ),
        ({"UpdateExpression": "SET a = if_not_exists(id.b, c)"}, "Key: id"),
        ({"ConditionExpression": "attribute_exists(r[0])"}, "Key: r"),
        ({"UpdateExpression": "REMOVE g.x"}, "IndexKey: g"),
        ({"ConditionExpression": "a = b AND g.x < c OR a = c"}, "IndexKey: g"),
    ],
)
def test_keys_do_not_change_and_have_no_inside(params, wanted):
    scalar = "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
    told = wrong.message(check_write, written(**params))
    assert told == (scalar + wanted if "Key: " in wanted else wanted)


def test_what_is_right_of_keys():
    check_write(written(UpdateExpression="SET a.id = b.r, g = :s", ConditionExpression="id = r"))


def test_projections_do_not_go_into_keys():
    projection = requests.of_get({"ProjectionExpression": "a.b, g.x"})
    assert wrong.message(key_use.check_paths, TABLE, projection.paths).endswith("IndexKey: g")


def query(**params):
    text = " ".join(params.values())
    read = requests.of_query({**params, **wrong.given(text)})
    requests.check_read(read, TABLE, KEYS)
    return read


@pytest.mark.parametrize("text", ["a = :s AND r > :n", "size(r) > :n", "r[1] = :n"])
def test_filters_of_queries_have_no_keys(text):
    told = wrong.message(lambda: query(KeyConditionExpression="id = :s", FilterExpression=text))
    assert told == (
        "Filter Expression can only contain non-primary key attributes: Primary key attribute: r"
    )


def test_filters_of_before_have_no_keys():
    conditions = {"id": {"ComparisonOperator": "EQ", "AttributeValueList": [S]}}
    read = requests.of_query({"KeyConditions": conditions, "QueryFilter": conditions})
    assert wrong.message(requests.check_read, read, TABLE, KEYS) == (
        "QueryFilter can only contain non-primary key attributes: Primary key attribute: id"
    )


def test_filters_of_scans_may_have_keys_but_nothing_inside():
    requests.check_read(requests.of_scan({"FilterExpression": "id = r"}), TABLE, None)
    read = requests.of_scan({"FilterExpression": "id.a = r"})
    assert wrong.message(requests.check_read, read, TABLE, None).endswith("Key: id")


def test_a_whole_query():
    read = query(
        KeyConditionExpression="id = :s AND r > :n",
        FilterExpression="contains(a.b, :s)",
        ProjectionExpression="#a.b, id",
    )
    assert read.projection.attributes == ("a", "id")
    assert key_condition.resolve(read.terms, KEYS, TABLE.types).operator == ">"


def test_a_request_without_any():
    assert requests.of_write({}) == (None, None)
    assert requests.of_get({}) is None
    assert requests.of_scan({}) == ((), None, None, "Filter Expression")
