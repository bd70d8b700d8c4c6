"""The log of the last calls: what is in it, what is not, who waits for it."""

from __future__ import annotations

import asyncio
import json
import re
import urllib.parse
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.aws.dispatch import Dispatcher
from homeport.aws.dispatching import requests
from homeport.aws.dispatching.requests import KEPT, PATH, WAITERS, Requests, Seen
from homeport.aws.protocol.call import Service
from homeport.aws.signing.credential import Credential
from homeport.clock import SystemClock, VirtualClock, settle
from homeport.edge import http
from homeport.edge.config import Address, EdgeConfig
from homeport.edge.server import Server


def asked(query="", method="GET"):
    return http.Request(method, PATH, query, {}, http.BytesBody())


def call(service="sqs", operation="SendMessage", error="", agent="boto3", query="", path="/"):
    made = http.Request(
        "POST", path, query, {"user-agent": agent}, http.BytesBody(b"secret body"), caller=None
    )
    seen = made.caller = Seen(service, Credential(account="111111111111", region="eu-west-1"), "id")
    seen.operation, seen.error = operation, error
    return made


def read(log, **query):
    return json.loads(log.answer(asked(urllib.parse.urlencode(query))).body)


@pytest.fixture
def time():
    return VirtualClock()


@pytest.fixture
def log(time):
    return Requests(time)


def test_a_call_is_told_without_its_body(log):
    log.record(1_700_000_000.5, call(error="QueueDoesNotExist", path="/q"), 400, 7, 0.01234)
    (line,) = read(log)["requests"]
    assert line == {
        "seq": 1,
        "at": 1_700_000_000.5,
        "service": "sqs",
        "operation": "SendMessage",
        "status": 400,
        "error": "QueueDoesNotExist",
        "ms": 12.34,
        "bytes_in": 11,
        "bytes_out": 7,
        "account": "111111111111",
        "region": "eu-west-1",
        "method": "POST",
        "path": "/q",
        "request_id": "id",
        "agent": "boto3",
    }


@pytest.mark.parametrize(
    "name", ["X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token", "Token", "password"]
)
def test_secrets_in_a_query_are_masked(log, name):
    log.record(1.0, call(query=f"a=1&{name}=s3cret&b=2"), 200, 0, 0.0)
    (line,) = read(log)["requests"]
    assert line["path"] == f"/?a=1&{name}=***&b=2"


def test_a_secret_at_the_cut_is_masked(log):
    long = "a=" + "x" * (requests.TARGET - 22) + "&X-Amz-Signature=s3cret"
    log.record(1.0, call(query=long), 200, 0, 0.0)
    assert "s3" not in read(log)["requests"][0]["path"].removeprefix("/?a=").lstrip("x")


def test_what_a_client_makes_long_is_cut(log):
    log.record(1.0, call(agent="a" * 9999, path="/" + "p" * 9999, query="q" * 9999), 200, 0, 0.0)
    (line,) = read(log)["requests"]
    assert len(line["agent"]) == 120
    assert len(line["path"]) == 2 * requests.TARGET + 1


def test_the_consoles_own_calls_are_left_out_unless_asked_for(log):
    log.record(1.0, call(agent="homeport-console"), 200, 0, 0.0)
    assert read(log)["requests"] == []
    assert len(read(log, console=1)["requests"]) == 1


def test_pages_and_probes_are_no_calls(log):
    log.record(1.0, asked(), 200, 0, 0.0)
    assert read(log, console=1) == {"requests": [], "next": 0}


def test_a_call_of_a_functions_url_is_one(log):
    host = {"host": "abc.lambda-url.eu-west-1.localhost:4566"}
    log.record(1.0, http.Request("GET", "/x", "", host, http.BytesBody()), 502, 3, 0.5)
    (line,) = read(log)["requests"]
    assert (line["service"], line["operation"]) == ("lambda", "InvokeFunctionUrl")
    assert line["region"] == "eu-west-1"


def test_filters(log):
    log.record(1.0, call("s3", "GetObject", "NoSuchKey"), 404, 0, 0.0)
    log.record(1.0, call("s3", "PutObject"), 200, 0, 0.0)
    log.record(1.0, call("sqs", "SendMessage", "InternalFailure"), 500, 0, 0.0)
    assert [each["seq"] for each in read(log, service="s3")["requests"]] == [1, 2]
    assert [each["seq"] for each in read(log, errors=1)["requests"]] == [1, 3]
    assert [each["seq"] for each in read(log, errors=1, service="s3")["requests"]] == [1]


@pytest.mark.parametrize("query", ["n=1001", "n=x", "after=-1", "wait=²", "after=" + "9" * 30])
def test_what_is_no_number_is_refused_with_a_sentence(log, query):
    answer = log.answer(asked(query))
    assert answer.status == 400
    assert "whole number" in json.loads(answer.body)["error"]


def test_it_can_only_be_read(log):
    answer = log.answer(asked(method="DELETE"))
    assert (answer.status, answer.headers) == (405, [("Allow", "GET, HEAD")])


def test_another_path_is_not_its_own(log):
    assert log.answer(http.Request("GET", PATH + "/", "", {}, http.BytesBody())) is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["s3", "sqs"]), st.sampled_from([200, 404])), max_size=2500),
    st.integers(1, 400),
)
def test_reading_on_passes_over_nothing_that_is_kept(history, limit):
    """Whoever goes on from `next` sees every call that was kept, once and in order."""
    log = Requests(VirtualClock())
    seen, after, recorded = [], 0, []
    for number, (service, status) in enumerate(history, 1):
        log.record(1.0, call(service), status, 0, 0.0)
        recorded.append((number, service, status))
        if number % 600 == 0:
            after = _read_all(log, after, limit, seen)
    _read_all(log, after, limit, seen)
    assert seen == [number for number, service, status in recorded if service == "s3"]


def _read_all(log, after, limit, seen):
    while True:
        answer = read(log, after=after, n=limit, service="s3")
        seen += [each["seq"] for each in answer["requests"]]
        after = answer["next"]
        if len(answer["requests"]) < limit:
            return after


def test_only_the_last_are_kept(log):
    for _ in range(KEPT + 5):
        log.record(1.0, call(), 200, 0, 0.0)
    lines = read(log, n=KEPT)["requests"]
    assert (lines[0]["seq"], lines[-1]["seq"], len(lines)) == (6, KEPT + 5, KEPT)
    assert read(log, n=2)["requests"] == lines[-2:]


def test_a_number_from_before_a_restart_begins_anew(log):
    log.record(1.0, call(), 200, 0, 0.0)
    assert [each["seq"] for each in read(log, after=900)["requests"]] == [1]


async def waiting(log, query):
    request = asked(query)
    task = asyncio.ensure_future(log.answer(request))
    await settle()
    return request, task


async def test_who_waits_is_told_of_what_fits(log):
    _, task = await waiting(log, "after=0&wait=20&errors=1")
    log.record(1.0, call(), 200, 0, 0.0)
    await settle()
    assert not task.done()
    log.record(1.0, call(error="X"), 400, 0, 0.0)
    answer = json.loads((await task).body)
    assert [each["seq"] for each in answer["requests"]] == [2]
    assert answer["next"] == 2


async def test_waiting_ends_in_time(log, time):
    _, task = await waiting(log, "after=0&wait=3000")
    await time.advance(24.9)
    assert not task.done()
    await time.advance(0.2)
    assert json.loads((await task).body) == {"requests": [], "next": 0}


async def test_who_leaves_is_let_go(log):
    request, task = await waiting(log, "after=0&wait=20")
    request.on_gone()
    await task
    assert log._waiting == {}


async def test_a_stop_lets_all_go(log):
    _, task = await waiting(log, "after=0&wait=20")
    log.flush()
    assert (await task).status == 200


async def test_one_more_than_may_wait_is_answered_at_once(log):
    tasks = [(await waiting(log, "after=0&wait=20"))[1] for _ in range(WAITERS)]
    assert json.loads(log.answer(asked("after=0&wait=20")).body)["requests"] == []
    log.let_go()
    await asyncio.gather(*tasks)


def test_the_page_in_docs_names_all_that_there_is(log):
    text = (Path(__file__).parents[3] / "docs" / "requests.md").read_text()
    named = {
        word for row in re.findall(r"^\| (`.+?) \|", text, re.MULTILINE) for word in row.split("`")
    }
    log.record(1.0, call(), 200, 0, 0.0)
    assert set(read(log)["requests"][0]) <= named
    assert {"after", "wait", "service", "errors", "console", "n"} <= named


# With the server and real clients


@pytest.fixture
async def served():
    """A dispatcher behind a server that tells its log, and a way to ask for the log."""
    sqs = Service("sqs", {"ListQueues": lambda _, __: {}})
    app = Dispatcher([sqs], clock=SystemClock(), version="1")
    server = Server(
        app,
        EdgeConfig(addresses=(Address("127.0.0.1", 0),), tls="off"),
        clock=SystemClock(),
        access_log=app.requests,
    )
    await server.start()
    yield app, server.urls[0]
    await server.stop(1)


def client(url, service, **config):
    return boto3.client(
        service,
        endpoint_url=url,
        region_name="eu-central-1",
        aws_access_key_id="222222222222",
        aws_secret_access_key="x",
        config=Config(retries={"total_max_attempts": 1}, **config),
    )


async def test_calls_of_boto3(served):
    app, url = served
    await asyncio.to_thread(client(url, "sqs").list_queues)
    with pytest.raises(ClientError):
        await asyncio.to_thread(client(url, "sqs").create_queue, QueueName="q")
    with pytest.raises(ClientError):
        await asyncio.to_thread(client(url, "kms").list_keys)
    with pytest.raises(ClientError):
        await asyncio.to_thread(client(url, "apigateway").get_rest_apis)
    lines = read(app.requests)["requests"]
    found = [(each["service"], each["operation"], each["status"], each["error"]) for each in lines]
    assert found == [
        ("sqs", "ListQueues", 200, ""),
        ("sqs", "CreateQueue", 501, "NotImplemented"),
        ("kms", "ListKeys", 501, "NotImplemented"),
        ("apigateway", "GetRestApis", 501, "NotImplemented"),
    ]
    assert {(each["account"], each["region"]) for each in lines} == {
        ("222222222222", "eu-central-1")
    }
    assert all(each["request_id"] and each["agent"].startswith("Boto3") for each in lines)


async def test_a_credential_that_cannot_be_read(served):
    app, url = served
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nX-Amz-Target: AmazonSQS.ListQueues\r\n"
        b"Authorization: AWS4-HMAC-SHA256 Credential=wrong, Signature=0\r\n\r\n{}"
    )
    assert b" 4" in await reader.readline()
    writer.close()
    (line,) = read(app.requests)["requests"]
    assert (line["service"], line["error"]) == ("sqs", "IncompleteSignatureException")


async def test_a_client_that_leaves_frees_its_place(served):
    app, url = served
    host, port = url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET {PATH}?after=0&wait=20 HTTP/1.1\r\nHost: h\r\n\r\n".encode())
    await until(lambda: len(app.requests._waiting) == 1)
    writer.close()
    await until(lambda: not app.requests._waiting)


async def until(is_so):
    async with asyncio.timeout(5):
        while not is_so():
            await asyncio.sleep(0.01)
