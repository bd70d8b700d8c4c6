"""What answers become, as https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload has it."""

import json

import pytest
from tests.aws.delivery.function_urls.conftest import Stream, header

from homeport.aws.delivery.function_urls.response import PRELUDE
from homeport.aws.lambda_.invoking.invocation import Answer
from homeport.edge import http


@pytest.mark.parametrize(
    ("said", "body"),
    [
        ({"hello": "world"}, b'{"hello":"world"}'),
        ({"a": "ä\ud800"}, '{"a":"ä?"}'.encode()),
        (["hello", 3, True], b'["hello",3,true]'),
        ("hello", b"hello"),
        (3, b"3"),
        (3.1, b"3.1"),
        (True, b"true"),
        (None, b"null"),
    ],
)
async def test_an_answer_without_a_status_is_the_body(client, function, said, body):
    function.said = said
    answer = await client()
    assert (answer.status, answer.body) == (200, body)
    assert header(answer, "content-type") == ["application/json"]
    assert header(answer, "x-amzn-requestid") == ["00000000-0000-4000-8000-000000000001"]


async def test_a_response_in_full(client, function):
    function.said = {
        "statusCode": 201,
        "headers": {"Content-Type": "text/html", "My-Header": "Custom Value", "N": 1},
        "body": "<p>ä",
        "cookies": ["a=1; Secure", "b=2"],
        "isBase64Encoded": False,
    }
    answer = await client()
    assert (answer.status, answer.body) == (201, "<p>ä".encode())
    assert header(answer, "content-type") == ["text/html"]
    assert header(answer, "my-header") == ["Custom Value"]
    assert header(answer, "n") == ["1"]
    assert header(answer, "set-cookie") == ["a=1; Secure", "b=2"]


@pytest.mark.parametrize(
    ("said", "status", "body"),
    [
        ({"statusCode": 204}, 204, b""),
        ({"statusCode": "418", "body": "i'm a teapot"}, 418, b"i'm a teapot"),
        ({"statusCode": 200, "body": "/wA=", "isBase64Encoded": True}, 200, b"\xff\x00"),
        ({"statusCode": 200, "body": {"a": 1}}, 200, b'{"a":1}'),
    ],
)
async def test_statuses_and_bodies(client, function, said, status, body):
    function.said = said
    answer = await client()
    assert (answer.status, answer.body) == (status, body)


@pytest.mark.parametrize(
    "said",
    [
        {"statusCode": "no"},
        {"statusCode": 99},
        {"statusCode": 101},
        {"statusCode": 1000},
        {"statusCode": True},
        {"statusCode": None},
        {"statusCode": 200, "headers": ["a"]},
        {"statusCode": 200, "headers": {"a b": "c"}},
        {"statusCode": 200, "headers": {"a": "b\r\nc: d"}},
        {"statusCode": 200, "cookies": "a=1"},
        {"statusCode": 200, "cookies": ["a=1\nb"]},
        {"statusCode": 200, "body": "a", "isBase64Encoded": True},
        Answer(b'{"errorMessage":"no"}', "Unhandled"),
        Answer(b"{"),
    ],
)
async def test_what_is_no_response_is_a_failure(client, function, said):
    function.said = said
    answer = await client()
    assert (answer.status, answer.body) == (502, b"Internal Server Error")


async def test_headers_of_the_server_are_not_the_functions(client, function):
    headers = {"Content-Length": "1", "transfer-encoding": "chunked", "Date": "x", "Kept": "y"}
    function.said = {"statusCode": 200, "headers": headers, "body": "abc"}
    answer = await client()
    assert {name.lower() for name, _ in answer.headers} == {
        "content-type",
        "kept",
        "x-amzn-requestid",
    }


async def test_header_values_are_sent_as_bytes(client, function):
    function.said = {"statusCode": 200, "headers": {"a": "ä€"}}
    (value,) = header(await client(), "a")
    assert value.encode("latin-1").decode() == "ä€"


# Streams


async def read(answer):
    return b"".join([piece async for piece in answer.body])


async def stream(client, function, pieces, content_type=PRELUDE, error=""):
    client.set(is_streaming=True)
    function.said = Stream(pieces, content_type, error)
    return await client()


async def test_a_stream_is_handed_on_piece_by_piece(client, function):
    answer = await stream(client, function, [b"a", b"b"], "text/plain")
    assert [piece async for piece in answer.body] == [b"a", b"b"]
    assert (answer.status, header(answer, "content-type")) == (200, ["text/plain"])


async def test_a_stream_without_a_type_is_bytes(client, function):
    answer = await stream(client, function, [b"a"], "")
    assert header(answer, "content-type") == ["application/octet-stream"]


@pytest.mark.parametrize("cut", [1, 7, 40, 75, 79, 83, 84, 200])
async def test_a_prelude_says_status_and_headers(client, function, cut):
    head = json.dumps({"statusCode": 201, "headers": {"A": "b"}, "cookies": ["c=1", "d=2"]})
    whole = head.encode() + bytes(8) + b"body\x00\x00 and more"
    answer = await stream(client, function, [whole[:cut], whole[cut:]])
    assert (answer.status, header(answer, "a")) == (201, ["b"])
    assert header(answer, "set-cookie") == ["c=1", "d=2"]
    assert await read(answer) == b"body\x00\x00 and more"


async def test_an_empty_prelude_is_a_plain_answer(client, function):
    answer = await stream(client, function, [b"{}" + bytes(8)])
    assert (answer.status, await read(answer)) == (200, b"")


@pytest.mark.parametrize(
    "pieces", [[b"{}"], [b"[]" + bytes(8)], [b"no" + bytes(8)], [b"x" * 600_000] * 3, []]
)
async def test_a_prelude_that_is_none_is_a_failure(client, function, pieces):
    answer = await stream(client, function, pieces)
    assert (answer.status, function.said.closed) == (502, 1)


async def test_a_function_that_fails_before_it_writes(client, function):
    answer = await stream(client, function, [], "", "Unhandled")
    assert (answer.status, answer.body) == (502, b"Internal Server Error")


async def test_a_function_that_fails_while_it_writes_cuts_the_body_off(client, function):
    answer = await stream(client, function, [b"a"], "", "Unhandled")
    with pytest.raises(http.HttpError):
        await read(answer)


async def test_a_stream_that_nobody_reads_is_let_go_of(client, function):
    answer = await stream(client, function, [b"a", b"b"], "")
    await answer.body.aclose()
    assert function.said.closed == 1
