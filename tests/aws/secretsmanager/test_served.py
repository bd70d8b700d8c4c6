"""Secrets Manager over a real socket, as boto3 speaks to it."""

import asyncio

import boto3
import pytest
from botocore.config import Config

from homeport.aws.dispatch import Dispatcher
from homeport.aws.secretsmanager import operations
from homeport.clock import SystemClock, VirtualClock
from homeport.edge.config import EdgeConfig
from homeport.edge.server import Server


@pytest.fixture
async def secrets(client):
    app = Dispatcher([operations.service(client.manager)], clock=SystemClock(), version="9")
    clock = VirtualClock()
    server = Server(app, EdgeConfig(), clock=clock)
    await server.start()
    made = boto3.client(
        "secretsmanager",
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


async def test_a_secret_over_the_wire(secrets, client):
    made = await in_thread(secrets.create_secret, Name="a/b", SecretBinary=b"\x00\xff")
    found = await in_thread(secrets.get_secret_value, SecretId=made["ARN"])
    assert found["SecretBinary"] == b"\x00\xff"
    assert found["CreatedDate"].timestamp() == client.clock.now()
    put = await in_thread(secrets.put_secret_value, SecretId="a/b", SecretString="ä")
    assert put["VersionStages"] == ["AWSCURRENT"]
    described = await in_thread(secrets.describe_secret, SecretId="a/b")
    assert described["VersionIdsToStages"] == {
        made["VersionId"]: ["AWSPREVIOUS"],
        put["VersionId"]: ["AWSCURRENT"],
    }


async def test_paginators_end(secrets):
    for number in range(5):
        await in_thread(secrets.create_secret, Name=f"s{number}", SecretString="v")

    def collect():
        listed = secrets.get_paginator("list_secrets").paginate(PaginationConfig={"PageSize": 2})
        return [each["Name"] for page in listed for each in page["SecretList"]]

    assert await in_thread(collect) == [f"s{number}" for number in range(5)]


async def test_errors_are_those_that_boto3_knows(secrets):
    with pytest.raises(secrets.exceptions.ResourceNotFoundException) as caught:
        await in_thread(secrets.get_secret_value, SecretId="none")
    response = caught.value.response
    assert response["Error"]["Message"] == "Secrets Manager can't find the specified secret."
    assert response["Message"] == response["Error"]["Message"]
    with pytest.raises(secrets.exceptions.ClientError) as other:
        await in_thread(secrets.rotate_secret, SecretId="none")
    assert other.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
