"""CloudWatch Logs over a real socket, as boto3 speaks to it."""

import asyncio

import boto3
import pytest
from botocore.config import Config

from homeport.aws.dispatch import Dispatcher
from homeport.aws.logs import operations
from homeport.clock import SystemClock, VirtualClock
from homeport.edge.config import EdgeConfig
from homeport.edge.server import Server


@pytest.fixture
async def logs(client):
    app = Dispatcher([operations.service(client.logs)], clock=SystemClock(), version="9")
    clock = VirtualClock()
    server = Server(app, EdgeConfig(), clock=clock)
    await server.start()
    made = boto3.client(
        "logs",
        region_name="eu-west-1",
        endpoint_url=f"http://127.0.0.1:{server.ports[0]}",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )
    yield made
    made.close()
    stopping = asyncio.ensure_future(server.stop(5))
    await asyncio.wait([stopping], timeout=1)
    await clock.advance(10)
    await stopping


def in_thread(function, *arguments, **params):
    return asyncio.to_thread(lambda: function(*arguments, **params))


async def fill(logs, now, count=25):
    await in_thread(logs.create_log_group, logGroupName="/a/b", tags={"k": "v"})
    await in_thread(logs.create_log_stream, logGroupName="/a/b", logStreamName="s")
    events = [{"timestamp": now + number, "message": f"m{number} ä"} for number in range(count)]
    return await in_thread(
        logs.put_log_events, logGroupName="/a/b", logStreamName="s", logEvents=events
    )


async def test_what_is_put_is_read(logs, client):
    answer = await fill(logs, client.now)
    assert answer["ResponseMetadata"]["HTTPHeaders"]["content-type"] == "application/x-amz-json-1.1"
    page = await in_thread(
        logs.get_log_events, logGroupName="/a/b", logStreamName="s", startFromHead=True, limit=2
    )
    assert page["events"] == [
        {"timestamp": client.now + number, "message": f"m{number} ä", "ingestionTime": client.now}
        for number in range(2)
    ]


async def test_paginators_end(logs, client):
    await fill(logs, client.now)

    def collect():
        found = logs.get_paginator("filter_log_events").paginate(
            logGroupName="/a/b", filterPattern="%m1?\\d %", PaginationConfig={"PageSize": 4}
        )
        messages = [event["message"] for page in found for event in page["events"]]
        groups = logs.get_paginator("describe_log_groups").paginate(
            PaginationConfig={"PageSize": 1}
        )
        return messages, [each["logGroupName"] for page in groups for each in page["logGroups"]]

    messages, groups = await in_thread(collect)
    assert len(messages) == 20
    assert groups == ["/a/b"]


async def test_errors_are_those_that_boto3_knows(logs):
    with pytest.raises(logs.exceptions.ResourceNotFoundException) as caught:
        await in_thread(logs.get_log_events, logGroupName="none", logStreamName="s")
    assert caught.value.response["Error"]["Message"] == "The specified log group does not exist."
    with pytest.raises(logs.exceptions.InvalidParameterException) as other:
        await in_thread(logs.describe_log_groups, limit=51)
    assert other.value.response["Error"]["Message"].startswith(
        "1 validation error detected: Value '51'"
    )
    with pytest.raises(logs.exceptions.ClientError) as third:
        await in_thread(logs.start_query, queryString="x", startTime=0, endTime=1)
    assert third.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
