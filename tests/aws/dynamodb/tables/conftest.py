import asyncio

import pytest


class Definitions:
    """Requests of tables, short: `key("a", "b")`, `definitions("a", "b:N")`, `index("name", "c", "d")`."""

    def __init__(self):
        self.all = {"ProjectionType": "ALL"}
        self.units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}

    @staticmethod
    def key(*names, kinds=None):
        kinds = kinds or ["HASH", *["RANGE"] * (len(names) - 1)]
        return [
            {"AttributeName": name, "KeyType": kind}
            for name, kind in zip(names, kinds, strict=True)
        ]

    @staticmethod
    def definitions(*attributes):
        parts = [attribute.partition(":") for attribute in attributes]
        return [{"AttributeName": name, "AttributeType": kind or "S"} for name, _, kind in parts]

    def index(self, name, *keys, projection=None, **more):
        return {
            "IndexName": name,
            "KeySchema": self.key(*keys),
            "Projection": projection or self.all,
            **more,
        }

    def table(self, name="tab", attributes=("a",), keys=("a",), **more):
        members = {
            "TableName": name,
            "AttributeDefinitions": self.definitions(*attributes),
            "KeySchema": self.key(*keys),
            "BillingMode": "PAY_PER_REQUEST",
        } | more
        return {key: value for key, value in members.items() if value is not None}

    def provisioned(self, name="tab", **more):
        return self.table(name, BillingMode=None, ProvisionedThroughput=self.units, **more)


@pytest.fixture
def define():
    return Definitions()


@pytest.fixture
def until():
    """Waits for what goes on in the background, commits in threads included."""

    async def wait(holds):
        for _ in range(4000):
            result = holds()
            if asyncio.iscoroutine(result):
                result = await result
            if result:
                return result
            await asyncio.sleep(0.001)
        raise AssertionError("it did not come")

    return wait


@pytest.fixture
def described(client):
    async def describe(name="tab"):
        return (await client("DescribeTable", TableName=name))["Table"]

    return describe


@pytest.fixture
def indexed(described, until):
    """The description of a table once all its indexes are there."""

    async def wait(name="tab"):
        async def active():
            table = await described(name)
            indexes = table.get("GlobalSecondaryIndexes", [])
            return table if all(each["IndexStatus"] == "ACTIVE" for each in indexes) else None

        return await until(active)

    return wait
