import contextlib
import inspect
from typing import Any

import pytest

from homeport.aws.logs import operations
from homeport.aws.logs.logs import Logs
from homeport.aws.protocol.call import AwsError, Call
from homeport.clock import VirtualClock
from homeport.edge import http
from homeport.storage import connection
from homeport.storage.quota import Quota

DAY_MS = 86_400_000
GROUP_BYTES = 1_026
STREAM_BYTES = 1_024
"""What a group without tags and a stream without events count towards the quota."""


class Client:
    """Calls operations as the dispatcher does, with members as boto3 takes them."""

    def __init__(self, path, clock, account="000000000000", region="us-east-1"):
        self.path = path
        self.clock = clock
        self.account = account
        self.region = region
        self.quota = Quota(None)
        self.logs: Any = None

    async def open(self):
        self.logs = Logs.open(self.path, self.clock, self.quota)
        self.service = operations.service(self.logs)
        return self

    async def restart(self):
        await self.logs.close()
        self.quota = Quota(self.quota.limit)
        await self.open()

    def other(self, account="000000000000", region="us-east-1"):
        client = Client(self.path, self.clock, account, region)
        client.logs, client.service = self.logs, self.service
        return client

    @property
    def now(self):
        return self.logs.now()

    async def __call__(self, operation, **params):
        request = http.Request("POST", "/", "", {"host": "localhost:4566"}, http.BytesBody())
        call = Call("logs", operation, self.account, self.region, "id", request)
        result = self.service.operations[operation](call, params)
        return await result if inspect.isawaitable(result) else result

    async def make(self, group="g", *streams):
        await self("CreateLogGroup", logGroupName=group)
        for stream in streams:
            await self("CreateLogStream", logGroupName=group, logStreamName=stream)

    async def put(self, *events, group="g", stream="s"):
        """Events as pairs of a time and a message."""
        made = [{"timestamp": timestamp, "message": message} for timestamp, message in events]
        return await self("PutLogEvents", logGroupName=group, logStreamName=stream, logEvents=made)

    async def get(self, group="g", stream="s", **more):
        return await self("GetLogEvents", logGroupName=group, logStreamName=stream, **more)

    async def messages(self, group="g", stream="s", **more):
        answer = await self.get(group, stream, startFromHead=True, **more)
        return [event["message"] for event in answer["events"]]

    async def filter(self, group="g", **more):
        return await self("FilterLogEvents", logGroupName=group, **more)

    async def found(self, group="g", **more):
        """Messages of all pages of FilterLogEvents."""
        messages, token = [], {}
        while True:
            answer = await self.filter(group, **more, **token)
            messages += [event["message"] for event in answer["events"]]
            if "nextToken" not in answer:
                return messages
            token = {"nextToken": answer["nextToken"]}

    async def group(self, name="g"):
        answer = await self("DescribeLogGroups", logGroupNamePrefix=name)
        return answer["logGroups"][0]

    @contextlib.asynccontextmanager
    async def logs_trace(self, statements):
        """Adds the statements that reads in a thread run."""
        connect = connection.connect

        def traced(*arguments):
            made = connect(*arguments)
            made.set_trace_callback(statements.append)
            return made

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(connection, "connect", traced)
            yield

    async def refused(self, operation, **params) -> AwsError:
        with pytest.raises(AwsError) as caught:
            await self(operation, **params)
        return caught.value


@pytest.fixture
def clock():
    return VirtualClock(1_750_000_000.0)


@pytest.fixture
async def client(tmp_path, clock):
    opened = await Client(tmp_path / "logs.db", clock).open()
    yield opened
    await opened.logs.close()
