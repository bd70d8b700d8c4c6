"""UpdateTable where it does as it is told. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html"""

import asyncio

import pytest

UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
ON_DEMAND = {"BillingMode": "PAY_PER_REQUEST"}


def units(reads, writes):
    return {"ReadCapacityUnits": reads, "WriteCapacityUnits": writes}


def updating(name="gsi", **members):
    return [{"Update": {"IndexName": name, **members}}]


@pytest.fixture
def update(client):
    async def call(**members):
        return (await client("UpdateTable", TableName="tab", **members))["TableDescription"]

    return call


@pytest.fixture
async def provisioned(client, define):
    index = define.index("gsi", "g", ProvisionedThroughput=UNITS)
    await client(
        "CreateTable", **define.provisioned(attributes=("a", "g"), GlobalSecondaryIndexes=[index])
    )


@pytest.fixture
async def on_demand(client, define):
    index = define.index("gsi", "g")
    await client(
        "CreateTable", **define.table(attributes=("a", "g"), GlobalSecondaryIndexes=[index])
    )


async def test_more_and_less_units(update, provisioned, described, clock):
    """https://github.com/architect/dynalite/blob/main/test/updateTable.js"""
    start = clock.now()
    answer = await update(ProvisionedThroughput=units(15, 15))
    assert answer["TableStatus"] == "UPDATING"
    assert answer["ProvisionedThroughput"] == UNITS | {
        "NumberOfDecreasesToday": 0,
        "LastIncreaseDateTime": start,
    }
    table = await described()
    assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 15
    await clock.advance(10)
    await update(ProvisionedThroughput=units(15, 5))
    assert (await described())["ProvisionedThroughput"] == units(15, 5) | {
        "NumberOfDecreasesToday": 1,
        "LastIncreaseDateTime": start,
        "LastDecreaseDateTime": start + 10,
    }


async def test_warm_throughput_is_the_most_that_there_was(update, provisioned, described):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-throughput-billing.md#ddb-table-061"""
    await update(ProvisionedThroughput=units(9, 1))
    await update(ProvisionedThroughput=units(1, 1))
    warm = (await described())["WarmThroughput"]
    assert warm == {"ReadUnitsPerSecond": 9, "WriteUnitsPerSecond": 5, "Status": "ACTIVE"}


async def test_decreases_are_counted_by_the_day(update, provisioned, described, client, clock):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/details/DDB-TABLE-184.md

    The clock starts on Tuesday, November 14, 2023 at 22:13:20 UTC.
    """
    for reads in (4, 3, 2, 1):
        await update(ProvisionedThroughput=units(reads, 5))
    assert (await described())["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 4
    error = await client.refused("UpdateTable", TableName="tab", ProvisionedThroughput=units(1, 4))
    assert (error.code, error.message) == (
        "LimitExceededException",
        (
            "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. "
            "After the first 4 decreases, each subsequent decrease in the same UTC day can be performed at most "
            "once every 3600 seconds. Number of decreases today: 4. Last decrease at Tuesday, November 14, 2023 "
            "at 10:13:20 PM Coordinated Universal Time. Next decrease can be made at Tuesday, November 14, 2023 "
            "at 11:13:20 PM Coordinated Universal Time."
        ),
    )
    await update(ProvisionedThroughput=units(2, 5))
    await clock.advance(3600)
    await update(ProvisionedThroughput=units(1, 5))
    await clock.advance(47 * 60)
    assert (await described())["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 0
    await update(ProvisionedThroughput=units(1, 4))
    assert (await described())["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 1


async def test_units_of_an_index(update, provisioned, described):
    answer = await update(GlobalSecondaryIndexUpdates=updating(ProvisionedThroughput=units(6, 4)))
    assert answer["TableStatus"] == "ACTIVE"
    (index,) = answer["GlobalSecondaryIndexes"]
    assert index["IndexStatus"] == "UPDATING"
    assert index["ProvisionedThroughput"]["ReadCapacityUnits"] == 5
    (index,) = (await described())["GlobalSecondaryIndexes"]
    assert index["IndexStatus"] == "ACTIVE"
    assert index["ProvisionedThroughput"]["ReadCapacityUnits"] == 6
    assert index["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 1


async def test_to_on_demand_and_back(update, provisioned, described, clock):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-throughput-billing.md#ddb-table-055"""
    await update(BillingMode="PAY_PER_REQUEST")
    table = await described()
    since = {"LastUpdateToPayPerRequestDateTime": clock.now()}
    assert table["BillingModeSummary"] == {"BillingMode": "PAY_PER_REQUEST"} | since
    assert table["ProvisionedThroughput"] == units(0, 0) | {"NumberOfDecreasesToday": 0}
    assert table["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["ReadCapacityUnits"] == 0
    assert table["WarmThroughput"]["ReadUnitsPerSecond"] == 12000
    await update(
        BillingMode="PROVISIONED",
        ProvisionedThroughput=units(1, 1),
        GlobalSecondaryIndexUpdates=updating(ProvisionedThroughput=units(2, 2)),
    )
    table = await described()
    assert table["BillingModeSummary"] == {"BillingMode": "PROVISIONED"} | since
    assert table["ProvisionedThroughput"] == units(1, 1) | {"NumberOfDecreasesToday": 0}
    assert table["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["ReadCapacityUnits"] == 2
    assert table["WarmThroughput"]["ReadUnitsPerSecond"] == 12000


async def test_the_mode_that_it_has(update, on_demand, described):
    """https://github.com/nubo-db/dynamodb-conformance/blob/main/tests/tier1/updateTable/basic.test.ts"""
    before = await described()
    assert (await update(**ON_DEMAND))["TableStatus"] == "UPDATING"
    assert await described() == before


async def test_on_demand_limits_are_merged(update, on_demand, described):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-throughput-billing.md#ddb-table-178"""
    await update(OnDemandThroughput={"MaxReadRequestUnits": 1000, "MaxWriteRequestUnits": 500})
    await update(OnDemandThroughput={"MaxReadRequestUnits": 2000})
    limits = {"MaxReadRequestUnits": 2000, "MaxWriteRequestUnits": 500}
    assert (await described())["OnDemandThroughput"] == limits
    answer = await update(OnDemandThroughput={"MaxReadRequestUnits": -1})
    assert answer["OnDemandThroughput"] == limits | {"MaxReadRequestUnits": -1}
    assert (await described())["OnDemandThroughput"] == {"MaxWriteRequestUnits": 500}
    await update(OnDemandThroughput={"MaxWriteRequestUnits": -1})
    assert "OnDemandThroughput" not in await described()


async def test_on_demand_limits_and_warmth_of_an_index(update, on_demand, described):
    await update(
        GlobalSecondaryIndexUpdates=updating(
            OnDemandThroughput={"MaxReadRequestUnits": 9},
            WarmThroughput={"WriteUnitsPerSecond": 5000},
        )
    )
    (index,) = (await described())["GlobalSecondaryIndexes"]
    assert index["OnDemandThroughput"] == {"MaxReadRequestUnits": 9}
    assert index["WarmThroughput"]["WriteUnitsPerSecond"] == 5000
    await update(
        GlobalSecondaryIndexUpdates=updating(OnDemandThroughput={"MaxReadRequestUnits": -1})
    )
    (index,) = (await described())["GlobalSecondaryIndexes"]
    assert "OnDemandThroughput" not in index


async def test_warmer(update, on_demand, described):
    assert (await update(WarmThroughput={"ReadUnitsPerSecond": 12001}))["TableStatus"] == "ACTIVE"
    assert (await described())["WarmThroughput"]["ReadUnitsPerSecond"] == 12001


async def test_a_stream_is_switched_on_and_off(client, update, on_demand, described):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-streams-encryption-class.md#ddb-table-050"""
    on = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    answer = await update(StreamSpecification=on)
    assert (answer["TableStatus"], answer["StreamSpecification"]) == ("UPDATING", on)
    first = answer["LatestStreamArn"]
    await client.put({"a": {"S": "1"}}, "tab")
    assert client.dynamodb.db.query_one("SELECT count(*) FROM stream_records") == (1,)
    await update(StreamSpecification={"StreamEnabled": False})
    table = await described()
    assert "StreamSpecification" not in table
    assert table["LatestStreamArn"] == first
    await client.put({"a": {"S": "2"}}, "tab")
    assert client.dynamodb.db.query_one("SELECT count(*) FROM stream_records") == (1,)
    assert (await update(StreamSpecification=on))["LatestStreamArn"] != first


async def test_encryption(update, on_demand, described):
    await update(SSESpecification={"Enabled": True, "SSEType": "KMS"})
    arn = (await described())["SSEDescription"]["KMSMasterKeyArn"]
    await update(SSESpecification={"SSEType": "KMS", "KMSMasterKeyId": "other"})
    assert (await described())["SSEDescription"]["KMSMasterKeyArn"] != arn
    await update(SSESpecification={"Enabled": False})
    assert "SSEDescription" not in await described()


async def test_the_class(client, update, on_demand, described, clock):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/service.md#ddb-table-443"""
    await update(TableClass="STANDARD")
    assert "TableClassSummary" not in await described()
    await update(TableClass="STANDARD_INFREQUENT_ACCESS")
    assert (await described())["TableClassSummary"] == {
        "TableClass": "STANDARD_INFREQUENT_ACCESS",
        "LastUpdateDateTime": clock.now(),
    }
    await update(TableClass="STANDARD")
    error = await client.refused("UpdateTable", TableName="tab", TableClass="STANDARD")
    assert (error.code, error.message) == (
        "LimitExceededException",
        "Subscriber limit exceeded: Updates to TableClass are limited to 2 times in 30 day(s).",
    )
    await clock.advance(30 * 24 * 3600)
    await update(TableClass="STANDARD_INFREQUENT_ACCESS")


async def test_protection(client, update, on_demand):
    """https://github.com/rebuy-de/aws-nuke/blob/main/resources/dynamodb-tables.go"""
    answer = await update(DeletionProtectionEnabled=True)
    assert (answer["TableStatus"], answer["DeletionProtectionEnabled"]) == ("ACTIVE", True)
    assert await client.invalid("DeleteTable", TableName="tab") == (
        "Resource cannot be deleted as it is currently protected against deletion. "
        "Disable deletion protection first."
    )
    await update(DeletionProtectionEnabled=False)
    await client("DeleteTable", TableName="tab")


async def test_changes_at_once_all_count(update, on_demand, described, client):
    tags = [
        client(
            "TagResource",
            ResourceArn=(await described())["TableArn"],
            Tags=[{"Key": str(n), "Value": ""}],
        )
        for n in range(9)
    ]
    await asyncio.gather(*tags, update(DeletionProtectionEnabled=True))
    table = await described()
    assert table["DeletionProtectionEnabled"]
    listed = await client("ListTagsOfResource", ResourceArn=table["TableArn"])
    assert len(listed["Tags"]) == 9


async def test_what_is_changed_survives_a_restart(client, update, on_demand, described):
    await update(OnDemandThroughput={"MaxReadRequestUnits": 1})
    await update(StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    before = await described()
    await client.restart()
    assert await described() == before
