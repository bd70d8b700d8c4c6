"""Services that are still being opened while the others already answer."""

import asyncio
import json

import pytest

from homeport.aws.dispatch import Dispatcher
from homeport.aws.protocol.call import Service
from homeport.clock import VirtualClock, settle
from homeport.edge import http

SQS = Service("sqs", {"ListQueues": lambda _, __: {}})
DYNAMODB = Service("dynamodb", {"ListTables": lambda _, __: {"TableNames": ["t"]}})


def request(service, target):
    signed = (
        f"AWS4-HMAC-SHA256 Credential=test/20231114/us-east-1/{service}/aws4_request, Signature=0"
    )
    headers = {
        "host": "localhost",
        "x-amz-target": target,
        "content-type": "application/x-amz-json-1.0",
        "authorization": signed,
    }
    return http.Request("POST", "/", "", headers, http.BytesBody(b"{}"))


@pytest.fixture
async def dispatcher():
    return Dispatcher([SQS], clock=VirtualClock(), version="1", expected=["dynamodb"])


def states(dispatcher):
    asked = http.Request("GET", "/_localstack/health", "", {}, http.BytesBody())
    return json.loads(dispatcher(asked).body)["services"]


async def test_the_others_answer_at_once(dispatcher):
    assert dispatcher(request("sqs", "AmazonSQS.ListQueues")).status == 200
    assert states(dispatcher) == {"dynamodb": "starting", "sqs": "running"}


async def test_its_requests_wait_for_it(dispatcher):
    waiting = asyncio.ensure_future(dispatcher(request("dynamodb", "DynamoDB_20120810.ListTables")))
    await settle()
    assert not waiting.done()
    dispatcher.add([DYNAMODB])
    assert json.loads((await waiting).body) == {"TableNames": ["t"]}
    assert states(dispatcher) == {"dynamodb": "running", "sqs": "running"}


async def test_it_waits_on_while_others_come(dispatcher):
    waiting = asyncio.ensure_future(dispatcher(request("dynamodb", "DynamoDB_20120810.ListTables")))
    await settle()
    dispatcher.add([Service("sts", {})])
    await settle()
    assert not waiting.done()
    assert states(dispatcher) == {"dynamodb": "starting", "sqs": "running", "sts": "running"}
    dispatcher.add([DYNAMODB])
    dispatcher.complete()
    assert (await waiting).status == 200


async def test_a_site_answers_what_is_its_own(dispatcher):
    dispatcher.add([], [lambda asked: http.Response(204) if asked.path == "/mine" else None])
    dispatcher.complete()
    assert dispatcher(http.Request("GET", "/mine", "", {}, http.BytesBody())).status == 204
    assert dispatcher(request("sqs", "AmazonSQS.ListQueues")).status == 200


async def test_a_function_url_waits_for_its_site(dispatcher):
    headers = {"host": "abc.lambda-url.us-east-1.localhost:4566"}
    asked = http.Request("GET", "/", "", headers, http.BytesBody())
    waiting = asyncio.ensure_future(dispatcher(asked))
    await settle()
    assert not waiting.done()
    dispatcher.add([], [lambda asked: http.Response(204)])
    assert (await waiting).status == 204


async def test_what_did_not_come_is_refused_by_name(dispatcher):
    waiting = asyncio.ensure_future(dispatcher(request("dynamodb", "DynamoDB_20120810.ListTables")))
    await settle()
    dispatcher.complete()
    answer = await waiting
    assert answer.status == 501
    assert b"dynamodb.ListTables" in answer.body
    assert dispatcher(request("kms", "TrentService.ListKeys")).status == 501
