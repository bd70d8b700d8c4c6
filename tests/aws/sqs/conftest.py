import inspect
import itertools
from typing import Any

import pytest

from homeport.aws.protocol.call import AwsError, Call
from homeport.aws.sqs import operations
from homeport.aws.sqs.sqs import Sqs
from homeport.clock import VirtualClock
from homeport.edge import http


class Client:
    """Calls operations as the dispatcher does, with members as boto3 takes them."""

    def __init__(self, path, clock, account="000000000000", region="us-east-1"):
        self.path = path
        self.clock = clock
        self.account = account
        self.region = region
        self.sqs: Any = None

    async def open(self):
        numbers = itertools.count(1)
        self.sqs = Sqs.open(
            self.path, self.clock, lambda: f"00000000-0000-4000-8000-{next(numbers):012d}"
        )
        self.service = operations.service(self.sqs)
        return self

    async def restart(self):
        await self.sqs.close()
        await self.open()

    def other(self, account="000000000000", region="us-east-1"):
        client = Client(self.path, self.clock, account, region)
        client.sqs, client.service = self.sqs, self.service
        return client

    async def __call__(self, operation, path="/", **params):
        request = http.Request("POST", path, "", {"host": "localhost:4566"}, http.BytesBody())
        call = Call("sqs", operation, self.account, self.region, "id", request)
        result = self.service.operations[operation](call, params)
        return await result if inspect.isawaitable(result) else result

    async def make(self, name="q", **attributes):
        if name.endswith(".fifo"):
            attributes["FifoQueue"] = "true"
        answer = await self("CreateQueue", QueueName=name, Attributes=attributes)
        return answer["QueueUrl"]

    async def send(self, url, body="body", **more):
        return await self("SendMessage", QueueUrl=url, MessageBody=body, **more)

    async def receive(self, url, count=10, **more):
        answer = await self("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=count, **more)
        return answer.get("Messages", [])

    async def bodies(self, url, count=10, **more):
        return [message["Body"] for message in await self.receive(url, count, **more)]

    async def delete(self, url, message):
        await self("DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    async def attributes(self, url, *names):
        answer = await self("GetQueueAttributes", QueueUrl=url, AttributeNames=names or ["All"])
        return answer["Attributes"]

    async def refused(self, operation, **params) -> AwsError:
        with pytest.raises(AwsError) as caught:
            await self(operation, **params)
        return caught.value


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
async def client(tmp_path, clock):
    opened = await Client(tmp_path / "sqs.db", clock).open()
    yield opened
    await opened.sqs.close()
