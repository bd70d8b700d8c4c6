"""A process of its own that has its mappings run until it is killed: `python worker.py FOLDER STREAM_ARN`."""

import asyncio
import json
import os
import sys
from pathlib import Path

from homeport.aws.delivery.event_sources import opened
from homeport.aws.delivery.event_sources.mapping import Answer, Mapping
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.lambda_.mappings import positions
from homeport.aws.lambda_.mappings.positions import Positions
from homeport.aws.sqs.sqs import Sqs
from homeport.clock import SystemClock
from homeport.storage.db import Database

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"


class Function:
    """Writes down what it is invoked with, line by line."""

    def __init__(self, folder):
        self.file = os.open(folder / "done", os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def invoke(self, _arn, payload):
        await asyncio.sleep(0.002)
        names = [name_of(record) for record in json.loads(payload)["Records"]]
        os.write(self.file, "".join(f"{name}\n" for name in names).encode())
        await asyncio.sleep(0.002)
        return Answer(b"null")


def name_of(record):
    return record["body"] if "body" in record else record["dynamodb"]["Keys"]["id"]["S"]


class Mappings:
    """One mapping of each kind."""

    def __init__(self, stream):
        queue = "arn:aws:sqs:us-east-1:000000000000:q"
        self.kept = [
            Mapping("1", queue, FUNCTION, batch_size=5),
            Mapping("2", stream, FUNCTION, batch_size=5, parallelization=2),
        ]

    def all(self):
        return self.kept

    def get(self, uuid):
        return next(each for each in self.kept if each.uuid == uuid)

    async def note_result(self, uuid, text):
        pass


async def main(folder, stream):
    clock = SystemClock()
    sqs = Sqs.open(folder / "sqs.db", clock)
    dynamodb = DynamoDb.open(folder, clock)
    kept = Positions(Database(folder / "lambda.db", (positions.SCHEMA,)))
    sources = opened.opened(
        Mappings(stream), Function(folder), None, kept, clock, sqs=sqs, dynamodb=dynamodb
    )
    sources.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
