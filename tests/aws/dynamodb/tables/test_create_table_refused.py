"""What CreateTable refuses, in AWS's words and order.

Most cases are recorded in https://github.com/architect/dynalite/blob/main/test/createTable.js (DYNALITE) and in
https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/ (QUIRKS); others have a link of their own.
"""

import pytest
from tests.aws.dynamodb.tables.asking import (
    ALL,
    HUGE,
    INVALID,
    NO_DEFINITION,
    NOT_HASH,
    NOT_RANGE,
    SAME,
    UNITS,
    bare,
    index,
    request,
    wide,
)

NAME_PATTERN = (
    "'tableName' failed to satisfy constraint: "
    "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
)

CASES = {
    # https://github.com/nubo-db/dynamodb-conformance/blob/main/tests/tier3/error-messages/createTable.test.ts
    "name is short": (
        request(TableName="ab"),
        (
            "1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: "
            "Member must have length greater than or equal to 3"
        ),
    ),
    # https://github.com/nubo-db/dynamodb-conformance/blob/main/tests/tier3/error-messages/putItem.test.ts
    "name is long": (
        request(TableName="a" * 256),
        (
            f"1 validation error detected: Value '{'a' * 256}' at 'tableName' failed to satisfy constraint: "
            "Member must have length less than or equal to 255"
        ),
    ),
    "name has wrong characters": (
        request(TableName="a b c"),
        f"1 validation error detected: Value 'a b c' at {NAME_PATTERN}",
    ),
    "name is wrong twice": (
        request(TableName="x!"),
        (
            f"2 validation errors detected: Value 'x!' at {NAME_PATTERN}; Value 'x!' at 'tableName' failed "
            "to satisfy constraint: Member must have length greater than or equal to 3"
        ),
    ),
    # DYNALITE
    "no units": (
        bare(attributes=()),
        (
            f"{INVALID}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
            "PROVISIONED"
        ),
    ),
    "units on demand": (
        request((), ("a:H", "a:H"), ProvisionedThroughput=UNITS),
        (
            f"{INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
            "PAY_PER_REQUEST"
        ),
    ),
    "unthinkable reads": (
        bare(
            attributes=(),
            ProvisionedThroughput={"ReadCapacityUnits": HUGE, "WriteCapacityUnits": HUGE},
        ),
        f"Given value {HUGE} for ReadCapacityUnits is out of bounds",
    ),
    "unthinkable writes": (
        bare(
            attributes=(),
            ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": HUGE},
        ),
        f"Given value {HUGE} for WriteCapacityUnits is out of bounds",
    ),
    "no definitions": (request((), ("a:H", "a:H")), NO_DEFINITION),
    "fewer definitions than keys": (request(("b",), ("a:H", "b:R")), NO_DEFINITION),
    "key is not defined": (
        request(("b",)),
        (
            f"{INVALID}Some index key attributes are not defined in AttributeDefinitions. Keys: [a], "
            "AttributeDefinitions: [b]"
        ),
    ),
    "keys have one name": (request(("a", "b"), ("a:H", "a:R")), SAME),
    "second key is no range": (request(("a", "b"), ("a:H", "b:H")), NOT_RANGE),
    "first key is no hash": (request(("a", "b"), ("a:R", "b:H")), NOT_HASH),
    "both are ranges": (request(("a", "b"), ("a:R", "b:R")), NOT_HASH),
    # https://github.com/nubo-db/dynamodb-conformance/blob/main/tests/tier3/error-messages/createTable.test.ts
    "three keys": (
        request(("a", "b", "c"), ("a:H", "b:R", "c:R")),
        (
            "1 validation error detected: Value '[KeySchemaElement(attributeName=a, keyType=HASH), "
            "KeySchemaElement(attributeName=b, keyType=RANGE), KeySchemaElement(attributeName=c, "
            "keyType=RANGE)]' at 'keySchema' failed to satisfy constraint: Member must have length less than "
            "or equal to 2"
        ),
    ),
    # QUIRKS table-indexes.md#ddb-table-127
    "attribute is defined twice": (request(("a", "a:N")), "Attribute Name is duplicated: a"),
    "attribute is not used": (
        request(("a", "b")),
        (
            f"{INVALID}Number of attributes in KeySchema does not exactly match number of attributes defined "
            "in AttributeDefinitions"
        ),
    ),
    "attribute is not used, with indexes": (
        wide(index("gsi", "c:H", projection={}), attributes=("c", "d")),
        (
            f"{INVALID}Some AttributeDefinitions are not used. AttributeDefinitions: [a, b, c, d], "
            "keys used: [a, b, c]"
        ),
    ),
    # QUIRKS table-indexes.md#ddb-table-128
    "units of an index on demand": (
        wide(index("gsi", "c:H", ProvisionedThroughput=UNITS)),
        (
            f"{INVALID}ProvisionedThroughput should not be specified for index: gsi when BillingMode is "
            "PAY_PER_REQUEST"
        ),
    ),
    "no units of an index": (
        wide(index("gsi", "c:H"), BillingMode="PROVISIONED", ProvisionedThroughput=UNITS),
        f"{INVALID}ProvisionedThroughput is not specified for index: gsi",
    ),
    "on-demand limit of a provisioned table": (
        bare(ProvisionedThroughput=UNITS, OnDemandThroughput={"MaxReadRequestUnits": 1}),
        (
            f"{INVALID}MaxReadRequestUnits for OnDemandThroughput cannot be specified when table BillingMode "
            "is PROVISIONED."
        ),
    ),
    "on-demand limit of an index of a provisioned table": (
        wide(
            index(
                "gsi",
                "c:H",
                ProvisionedThroughput=UNITS,
                OnDemandThroughput={"MaxWriteRequestUnits": 1},
            ),
            BillingMode="PROVISIONED",
            ProvisionedThroughput=UNITS,
        ),
        (
            f"{INVALID}MaxWriteRequestUnits for OnDemandThroughput for index: gsi cannot be specified when "
            "table BillingMode is PROVISIONED."
        ),
    ),
    "on-demand limit of nothing": (
        request(OnDemandThroughput={"MaxReadRequestUnits": 0}),
        f"{INVALID}Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range",
    ),
    "on-demand limit taken away from a new index": (
        wide(index("gsi", "c:H", OnDemandThroughput={"MaxWriteRequestUnits": -1})),
        (
            f"{INVALID}Requested MaxWriteRequestUnits for OnDemandThroughput for index : gsi is outside of "
            "valid range"
        ),
    ),
    "cold table on demand": (
        request(WarmThroughput={"ReadUnitsPerSecond": 11_999}),
        (
            f"{INVALID}Requested ReadUnitsPerSecond for WarmThroughput for table is lower than initial "
            "throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
            "on-demand-capacity-mode.html#on-demand-capacity-mode-initial"
        ),
    ),
    "cold index on demand": (
        wide(index("gsi", "c:H", WarmThroughput={"WriteUnitsPerSecond": 3_999})),
        (
            f"{INVALID}Requested WriteUnitsPerSecond for WarmThroughput for index gsi is lower than initial "
            "throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
            "on-demand-capacity-mode.html#on-demand-capacity-mode-initial"
        ),
    ),
    "unthinkable reads of an index": (
        wide(
            index(
                "gsi",
                "c:H",
                ProvisionedThroughput={"ReadCapacityUnits": HUGE, "WriteCapacityUnits": 1},
            ),
            BillingMode="PROVISIONED",
            ProvisionedThroughput=UNITS,
        ),
        f"Given value {HUGE} for ReadCapacityUnits is out of bounds",
    ),
    # QUIRKS service.md#ddb-table-442
    "cold provisioned table": (
        bare(ProvisionedThroughput=UNITS, WarmThroughput={"WriteUnitsPerSecond": 4}),
        (
            f"{INVALID}Requested WriteUnitsPerSecond for WarmThroughput for table is lower than "
            "WriteCapacityUnits of ProvisionedThroughput"
        ),
    ),
    "stream without view": (
        request(StreamSpecification={"StreamEnabled": True}),
        f"{INVALID}Table is being created with a stream enabled, UpdateViewType is required",
    ),
    "view without stream": (
        request(StreamSpecification={"StreamEnabled": False, "StreamViewType": "KEYS_ONLY"}),
        f"{INVALID}Table is being created with a stream disabled, UpdateViewType should not be specified",
    ),
    "type of encryption that is off": (
        request(SSESpecification={"Enabled": False, "SSEType": "KMS"}),
        f"{INVALID}SSEType can not be specified if Enabled is false",
    ),
    "key of encryption that is off": (
        request(SSESpecification={"Enabled": False, "KMSMasterKeyId": "alias/x"}),
        f"{INVALID}KMSMasterKeyId can not be specified if Enabled is false",
    ),
    "key without type": (
        request(SSESpecification={"Enabled": True, "KMSMasterKeyId": "alias/x"}),
        f"{INVALID}SSEType KMS is required if KMSMasterKeyId is specified",
    ),
    "AES256": (
        request(SSESpecification={"Enabled": True, "SSEType": "AES256"}),
        f"{INVALID}SSEType AES256 is not supported",
    ),
    "tag twice": (
        request(Tags=[{"Key": "k", "Value": "1"}, {"Key": "k", "Value": "2"}]),
        "Duplicate Tag Keys provided as input: Duplicate Tag Key found k",
    ),
    "policy is no JSON": (
        request(ResourcePolicy="{"),
        f"{INVALID}Invalid policy document: This policy contains invalid Json",
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_refused(client, case):
    members, message = CASES[case]
    assert await client.invalid("CreateTable", **members) == message
    assert (await client("ListTables"))["TableNames"] == []


async def test_a_key_must_be_given(client):
    """Only the name is required by the model, as a table may be made of another one: not here."""
    members = request()
    del members["KeySchema"]
    assert await client.invalid("CreateTable", **members) == (
        "1 validation error detected: Value null at 'keySchema' failed to satisfy constraint: "
        "Member must not be null"
    )


@pytest.mark.parametrize(
    ("member", "value"),
    [
        (
            "VectorIndexes",
            [
                {
                    "IndexName": "vec",
                    "VectorAttribute": {"AttributeName": "v"},
                    "Projection": ALL,
                    "Dimensions": 2,
                    "DistanceFunction": "COSINE",
                }
            ],
        ),
        ("GlobalTableSourceArn", "arn:aws:dynamodb:us-east-1:000000000000:table/other"),
    ],
)
async def test_what_is_lacking_is_refused_by_name(client, member, value):
    error = await client.refused("CreateTable", **request(**{member: value}))
    assert (error.status, error.code) == (501, "NotImplemented")
    assert member in error.message


async def test_a_table_that_exists(client):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table.md#ddb-table-010"""
    await client("CreateTable", **request())
    error = await client.refused("CreateTable", **request())
    assert (error.code, error.message) == ("ResourceInUseException", "Table already exists: tab")


UNITS_TOO_MANY = {"ReadCapacityUnits": 40_001, "WriteCapacityUnits": 1}


@pytest.mark.parametrize(
    ("members", "whose", "kind"),
    [
        (bare(ProvisionedThroughput=UNITS_TOO_MANY), "", "table"),
        (
            wide(
                index("gsi", "c:H", ProvisionedThroughput=UNITS_TOO_MANY),
                BillingMode="PROVISIONED",
                ProvisionedThroughput=UNITS,
            ),
            " for index gsi",
            "index",
        ),
    ],
)
async def test_more_units_than_an_account_has(client, members, whose, kind):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/service.md#ddb-table-443"""
    error = await client.refused("CreateTable", **members)
    assert error.code == "LimitExceededException"
    assert error.message == (
        f"The requested ReadCapacityUnits{whose}, 40001, is above the per {kind} maximum for the account "
        f"in us-east-1. Per {kind} maximum: 40000. Refer to the Amazon DynamoDB Developer Guide for current "
        "limits and how to request higher limits."
    )


async def test_more_tables_than_an_account_has(client, monkeypatch):
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-tables"""
    monkeypatch.setattr("homeport.aws.dynamodb.limits.TABLES", 2)
    for name in ("one", "two"):
        await client("CreateTable", **request(TableName=name))
    await client.other()("CreateTable", **request(TableName="one"))
    error = await client.refused("CreateTable", **request(TableName="three"))
    assert error.code == "LimitExceededException"
    assert error.message.startswith("Subscriber limit exceeded: There is a limit of 2 tables")
