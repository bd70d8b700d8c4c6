"""Queues, streams and URLs with the real engine and Python functions."""

import asyncio
import io
import json
import shutil
import subprocess
import time
import zipfile

import pytest
from tests.aws.delivery.event_sources.conftest import ACCOUNT, CALLER, REGION

from homeport.aws.delivery.event_sources import opened
from homeport.aws.delivery.event_sources.known import KnownSources
from homeport.aws.delivery.event_sources.lambda_parts import (
    InvokedFunctions,
    LambdaMappings,
    TargetDestinations,
)
from homeport.aws.delivery.function_urls import lambda_parts as url_parts
from homeport.aws.delivery.function_urls.function_urls import FunctionUrls
from homeport.aws.delivery.invoke import Invoker
from homeport.aws.delivery.queues import Queues
from homeport.aws.delivery.targets import Targets
from homeport.aws.dispatching.authentication import Authentication
from homeport.aws.dynamodb import operations as dynamodb_operations
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.lambda_ import operations
from homeport.aws.lambda_.executors.process.executor import ProcessExecutor
from homeport.aws.lambda_.invoking.invocations import Invocations
from homeport.aws.lambda_.lambda_ import Lambda
from homeport.aws.lambda_.mappings.positions import Positions
from homeport.aws.protocol.ids import uuid
from homeport.aws.sqs import operations as sqs_operations
from homeport.aws.sqs.sqs import Sqs
from homeport.clock import SystemClock
from homeport.edge import http

CODE = """
import json

def queue(event, context):
    failed = [r["messageId"] for r in event["Records"] if r["body"] == "bad"]
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}

def stream(event, context):
    names = [r["dynamodb"]["Keys"]["id"]["S"] for r in event["Records"]]
    if "bad" in names:
        raise ValueError("no")

def url(event, context):
    said = {"path": event["rawPath"], "body": event.get("body"), "id": context.aws_request_id}
    return {"statusCode": 201, "headers": {"x-a": "b"}, "cookies": ["c=d"], "body": json.dumps(said)}
"""


NODE = """
export const stream = awslambda.streamifyResponse(async (event, out) => {
  out = awslambda.HttpResponseStream.from(out, {statusCode: 203, headers: {"x-a": "b"}, cookies: ["c=d"]})
  out.write("one ")
  out.write(event.rawPath)
  out.end()
})
"""


class NoLogs:
    """Keeps no logs."""

    def write(self, *args, **more):
        return None


class World:
    """SQS, DynamoDB and Lambda of one process."""

    def __init__(self, folder):
        clock = SystemClock()
        self.sqs = Sqs.open(folder / "sqs.db", clock)
        self.dynamodb = DynamoDb.open(folder, clock)
        self.lambda_ = Lambda.open(folder, clock)
        services = {
            "sqs": sqs_operations.service(self.sqs),
            "dynamodb": dynamodb_operations.service(self.dynamodb),
        }
        self.invoker = Invoker(services)
        targets = Targets(self.invoker)
        targets.queues = Queues(self.sqs)
        self.invocations = Invocations(
            self.lambda_.functions,
            ProcessExecutor(clock),
            self.lambda_.db,
            clock,
            uuid,
            NoLogs(),
            targets,
        )
        services["lambda"] = operations.service(self.lambda_)
        self.sources = opened.opened(
            LambdaMappings(self.lambda_),
            InvokedFunctions(self.invocations),
            TargetDestinations(targets),
            Positions(self.lambda_.db),
            clock,
            sqs=self.sqs,
            dynamodb=self.dynamodb,
        )
        self.lambda_.sources = KnownSources(self.sqs, self.dynamodb)
        self.lambda_.on_mapping_changed = self.sources.on_mapping_changed
        self.sources.start()
        self.urls = FunctionUrls(
            url_parts.LambdaUrls(self.lambda_),
            url_parts.InvokedFunctions(self.invocations),
            Authentication(clock),
            clock,
            uuid,
        )

    async def close(self):
        await self.sources.close()
        await self.invocations.close()
        await self.lambda_.close()
        await self.dynamodb.close()
        await self.sqs.close()

    async def __call__(self, service, operation, **params):
        return (await self.invoker.call(CALLER, service, operation, params)).members

    async def function(self, handler, runtime="python3.11", file="index.py", code=CODE):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(file, code)
        await self(
            "lambda",
            "CreateFunction",
            FunctionName=handler,
            Runtime=runtime,
            Role=f"arn:aws:iam::{ACCOUNT}:role/r",
            Handler=f"index.{handler}",
            Code={"ZipFile": packed.getvalue()},
            Timeout=10,
        )

    async def queue(self, name="q", **attributes):
        await self("sqs", "CreateQueue", QueueName=name, Attributes=attributes)
        return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"

    def messages(self):
        return self.sqs.db.query("SELECT count(*) FROM message")[0][0]


async def until(check):
    async with asyncio.timeout(30):
        while not check():
            await asyncio.sleep(0.002)


@pytest.fixture
async def world(tmp_path):
    world = World(tmp_path)
    yield world
    await world.close()


async def test_a_thousand_messages_go_through_a_function(world):
    await world.function("queue")
    arn = await world.queue()
    url = f"http://localhost/{ACCOUNT}/q"
    for start in range(0, 1000, 10):
        entries = [{"Id": str(n), "MessageBody": str(n)} for n in range(start, start + 10)]
        await world("sqs", "SendMessageBatch", QueueUrl=url, Entries=entries)
    began = time.monotonic()
    await world("lambda", "CreateEventSourceMapping", FunctionName="queue", EventSourceArn=arn)
    await until(lambda: not world.messages())
    assert time.monotonic() - began < 20


async def test_what_a_function_reports_goes_to_the_dead_letter_queue(world):
    await world.function("queue")
    dead = await world.queue("dead")
    policy = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 1})
    arn = await world.queue(VisibilityTimeout="10", RedrivePolicy=policy)
    await world(
        "lambda",
        "CreateEventSourceMapping",
        FunctionName="queue",
        EventSourceArn=arn,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    url = f"http://localhost/{ACCOUNT}/q"
    for body in ("good", "bad", "good"):
        await world("sqs", "SendMessage", QueueUrl=url, MessageBody=body)
    await until(lambda: world.messages() == 1)


async def test_records_of_a_table_go_through_a_function(world):
    await world.function("stream")
    failures = await world.queue("failures")
    made = await world(
        "dynamodb",
        "CreateTable",
        TableName="table",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    arn = made["TableDescription"]["LatestStreamArn"]
    mapping = await world(
        "lambda",
        "CreateEventSourceMapping",
        FunctionName="stream",
        EventSourceArn=arn,
        StartingPosition="TRIM_HORIZON",
        MaximumRetryAttempts=0,
        BatchSize=1,
        DestinationConfig={"OnFailure": {"Destination": failures}},
    )
    for name in ("a", "bad", "b"):
        await world("dynamodb", "PutItem", TableName="table", Item={"id": {"S": name}})
    await until(lambda: world.messages() == 1)
    uuid_ = mapping["UUID"]
    await until(lambda: world.lambda_.mapping(uuid_).result == "OK")
    got = await world("sqs", "ReceiveMessage", QueueUrl=f"http://localhost/{ACCOUNT}/failures")
    said = json.loads(got["Messages"][0]["Body"])
    assert said["DDBStreamBatchInfo"]["streamArn"] == arn
    assert said["responseContext"]["functionError"] == "Unhandled"


async def test_a_function_answers_at_its_url(world):
    await world.function("url")
    made = await world("lambda", "CreateFunctionUrlConfig", FunctionName="url", AuthType="NONE")
    host = made["FunctionUrl"].split("/")[2]
    headers = {"host": host, "content-type": "text/plain"}
    request = http.Request("POST", "/a/b", "", headers, http.BytesBody(b"hello"))
    answer = await world.urls.answer(request)
    named = dict(answer.headers)
    said = json.loads(answer.body)
    assert (answer.status, named["x-a"], named["Set-Cookie"]) == (201, "b", "c=d")
    assert said == {"path": "/a/b", "body": "hello", "id": named["x-amzn-RequestId"]}


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node")
async def test_a_node_function_streams_its_response(world):
    version = await asyncio.to_thread(subprocess.check_output, ["node", "--version"], text=True)
    runtime = f"nodejs{version[1:].split('.')[0]}.x"
    await world.function("stream", runtime, "index.mjs", NODE)
    made = await world(
        "lambda",
        "CreateFunctionUrlConfig",
        FunctionName="stream",
        AuthType="NONE",
        InvokeMode="RESPONSE_STREAM",
    )
    headers = {"host": made["FunctionUrl"].split("/")[2]}
    answer = await world.urls.answer(http.Request("GET", "/path", "", headers, http.BytesBody()))
    named = dict(answer.headers)
    assert (answer.status, named["x-a"], named["Set-Cookie"]) == (203, "b", "c=d")
    assert b"".join([piece async for piece in answer.body]) == b"one /path"
    await answer.body.aclose()
