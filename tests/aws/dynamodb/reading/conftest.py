import pytest

from homeport.aws.dynamodb.items import change
from homeport.aws.dynamodb.items import key as keys
from homeport.aws.dynamodb.items.change import After


class Reader:
    """A client with tables that are filled without requests, and read page by page."""

    def __init__(self, client):
        self.client = client

    async def fill(self, items, table="t"):
        """Puts items, many in one commit."""
        dynamodb = self.client.dynamodb
        account, region = self.client.account, self.client.region

        def work(connection):
            model = dynamodb.tables.find(account, region, table)
            for item in items:
                before = change.read(connection, model, keys.row_key(model.keys, item))
                change.write(connection, model, before, After(item), dynamodb.now_ms())

        await dynamodb.db.write(work)

    async def remove(self, *items, table="t"):
        dynamodb = self.client.dynamodb
        account, region = self.client.account, self.client.region

        def work(connection):
            model = dynamodb.tables.find(account, region, table)
            for item in items:
                before = change.read(connection, model, keys.row_key(model.keys, item))
                change.write(connection, model, before, None, dynamodb.now_ms())

        await dynamodb.db.write(work)

    async def __call__(self, operation, table="t", **params):
        return await self.client(operation, TableName=table, **params)

    async def query(self, condition, values, table="t", **params):
        """`query("p = :p", {":p": {"S": "a"}})`"""
        return await self(
            "Query",
            table,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            **params,
        )

    async def pages(self, operation, table="t", **params):
        """The answers of a query or a scan that is carried on to its end."""
        answers = []
        while True:
            answers.append(await self(operation, table, **params))
            if "LastEvaluatedKey" not in answers[-1]:
                return answers
            params["ExclusiveStartKey"] = answers[-1]["LastEvaluatedKey"]

    async def all(self, operation, table="t", **params):
        """All items of all pages."""
        answers = await self.pages(operation, table, **params)
        return [item for answer in answers for item in answer["Items"]]

    async def invalid(self, operation, table="t", **params):
        return await self.client.invalid(operation, TableName=table, **params)


@pytest.fixture
def read(client):
    return Reader(client)
