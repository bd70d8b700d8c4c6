"""The event, as https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload has it."""

import base64

import pytest
from tests.aws.delivery.function_urls.conftest import FUNCTION, HOST, ID


async def test_an_event(client, function):
    found = await client.event(
        "POST",
        "/my/p%20ath?a=1&a=2&b=%C3%A4&c",
        b"Hello",
        content_type="text/plain",
        user_agent="agent",
        cookie="one=1; two=2",
    )
    trace = "Root=1-6553f100-000000000000400080000000"
    assert found == {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/my/p%20ath",
        "rawQueryString": "a=1&a=2&b=%C3%A4&c",
        "cookies": ["one=1", "two=2"],
        "headers": {
            "host": HOST,
            "content-type": "text/plain",
            "user-agent": "agent",
            "x-amzn-trace-id": trace,
            "x-forwarded-for": "192.0.2.1",
            "x-forwarded-port": "4566",
            "x-forwarded-proto": "http",
        },
        "queryStringParameters": {"a": "1,2", "b": "ä", "c": ""},
        "requestContext": {
            "accountId": "anonymous",
            "apiId": ID,
            "domainName": f"{ID}.lambda-url.us-east-1.localhost",
            "domainPrefix": ID,
            "http": {
                "method": "POST",
                "path": "/my/p ath",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "agent",
            },
            "requestId": "00000000-0000-4000-8000-000000000001",
            "routeKey": "$default",
            "stage": "$default",
            "time": "14/Nov/2023:22:13:20 +0000",
            "timeEpoch": 1_700_000_000_000,
        },
        "body": "Hello",
        "isBase64Encoded": False,
    }
    assert function.asked == [(FUNCTION, "00000000-0000-4000-8000-000000000001", trace)]


async def test_what_is_not_there_is_left_out(client):
    found = await client.event()
    assert found.keys().isdisjoint({"cookies", "queryStringParameters", "body"})
    assert (found["rawQueryString"], found["isBase64Encoded"]) == ("", False)


async def test_a_trace_goes_on(client, function):
    found = await client.event(x_amzn_trace_id="Root=1-a-b")
    assert found["headers"]["x-amzn-trace-id"] == function.asked[0][2] == "Root=1-a-b"


@pytest.mark.parametrize(
    "content_type",
    ["text/html; charset=utf-8", "application/json", "application/problem+json", "APPLICATION/XML"],
)
async def test_text_is_handed_on_as_text(client, content_type):
    found = await client.event("POST", body="ä".encode(), content_type=content_type)
    assert (found["body"], found["isBase64Encoded"]) == ("ä", False)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/octet-stream", b"\x00\xff"),
        ("image/png", b"a"),
        ("application/x-www-form-urlencoded", b"a=1"),
        ("", b"a"),
        ("text/plain", b"\xff"),
    ],
)
async def test_all_else_is_base64(client, content_type, body):
    found = await client.event("POST", body=body, content_type=content_type)
    assert (base64.b64decode(found["body"]), found["isBase64Encoded"]) == (body, True)


@pytest.mark.parametrize(
    ("asked", "path"),
    [("//pa2%25Fth/1", "/pa2%Fth/1"), ("/a%2Fb", "/a/b"), ("/", "/"), ("/%ff", "/�")],
)
async def test_the_path_is_told_raw_and_decoded(client, function, asked, path):
    found = await client.event("GET", asked)
    assert (found["rawPath"], found["requestContext"]["http"]["path"]) == (asked, path)
