"""Tables by name and by ARN, each account and region for itself."""

import pytest

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/tab"


@pytest.fixture
async def table(client, define):
    await client("CreateTable", **define.table())


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("DescribeTable", {}),
        ("DescribeTimeToLive", {}),
        ("UpdateTable", {"DeletionProtectionEnabled": False}),
        ("UpdateTimeToLive", {"TimeToLiveSpecification": {"AttributeName": "t", "Enabled": True}}),
        ("DeleteTable", {}),
    ],
)
async def test_an_arn_in_place_of_a_name(client, table, operation, members):
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html"""
    assert await client(operation, TableName=ARN, **members)


@pytest.mark.parametrize("operation", ["DescribeTable", "DeleteTable", "DescribeTimeToLive"])
async def test_no_such_table(client, operation):
    """https://github.com/architect/dynalite/blob/main/test/describeTable.js"""
    error = await client.refused(operation, TableName="none")
    assert error.code == "ResourceNotFoundException"
    assert error.message == "Requested resource not found: Table: none not found"


async def test_names_are_case_sensitive(client, table):
    assert (await client.refused("DescribeTable", TableName="TAB")).message.endswith(
        "Table: TAB not found"
    )


async def test_another_region(client, table):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/service.md#ddb-table-442"""
    elsewhere = client.other("000000000000", "eu-west-1")
    assert (await elsewhere("ListTables"))["TableNames"] == []
    assert (await elsewhere.refused("DescribeTable", TableName="tab")).code == (
        "ResourceNotFoundException"
    )
    assert await elsewhere.invalid("DescribeTable", TableName=ARN) == (
        f"1 validation error detected: Invalid AWS region in '{ARN}'"
    )


async def test_another_account(client, table):
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"""
    stranger = client.other()
    assert (await stranger("ListTables"))["TableNames"] == []
    error = await stranger.refused("DeleteTable", TableName=ARN)
    assert error.code == "AccessDeniedException"
    assert error.message == (
        "User: arn:aws:iam::111111111111:root is not authorized to perform: dynamodb:DeleteTable on "
        f"resource: {ARN} because no resource-based policy allows the dynamodb:DeleteTable action"
    )


KEY = {"a": {"S": "1"}}
POLICY = """{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": "111111111111"}, "Action": "dynamodb:*Item", "Resource": "*"},
    {"Effect": "Deny", "Principal": "*", "Action": ["dynamodb:DeleteItem"], "Resource": "*"}
]}"""


class TestItemsOfAnotherAccount:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-cross-account-access.html"""

    async def test_nobody_is_let_in_without_a_policy(self, client, table):
        for name in (ARN, f"{ARN}s"):
            error = await client.other().refused("GetItem", TableName=name, Key=KEY)
            assert error.code == "AccessDeniedException"

    async def test_a_policy_lets_in(self, client, table):
        await client("PutResourcePolicy", ResourceArn=ARN, Policy=POLICY)
        friend, stranger = client.other(), client.other("222222222222")
        await friend("PutItem", TableName=ARN, Item=KEY)
        assert (await client("GetItem", TableName="tab", Key=KEY))["Item"] == KEY
        for caller, operation in ((friend, "DeleteItem"), (stranger, "GetItem")):
            error = await caller.refused(operation, TableName=ARN, Key=KEY)
            assert error.code == "AccessDeniedException"

    async def test_another_region(self, client, table):
        elsewhere = client.other("000000000000", "eu-west-1")
        assert await elsewhere.invalid("GetItem", TableName=ARN, Key=KEY) == (
            f"1 validation error detected: Invalid AWS region in '{ARN}'"
        )


async def test_an_arn_of_something_else(client):
    assert await client.invalid("DescribeTable", TableName="arn:aws:sqs:us-east-1:0:q") == (
        "Invalid TableArn"
    )


async def test_items_are_asked_for_names_of_one_character(client):
    """https://github.com/nubo-db/dynamodb-conformance/blob/main/tests/tier3/error-messages/putItem.test.ts"""
    error = await client.refused("GetItem", TableName="x", Key={"a": {"S": "1"}})
    assert error.code == "ResourceNotFoundException"
    assert await client.invalid("GetItem", TableName="bad table!@#", Key={"a": {"S": "1"}}) == (
        "1 validation error detected: Value 'bad table!@#' at 'tableName' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
    )


class TestListTables:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html"""

    @pytest.fixture
    async def tables(self, client, define):
        for name in ("b.b", "abc", "Abc", "a_c", "a-c"):
            await client("CreateTable", **define.table(name))

    async def test_in_the_order_of_bytes(self, client, tables):
        names = ["Abc", "a-c", "a_c", "abc", "b.b"]
        assert await client("ListTables") == {"TableNames": names}

    async def test_in_pages(self, client, tables):
        page = await client("ListTables", Limit=2)
        assert page == {"TableNames": ["Abc", "a-c"], "LastEvaluatedTableName": "a-c"}
        page = await client("ListTables", Limit=3, ExclusiveStartTableName="a-c")
        assert page == {"TableNames": ["a_c", "abc", "b.b"]}

    async def test_after_a_table_that_is_not_there(self, client, tables):
        page = await client("ListTables", ExclusiveStartTableName="abb")
        assert page == {"TableNames": ["abc", "b.b"]}


async def test_limits(client):
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html"""
    assert await client("DescribeLimits") == {
        "AccountMaxReadCapacityUnits": 80000,
        "AccountMaxWriteCapacityUnits": 80000,
        "TableMaxReadCapacityUnits": 40000,
        "TableMaxWriteCapacityUnits": 40000,
    }


async def test_endpoints(client):
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeEndpoints.html"""
    assert await client("DescribeEndpoints") == {
        "Endpoints": [{"Address": "localhost:4566", "CachePeriodInMinutes": 1440}]
    }
