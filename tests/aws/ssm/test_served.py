"""Parameter Store over a real socket, as boto3 speaks to it."""

import asyncio

import boto3
import pytest
from botocore.config import Config

from homeport.aws.dispatch import Dispatcher
from homeport.aws.ssm import operations
from homeport.clock import SystemClock, VirtualClock
from homeport.edge.config import EdgeConfig
from homeport.edge.server import Server


@pytest.fixture
async def ssm(client):
    app = Dispatcher([operations.service(client.ssm)], clock=SystemClock(), version="9")
    clock = VirtualClock()
    server = Server(app, EdgeConfig(), clock=clock)
    await server.start()
    made = boto3.client(
        "ssm",
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


def in_thread(function, **params):
    return asyncio.to_thread(lambda: function(**params))


async def test_a_parameter_over_the_wire(ssm, client):
    made = await in_thread(
        ssm.put_parameter, Name="/a/b", Value="hällo", Type="SecureString", Tier="Advanced"
    )
    assert (made["Version"], made["Tier"]) == (1, "Advanced")
    found = await in_thread(ssm.get_parameter, Name="/a/b:1", WithDecryption=True)
    parameter = found["Parameter"]
    assert parameter["LastModifiedDate"].timestamp() == client.clock.now()
    assert (parameter["Value"], parameter["Selector"]) == ("hällo", ":1")
    assert parameter["ARN"] == "arn:aws:ssm:eu-west-1:000000000000:parameter/a/b"


async def test_paginators_end(ssm):
    for number in range(25):
        await in_thread(ssm.put_parameter, Name=f"/a/{number:02}", Value="v", Type="String")

    def collect():
        pages = ssm.get_paginator("get_parameters_by_path").paginate(Path="/a")
        described = ssm.get_paginator("describe_parameters").paginate(
            PaginationConfig={"PageSize": 7}
        )
        return [
            [each["Name"] for page in found for each in page["Parameters"]]
            for found in (pages, described)
        ]

    by_path, described = await in_thread(collect)
    assert by_path == described == [f"/a/{number:02}" for number in range(25)]


async def test_errors_are_those_that_boto3_knows(ssm):
    with pytest.raises(ssm.exceptions.ParameterNotFound) as caught:
        await in_thread(ssm.get_parameter, Name="none")
    assert caught.value.response["Error"]["Message"] == "Parameter none not found."
    with pytest.raises(ssm.exceptions.ClientError) as other:
        await in_thread(ssm.get_parameters_by_path, Path="/", MaxResults=11)
    assert other.value.response["Error"]["Code"] == "ValidationException"
    with pytest.raises(ssm.exceptions.ClientError) as third:
        await in_thread(ssm.list_documents)
    assert third.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
