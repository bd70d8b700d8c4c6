"""Every operation that is not there is refused by its name, in the form that its own client reads."""

import pytest
from botocore.exceptions import ClientError
from botocore.model import OperationModel
from tests.aws.signing import clients, wire

from homeport.aws.dispatch import Dispatcher
from homeport.aws.protocol.call import Service
from homeport.aws.protocol.model import load
from homeport.clock import VirtualClock

OURS = ("s3", "sqs", "sns", "dynamodb", "lambda", "cloudwatch")
"""One or more for every protocol: rest-xml, json, query, rest-json and rpc-v2-cbor."""

OF_OTHERS = {"ListDirectoryBuckets", "CreateSession", "WriteGetObjectResponse"}
"""Signed for services of their own, s3express and s3-object-lambda."""

ELSEWHERE = ("ecs", "ec2", "sts", "apigateway", "route53", "s3control", "logs", "kinesis", "eks")


@pytest.fixture(scope="module")
def empty() -> Dispatcher:
    services = [Service(name, {}) for name in OURS]
    return Dispatcher(services, clock=VirtualClock(wire.AWS_TIME), version="1")


def refusal(client: clients.Client, operation: OperationModel) -> ClientError:
    with pytest.raises(ClientError) as caught:
        client._make_api_call(operation.name, clients.required_params(operation))
    return caught.value


@pytest.mark.parametrize("service", OURS)
def test_every_operation_of_our_services(empty: Dispatcher, service: str) -> None:
    client = clients.client(empty, service)
    names = client.meta.service_model.operation_names
    assert len(names) > 15
    for name in names:
        operation = client.meta.service_model.operation_model(name)
        error = refusal(client, operation)
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 501
        if operation.http.get("method") == "HEAD":
            continue
        assert error.response["Error"]["Code"] == "NotImplemented", name
        if name in OF_OTHERS:
            continue
        # An old name (GetBucketLifecycle) is the same request as its longer successor (GetBucketLifecycleConfiguration).
        assert f"operation {service}.{name}" in error.response["Error"]["Message"]


@pytest.mark.parametrize("name", sorted(load("sqs").operations))
def test_every_operation_of_the_query_protocol(empty: Dispatcher, name: str) -> None:
    body = f"Action={name}&Version=2012-11-05".encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    response = clients.answer(empty, wire.request("POST", "http://localhost/", headers, body))
    assert response.status == 501
    assert isinstance(response.body, bytes)
    assert b"<Code>NotImplemented</Code>" in response.body
    assert f"operation sqs.{name}.".encode() in response.body


@pytest.mark.parametrize("service", ELSEWHERE)
def test_operations_of_all_other_services(empty: Dispatcher, service: str) -> None:
    client = clients.client(empty, service)
    for name in client.meta.service_model.operation_names[:20]:
        operation = client.meta.service_model.operation_model(name)
        error = refusal(client, operation)
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 501
        assert error.response["Error"]["Code"] == "NotImplemented", name
        assert f".{name}." in error.response["Error"]["Message"]
