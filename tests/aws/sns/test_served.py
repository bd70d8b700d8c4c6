"""The query protocol over a real socket."""

import asyncio
import http.client
from urllib.parse import urlencode
from xml.etree import ElementTree

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from homeport.aws.dispatch import Dispatcher
from homeport.aws.sns import operations
from homeport.clock import SystemClock
from homeport.edge.config import EdgeConfig
from homeport.edge.server import Server

NAMESPACE = "{http://sns.amazonaws.com/doc/2010-03-31/}"


@pytest.fixture
async def port(client):
    app = Dispatcher([operations.service(client.sns)], clock=SystemClock(), version="9")
    server = Server(app, EdgeConfig(), clock=SystemClock())
    await server.start()
    yield server.ports[0]
    await server.stop(1)


@pytest.fixture
async def sns(port):
    made = boto3.client(
        "sns",
        region_name="us-east-1",
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
    )
    yield made
    made.close()


def in_thread(function, **params):
    return asyncio.to_thread(lambda: function(**params))


async def refused(function, **params):
    with pytest.raises(ClientError) as caught:
        await in_thread(function, **params)
    return caught.value.response["Error"]


async def test_boto3_makes_a_topic_and_publishes(client, sns):
    topic = (await in_thread(sns.create_topic, Name="t", Tags=[{"Key": "a", "Value": "b"}]))[
        "TopicArn"
    ]
    queue = "arn:aws:sqs:us-east-1:000000000000:q"
    made = await in_thread(
        sns.subscribe,
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=queue,
        Attributes={"RawMessageDelivery": "true"},
    )
    found = await in_thread(
        sns.get_subscription_attributes, SubscriptionArn=made["SubscriptionArn"]
    )
    assert found["Attributes"]["RawMessageDelivery"] == "true"
    attributes = {
        "text": {"DataType": "String", "StringValue": "ä"},
        "data": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
    }
    sent = await in_thread(
        sns.publish, TopicArn=topic, Message="hällo", MessageAttributes=attributes
    )
    ((message_id, packed),) = client.sns.db.query("SELECT message_id, attributes FROM message")
    assert message_id == sent["MessageId"]
    assert packed == '{"text":["String","ä"],"data":["Binary","AP8="]}'


async def test_boto3_gets_the_codes_that_it_knows(sns):
    topic = (await in_thread(sns.create_topic, Name="t"))["TopicArn"]
    with pytest.raises(sns.exceptions.NotFoundException):
        await in_thread(sns.publish, TopicArn=f"{topic}x", Message="m")
    with pytest.raises(sns.exceptions.InvalidParameterException):
        await in_thread(sns.publish, TopicArn=topic, Message="")
    with pytest.raises(sns.exceptions.EmptyBatchRequestException):
        await in_thread(sns.publish_batch, TopicArn=topic, PublishBatchRequestEntries=[])


async def test_what_is_missing_is_named(sns):
    """`test_empty_or_wrong_message_attributes`: `fully_missing_data_type`, and that of a batch"""
    topic = (await in_thread(sns.create_topic, Name="t"))["TopicArn"]
    text = "1 validation error detected: Value null at '{}' failed to satisfy constraint: Member must not be null"
    attributes = {"attr1": {"StringValue": "x"}}
    error = await refused(sns.publish, TopicArn=topic, Message="m", MessageAttributes=attributes)
    assert error["Code"] == "ValidationError"
    assert error["Message"] == text.format("messageAttributes.attr1.member.dataType")
    error = await refused(sns.publish, TopicArn=topic)
    assert error["Message"] == text.format("message")
    entries = [{"Id": "1", "Message": "m", "MessageAttributes": attributes}]
    error = await refused(sns.publish_batch, TopicArn=topic, PublishBatchRequestEntries=entries)
    assert error["Message"] == text.format(
        "publishBatchRequestEntries.1.member.messageAttributes.attr1.member.dataType"
    )


def post(port, method="POST", path="/", **form):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        body = urlencode(form) if form else None
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, ElementTree.fromstring(answer.read())
    finally:
        connection.close()


async def test_links_work_without_credentials(client, port):
    topic = await client.make()
    arn = await client.subscribe(topic, "http://example.com/", "http")
    link = f"/?Action=ConfirmSubscription&TopicArn={topic}&Token={client.token(arn)}"
    status, root = await asyncio.to_thread(post, port, "GET", link)
    assert status == 200
    path = f"{NAMESPACE}ConfirmSubscriptionResult/{NAMESPACE}SubscriptionArn"
    assert root.findtext(path) == arn
    status, root = await asyncio.to_thread(
        post, port, "GET", f"/?Action=Unsubscribe&SubscriptionArn={arn}"
    )
    assert (status, root.tag) == (200, f"{NAMESPACE}UnsubscribeResponse")
    assert (await client("ListSubscriptions"))["Subscriptions"] == []


async def test_errors_of_links(port, client):
    link = f"/?Action=ConfirmSubscription&TopicArn={await client.make()}&Token=x"
    status, root = await asyncio.to_thread(post, port, "GET", link)
    found = [
        root.findtext(f"{NAMESPACE}Error/{NAMESPACE}{name}") for name in ("Type", "Code", "Message")
    ]
    assert (status, found) == (400, ["Sender", "InvalidParameter", "Invalid token"])


async def test_parameters_may_stand_in_the_path(port, client):
    """`test_publish_by_path_parameters`"""
    await client.subscribe(await client.make())
    query = urlencode(
        {
            "Action": "Publish",
            "Version": "2010-03-31",
            "TopicArn": "arn:aws:sns:us-east-1:000000000000:t",
            "Message": "hi",
        }
    )
    status, _ = await asyncio.to_thread(post, port, "POST", f"/?{query}")
    assert status == 200
    assert client.messages() == [("hi", 1)]
