import pytest

from homeport.clock import VirtualClock

NO_UNITS = {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
WARM = {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"}
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/tab"


async def test_on_demand(client, clock: VirtualClock, define, described):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-throughput-billing.md#ddb-table-033"""
    answer = (await client("CreateTable", **define.table()))["TableDescription"]
    assert answer == {
        "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
        "TableName": "tab",
        "KeySchema": define.key("a"),
        "TableStatus": "CREATING",
        "CreationDateTime": clock.now(),
        "ProvisionedThroughput": NO_UNITS,
        "TableSizeBytes": 0,
        "ItemCount": 0,
        "TableArn": ARN,
        "TableId": "00000000-0000-4000-8000-000000000001",
        "DeletionProtectionEnabled": False,
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
    }
    summary = {"BillingMode": "PAY_PER_REQUEST", "LastUpdateToPayPerRequestDateTime": clock.now()}
    assert await described() == answer | {
        "TableStatus": "ACTIVE",
        "BillingModeSummary": summary,
        "WarmThroughput": WARM,
    }


async def test_provisioned(client, define, described):
    await client("CreateTable", **define.provisioned())
    table = await described()
    assert table["ProvisionedThroughput"] == define.units | {"NumberOfDecreasesToday": 0}
    assert table["WarmThroughput"] == {
        "ReadUnitsPerSecond": 5,
        "WriteUnitsPerSecond": 5,
        "Status": "ACTIVE",
    }
    assert "BillingModeSummary" not in table


async def test_options_are_described(client, define, described):
    key = "arn:aws:kms:us-east-1:000000000000:key/1234"
    await client(
        "CreateTable",
        **define.table(
            TableClass="STANDARD_INFREQUENT_ACCESS",
            DeletionProtectionEnabled=True,
            SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "1234"},
            OnDemandThroughput={"MaxReadRequestUnits": 7},
            WarmThroughput={"ReadUnitsPerSecond": 13000},
        ),
    )
    table = await described()
    assert table["TableClassSummary"] == {"TableClass": "STANDARD_INFREQUENT_ACCESS"}
    assert table["DeletionProtectionEnabled"] is True
    assert table["SSEDescription"] == {
        "Status": "ENABLED",
        "SSEType": "KMS",
        "KMSMasterKeyArn": key,
    }
    assert table["OnDemandThroughput"] == {"MaxReadRequestUnits": 7}
    assert table["WarmThroughput"] == WARM | {"ReadUnitsPerSecond": 13000}


@pytest.mark.parametrize("specification", [{}, {"Enabled": False}])
async def test_encryption_with_the_key_of_aws_is_not_described(
    client, define, described, specification
):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/details/DDB-TABLE-044.md"""
    await client("CreateTable", **define.table(SSESpecification=specification))
    assert "SSEDescription" not in await described()


async def test_an_alias_is_always_the_same_key(client, define, described):
    for name in ("one", "two"):
        await client("CreateTable", **define.table(name, SSESpecification={"SSEType": "KMS"}))
    arns = {(await described(name))["SSEDescription"]["KMSMasterKeyArn"] for name in ("one", "two")}
    assert len(arns) == 1
    assert arns.pop().startswith("arn:aws:kms:us-east-1:000000000000:key/")


async def test_indexes_are_described(client, define, described):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-indexes.md#ddb-table-125"""
    included = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["y", "x"]}
    answer = await client(
        "CreateTable",
        **define.table(
            attributes=("b:N", "a", "d:B", "c"),
            keys=("a", "b"),
            LocalSecondaryIndexes=[define.index("lsi", "a", "d", projection=included)],
            GlobalSecondaryIndexes=[
                define.index("zzz", "c", projection={"ProjectionType": "KEYS_ONLY"}),
                define.index("aaa", "d", "b"),
            ],
        ),
    )
    created = answer["TableDescription"]["GlobalSecondaryIndexes"]
    assert [index["IndexStatus"] for index in created] == ["CREATING", "CREATING"]
    table = await described()
    names = [each["AttributeName"] for each in table["AttributeDefinitions"]]
    assert names == ["a", "b", "c", "d"]
    assert table["LocalSecondaryIndexes"] == [
        {
            "IndexName": "lsi",
            "KeySchema": define.key("a", "d"),
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x", "y"]},
            "IndexSizeBytes": 0,
            "ItemCount": 0,
            "IndexArn": f"{ARN}/index/lsi",
        }
    ]
    assert table["GlobalSecondaryIndexes"][0] == {
        "IndexName": "zzz",
        "KeySchema": define.key("c"),
        "Projection": {"ProjectionType": "KEYS_ONLY"},
        "IndexStatus": "ACTIVE",
        "ProvisionedThroughput": NO_UNITS,
        "IndexSizeBytes": 0,
        "ItemCount": 0,
        "IndexArn": f"{ARN}/index/zzz",
        "WarmThroughput": WARM,
    }
    assert table["GlobalSecondaryIndexes"][1]["IndexName"] == "aaa"


async def test_keys_of_several_attributes(client, define, described):
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html"""
    names = [f"k{number}" for number in range(8)]
    kinds = ["HASH"] * 4 + ["RANGE"] * 4
    index = define.index("gsi", "k0") | {"KeySchema": define.key(*names, kinds=kinds)}
    await client(
        "CreateTable",
        **define.table(attributes=("a", *names), GlobalSecondaryIndexes=[index]),
    )
    (made,) = (await described())["GlobalSecondaryIndexes"]
    assert made["KeySchema"] == define.key(*names, kinds=kinds)


async def test_as_many_indexes_as_there_may_be(client, define, described):
    wide = [f"g{number:02}" for number in range(20)]
    local = [f"l{number:02}" for number in range(5)]
    await client(
        "CreateTable",
        **define.table(
            attributes=("a", "b", *wide, *local),
            keys=("a", "b"),
            GlobalSecondaryIndexes=[define.index(name, name) for name in wide],
            LocalSecondaryIndexes=[define.index(name, "a", name) for name in local],
        ),
    )
    table = await described()
    assert len(table["GlobalSecondaryIndexes"]) == 20
    assert len(table["LocalSecondaryIndexes"]) == 5


async def test_a_hundred_included_attributes(client, define, described):
    names = [f"g{number}0" for number in range(5)]
    indexes = [
        define.index(
            name,
            "a",
            projection={
                "ProjectionType": "INCLUDE",
                "NonKeyAttributes": [f"{name}{number}" for number in range(20)],
            },
        )
        for name in names
    ]
    await client("CreateTable", **define.table(GlobalSecondaryIndexes=indexes))
    assert len((await described())["GlobalSecondaryIndexes"]) == 5


async def test_a_stream_from_the_start(client, define, described):
    specification = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    await client("CreateTable", **define.table(StreamSpecification=specification))
    table = await described()
    assert table["StreamSpecification"] == specification
    assert table["LatestStreamArn"] == f"{ARN}/stream/{table['LatestStreamLabel']}"


async def test_tags_and_a_policy_from_the_start(client, define):
    policy = (
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"111111111111"},'
        '"Action":"dynamodb:GetItem","Resource":"*"}}'
    )
    tags = [{"Key": "k", "Value": "v"}]
    await client("CreateTable", **define.table(Tags=tags, ResourcePolicy=policy))
    assert (await client("ListTagsOfResource", ResourceArn=ARN))["Tags"] == tags
    assert "root" in (await client("GetResourcePolicy", ResourceArn=ARN))["Policy"]


async def test_everything_survives_a_restart(client, define, described):
    await client(
        "CreateTable",
        **define.table(
            attributes=("a", "b:N", "c:B"),
            keys=("a", "b"),
            GlobalSecondaryIndexes=[
                define.index("gsi", "c", OnDemandThroughput={"MaxReadRequestUnits": 3})
            ],
            LocalSecondaryIndexes=[define.index("lsi", "a", "c")],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
            Tags=[{"Key": "k", "Value": "v"}],
            TableClass="STANDARD",
        ),
    )
    before = await described()
    await client.restart()
    assert await described() == before


async def test_items_and_bytes_are_counted_exactly(client, define, described):
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html"""
    keys_only = {"ProjectionType": "KEYS_ONLY"}
    await client(
        "CreateTable",
        **define.table(
            attributes=("a", "g"),
            GlobalSecondaryIndexes=[define.index("gsi", "g", projection=keys_only)],
        ),
    )
    await client.put({"a": {"S": "1"}, "g": {"S": "xy"}, "more": {"S": "12345"}}, "tab")
    await client.put({"a": {"S": "2"}}, "tab")
    await client.put({"a": {"S": "3"}, "g": {"S": "z"}}, "tab")
    await client.delete({"a": {"S": "3"}}, "tab")
    table = await described()
    assert (table["ItemCount"], table["TableSizeBytes"]) == (2, 2 + 3 + 9 + 2)
    (index,) = table["GlobalSecondaryIndexes"]
    assert (index["ItemCount"], index["IndexSizeBytes"]) == (1, 2 + 3)
