import inspect
import io
import itertools
import zipfile
from typing import Any

import pytest

from homeport.aws.lambda_ import operations
from homeport.aws.lambda_.lambda_ import Lambda
from homeport.aws.protocol.call import AwsError, Call
from homeport.clock import VirtualClock
from homeport.edge import http

ROLE = "arn:aws:iam::000000000000:role/r"
ARN = "arn:aws:lambda:us-east-1:000000000000:function:"


def zipped(files=None):
    """A zip archive of texts by their names, the same bytes each time."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, text in (files or {"index.py": "def handler(event, context): pass"}).items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), text)
    return body.getvalue()


class Draws:
    """Random numbers that a test chooses."""

    def __init__(self):
        self.next = 0.0

    def __call__(self):
        return self.next


class Client:
    """Calls operations as the dispatcher does, with members as boto3 takes them."""

    def __init__(self, folder, clock, account="000000000000", region="us-east-1"):
        self.folder = folder
        self.clock = clock
        self.account = account
        self.region = region
        self.draws = Draws()
        self.quota = None
        self.lambda_: Any = None
        self._numbers = itertools.count(1)

    async def open(self):
        self.lambda_ = Lambda.open(self.folder, self.clock, self._id, self.draws, self.quota)
        self.service = operations.service(self.lambda_)
        return self

    def _id(self):
        return f"00000000-0000-4000-8000-{next(self._numbers):012d}"

    async def restart(self):
        await self.lambda_.close()
        await self.open()

    def other(self, account="000000000000", region="us-east-1"):
        client = Client(self.folder, self.clock, account, region)
        client.lambda_, client.service = self.lambda_, self.service
        return client

    async def __call__(self, operation, **params):
        request = http.Request("POST", "/", "", {"host": "localhost:4566"}, http.BytesBody())
        call = Call("lambda", operation, self.account, self.region, "id", request)
        result = self.service.operations[operation](call, params)
        result = await result if inspect.isawaitable(result) else result
        return {name: value for name, value in result.items() if value is not None}

    async def make(self, name="f", files=None, **params):
        given = {
            "FunctionName": name,
            "Role": ROLE,
            "Runtime": "python3.12",
            "Handler": "index.handler",
            "Code": {"ZipFile": zipped(files)},
        }
        return await self("CreateFunction", **(given | params))

    async def refused(self, operation, **params) -> AwsError:
        with pytest.raises(AwsError) as caught:
            await self(operation, **params)
        return caught.value

    def resolve(self, name="f", qualifier=None):
        return self.lambda_.functions.resolve(self.account, self.region, name, qualifier)


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
async def client(tmp_path, clock):
    opened = await Client(tmp_path, clock).open()
    yield opened
    await opened.lambda_.close()
