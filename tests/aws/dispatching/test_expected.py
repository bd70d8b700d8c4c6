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


async def test_what_comes_before_the_request_is_run_again_has_come_all_the_same(dispatcher):
    """A server makes a task of the answer, which begins a turn later."""
    answer = dispatcher(request("dynamodb", "DynamoDB_20120810.ListTables"))
    dispatcher.add([DYNAMODB])
    dispatcher.complete()
    assert json.loads((await asyncio.wait_for(answer, 5)).body) == {"TableNames": ["t"]}


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


STS = Service("sts", {"GetCallerIdentity": lambda _, __: {"Account": "1"}})
FORM = {"content-type": "application/x-www-form-urlencoded", "host": "localhost"}


def caller_identity():
    body = b"Action=GetCallerIdentity&Version=2011-06-15"
    return http.Request("POST", "/", "", dict(FORM), http.BytesBody(body))


class OnDemand:
    """A dispatcher with STS to be opened with its first request."""

    def __init__(self):
        self.begun = []
        self.dispatcher = Dispatcher(
            [SQS],
            clock=VirtualClock(),
            version="1",
            available=["sts"],
            begin=self.begun.append,
        )

    async def ask(self):
        waiting = asyncio.ensure_future(self.dispatcher(caller_identity()))
        await settle()
        return waiting


async def test_one_that_is_available_is_opened_with_its_first_request():
    made = OnDemand()
    assert states(made.dispatcher) == {"sqs": "running", "sts": "available"}
    first, second = await made.ask(), await made.ask()
    assert (made.begun, first.done(), second.done()) == (["sts"], False, False)
    made.dispatcher.add([STS])
    assert [(await each).status for each in (first, second)] == [200, 200]
    assert states(made.dispatcher) == {"sqs": "running", "sts": "running"}
    assert made.dispatcher(caller_identity()).status == 200


async def test_others_that_come_meanwhile_do_not_end_the_wait():
    made = OnDemand()
    waiting = await made.ask()
    made.dispatcher.add([DYNAMODB])
    made.dispatcher.complete()
    await settle()
    assert not waiting.done()
    made.dispatcher.add([STS])
    assert (await waiting).status == 200


async def test_one_that_cannot_be_opened_is_tried_again_with_the_next_request():
    made = OnDemand()
    waiting = await made.ask()
    made.dispatcher.give_up("sts")
    with pytest.raises(http.HttpError) as refused:
        await waiting
    assert refused.value.status == 503
    waiting = await made.ask()
    assert made.begun == ["sts", "sts"]
    made.dispatcher.add([STS])
    assert (await waiting).status == 200


async def test_the_others_do_not_open_it():
    made = OnDemand()
    assert made.dispatcher(request("sqs", "AmazonSQS.ListQueues")).status == 200
    assert made.dispatcher(request("kms", "TrentService.ListKeys")).status == 501
    assert made.begun == []
