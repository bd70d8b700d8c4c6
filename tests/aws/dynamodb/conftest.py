import inspect
import itertools
import json
from dataclasses import replace
from typing import Any

import pytest

from homeport.aws.dynamodb import operations
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.store import rows
from homeport.aws.dynamodb.store import tables as stored_tables
from homeport.aws.dynamodb.tables.model import Index, KeySchema, Table
from homeport.aws.protocol import codecs, model
from homeport.aws.protocol.call import AwsError, Call
from homeport.clock import VirtualClock
from homeport.edge import http


def _split(*attributes):
    """`id:S` is an attribute named id of type S."""
    return {name: kind for name, _, kind in (text.partition(":") for text in attributes if text)}


class Client:
    """Calls operations as the dispatcher does: members go through the wire's JSON and its checks, and so do answers.

    Values are those of the wire: `{"S": "a"}`, `{"B": "AA=="}`.
    """

    def __init__(self, path, clock, account="000000000000", region="us-east-1"):
        self.path = path
        self.clock = clock
        self.account = account
        self.region = region
        self.dynamodb: Any = None
        self.objects: Any = None
        self.quota: Any = None
        self.headers = {"host": "localhost:4566"}

    async def open(self):
        numbers = itertools.count(1)
        self.dynamodb = DynamoDb.open(
            self.path,
            self.clock,
            lambda: f"00000000-0000-4000-8000-{next(numbers):012d}",
            self.objects,
            self.quota,
        )
        self.service = operations.service(self.dynamodb)
        self.model = model.load("dynamodb")
        return self

    async def close(self):
        await self.dynamodb.close()

    async def restart(self):
        await self.close()
        await self.open()

    def other(self, account="111111111111", region="us-east-1"):
        client = Client(self.path, self.clock, account, region)
        client.dynamodb, client.service, client.model = self.dynamodb, self.service, self.model
        return client

    async def __call__(self, operation, **params):
        body = json.dumps(params).encode()
        headers = {"x-amz-target": f"{self.model.target_prefix}.{operation}"} | self.headers
        request = http.Request("POST", "/", "", headers, http.BytesBody(body))
        codec = codecs.for_service(self.model).of(request)
        match = codec.match(request, "/", body)
        call = Call(self.service.name, operation, self.account, self.region, "id", request)
        result = self.service.operations[operation](call, codec.parse(match, request, body))
        result = await result if inspect.isawaitable(result) else result
        answer = codec.serialize(match.operation, result, "id").body
        return json.loads(answer) if answer else {}

    async def refused(self, operation, **params) -> AwsError:
        with pytest.raises(AwsError) as caught:
            await self(operation, **params)
        return caught.value

    async def invalid(self, operation, **params) -> str:
        """The message of a ValidationException."""
        error = await self.refused(operation, **params)
        assert error.code == "ValidationException"
        return error.message

    # Tables, made without CreateTable

    async def make(self, name="t", partition="id:S", sort="", indexes=(), **members) -> Table:
        """A table: `make("t", "id:S", "at:N", [client.gsi("by_g", "g:S", "r:N"), client.lsi("by_l", "l:S")])`."""
        types = _split(partition, sort)
        for _, index_types in indexes:
            types |= index_types

        def save(connection):
            table = Table(
                rows.make_space(connection),
                self.account,
                self.region,
                name,
                self.dynamodb.ids(),
                self.dynamodb.now_ms(),
                KeySchema(tuple(_split(partition)), tuple(_split(sort))),
                types,
                tuple(index(rows.make_space(connection)) for index, _ in indexes),
                **members,
            )
            table = _with_partition_in_local_indexes(table)
            stored_tables.save(connection, table)
            return table

        table = await self.dynamodb.db.write(save)
        self.dynamodb.tables.set(table)
        return table

    @staticmethod
    def gsi(name, partition, sort="", projection="ALL", included=()):
        """A global secondary index; several attributes of one kind by commas: `a:S,b:N`."""
        hashed, ranged = _split(*partition.split(",")), _split(*sort.split(","))
        keys = KeySchema(tuple(hashed), tuple(ranged))
        return _index(name, keys, projection, included, is_local=False), hashed | ranged

    @staticmethod
    def lsi(name, sort, projection="ALL", included=()):
        """A local secondary index."""
        keys = KeySchema((), tuple(_split(sort)))
        return _index(name, keys, projection, included, is_local=True), _split(sort)

    # Items

    async def put(self, item, table="t", **more):
        return await self("PutItem", TableName=table, Item=item, **more)

    async def get(self, key, table="t", **more):
        return (await self("GetItem", TableName=table, Key=key, **more)).get("Item")

    async def update(self, key, text, table="t", **more):
        return await self("UpdateItem", TableName=table, Key=key, UpdateExpression=text, **more)

    async def delete(self, key, table="t", **more):
        return await self("DeleteItem", TableName=table, Key=key, **more)


def _index(name, keys, projection, included, *, is_local):
    def make(space):
        return Index(space, name, is_local, keys, projection, tuple(included))

    return make


def _with_partition_in_local_indexes(table):
    def own(index):
        keys = KeySchema(table.keys.partition, index.keys.sort)
        return replace(index, keys=keys) if index.is_local else index

    return replace(table, indexes=tuple(own(index) for index in table.indexes))


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
async def client(tmp_path, clock):
    opened = await Client(tmp_path, clock).open()
    yield opened
    await opened.close()
