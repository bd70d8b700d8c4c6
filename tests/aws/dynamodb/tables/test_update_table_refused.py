"""What UpdateTable refuses, in AWS's words and order.

Most cases are recorded in https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/ (QUIRKS) and in
https://github.com/architect/dynalite/blob/main/test/updateTable.js (DYNALITE).
"""

import pytest
from tests.aws.dynamodb.tables.asking import INVALID, UNITS, changes, gone, made, other

MORE = {"ReadCapacityUnits": 6, "WriteCapacityUnits": 6}
STREAM = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}}
ENCRYPTION = {"SSESpecification": {"Enabled": True}}
LIMIT = {"OnDemandThroughput": {"MaxReadRequestUnits": 1}}
MORE_UNITS = {"ProvisionedThroughput": MORE}
NEITHER = (
    f"{INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
    "PAY_PER_REQUEST"
)


@pytest.fixture
async def provisioned(client, define):
    index = define.index("gsi", "g", ProvisionedThroughput=UNITS)
    await client(
        "CreateTable",
        **define.provisioned(
            attributes=("a", "b", "g"),
            keys=("a", "b"),
            GlobalSecondaryIndexes=[index],
            LocalSecondaryIndexes=[define.index("lsi", "a", "g")],
        ),
    )


@pytest.fixture
async def on_demand(client, define):
    await client(
        "CreateTable",
        **define.table(attributes=("a", "g"), GlobalSecondaryIndexes=[define.index("gsi", "g")]),
    )


G = [{"AttributeName": "g", "AttributeType": "S"}]
SAME = (
    "The provisioned throughput for {} will not change. The requested value equals the current value. "
    "Current ReadCapacityUnits provisioned for {}: 5. Requested ReadCapacityUnits: 5. Current "
    "WriteCapacityUnits provisioned for {}: 5. Requested WriteCapacityUnits: 5. Refer to the Amazon DynamoDB "
    "Developer Guide for current limits and how to request higher limits."
)
SAME_TABLE = SAME.format(*["the table"] * 3)

PROVISIONED = {
    # DYNALITE
    "units that it has": ({"ProvisionedThroughput": UNITS}, SAME_TABLE),
    "mode and units that it has": (
        {"BillingMode": "PROVISIONED", "ProvisionedThroughput": UNITS},
        SAME_TABLE,
    ),
    # QUIRKS table-indexes.md#ddb-table-164
    "units that an index has": (
        changes(other(ProvisionedThroughput=UNITS)),
        SAME.format("the index gsi", "index gsi", "index gsi"),
    ),
    # QUIRKS table-throughput-billing.md#ddb-table-059
    "limit of a provisioned table": (
        LIMIT,
        (
            f"{INVALID}MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode "
            "is PROVISIONED"
        ),
    ),
    "colder": (
        {"WarmThroughput": {"ReadUnitsPerSecond": 4}},
        (
            f"{INVALID}Requested ReadUnitsPerSecond for WarmThroughput for table is lower than current "
            "WarmThroughput, decreasing WarmThroughput is not supported"
        ),
    ),
    # QUIRKS table-indexes.md#ddb-table-155
    "colder index": (
        changes(other(WarmThroughput={"WriteUnitsPerSecond": 4})),
        (
            f"{INVALID}Requested WriteUnitsPerSecond for WarmThroughput for index gsi is lower than current "
            "WarmThroughput, decreasing WarmThroughput is not supported"
        ),
    ),
    # QUIRKS table-indexes.md#ddb-table-152
    "new index without units": (
        changes(made(), AttributeDefinitions=G),
        f"{INVALID}Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: new",
    ),
    "an index that exists": (
        changes(made("gsi"), AttributeDefinitions=G),
        "Attempting to create an index which already exists",
    ),
    # QUIRKS service.md#ddb-table-442
    "a local index is deleted": (
        changes(gone("lsi")),
        "Cannot delete an index that is not a GlobalSecondaryIndex: lsi",
    ),
    "a local index is changed": (
        changes(other("lsi", ProvisionedThroughput=MORE)),
        "Cannot update an index that is not a GlobalSecondaryIndex: lsi",
    ),
    "no stream to disable": (
        {"StreamSpecification": {"StreamEnabled": False}},
        "Table has no stream to disable: TableName: tab",
    ),
    # QUIRKS table-throughput-billing.md#ddb-table-437
    "encrypted by default": (
        {"SSESpecification": {"Enabled": False}},
        f"{INVALID}Table is already encrypted by default",
    ),
    "new index without definitions": (
        changes(made(ProvisionedThroughput=UNITS)),
        f"{INVALID}AttributeDefinitions is not specified for index: new",
    ),
    "key of a new index is not defined": (
        changes(made(attribute="x", ProvisionedThroughput=UNITS), AttributeDefinitions=G),
        (
            f"{INVALID}Some index key attributes are not defined in AttributeDefinitions. Keys: [x], "
            "AttributeDefinitions: [g]"
        ),
    ),
    # https://github.com/paritysuite/dynamodb-conformance/issues/78
    "another type of an attribute": (
        changes(
            made(ProvisionedThroughput=UNITS),
            AttributeDefinitions=[{"AttributeName": "g", "AttributeType": "N"}],
        ),
        (
            f"{INVALID}Attributes cannot be redefined. Please check that your attribute has the same type as "
            "previously defined. Existing schema: Schema:[SchemaElement: key{g:S:RANGE}] New schema: "
            "Schema:[SchemaElement: key{g:N:RANGE}]"
        ),
    ),
}

ONLY_UPDATES = (
    f"{INVALID}The only Updates for index: gsi when TableThroughputMode is PAY_PER_REQUEST can be to "
    "OnDemandThroughput, WarmThroughput"
)

ON_DEMAND_CASES = {
    # DYNALITE
    "units": (MORE_UNITS, NEITHER),
    # QUIRKS table-indexes.md#ddb-table-152
    "units of an index": (changes(other(ProvisionedThroughput=MORE)), ONLY_UPDATES),
    "no change of an index": (changes(other()), ONLY_UPDATES),
    "provisioned without units of the index": (
        {"BillingMode": "PROVISIONED", "ProvisionedThroughput": UNITS},
        f"{INVALID}ProvisionedThroughput must be specified for index: gsi",
    ),
    # QUIRKS service.md#ddb-table-442
    "new index with units": (
        changes(made(ProvisionedThroughput=UNITS), AttributeDefinitions=G),
        (
            f"{INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: new when "
            "BillingMode is PAY_PER_REQUEST"
        ),
    ),
    # QUIRKS table-throughput-billing.md#ddb-table-051
    "limit of nothing": (
        {"OnDemandThroughput": {"MaxWriteRequestUnits": 0}},
        f"{INVALID}Requested MaxWriteRequestUnits for OnDemandThroughput for table is outside of valid range",
    ),
    "limit below -1": (
        {"OnDemandThroughput": {"MaxReadRequestUnits": -2}},
        f"{INVALID}Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range",
    ),
    "limit of nothing for an index": (
        changes(other(OnDemandThroughput={"MaxReadRequestUnits": 0})),
        (
            f"{INVALID}Requested MaxReadRequestUnits for OnDemandThroughput for index : gsi is outside of valid "
            "range"
        ),
    ),
}


@pytest.mark.parametrize("case", PROVISIONED)
async def test_refused_for_a_provisioned_table(client, provisioned, described, case):
    members, message = PROVISIONED[case]
    before = await described()
    assert await client.invalid("UpdateTable", TableName="tab", **members) == message
    assert await described() == before


@pytest.mark.parametrize("case", ON_DEMAND_CASES)
async def test_refused_for_a_table_on_demand(client, on_demand, described, case):
    members, message = ON_DEMAND_CASES[case]
    before = await described()
    assert await client.invalid("UpdateTable", TableName="tab", **members) == message
    assert await described() == before


@pytest.mark.parametrize(
    "update", [gone("ghost"), other("ghost", OnDemandThroughput={"MaxReadRequestUnits": 1})]
)
async def test_an_index_that_is_not_there(client, on_demand, update):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/details/DDB-TABLE-161.md"""
    error = await client.refused("UpdateTable", TableName="tab", **changes(update))
    assert error.code == "ResourceNotFoundException"
    assert error.message == "Requested resource not found: Index ghost for table tab"


@pytest.mark.parametrize("updates", [(made("one"), made("two")), (made("one"), gone())])
async def test_one_index_at_a_time(client, on_demand, updates):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/details/DDB-TABLE-159.md"""
    members = changes(*updates, AttributeDefinitions=G)
    error = await client.refused("UpdateTable", TableName="tab", **members)
    assert error.code == "LimitExceededException"
    assert error.message == (
        "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"
    )


@pytest.mark.parametrize("update", [made("two"), gone()])
async def test_no_second_index_while_one_is_filled(client, on_demand, update):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/details/DDB-TABLE-159.md"""
    await client("UpdateTable", TableName="tab", **changes(made("one"), AttributeDefinitions=G))
    members = changes(update, AttributeDefinitions=G)
    error = await client.refused("UpdateTable", TableName="tab", **members)
    assert error.code == "LimitExceededException"


async def test_a_table_is_not_deleted_while_an_index_is_filled(client, on_demand):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-indexes.md#ddb-table-150"""
    await client("UpdateTable", TableName="tab", **changes(made("one"), AttributeDefinitions=G))
    error = await client.refused("DeleteTable", TableName="tab")
    assert (error.code, error.message) == (
        "ResourceInUseException",
        (
            "Attempt to change a resource which is still in use: Cannot delete table while indexes are being "
            "created, updated, or deleted."
        ),
    )


async def test_the_21st_index(client, define):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-indexes.md#ddb-table-169"""
    indexes = [define.index(f"i{number:02}", "a") for number in range(20)]
    await client("CreateTable", **define.table(GlobalSecondaryIndexes=indexes))
    members = changes(made(), AttributeDefinitions=G)
    error = await client.refused("UpdateTable", TableName="tab", **members)
    assert (error.code, error.message) == (
        "LimitExceededException",
        "Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of 20",
    )


async def test_more_units_than_an_account_has(client, provisioned):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/service.md#ddb-table-443"""
    units = {"ReadCapacityUnits": 40_001, "WriteCapacityUnits": 1}
    for members in ({"ProvisionedThroughput": units}, changes(other(ProvisionedThroughput=units))):
        error = await client.refused("UpdateTable", TableName="tab", **members)
        assert error.code == "LimitExceededException"
        assert "40001, is above the per" in error.message


async def test_a_stream_that_is_on(client, on_demand):
    """https://github.com/hashicorp/terraform-provider-aws/issues/18402"""
    await client("UpdateTable", TableName="tab", **STREAM)
    assert await client.invalid("UpdateTable", TableName="tab", **STREAM) == (
        "Table already has an enabled stream: TableName: tab"
    )


async def test_the_key_that_it_is_encrypted_with(client, on_demand, described):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/service.md#ddb-table-442"""
    await client("UpdateTable", TableName="tab", **ENCRYPTION)
    key = (await described())["SSEDescription"]["KMSMasterKeyArn"]
    again = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
    assert await client.invalid("UpdateTable", TableName="tab", SSESpecification=again) == (
        f"{INVALID}Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you "
        "want to change Master Key"
    )


async def test_definitions_count_for_new_indexes_only(client, on_demand, described):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/details/DDB-TABLE-162.md"""
    before = await described()
    wrong = [{"AttributeName": "a", "AttributeType": "N"}] * 2
    members = {"AttributeDefinitions": wrong, "DeletionProtectionEnabled": False}
    await client("UpdateTable", TableName="tab", **members)
    assert await described() == before


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("ReplicaUpdates", [{"Create": {"RegionName": "eu-west-1"}}]),
        ("GlobalTableWitnessUpdates", [{"Create": {"RegionName": "eu-west-1"}}]),
        ("MultiRegionConsistency", "STRONG"),
        ("DisassociationProtectionEnabled", True),
        ("VectorIndexUpdates", [{"Delete": {"IndexName": "vec"}}]),
    ],
)
async def test_what_is_lacking_is_refused_by_name(client, on_demand, member, value):
    error = await client.refused("UpdateTable", TableName="tab", **{member: value})
    assert (error.status, error.code) == (501, "NotImplemented")
    assert member in error.message
