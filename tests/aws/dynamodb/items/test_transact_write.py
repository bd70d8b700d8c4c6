import asyncio

import pytest

from homeport.aws.dynamodb.values import sizes
from homeport.aws.protocol.call import AwsError

A, B, C = ({"id": {"S": name}} for name in "abc")


def put(item, table="t", **more):
    return {"Put": {"TableName": table, "Item": item, **more}}


def update(key, text, table="t", **more):
    return {"Update": {"TableName": table, "Key": key, "UpdateExpression": text, **more}}


def delete(key, table="t", **more):
    return {"Delete": {"TableName": table, "Key": key, **more}}


def check(key, condition, table="t", **more):
    params = {"TableName": table, "Key": key, "ConditionExpression": condition, **more}
    return {"ConditionCheck": params}


@pytest.fixture
async def db(client):
    """With the tables t (key id) and u (key id and at)."""
    await client.make()
    await client.make("u", "id:S", "at:N")
    return client


async def cancelled(client, *items, **more):
    """The reasons, whose codes are in the message, too."""
    error = await client.refused("TransactWriteItems", TransactItems=list(items), **more)
    assert error.code == "TransactionCanceledException"
    reasons = error.fields["CancellationReasons"]
    codes = ", ".join(reason["Code"] for reason in reasons)
    # https://github.com/pynamodb/PynamoDB/pull/1144
    assert error.message == (
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    )
    return reasons


async def transact(client, *items, **more):
    return await client("TransactWriteItems", TransactItems=list(items), **more)


async def test_every_kind_of_action_over_two_tables(db):
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
    await db.put({**B, "n": {"N": "1"}})
    await db.put(C)
    key = {"id": {"S": "x"}, "at": {"N": "1"}}
    one = {":one": {"N": "1"}}
    answer = await transact(
        db,
        put(A),
        update(B, "SET n = n + :one", ExpressionAttributeValues=one),
        delete(C),
        update(key, "SET n = :one", "u", ExpressionAttributeValues=one),
        check({"id": {"S": "none"}}, "attribute_not_exists(id)"),
    )
    assert answer == {}
    assert await db.get(A) == A
    assert await db.get(B) == {**B, "n": {"N": "2"}}
    assert await db.get(C) is None
    assert await db.get(key, "u") == {**key, "n": {"N": "1"}}
    assert await db.get({"id": {"S": "none"}}) is None


async def test_nothing_is_done_where_one_condition_fails(db):
    await db.put(B)
    reasons = await cancelled(
        db,
        put(A),
        delete(B),
        check(C, "attribute_exists(id)"),
        put({"id": {"S": "x"}, "at": {"N": "1"}}, "u"),
    )
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CancellationReason.html
    failed = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
    assert reasons == [{"Code": "None"}, {"Code": "None"}, failed, {"Code": "None"}]
    assert await db.get(A) is None
    assert await db.get(B) == B
    assert await db.get({"id": {"S": "x"}, "at": {"N": "1"}}, "u") is None


async def test_every_condition_that_fails_is_named(db):
    # https://github.com/paritysuite/dynamodb-conformance, tests/tier3/error-messages/transactWriteItems.test.ts
    await db.put(A)
    await db.put(B)
    absent = {"ConditionExpression": "attribute_not_exists(id)"}
    reasons = await cancelled(db, put(A, **absent), put(C, **absent), delete(B, **absent))
    codes = [reason["Code"] for reason in reasons]
    assert codes == ["ConditionalCheckFailed", "None", "ConditionalCheckFailed"]


async def test_the_item_that_failed_its_condition_is_answered_where_asked_for(db):
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Put.html#DDB-Type-Put-ReturnValuesOnConditionCheckFailure
    await db.put({**A, "b": {"B": "AAE="}})
    more = {
        "ConditionExpression": "attribute_exists(zz)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    found, absent = await cancelled(db, put(A, **more), delete(B, **more))
    assert found["Item"] == {**A, "b": {"B": "AAE="}}
    assert "Item" not in absent


# What goes wrong with an item only when the update is carried out cancels, as "Validation Error" in the list of
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#API_TransactWriteItems_Errors
AT_RUN_TIME = [
    (
        "SET n = s + :one",
        "An operand in the update expression has an incorrect data type",
    ),
    (
        "SET n = zz + :one",
        "The provided expression refers to an attribute that does not exist in the item",
    ),
    (
        "SET n.x = :one",
        "The document path provided in the update expression is invalid for update",
    ),
    (
        "SET n = :most + :most",
        "Number overflow. Attempting to store a number with magnitude larger than supported range",
    ),
    ("SET n = :big", "Item size to update has exceeded the maximum allowed size"),
    (
        "SET id = :one",
        "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key",
    ),
]


@pytest.mark.parametrize(("text", "message"), AT_RUN_TIME)
async def test_an_update_that_cannot_be_carried_out_cancels(db, text, message):
    await db.put({**A, "s": {"S": "s"}, "n": {"N": "1"}})
    values = {":one": {"N": "1"}, ":most": {"N": "9e125"}, ":big": {"S": "x" * 409_600}}
    used = {name: value for name, value in values.items() if name in text}
    reasons = await cancelled(db, put(B), update(A, text, ExpressionAttributeValues=used))
    assert reasons == [{"Code": "None"}, {"Code": "ValidationError", "Message": message}]
    assert await db.get(B) is None


async def test_an_update_and_a_condition_that_fail_are_both_named(db):
    one = {":one": {"N": "1"}}
    reasons = await cancelled(
        db,
        update(A, "SET n = n + :one", ExpressionAttributeValues=one),
        check(B, "attribute_exists(id)"),
    )
    codes = [reason["Code"] for reason in reasons]
    assert codes == ["ValidationError", "ConditionalCheckFailed"]


MISMATCH = "The provided key element does not match the schema"
WRONG = "One or more parameter values were invalid: "
# https://github.com/paritysuite/dynamodb-conformance/pull/60, four regions
WRONG_KEYS = [
    (put({"id": {"N": "5"}}), f"{WRONG}Type mismatch for key id expected: S actual: N"),
    (put({"id": {"L": []}}), f"{WRONG}Type mismatch for key id expected: S actual: L"),
    (put({"x": {"S": "5"}}), f"{WRONG}Missing the key id in the item"),
    (update({"id": {"N": "5"}}, "REMOVE a"), MISMATCH),
    (delete({"id": {"N": "5"}}), MISMATCH),
    (delete({**A, "x": {"S": "x"}}), MISMATCH),
    (check({"id": {"L": []}}, "attribute_exists(id)"), MISMATCH),
]


@pytest.mark.parametrize(("item", "message"), WRONG_KEYS)
async def test_a_key_that_is_none_of_the_table_cancels(db, item, message):
    reasons = await cancelled(db, put(A), item)
    assert reasons == [{"Code": "None"}, {"Code": "ValidationError", "Message": message}]


async def test_the_first_wrong_key_alone_is_named(db):
    # https://github.com/floci-io/floci/pull/3674, checked at AWS
    reasons = await cancelled(db, put(B), delete({"x": {"S": "x"}}), delete({"y": {"S": "x"}}))
    assert [reason["Code"] for reason in reasons] == ["None", "ValidationError", "None"]


EMPTY_KEY = (
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain "
    "an empty string value. Key: id"
)


@pytest.mark.parametrize(
    "item",
    [
        put({"id": {"S": ""}}),
        update({"id": {"S": ""}}, "REMOVE a"),
        delete({"id": {"S": ""}}),
        check({"id": {"S": ""}}, "attribute_exists(id)"),
    ],
)
async def test_an_empty_key_refuses_the_whole_request(db, item):
    # https://github.com/paritysuite/dynamodb-conformance/pull/60
    params = {"TransactItems": [delete({"id": {"N": "1"}}), item]}
    assert await db.invalid("TransactWriteItems", **params) == EMPTY_KEY


async def test_keys_of_indexes(client):
    # https://github.com/paritysuite/dynamodb-conformance/pull/46
    await client.make("g", "id:S", "", [client.gsi("by_g", "g:S")])
    wrong = put({**A, "g": {"N": "1"}}, "g")
    (reason,) = await cancelled(client, wrong)
    assert reason["Code"] == "ValidationError"
    assert reason["Message"].startswith(
        f"{WRONG}Type mismatch for Index Key g Expected: S Actual: N"
    )
    empty = [put({**A, "g": {"S": ""}}, "g")]
    assert await client.invalid("TransactWriteItems", TransactItems=empty) == (
        "One or more parameter values are not valid. A value specified for a secondary index key is not supported. "
        "The AttributeValue for a key attribute cannot contain an empty string value. IndexName: by_g, IndexKey: g"
    )


SYNTAX = 'Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "("'
UNUSED = "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}"
SAME = "Transaction request cannot include multiple operations on one item"
BROKEN = check(A, "attribute_exists(")
UNUSED_CHECK = check(A, "attribute_exists(id)", ExpressionAttributeValues={":v": {"S": "x"}})
LARGE = put({**A, "s": {"S": "x" * 409_600}})
NONE = put(A, "none")


def nested(depth):
    value = {"S": "x"}
    for _ in range(depth):
        value = {"M": {"n": value}}
    return value


DEEP = put({**A, "d": nested(32)})
TOO_DEEP = "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
# https://github.com/paritysuite/dynamodb-conformance, tests/tier3/error-messages/transactWriteItems.test.ts and
# tests/tier3/validation-ordering/transactions.test.ts; https://github.com/getmoto/moto/blob/master/tests/test_dynamodb/exceptions/test_dynamodb_transactions.py
REFUSED = [
    (
        [{}],
        "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request",
    ),
    (
        [{**put(A), **delete(B)}],
        "TransactItems can only contain one of Check, Put, Update or Delete",
    ),
    ([put(A), delete(A)], SAME),
    ([put(A), check(A, "attribute_exists(id)")], SAME),
    ([BROKEN], SYNTAX),
    ([check(A, "")], "Invalid ConditionExpression: The expression can not be empty;"),
    ([UNUSED_CHECK], UNUSED),
    ([LARGE], "Item size has exceeded the maximum allowed size"),
    ([NONE, BROKEN], SYNTAX),
    ([NONE, UNUSED_CHECK], UNUSED),
    ([UNUSED_CHECK, NONE], UNUSED),
    ([put(A), UNUSED_CHECK], UNUSED),
    ([BROKEN, DEEP], SYNTAX),
    ([DEEP, BROKEN], TOO_DEEP),
    ([NONE, LARGE], "Item size has exceeded the maximum allowed size"),
    (
        [put(A, ExpressionAttributeNames={"#a": "a"})],
        "ExpressionAttributeNames can only be specified when using expressions",
    ),
    (
        [put(A, ConditionExpression="id = :v", ExpressionAttributeValues={})],
        "ExpressionAttributeValues must not be empty",
    ),
    ([put({**A, "n": {"N": "x"}})], "The parameter cannot be converted to a numeric value: x"),
]


@pytest.mark.parametrize(("items", "message"), REFUSED)
async def test_what_is_refused_at_once(db, items, message):
    assert await db.invalid("TransactWriteItems", TransactItems=items) == message


async def test_a_wrong_key_is_told_before_two_actions_on_one_item(db):
    # https://github.com/floci-io/floci/pull/3674
    reasons = await cancelled(db, put(A), put(A), delete({"id": {"N": "1"}}))
    assert [reason["Code"] for reason in reasons] == ["None", "None", "ValidationError"]


async def test_one_item_by_keys_in_another_order(db):
    # https://github.com/getmoto/moto/issues/9904
    key = {"id": {"S": "x"}, "at": {"N": "1.0"}}
    other = {"at": {"N": "1"}, "id": {"S": "x"}}
    items = [put(key, "u"), delete(other, "u")]
    assert await db.invalid("TransactWriteItems", TransactItems=items) == SAME


async def test_one_table_by_its_name_and_its_arn(db):
    arn = "arn:aws:dynamodb:us-east-1:000000000000:table/u"
    key = {"id": {"S": "x"}, "at": {"N": "1"}}
    items = [put(key, "u"), delete(key, arn)]
    assert await db.invalid("TransactWriteItems", TransactItems=items) == SAME


async def test_a_table_that_is_not_there(db):
    # https://github.com/paritysuite/dynamodb-conformance, tests/tier3/error-messages/transactWriteItems.test.ts
    error = await db.refused("TransactWriteItems", TransactItems=[put(A), NONE])
    assert (error.code, error.message) == (
        "ResourceNotFoundException",
        "Requested resource not found",
    )


@pytest.mark.parametrize(
    ("account", "region"), [("111111111111", "us-east-1"), ("000000000000", "eu-west-1")]
)
async def test_a_table_of_another_account_or_region(db, account, region):
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#API_TransactWriteItems_Errors
    await db.other(account, region).make("far")
    arn = f"arn:aws:dynamodb:{region}:{account}:table/far"
    reasons = await cancelled(db, put(B), put(A, arn))
    message = "A table in the TransactWriteItems request is in a different account or region."
    assert reasons == [{"Code": "None"}, {"Code": "ValidationError", "Message": message}]
    get = {"Get": {"TableName": arn, "Key": A}}
    error = await db.refused("TransactGetItems", TransactItems=[get])
    assert error.fields["CancellationReasons"][0]["Message"] == (
        "A table in the TransactGetItems request is in a different account or region."
    )


async def test_types_of_the_json_are_told_before_anything_else(db):
    error = await db.refused(
        "TransactWriteItems", TransactItems=[BROKEN, put({**A, "n": {"N": 1}})]
    )
    assert error.code == "SerializationException"


async def test_four_megabytes_at_most(db):
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html; the text is DynamoDB Local's
    items = [put({"id": {"S": f"{n:02}"}, "s": {"S": "x" * 400_000}}) for n in range(11)]
    message = await db.invalid("TransactWriteItems", TransactItems=items)
    assert message == (
        f"Transaction payload size cannot exceed 4MB. Payload Size: {11 * (400_000 + 1 + 2 + 2)}"
    )
    assert await transact(db, *items[:10]) == {}


async def test_values_of_updates_count_too(db):
    values = {":s": {"S": "x" * 400_000}}
    items = [
        update({"id": {"S": f"{n:02}"}}, "SET s=:s", ExpressionAttributeValues=values)
        for n in range(11)
    ]
    message = await db.invalid("TransactWriteItems", TransactItems=items)
    assert message.endswith(f"Payload Size: {11 * (400_000 + 2 + 2 + len('SET s=:s'))}")


async def test_a_hundred_actions(db):
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-dynamodb-transactions
    items = [put({"id": {"S": str(n)}}) for n in range(100)]
    assert await transact(db, *items) == {}
    error = await db.refused("TransactWriteItems", TransactItems=[*items, put(A)])
    assert error.message.endswith(
        "at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100"
    )


async def test_a_table_that_goes_while_a_transaction_waits(db):
    table = db.dynamodb.tables.find("000000000000", "us-east-1", "u")
    key = {"id": {"S": "x"}, "at": {"N": "1"}}
    call = db("TransactWriteItems", TransactItems=[put(A), put(key, "u")])
    task = asyncio.ensure_future(call)
    await asyncio.sleep(0)
    db.dynamodb.tables.remove(table)
    with pytest.raises(AwsError, match="Requested resource not found"):
        await task
    assert await db.get(A) is None


async def test_changes_reach_indexes(client):
    await client.make("g", "id:S", "", [client.gsi("by_g", "g:S")])
    await transact(client, put({**A, "g": {"S": "1"}}, "g"), put({**B, "g": {"S": "1"}}, "g"))
    values = {":g": {"S": "1"}}
    found = await client(
        "Query",
        TableName="g",
        IndexName="by_g",
        KeyConditionExpression="g = :g",
        ExpressionAttributeValues=values,
    )
    assert found["Count"] == 2


async def test_an_update_may_fill_an_item_to_the_last_byte(db):
    """https://github.com/nubo-db/dynoxide/pull/195: measured flat, where UpdateItem counts its clauses too."""
    room = 409_600 - sizes.of_item(A) - 1
    for size, is_taken in ((room, True), (room + 1, False)):
        update = {
            "TableName": "t",
            "Key": A,
            "UpdateExpression": "SET s = :s",
            "ExpressionAttributeValues": {":s": {"S": "x" * size}},
        }
        wanted = [{"Update": update}]
        if is_taken:
            await db("TransactWriteItems", TransactItems=wanted)
        else:
            assert (await cancelled(db, *wanted))[0]["Code"] == "ValidationError"
