import asyncio
import dataclasses
import itertools
import json

import pytest

from homeport.aws.delivery.event_sources.mapping import Answer, Mapping
from homeport.aws.delivery.invoke import Caller, Invoker
from homeport.aws.sqs import operations as sqs_operations
from homeport.aws.sqs.sqs import Sqs
from homeport.clock import VirtualClock

ACCOUNT, REGION = "000000000000", "us-east-1"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
UUID = "00000000-0000-4000-8000-0000000000ff"
CALLER = Caller(ACCOUNT, REGION)


async def until(check, *, clock=None, step_s=0.0):
    """Waits until something holds, however long commits take; a virtual clock is moved meanwhile."""
    for _ in range(4000):
        if check():
            return
        if clock is not None:
            await clock.advance(step_s)
        await asyncio.sleep(0.001)
    raise AssertionError("It never came to that.")


async def still(rounds=30):
    """Lets everything go on that can, commits included."""
    for _ in range(rounds):
        await asyncio.sleep(0.001)


class Function:
    """Implements `Functions`: answers what `behave` says, or raises it."""

    def __init__(self):
        self.events = []
        self.arns = []
        self.running = self.most_running = 0
        self.behave = lambda event: {}

    async def invoke(self, function_arn, payload):
        event = json.loads(payload)
        self.arns.append(function_arn)
        self.events.append(event)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            said = self.behave(event)
            if asyncio.iscoroutine(said):
                said = await said
        finally:
            self.running -= 1
        if isinstance(said, Exception):
            raise said
        return said if isinstance(said, Answer) else Answer(json.dumps(said).encode())

    @property
    def records(self):
        return [record for event in self.events for record in event["Records"]]

    @property
    def bodies(self):
        return [record["body"] for record in self.records]

    @property
    def sizes(self):
        return [len(event["Records"]) for event in self.events]


FAILS = Answer(b'{"errorMessage":"no","errorType":"E"}', "Unhandled")


class Mappings:
    """Implements `Mappings` in memory."""

    def __init__(self):
        self.kept = {}
        self.results = []

    def all(self):
        return list(self.kept.values())

    def get(self, uuid):
        return self.kept.get(uuid)

    async def note_result(self, uuid, text):
        self.results.append(text)


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def function():
    return Function()


@pytest.fixture
def mappings():
    return Mappings()


class Queues:
    """Calls SQS as a client would."""

    def __init__(self, path, clock):
        self.path, self.clock = path, clock
        self.numbers = itertools.count(1)
        self.sqs = self.invoker = None

    def open(self):
        self.sqs = Sqs.open(
            self.path, self.clock, lambda: f"00000000-0000-4000-8000-{next(self.numbers):012d}"
        )
        self.invoker = Invoker({"sqs": sqs_operations.service(self.sqs)})
        return self

    async def __call__(self, operation, **params):
        return (await self.invoker.call(CALLER, "sqs", operation, params)).members

    async def make(self, name="q", **attributes):
        if name.endswith(".fifo"):
            attributes |= {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
        await self("CreateQueue", QueueName=name, Attributes=attributes)
        return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"

    async def send(self, *bodies, name="q", **more):
        for body in bodies:
            await self("SendMessage", QueueUrl=self.url(name), MessageBody=body, **more)

    def url(self, name="q"):
        return f"http://localhost/{ACCOUNT}/{name}"

    async def left(self, name="q"):
        """Messages that are there, in flight or not."""
        answer = await self("GetQueueAttributes", QueueUrl=self.url(name), AttributeNames=["All"])
        counts = answer["Attributes"]
        return (
            int(counts["ApproximateNumberOfMessages"]),
            int(counts["ApproximateNumberOfMessagesNotVisible"]),
        )

    def rows(self):
        """Messages of all queues."""
        return self.sqs.db.query("SELECT count(*) FROM message")[0][0]


@pytest.fixture
async def queues(tmp_path, clock):
    queues = Queues(tmp_path / "sqs.db", clock).open()
    yield queues
    await queues.sqs.close()


@pytest.fixture
def mapping():
    """Makes a mapping, or another like it."""
    first = Mapping(UUID, f"arn:aws:sqs:{REGION}:{ACCOUNT}:q", FUNCTION)
    return lambda **changes: dataclasses.replace(first, **changes)
