import asyncio
import base64
import inspect
import json

import boto3
import pytest
from botocore.config import Config

from homeport.aws.dispatch import Dispatcher
from homeport.aws.protocol.call import AwsError, Call
from homeport.aws.sts import operations
from homeport.aws.sts.directory import Role, User
from homeport.aws.sts.sts import Sts
from homeport.clock import SystemClock, VirtualClock
from homeport.edge import http
from homeport.edge.config import EdgeConfig
from homeport.edge.server import Server
from homeport.storage.quota import Quota

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/team/deploy"


class Directory:
    """The roles and users of a test."""

    def __init__(self):
        self.roles: dict[str, Role] = {}
        self.users: dict[str, User] = {}

    async def role(self, arn, /):
        return self.roles.get(arn)

    async def user(self, access_key, /):
        return self.users.get(access_key)


class Client:
    """Calls operations as the dispatcher does, with members as boto3 takes them."""

    def __init__(self, path, clock):
        self.path = path
        self.clock = clock
        self.directory = Directory()
        self.quota = Quota(None)

    async def open(self):
        self.quota = Quota(self.quota.limit)
        self.sts = Sts.open(self.path, self.clock, self.directory, self.quota)
        self.service = operations.service(self.sts)
        return self

    async def restart(self):
        await self.sts.close()
        await self.open()

    async def __call__(self, operation, by="test", account="000000000000", **params):
        request = http.Request("POST", "/", "", {"host": "localhost:4566"}, http.BytesBody())
        call = Call("sts", operation, account, "us-east-1", "id", request, by)
        result = self.service.operations[operation](call, params)
        return await result if inspect.isawaitable(result) else result

    async def assume(self, arn=ROLE, name="session", **more):
        return await self("AssumeRole", RoleArn=arn, RoleSessionName=name, **more)

    async def key(self, **more):
        return (await self.assume(**more))["Credentials"]["AccessKeyId"]

    async def arn(self, by):
        return (await self("GetCallerIdentity", by=by))["Arn"]

    async def refused(self, operation, **params) -> AwsError:
        with pytest.raises(AwsError) as caught:
            await self(operation, **params)
        return caught.value


def token(**claims):
    """A token of an identity provider, with a signature that nobody verifies."""
    parts = ({"alg": "RS256"}, {"iss": "https://issuer", "sub": "somebody"} | claims)
    encoded = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts
    ]
    return ".".join([*encoded, "c2lnbmF0dXJl"])


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
async def client(tmp_path, clock):
    opened = await Client(tmp_path / "sts.db", clock).open()
    yield opened
    await opened.sts.close()


@pytest.fixture
async def connect(client):
    """Makes boto3 clients over a socket."""
    app = Dispatcher([client.service], clock=SystemClock(), version="9")
    clock = VirtualClock()
    server = Server(app, EdgeConfig(), clock=clock)
    await server.start()
    made = []

    def make(**credentials):
        named = {"aws_access_key_id": "test", "aws_secret_access_key": "test"} | credentials
        url = f"http://127.0.0.1:{server.ports[0]}"
        config = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
        made.append(
            boto3.client("sts", region_name="eu-west-1", endpoint_url=url, config=config, **named)
        )
        return made[-1]

    yield make
    for each in made:
        each.close()
    stopping = asyncio.ensure_future(server.stop(5))
    await asyncio.wait([stopping], timeout=1)
    await clock.advance(10)
    await stopping
