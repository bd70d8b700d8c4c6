import inspect
import itertools
import random
from typing import Any

import pytest

from homeport.aws.protocol import errors as protocol_errors
from homeport.aws.protocol import model
from homeport.aws.protocol.call import AwsError, Call
from homeport.aws.secretsmanager import operations
from homeport.aws.secretsmanager.secretsmanager import SecretsManager
from homeport.clock import VirtualClock
from homeport.edge import http
from homeport.storage.quota import Quota

TOKENS = {"CreateSecret", "UpdateSecret", "PutSecretValue"}


class Client:
    """Calls operations as the dispatcher does, with members as boto3 takes them."""

    def __init__(self, path, clock, account="000000000000", region="us-east-1"):
        self.path = path
        self.clock = clock
        self.account = account
        self.region = region
        self.quota = Quota(None)
        self.numbers = itertools.count(1)
        self.manager: Any = None

    async def open(self):
        source = random.Random(7)
        self.manager = SecretsManager.open(self.path, self.clock, self.quota, source)
        self.service = operations.service(self.manager)
        return self

    async def restart(self):
        await self.manager.close()
        self.quota = Quota(self.quota.limit)
        await self.open()

    def other(self, account="000000000000", region="us-east-1"):
        client = Client(self.path, self.clock, account, region)
        client.manager, client.service, client.numbers = self.manager, self.service, self.numbers
        return client

    async def __call__(self, operation, **params):
        if operation in TOKENS:
            params.setdefault("ClientRequestToken", f"{next(self.numbers):032}")
        request = http.Request("POST", "/", "", {"host": "localhost:4566"}, http.BytesBody())
        call = Call("secretsmanager", operation, self.account, self.region, "id", request)
        check = protocol_errors.constraint_check(model.load("secretsmanager").operations[operation])
        if check is not None:
            check(params)
        result = self.service.operations[operation](call, params)
        return await result if inspect.isawaitable(result) else result

    async def make(self, name="s", value="v", **more):
        return await self("CreateSecret", Name=name, SecretString=value, **more)

    async def put(self, value, name="s", **more):
        return (await self("PutSecretValue", SecretId=name, SecretString=value, **more))[
            "VersionId"
        ]

    async def value(self, name="s", **more):
        return (await self("GetSecretValue", SecretId=name, **more))["SecretString"]

    async def stages(self, name="s"):
        """Values by their staging labels, of all versions that have one."""
        described = await self("DescribeSecret", SecretId=name)
        return {
            await self.value(name, VersionId=version): labels
            for version, labels in described["VersionIdsToStages"].items()
        }

    async def names(self, **params):
        """Names of all pages of ListSecrets."""
        names, token = [], {}
        while True:
            answer = await self("ListSecrets", **params, **token)
            names += [each["Name"] for each in answer["SecretList"]]
            if "NextToken" not in answer:
                return names
            token = {"NextToken": answer["NextToken"]}

    async def refused(self, operation, **params) -> AwsError:
        with pytest.raises(AwsError) as caught:
            await self(operation, **params)
        return caught.value


@pytest.fixture
def clock():
    return VirtualClock(1_750_000_000.125)


@pytest.fixture
async def client(tmp_path, clock):
    opened = await Client(tmp_path / "secretsmanager.db", clock).open()
    yield opened
    await opened.manager.close()
