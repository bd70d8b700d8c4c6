"""Both protocols over a real socket: boto3 speaks JSON, older clients post forms and read XML."""

import asyncio
import http.client
from urllib.parse import urlencode
from xml.etree import ElementTree

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from homeport.aws.dispatch import Dispatcher
from homeport.aws.sqs import operations
from homeport.clock import SystemClock, VirtualClock
from homeport.edge.config import EdgeConfig
from homeport.edge.server import Server

NAMESPACE = "{http://queue.amazonaws.com/doc/2012-11-05/}"


@pytest.fixture
async def port(client):
    app = Dispatcher([operations.service(client.sqs)], clock=SystemClock(), version="9")
    clock = VirtualClock()
    server = Server(app, EdgeConfig(), clock=clock)
    await server.start()
    yield server.ports[0]
    stopping = asyncio.ensure_future(server.stop(5))
    await asyncio.wait([stopping], timeout=1)
    await clock.advance(10)
    await stopping


@pytest.fixture
async def sqs(port):
    made = boto3.client(
        "sqs",
        region_name="eu-west-1",
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )
    yield made
    made.close()


def in_thread(function, **params):
    return asyncio.to_thread(lambda: function(**params))


async def test_boto3_sends_receives_and_deletes(sqs, port):
    made = await in_thread(sqs.create_queue, QueueName="q", tags={"a": "b"})
    url = made["QueueUrl"]
    assert url == f"http://127.0.0.1:{port}/000000000000/q"
    attributes = {
        "text": {"DataType": "String", "StringValue": "ä"},
        "data": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
    }
    # boto3 itself compares the digests of body and attributes with its own.
    sent = await in_thread(
        sqs.send_message, QueueUrl=url, MessageBody="hällo", MessageAttributes=attributes
    )
    got = await in_thread(
        sqs.receive_message,
        QueueUrl=url,
        MessageSystemAttributeNames=["All"],
        MessageAttributeNames=["All"],
    )
    (message,) = got["Messages"]
    assert message["MessageId"] == sent["MessageId"]
    assert message["Body"] == "hällo"
    assert message["MessageAttributes"] == attributes
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    await in_thread(sqs.delete_message, QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    counts = await in_thread(sqs.get_queue_attributes, QueueUrl=url, AttributeNames=["All"])
    assert counts["Attributes"]["QueueArn"] == "arn:aws:sqs:eu-west-1:000000000000:q"


async def test_boto3_runs_batches_on_a_fifo_queue(sqs):
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    made = await in_thread(sqs.create_queue, QueueName="q.fifo", Attributes=attributes)
    url = made["QueueUrl"]
    entries = [{"Id": str(n), "MessageBody": str(n), "MessageGroupId": "g"} for n in range(10)]
    sent = await in_thread(sqs.send_message_batch, QueueUrl=url, Entries=entries)
    assert len(sent["Successful"]) == 10
    got = (await in_thread(sqs.receive_message, QueueUrl=url, MaxNumberOfMessages=10))["Messages"]
    assert [message["Body"] for message in got] == [str(n) for n in range(10)]
    entries = [{"Id": m["MessageId"], "ReceiptHandle": m["ReceiptHandle"]} for m in got]
    gone = await in_thread(sqs.delete_message_batch, QueueUrl=url, Entries=entries)
    assert (len(gone["Successful"]), gone.get("Failed", [])) == (10, [])


async def test_boto3_waits_for_a_message(sqs):
    url = (await in_thread(sqs.create_queue, QueueName="q"))["QueueUrl"]
    waiting = asyncio.ensure_future(
        in_thread(sqs.receive_message, QueueUrl=url, WaitTimeSeconds=20)
    )
    await asyncio.sleep(0.05)
    await in_thread(sqs.send_message, QueueUrl=url, MessageBody="m")
    assert (await waiting)["Messages"][0]["Body"] == "m"


async def test_a_client_that_goes_while_it_waits_takes_no_message(client, sqs, port):
    url = (await in_thread(sqs.create_queue, QueueName="q"))["QueueUrl"]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    form = urlencode({"Action": "ReceiveMessage", "QueueUrl": url, "WaitTimeSeconds": 20})
    head = f"POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}"
    head += "\r\nAuthorization: AWS4-HMAC-SHA256 Credential=a/20260101/eu-west-1/sqs/aws4_request, SignedHeaders=host, Signature=b"
    writer.write(f"{head}\r\n\r\n{form}".encode())
    async with asyncio.timeout(5):
        while client.sqs.waiters.total != 1:
            await asyncio.sleep(0.005)
        writer.close()
        while client.sqs.waiters.total != 0:
            await asyncio.sleep(0.005)
    assert await reader.read() == b""
    await in_thread(sqs.send_message, QueueUrl=url, MessageBody="m")
    got = await in_thread(sqs.receive_message, QueueUrl=url)
    assert got["Messages"][0]["Body"] == "m"


async def test_boto3_gets_the_codes_that_it_knows(sqs):
    with pytest.raises(sqs.exceptions.QueueDoesNotExist) as caught:
        await in_thread(sqs.get_queue_url, QueueName="none")
    error = caught.value.response["Error"]
    assert error["Code"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert error["Message"] == "The specified queue does not exist."
    url = (await in_thread(sqs.create_queue, QueueName="q"))["QueueUrl"]
    with pytest.raises(sqs.exceptions.ReceiptHandleIsInvalid):
        await in_thread(sqs.delete_message, QueueUrl=url, ReceiptHandle="x")
    with pytest.raises(ClientError) as other:
        await in_thread(sqs.receive_message, QueueUrl=url, MaxNumberOfMessages=11)
    assert other.value.response["Error"]["Code"] == "InvalidParameterValue"


def post(port, path="/", headers=None, **form):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        body = urlencode(form | {"Version": "2012-11-05"})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", path, body, kind | (headers or {}))
        answer = connection.getresponse()
        return answer.status, ElementTree.fromstring(answer.read())
    finally:
        connection.close()


def texts(root, path):
    return [found.text for found in root.iterfind("/".join(NAMESPACE + p for p in path.split("/")))]


SIGNED = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=111111111111/20260101/us-east-1/sqs/aws4_request, "
    "SignedHeaders=host, Signature=0"
}


@pytest.mark.parametrize("headers", [{}, SIGNED], ids=["unsigned", "signed"])
async def test_the_query_protocol_has_the_whole_life_of_a_message(port, headers):
    account = "111111111111" if headers else "000000000000"

    async def query(path="/", **form):
        status, root = await asyncio.to_thread(post, port, path, headers, **form)
        assert status == 200
        return root

    root = await query(
        Action="CreateQueue",
        QueueName="q",
        **{"Attribute.1.Name": "VisibilityTimeout", "Attribute.1.Value": "5"},
    )
    assert root.tag == f"{NAMESPACE}CreateQueueResponse"
    (url,) = texts(root, "CreateQueueResult/QueueUrl")
    assert url.endswith(f"/{account}/q")
    root = await query(
        f"/{account}/q",
        Action="SendMessage",
        MessageBody="a <b> & c",
        **{
            "MessageAttribute.1.Name": "n",
            "MessageAttribute.1.Value.DataType": "Number",
            "MessageAttribute.1.Value.StringValue": "7",
        },
    )
    (sent,) = texts(root, "SendMessageResult/MessageId")
    root = await query(
        Action="ReceiveMessage",
        QueueUrl=url,
        **{"AttributeName.1": "All", "MessageAttributeName.1": "All"},
    )
    assert texts(root, "ReceiveMessageResult/Message/MessageId") == [sent]
    assert texts(root, "ReceiveMessageResult/Message/Body") == ["a <b> & c"]
    assert texts(root, "ReceiveMessageResult/Message/MessageAttribute/Name") == ["n"]
    (handle,) = texts(root, "ReceiveMessageResult/Message/ReceiptHandle")
    await query(Action="DeleteMessage", QueueUrl=url, ReceiptHandle=handle)
    root = await query(
        Action="GetQueueAttributes", QueueUrl=url, **{"AttributeName.1": "VisibilityTimeout"}
    )
    assert texts(root, "GetQueueAttributesResult/Attribute/Value") == ["5"]


async def test_errors_of_the_query_protocol_have_their_own_codes(port):
    status, root = await asyncio.to_thread(post, port, Action="GetQueueUrl", QueueName="none")
    assert status == 400
    assert texts(root, "Error/Code") == ["AWS.SimpleQueueService.NonExistentQueue"]
    assert texts(root, "Error/Type") == ["Sender"]


async def test_both_protocols_reach_the_same_queue_through_its_path(port, sqs):
    url = (await in_thread(sqs.create_queue, QueueName="q"))["QueueUrl"]
    path = "/000000000000/q"
    signed = {
        key: value.replace("111111111111", "test").replace("us-east-1", "eu-west-1")
        for key, value in SIGNED.items()
    }
    status, _ = await asyncio.to_thread(
        post, port, path, signed, Action="SendMessage", MessageBody="m"
    )
    assert status == 200
    got = await in_thread(sqs.receive_message, QueueUrl=url)
    assert got["Messages"][0]["Body"] == "m"
