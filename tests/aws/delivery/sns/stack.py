"""SNS with its deliveries, and what stands on the other side of them."""

import asyncio
import inspect
import itertools
import json

from homeport.aws.delivery.invoke import Invoker
from homeport.aws.delivery.queues import Queues
from homeport.aws.delivery.sns.deliveries import Deliveries
from homeport.aws.protocol.call import AwsError, Call, Service
from homeport.aws.sns import operations
from homeport.aws.sns.sns import Sns
from homeport.aws.sqs import operations as sqs_operations
from homeport.aws.sqs.sqs import Sqs
from homeport.clock import settle
from homeport.edge import http

ACCOUNT, REGION = "000000000000", "us-east-1"
GONE = AwsError("QueueDoesNotExist", "The specified queue does not exist.", 400)
DOWN = AwsError("InternalFailure", "down", 500)


def queue(name):
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


class FakeQueues:
    """Notes what is sent; fails as `answers` says, by ARN: an error, or a list of what comes of one send after the other."""

    def __init__(self):
        self.sent = []
        self.broadcasts = []
        self.sends = 0
        self.answers = {}
        self.tries = []

    def _answer(self, arn):
        answer = self.answers.get(arn)
        if isinstance(answer, list):
            return answer.pop(0) if answer else None
        return answer

    async def send(self, entries):
        self.sends += 1
        results = [self._answer(entry.arn) for entry in entries]
        for entry, error in zip(entries, results, strict=True):
            self.tries.append(entry.arn)
            if error is None:
                self.sent.append(entry)
        return results

    async def broadcast(self, many):
        self.broadcasts += many
        entries = [one.entry(number) for one in many for number in range(len(one.readers.arns))]
        results = iter(await self.send(entries))
        found = [[next(results) for _ in one.readers.arns] for one in many]
        return [{n: error for n, error in enumerate(errors) if error} for errors in found]

    def bodies(self, name):
        return [entry.body for entry in self.sent if entry.arn == queue(name)]


class FakeFunctions:
    """AWS Lambda as far as SNS sees it."""

    def __init__(self):
        self.events = []
        self.answers = []
        self.times = []
        self.clock = None

    def invoke(self, call, params):
        self.times.append(self.clock.now())
        error = self.answers.pop(0) if self.answers else None
        if error is not None:
            raise error
        assert params["InvocationType"] == "Event"
        self.events.append((params["FunctionName"], json.loads(params["Payload"])))
        return {"StatusCode": 202}

    def service(self):
        return Service("lambda", {"Invoke": self.invoke})


class FakeWeb:
    """Notes what is posted; answers 200, or what is in `answers`: a status or an error."""

    def __init__(self):
        self.posts = []
        self.answers = []
        self.times = []
        self.clock = None
        self.under_way = self.most = 0
        self.gate = None

    async def __call__(self):
        return self

    async def post(self, url, headers, body):
        self.times.append(self.clock.now())
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(0)
        if self.gate is not None:
            await self.gate.wait()
        self.under_way -= 1
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        if answer == 200:
            self.posts.append((url, headers, body.decode()))
        return answer


class Stack:
    """SNS with its deliveries, and a client of it."""

    def __init__(self, folder, clock):
        self.folder = folder
        self.clock = clock
        self.queues = FakeQueues()
        self.functions = FakeFunctions()
        self.web = FakeWeb()
        self.functions.clock = self.web.clock = clock
        self.services = {"lambda": self.functions.service()}
        self.numbers = itertools.count(1)

    async def open(self, start=True):
        ids = self.numbers
        self.sns = Sns.open(
            self.folder / "sns.db", self.clock, lambda: f"00000000-0000-4000-8000-{next(ids):012d}"
        )
        self.deliveries = Deliveries(self.sns, self.queues, Invoker(self.services), self.web)
        # Otherwise the first delivery waits for a thread that makes the key.
        await self.sns.signing.open()
        if start:
            self.deliveries.start()
        return self

    async def close(self):
        await self.deliveries.close()
        await self.sns.close()

    async def idle(self):
        """Lets all be delivered that needs no time."""
        async with asyncio.timeout(10):
            await self.deliveries.carrier.idle()

    async def settle(self):
        """Lets all run that can run now, commits in threads too."""
        for _ in range(10):
            while self.sns.db._is_busy:
                await asyncio.sleep(0)
            await settle(10)

    async def finish(self, step_s=0.5):
        """Moves time until nothing is left to deliver."""
        for _ in range(1_000):
            await self.settle()
            if self.left() == [0, 0]:
                return
            await self.clock.advance(step_s)
        raise AssertionError(self.left())

    async def __call__(self, operation, **params):
        return await call(self.sns, operations.TABLE, "sns", operation, params)

    async def make(self, name="t", **attributes):
        if name.endswith(".fifo"):
            attributes |= {"FifoTopic": "true", "ContentBasedDeduplication": "true"}
        return (await self("CreateTopic", Name=name, Attributes=attributes))["TopicArn"]

    async def subscribe(self, topic, endpoint, protocol="sqs", **attributes):
        answer = await self(
            "Subscribe",
            TopicArn=topic,
            Protocol=protocol,
            Endpoint=endpoint,
            Attributes=attributes,
            ReturnSubscriptionArn=True,
        )
        return answer["SubscriptionArn"]

    async def endpoint(self, topic, url="http://example.com/x", **attributes):
        """An HTTP endpoint that has confirmed."""
        arn = await self.subscribe(topic, url, "http", **attributes)
        await self.settle()
        asked = json.loads(self.web.posts.pop()[2])
        await self("ConfirmSubscription", TopicArn=topic, Token=asked["Token"])
        self.web.times.clear()
        return arn

    def left(self):
        """Rows of messages and of the outbox."""
        query = self.sns.db.query
        return [query(f"SELECT count(*) FROM {table}")[0][0] for table in ("message", "outbox")]


async def call(thing, table, service, operation, params):
    headers = {"host": "localhost:4566", **params.pop("headers", {})}
    request = http.Request("POST", "/", "", headers, http.BytesBody())
    result = table[operation](
        thing, Call(service, operation, ACCOUNT, REGION, "id", request, "test"), params
    )
    return await result if inspect.isawaitable(result) else result


class RealQueues:
    """Our own SQS, and a client of it."""

    def __init__(self, folder, clock):
        self.sqs = Sqs.open(folder / "sqs.db", clock)
        self.queues = Queues(self.sqs)

    async def __call__(self, operation, **params):
        return await call(self.sqs, sqs_operations.TABLE, "sqs", operation, params)

    async def make(self, name, **attributes):
        if name.endswith(".fifo"):
            attributes["FifoQueue"] = "true"
        await self("CreateQueue", QueueName=name, Attributes=attributes)
        return queue(name)

    async def receive(self, name):
        answer = await self(
            "ReceiveMessage",
            QueueUrl=name,
            MaxNumberOfMessages=10,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return answer.get("Messages", [])
