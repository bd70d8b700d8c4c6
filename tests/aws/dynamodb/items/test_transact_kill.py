"""`kill -9` in the middle of transactions leaves all or nothing of each, and all of those that were acknowledged."""

import asyncio
import json
import sys

from homeport.aws.dynamodb.streams import reading
from homeport.aws.dynamodb.streams.reading import Start

PROGRAM = """
import asyncio, itertools, pathlib, sys
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.items.transact import write_items
from homeport.aws.protocol.call import Call
from homeport.clock import SystemClock
from homeport.edge import http

names = itertools.count()

async def work(dynamodb, call):
    while True:
        name = str(next(names))
        key = {"id": {"S": name}}
        count = {"id": {"S": "count"}}
        one = {":one": {"N": "1"}}
        items = [
            {"Put": {"TableName": "left", "Item": key}},
            {"Update": {"TableName": "right", "Key": count, "UpdateExpression": "ADD n :one", "ExpressionAttributeValues": one}},
            {"Put": {"TableName": "right", "Item": key}},
        ]
        params = {"TransactItems": items, "ClientRequestToken": name}
        await write_items.transact_write_items(dynamodb, call, params)
        print(name, flush=True)

async def main():
    dynamodb = DynamoDb.open(pathlib.Path(sys.argv[1]), SystemClock())
    request = http.Request("POST", "/", "", {}, http.BytesBody(b""))
    call = Call("dynamodb", "TransactWriteItems", "000000000000", "us-east-1", "id", request)
    await asyncio.gather(*(work(dynamodb, call) for _ in range(6)))

asyncio.run(main())
"""


async def run_and_kill(folder, acknowledgements):
    """The names that a process acknowledged until it was killed."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, str(folder), stdout=asyncio.subprocess.PIPE
    )
    names = [await child.stdout.readline() for _ in range(acknowledgements)]
    child.kill()
    rest = (await child.stdout.read()).splitlines(keepends=True)
    await child.wait()
    return {name.decode().strip() for name in names + rest if name.endswith(b"\n")}


async def items(client, table):
    found, more = {}, {}
    while True:
        answer = await client("Scan", TableName=table, **more)
        found |= {item["id"]["S"]: item for item in answer["Items"]}
        if "LastEvaluatedKey" not in answer:
            return found
        more = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def streamed(dynamodb, arn):
    """The names that the stream of a table tells of."""
    (shard,) = reading.shards(dynamodb, arn)
    position = reading.start(dynamodb, arn, shard.name, Start(reading.TRIM_HORIZON))
    names = []
    while True:
        page = reading.read(dynamodb, arn, shard.name, position)
        if not page.records:
            return names
        names += [json.loads(record.images)["Keys"]["id"]["S"] for record in page.records]
        position = page.next


async def test_all_or_nothing_after_a_kill(tmp_path, client):
    await client.make("right")
    await client(
        "CreateTable",
        TableName="left",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )
    # The program's clock is the machine's: a stream that is of the same day stays readable.
    for round_ in range(3):
        await client.close()
        acknowledged = await run_and_kill(tmp_path, 40 + 17 * round_)
        await client.open()
        left, right = await items(client, "left"), await items(client, "right")
        count = right.pop("count")["n"]["N"]
        assert left.keys() == right.keys()
        assert acknowledged <= left.keys()
        assert int(count) >= len(left)
    table = client.dynamodb.tables.find("000000000000", "us-east-1", "left")
    arn = f"{table.arn}/stream/{table.stream.label}"
    assert sorted(streamed(client.dynamodb, arn)) == sorted(left)
