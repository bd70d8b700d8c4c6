import inspect
from typing import Any

import pytest

from homeport.aws.protocol import errors as protocol_errors
from homeport.aws.protocol import model
from homeport.aws.protocol.call import AwsError, Call
from homeport.aws.ssm import operations
from homeport.aws.ssm.ssm import Ssm
from homeport.clock import VirtualClock
from homeport.edge import http
from homeport.storage.quota import Quota


class Client:
    """Calls operations as the dispatcher does, with members as boto3 takes them."""

    def __init__(self, path, clock, account="000000000000", region="us-east-1"):
        self.path = path
        self.clock = clock
        self.account = account
        self.region = region
        self.quota = Quota(None)
        self.ssm: Any = None

    async def open(self):
        self.ssm = Ssm.open(self.path, self.clock, self.quota)
        self.service = operations.service(self.ssm)
        return self

    async def restart(self):
        await self.ssm.close()
        self.quota = Quota(self.quota.limit)
        await self.open()

    def other(self, account="000000000000", region="us-east-1"):
        client = Client(self.path, self.clock, account, region)
        client.ssm, client.service = self.ssm, self.service
        return client

    async def __call__(self, operation, **params):
        request = http.Request("POST", "/", "", {"host": "localhost:4566"}, http.BytesBody())
        call = Call("ssm", operation, self.account, self.region, "id", request)
        check = protocol_errors.constraint_check(model.load("ssm").operations[operation])
        if check is not None:
            check(params)
        result = self.service.operations[operation](call, params)
        return await result if inspect.isawaitable(result) else result

    async def put(self, name, value="v", kind="String", **more):
        return await self("PutParameter", Name=name, Value=value, Type=kind, **more)

    async def again(self, name, value="v", **more):
        return await self("PutParameter", Name=name, Value=value, Overwrite=True, **more)

    async def get(self, name, **more):
        return (await self("GetParameter", Name=name, **more))["Parameter"]

    async def value(self, name, **more):
        return (await self.get(name, WithDecryption=True, **more))["Value"]

    async def names(self, operation, **params):
        """Names of all pages."""
        names, token = [], {}
        while True:
            answer = await self(operation, **params, **token)
            names += [each["Name"] for each in answer["Parameters"]]
            if "NextToken" not in answer:
                return names
            token = {"NextToken": answer["NextToken"]}

    async def refused(self, operation, **params) -> AwsError:
        with pytest.raises(AwsError) as caught:
            await self(operation, **params)
        return caught.value


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
async def client(tmp_path, clock):
    opened = await Client(tmp_path / "ssm.db", clock).open()
    yield opened
    await opened.ssm.close()
