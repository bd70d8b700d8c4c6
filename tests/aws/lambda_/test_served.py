"""boto3 against the service over a real socket: answers, waiters, paginators, errors, and the URL of a package."""

import asyncio
import base64
import hashlib
import json
import urllib.request

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from tests.aws.lambda_.conftest import ROLE, Client, zipped

from homeport.aws.delivery.code_objects import CodeObjects
from homeport.aws.delivery.invoke import Invoker
from homeport.aws.dispatch import Dispatcher
from homeport.aws.lambda_ import operations
from homeport.aws.protocol.call import Output
from homeport.aws.s3 import operations as s3_operations
from homeport.aws.s3.s3 import S3
from homeport.clock import SystemClock, VirtualClock
from homeport.edge.config import EdgeConfig
from homeport.edge.server import Server


def invoke(call, params):
    """An engine of one line."""
    return Output({"StatusCode": 200, "Payload": json.dumps(call.operation).encode()})


@pytest.fixture
async def server(tmp_path):
    client = await Client(tmp_path, SystemClock()).open()
    s3 = S3.open(tmp_path, SystemClock(), lambda: "0" * 32)
    services = {"s3": s3_operations.service(s3)}
    client.lambda_.objects = CodeObjects(Invoker(services))
    services["lambda"] = operations.service(client.lambda_, {"Invoke": invoke})
    app = Dispatcher(
        list(services.values()),
        clock=SystemClock(),
        version="9",
        secret_of=lambda _: "test",
    )
    clock = VirtualClock()
    server = Server(app, EdgeConfig(), clock=clock)
    await server.start()
    yield server
    stopping = asyncio.ensure_future(server.stop(5))
    await asyncio.wait([stopping], timeout=1)
    await clock.advance(10)
    await stopping
    await client.lambda_.close()
    await s3.close()


def connect(server, service):
    return boto3.client(
        service,
        region_name="eu-west-1",
        endpoint_url=f"http://127.0.0.1:{server.ports[0]}",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture
async def boto(server):
    made = connect(server, "lambda")
    yield made
    made.close()


def create(boto, name="f", **more):
    given = {"Runtime": "python3.12", "Handler": "index.handler", "Code": {"ZipFile": zipped()}}
    return boto.create_function(FunctionName=name, Role=ROLE, **(given | more))


async def in_thread(work):
    return await asyncio.to_thread(work)


async def test_the_life_of_a_function(boto):
    def work():
        made = create(boto, Environment={"Variables": {"KEY": "ä"}}, Tags={"a": "b"})
        for waiter in ("function_exists", "function_active", "function_active_v2"):
            boto.get_waiter(waiter).wait(FunctionName="f")
        boto.update_function_configuration(FunctionName="f", Timeout=30)
        for waiter in ("function_updated", "function_updated_v2"):
            boto.get_waiter(waiter).wait(FunctionName="f")
        boto.publish_version(FunctionName="f")
        boto.get_waiter("published_version_active").wait(FunctionName="f", Qualifier="1")
        got = boto.get_function(FunctionName=made["FunctionArn"], Qualifier="1")
        deleted = boto.delete_function(FunctionName="f")
        return got, deleted

    got, deleted = await in_thread(work)
    assert got["Configuration"]["Environment"] == {"Variables": {"KEY": "ä"}}
    assert got["Configuration"]["Timeout"] == 30
    assert got["Tags"] == {"a": "b"}
    assert deleted["ResponseMetadata"]["HTTPStatusCode"] == 204


async def test_the_url_of_a_package_is_followed_without_credentials(boto):
    def work():
        made = create(boto)
        url = boto.get_function(FunctionName="f")["Code"]["Location"]
        with urllib.request.urlopen(url) as answer:
            return made, answer.headers["Content-Type"], answer.read()

    made, kind, body = await in_thread(work)
    assert kind == "application/zip"
    assert base64.b64encode(hashlib.sha256(body).digest()).decode() == made["CodeSha256"]


async def test_a_package_from_s3_by_its_version(server, boto):
    def work():
        s3 = connect(server, "s3")
        s3.create_bucket(
            Bucket="code", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        s3.put_bucket_versioning(Bucket="code", VersioningConfiguration={"Status": "Enabled"})
        large = zipped({"data": "x" * 100_000})
        first = s3.put_object(Bucket="code", Key="k", Body=large)["VersionId"]
        s3.put_object(Bucket="code", Key="k", Body=zipped())
        s3.close()
        place = {"S3Bucket": "code", "S3Key": "k"}
        old = create(boto, Code=place | {"S3ObjectVersion": first})
        new = boto.update_function_code(FunctionName="f", **place)
        with pytest.raises(ClientError) as caught:
            boto.update_function_code(FunctionName="f", S3Bucket="none", S3Key="k")
        return len(large), old, new, caught.value.response["Error"]

    size, old, new, error = await in_thread(work)
    assert (old["CodeSize"], new["CodeSize"]) == (size, len(zipped()))
    assert error["Code"] == "InvalidParameterValueException"
    assert error["Message"] == (
        "Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist"
    )


async def test_paginators(boto):
    def work():
        create(boto, "a", Publish=True)
        create(boto, "b")
        boto.create_alias(FunctionName="a", Name="x", FunctionVersion="1")
        boto.create_alias(FunctionName="a", Name="y", FunctionVersion="1")
        boto.publish_layer_version(LayerName="l", Content={"ZipFile": zipped()})
        found = {}
        for operation, key, params in (
            ("list_functions", "Functions", {"FunctionVersion": "ALL"}),
            ("list_versions_by_function", "Versions", {"FunctionName": "a"}),
            ("list_aliases", "Aliases", {"FunctionName": "a"}),
            ("list_layers", "Layers", {}),
            ("list_layer_versions", "LayerVersions", {"LayerName": "l"}),
            ("list_event_source_mappings", "EventSourceMappings", {}),
        ):
            pages = boto.get_paginator(operation).paginate(
                **params, PaginationConfig={"PageSize": 1}
            )
            found[operation] = sum(len(page[key]) for page in pages)
        return found

    assert await in_thread(work) == {
        "list_functions": 3,
        "list_versions_by_function": 2,
        "list_aliases": 2,
        "list_layers": 1,
        "list_layer_versions": 1,
        "list_event_source_mappings": 0,
    }


async def test_settings_on_the_wire(boto):
    def work():
        create(boto, Publish=True)
        arn = boto.get_function(FunctionName="f")["Configuration"]["FunctionArn"]
        boto.add_permission(
            FunctionName="f",
            StatementId="s",
            Action="lambda:InvokeFunction",
            Principal="s3.amazonaws.com",
        )
        policy = json.loads(boto.get_policy(FunctionName="f")["Policy"])
        boto.put_function_event_invoke_config(FunctionName="f", MaximumRetryAttempts=0)
        event = boto.get_function_event_invoke_config(FunctionName="f")
        boto.put_provisioned_concurrency_config(
            FunctionName="f", Qualifier="1", ProvisionedConcurrentExecutions=1
        )
        url = boto.create_function_url_config(FunctionName="f", AuthType="NONE")["FunctionUrl"]
        boto.tag_resource(Resource=arn, Tags={"k": "v"})
        boto.untag_resource(Resource=arn, TagKeys=["none"])
        mapping = boto.create_event_source_mapping(
            FunctionName=arn, EventSourceArn="arn:aws:sqs:eu-west-1:000000000000:q"
        )
        return policy, event, url, boto.list_tags(Resource=arn)["Tags"], mapping

    policy, event, url, tags, mapping = await in_thread(work)
    assert policy["Statement"][0]["Sid"] == "s"
    assert event["LastModified"].tzinfo is not None
    assert ".lambda-url.eu-west-1.localhost:" in url
    assert tags == {"k": "v"}
    assert mapping["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert mapping["State"] == "Creating"


async def test_errors_on_the_wire(boto):
    def work():
        with pytest.raises(boto.exceptions.ResourceNotFoundException) as missing:
            boto.get_function(FunctionName="none")
        create(boto)
        with pytest.raises(boto.exceptions.ResourceConflictException):
            create(boto)
        with pytest.raises(ClientError) as invalid:
            boto.get_function(FunctionName="f", Qualifier="a!")
        with pytest.raises(ClientError) as absent:
            boto.list_capacity_providers()
        return missing.value.response, invalid.value.response, absent.value.response

    missing, invalid, absent = await in_thread(work)
    assert missing["Type"] == "User"
    assert missing["Error"]["Message"] == (
        "Function not found: arn:aws:lambda:eu-west-1:000000000000:function:none"
    )
    assert missing["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert invalid["Error"]["Code"] == "ValidationException"
    assert absent["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "ListCapacityProviders" in absent["Error"]["Message"]


async def test_what_invokes_is_handed_in_and_checked_as_all_else(boto):
    def work():
        answer = boto.invoke(FunctionName="f")["Payload"].read()
        with pytest.raises(ClientError) as caught:
            boto.invoke(FunctionName="f!")
        return answer, caught.value.response["Error"]["Code"]

    assert await in_thread(work) == (b'"Invoke"', "ValidationException")
