import asyncio
import inspect
import itertools
import json
from typing import Any

import boto3
import pytest
from botocore.config import Config

from homeport.aws.dispatch import Dispatcher
from homeport.aws.iam import operations
from homeport.aws.iam.iam import Iam
from homeport.aws.protocol.call import AwsError, Call
from homeport.clock import SystemClock, VirtualClock
from homeport.edge import http
from homeport.edge.config import EdgeConfig
from homeport.edge.server import Server
from homeport.storage.quota import Quota

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Action": "sts:AssumeRole",
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
            }
        ],
    }
)
DOCUMENT = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
    }
)


class Client:
    """Calls operations as the dispatcher does, with members as boto3 takes them."""

    def __init__(self, path, clock, account="000000000000", access_key="test"):
        self.path = path
        self.clock = clock
        self.account = account
        self.access_key = access_key
        self.quota = Quota(None)
        self.iam: Any = None

    async def open(self):
        numbers = itertools.count(1)
        self.quota = Quota(self.quota.limit)
        self.iam = Iam.open(
            self.path,
            self.clock,
            lambda account: (f"AKIA{account}{next(numbers):04d}", "secret"),
            self.quota,
        )
        self.service = operations.service(self.iam)
        return self

    async def restart(self):
        await self.iam.close()
        await self.open()

    def other(self, account="000000000000", access_key="test"):
        client = Client(self.path, self.clock, account, access_key)
        client.iam, client.service = self.iam, self.service
        return client

    async def __call__(self, operation, **params):
        request = http.Request("POST", "/", "", {"host": "localhost:4566"}, http.BytesBody())
        call = Call("iam", operation, self.account, "us-east-1", "id", request, self.access_key)
        result = self.service.operations[operation](call, params)
        return await result if inspect.isawaitable(result) else result

    async def role(self, name="r", **more):
        return (await self("CreateRole", RoleName=name, AssumeRolePolicyDocument=TRUST, **more))[
            "Role"
        ]

    async def user(self, name="u", **more):
        return (await self("CreateUser", UserName=name, **more))["User"]

    async def group(self, name="g", **more):
        return (await self("CreateGroup", GroupName=name, **more))["Group"]

    async def policy(self, name="p", document=DOCUMENT, **more):
        made = await self("CreatePolicy", PolicyName=name, PolicyDocument=document, **more)
        return made["Policy"]["Arn"]

    async def refused(self, operation, **params) -> AwsError:
        with pytest.raises(AwsError) as caught:
            await self(operation, **params)
        return caught.value


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
async def client(tmp_path, clock):
    opened = await Client(tmp_path / "iam.db", clock).open()
    yield opened
    await opened.iam.close()


@pytest.fixture
async def iam(client):
    """boto3 over a socket."""
    app = Dispatcher([client.service], clock=SystemClock(), version="9")
    clock = VirtualClock()
    server = Server(app, EdgeConfig(), clock=clock)
    await server.start()
    made = boto3.client(
        "iam",
        region_name="eu-west-1",
        endpoint_url=f"http://127.0.0.1:{server.ports[0]}",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
    )
    yield made
    made.close()
    stopping = asyncio.ensure_future(server.stop(5))
    await asyncio.wait([stopping], timeout=1)
    await clock.advance(10)
    await stopping
