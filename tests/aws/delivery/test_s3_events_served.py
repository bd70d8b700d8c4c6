"""boto3 over a socket: what happens to objects is received from queues."""

import asyncio
import json

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from tests.aws.delivery.services import Cloud, missing, queue_arn, to_queue

from homeport.aws.dispatch import Dispatcher
from homeport.clock import SystemClock
from homeport.edge.config import EdgeConfig
from homeport.edge.server import Server


class Client:
    """boto3's S3 and SQS, whose calls run in threads."""

    def __init__(self, endpoint):
        self.clients = [
            boto3.client(
                service,
                region_name="us-east-1",
                endpoint_url=endpoint,
                aws_access_key_id="test",
                aws_secret_access_key="test",
                config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
            )
            for service in ("s3", "sqs")
        ]
        self.s3, self.sqs = self.clients

    async def call(self, operation, **params):
        return await asyncio.to_thread(operation, **params)

    async def notify(self, configuration, **more):
        await self.call(
            self.s3.put_bucket_notification_configuration,
            Bucket="things",
            NotificationConfiguration=configuration,
            **more,
        )

    async def bodies(self, url):
        """The next messages, waited for."""
        answer = await self.call(
            self.sqs.receive_message, QueueUrl=url, WaitTimeSeconds=10, MaxNumberOfMessages=10
        )
        messages = answer.get("Messages", [])
        for message in messages:
            handle = message["ReceiptHandle"]
            await self.call(self.sqs.delete_message, QueueUrl=url, ReceiptHandle=handle)
        return [json.loads(message["Body"]) for message in messages]


@pytest.fixture
async def cloud(tmp_path):
    cloud = Cloud(tmp_path, SystemClock())
    cloud.events.start()
    yield cloud
    await cloud.close()


@pytest.fixture
async def client(cloud):
    app = Dispatcher([cloud.running["s3"], cloud.running["sqs"]], clock=cloud.clock, version="9")
    server = Server(app, EdgeConfig(), clock=cloud.clock)
    await server.start()
    client = Client(f"http://localhost:{server.ports[0]}")
    await client.call(client.s3.create_bucket, Bucket="things")
    yield client
    for each in client.clients:
        each.close()
    await server.stop(1)


@pytest.fixture
async def queue(client):
    return (await client.call(client.sqs.create_queue, QueueName="q"))["QueueUrl"]


async def test_from_the_bucket_to_a_receiver_that_waits(client, queue):
    await client.notify(to_queue("q", "s3:ObjectCreated:*", "s3:ObjectRemoved:*"))
    (test,) = await client.bodies(queue)
    assert (test["Event"], test["Bucket"]) == ("s3:TestEvent", "things")
    waiting = asyncio.ensure_future(client.bodies(queue))
    put = await client.call(client.s3.put_object, Bucket="things", Key="red flower", Body=b"data")
    ((record,),) = [body["Records"] for body in await waiting]
    assert record["s3"]["object"]["key"] == "red+flower"
    assert record["s3"]["object"]["eTag"] == put["ETag"].strip('"')
    headers = put["ResponseMetadata"]["HTTPHeaders"]
    said = record["responseElements"]
    assert said["x-amz-request-id"] == headers["x-amz-request-id"]
    assert said["x-amz-id-2"] == headers["x-amz-id-2"]
    assert record["requestParameters"]["sourceIPAddress"] == "127.0.0.1"


async def test_a_queue_that_is_not_there(client):
    with pytest.raises(ClientError) as caught:
        await client.notify(to_queue("none"))
    assert caught.value.response["Error"] == {
        "Code": "InvalidArgument",
        "Message": "Unable to validate the following destination configurations",
        "ArgumentName1": queue_arn("none"),
        "ArgumentValue1": "The destination queue does not exist",
    }


async def test_a_function_that_is_not_there(client, cloud):
    cloud.functions.errors = [missing("ResourceNotFoundException")]
    arn = "arn:aws:lambda:us-east-1:000000000000:function:none"
    function = {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}
    with pytest.raises(ClientError) as caught:
        await client.notify({"LambdaFunctionConfigurations": [function]})
    error = caught.value.response["Error"]
    assert error["ArgumentName1"] == f"{arn}, null"
    assert error["ArgumentValue1"] == f"Not authorized to invoke function [{arn}]"


async def test_a_queue_that_comes_later(client):
    await client.notify(to_queue("later"), SkipDestinationValidation=True)
    url = (await client.call(client.sqs.create_queue, QueueName="later"))["QueueUrl"]
    await client.call(client.s3.put_object, Bucket="things", Key="key", Body=b"")
    (body,) = await client.bodies(url)
    assert body["Records"][0]["eventName"] == "ObjectCreated:Put"
