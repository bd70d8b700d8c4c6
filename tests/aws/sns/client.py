"""SNS as a caller of its operations sees it, and what it has written down."""

import inspect
import itertools
import json
from typing import Any

import pytest

from homeport.aws.protocol.call import AwsError, Call
from homeport.aws.sns import operations
from homeport.aws.sns.sns import Sns
from homeport.edge import http

TOPIC = "arn:aws:sns:us-east-1:000000000000:t"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"


class Client:
    """Calls operations as the dispatcher does, with members as boto3 takes them."""

    def __init__(self, path, clock, account="000000000000", region="us-east-1"):
        self.path = path
        self.clock = clock
        self.account = account
        self.region = region
        self.access_key = "test"
        self.sns: Any = None
        self.woken: list[str] = []
        self.numbers = itertools.count(1)

    async def open(self):
        self.sns = Sns.open(
            self.path, self.clock, lambda: f"00000000-0000-4000-8000-{next(self.numbers):012d}"
        )
        self.sns.wake = self.woken.append
        self.service = operations.service(self.sns)
        return self

    async def restart(self):
        await self.sns.close()
        await self.open()

    def other(self, account="000000000000", region="us-east-1", access_key="test"):
        client = Client(self.path, self.clock, account, region)
        client.sns, client.service, client.access_key = self.sns, self.service, access_key
        return client

    async def __call__(self, operation, **params):
        request = http.Request("POST", "/", "", {"host": "localhost:4566"}, http.BytesBody())
        call = Call("sns", operation, self.account, self.region, "id", request, self.access_key)
        result = self.service.operations[operation](call, params)
        return await result if inspect.isawaitable(result) else result

    async def make(self, name="t", **attributes):
        if name.endswith(".fifo"):
            attributes["FifoTopic"] = "true"
        answer = await self("CreateTopic", Name=name, Attributes=attributes)
        return answer["TopicArn"]

    async def subscribe(self, topic=TOPIC, endpoint=QUEUE, protocol="sqs", **attributes):
        answer = await self(
            "Subscribe",
            TopicArn=topic,
            Protocol=protocol,
            Endpoint=endpoint,
            Attributes=attributes,
            ReturnSubscriptionArn=True,
        )
        return answer["SubscriptionArn"]

    async def device(self, token="token", platform="GCM"):
        """An endpoint of an application."""
        app = await self(
            "CreatePlatformApplication",
            Name="a",
            Platform=platform,
            Attributes={"PlatformCredential": "secret"},
        )
        made = await self("CreatePlatformEndpoint", Token=token, **app)
        return made["EndpointArn"]

    async def publish(self, message="m", topic=TOPIC, **more):
        return await self("Publish", TopicArn=topic, Message=message, **more)

    async def topic_attributes(self, topic=TOPIC):
        return (await self("GetTopicAttributes", TopicArn=topic))["Attributes"]

    async def attributes(self, arn):
        return (await self("GetSubscriptionAttributes", SubscriptionArn=arn))["Attributes"]

    async def set(self, arn, name, value):
        await self(
            "SetSubscriptionAttributes",
            SubscriptionArn=arn,
            AttributeName=name,
            AttributeValue=value,
        )

    async def refused(self, operation, **params) -> AwsError:
        with pytest.raises(AwsError) as caught:
            await self(operation, **params)
        return caught.value

    async def said(self, operation, **params) -> str:
        return (await self.refused(operation, **params)).message

    def outbox(self):
        """Lanes and bodies of the deliveries to make."""
        rows = self.sns.db.query("SELECT lane, body FROM outbox ORDER BY id")
        return [(lane, json.loads(body)) for lane, body in rows]

    def messages(self):
        return self.sns.db.query("SELECT body, deliveries FROM message ORDER BY id")

    def token(self, arn):
        ((token,),) = self.sns.db.query(
            "SELECT token FROM subscription WHERE uuid = ?", (arn.rpartition(":")[2],)
        )
        return token
