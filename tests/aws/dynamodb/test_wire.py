"""Requests that are no call of an operation, and what is added to every answer.

The answers of AWS: https://github.com/architect/dynalite/blob/main/test/connection.js
"""

import gzip
import json
import zlib

import pytest

from homeport.aws.dispatch import Dispatcher
from homeport.aws.dynamodb import wire
from homeport.aws.protocol.call import Output, Service
from homeport.clock import VirtualClock
from homeport.edge import http

LONG = {"TableNames": ["x" * 200 for _ in range(21)]}
SIGNED = (
    "AWS4-HMAC-SHA256 Credential=test/20231114/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host, Signature=00"
)
HEADERS = {
    "host": "localhost:4566",
    "x-amz-target": "DynamoDB_20120810.ListTables",
    "content-type": "application/x-amz-json-1.0",
    "x-amz-date": "20231114T000000Z",
    "authorization": SIGNED,
}
OPERATIONS = {
    "ListTables": lambda _, __: LONG,
    "DescribeLimits": lambda _, __: Output(json=b'{"AccountMaxReadCapacityUnits":5}'),
}


@pytest.fixture
def ask():
    service = Service("dynamodb", OPERATIONS, before=wire.begin, after=wire.finish)
    dispatcher = Dispatcher([service], clock=VirtualClock(), version="1")

    def send(body=b"{}", method="POST", query="", without=(), **headers):
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        kept = {name: value for name, value in (HEADERS | said).items() if name not in without}
        response = dispatcher(http.Request(method, "/", query, kept, http.BytesBody(body)))
        return response.status, dict(response.headers), response.body

    return send


def error_of(answer):
    status, _, body = answer
    assert status == 400
    said = json.loads(body)
    return said["__type"], said.get("message", said.get("Message"))


def test_every_answer_has_its_checksum(ask):
    for answer in (
        ask(),
        ask(b"{"),
        ask(x_amz_target="DynamoDB_20120810.Query"),
        ask(method="GET"),
    ):
        assert answer[1]["x-amz-crc32"] == str(zlib.crc32(answer[2]))


def test_what_the_service_wrote_itself_is_sent_as_it_is(ask):
    _, _, body = ask(x_amz_target="DynamoDB_20120810.DescribeLimits")
    assert body == b'{"AccountMaxReadCapacityUnits":5}'


@pytest.mark.parametrize(
    "accepted",
    ["gzip", "gzip, deflate", "br;q=1.0, gzip;q=0.8", "*", "*, identity", "gzip;q=0.5, identity"],
)
def test_a_long_answer_is_compressed_for_who_takes_it(ask, accepted):
    _, headers, body = ask(accept_encoding=accepted)
    assert headers["Content-Encoding"] == "gzip"
    assert headers["x-amz-crc32"] == str(zlib.crc32(body))
    assert json.loads(gzip.decompress(body)) == LONG


@pytest.mark.parametrize(
    "accepted", ["deflate", "gzip;q=0.5, deflate", "deflate, gzip", "gzip;q=0, *"]
)
def test_or_in_the_other_form(ask, accepted):
    _, headers, body = ask(accept_encoding=accepted)
    assert headers["Content-Encoding"] == "deflate"
    assert json.loads(zlib.decompress(body)) == LONG


@pytest.mark.parametrize(
    "accepted",
    ["identity", "br", "gzip;q=0", "", "gzip;q=x", "*;q=0", "br;q=0.8, identity;q=0.5, *;q=0"],
)
def test_others_get_it_plain(ask, accepted):
    _, headers, body = ask(accept_encoding=accepted)
    assert "Content-Encoding" not in headers
    assert json.loads(body) == LONG


def test_a_short_answer_is_not_compressed(ask):
    _, headers, _ = ask(accept_encoding="gzip", x_amz_target="DynamoDB_20120810.DescribeLimits")
    assert "Content-Encoding" not in headers


def test_plain_json_is_answered_as_such(ask):
    assert ask(content_type="application/json")[1]["Content-Type"] == "application/json"
    assert ask()[1]["Content-Type"] == "application/x-amz-json-1.0"


def test_get_tells_that_it_is_healthy(ask):
    status, _, body = ask(method="GET", host="dynamodb.us-east-1.amazonaws.com")
    assert (status, body) == (200, b"healthy: dynamodb.us-east-1.amazonaws.com ")


@pytest.mark.parametrize(
    "request_of", [{"method": "PUT"}, {"method": "DELETE"}, {"content_type": "text/plain"}]
)
def test_other_methods_and_types_are_no_operation(ask, request_of):
    status, _, body = ask(**request_of)
    assert (status, body) == (404, b"<UnknownOperationException/>\n")


def test_an_operation_that_is_none(ask):
    code, _ = error_of(ask(x_amz_target="DynamoDB_20120810.ListTable"))
    assert code == "com.amazon.coral.service#UnknownOperationException"


def test_what_is_no_json_gets_no_words(ask):
    """https://github.com/scylladb/scylladb/blob/master/test/alternator/test_manual_requests.py (test_json_parse_error)"""
    assert json.loads(ask(b"{")[2]) == {"__type": "com.amazon.coral.service#SerializationException"}


@pytest.mark.parametrize("body", [b"", b"hi", b"{", b'{"a":}', b"[1", b'{"a":1}}', b"\xff"])
def test_a_body_that_is_no_json(ask, body):
    assert error_of(ask(body))[0] == "com.amazon.coral.service#SerializationException"


@pytest.mark.parametrize("body", [b"[]", b'"a"', b"1", b"true"])
def test_a_body_that_is_no_object(ask, body):
    assert error_of(ask(body))[0] == "com.amazon.coral.service#SerializationException"


@pytest.mark.parametrize("more", [{"without": ("authorization",)}, {"authorization": "Basic YTpi"}])
def test_nobody_asks(ask, more):
    code, message = error_of(ask(**more))
    assert code == "com.amazon.coral.service#MissingAuthenticationTokenException"
    assert message == "Request is missing Authentication Token"


def test_two_ways_of_signing_at_once(ask):
    code, message = error_of(ask(query="X-Amz-Algorithm=AWS4-HMAC-SHA256"))
    assert code == "com.amazon.coral.service#InvalidSignatureException"
    assert message == (
        "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."
    )


def test_a_header_that_is_not_complete(ask):
    short = SIGNED.partition(", Signed")[0]
    code, message = error_of(ask(authorization=short, without=("x-amz-date",)))
    assert code == "com.amazon.coral.service#IncompleteSignatureException"
    assert message == (
        "Authorization header requires 'Signature' parameter. "
        "Authorization header requires 'SignedHeaders' parameter. "
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
        f"Authorization={short}"
    )


def test_a_query_that_is_not_complete(ask):
    code, message = error_of(ask(query="X-Amz-Algorithm=a", without=("authorization",)))
    assert code == "com.amazon.coral.service#IncompleteSignatureException"
    assert message == (
        "AWS query-string parameters must include 'X-Amz-Credential'. "
        "AWS query-string parameters must include 'X-Amz-Signature'. "
        "AWS query-string parameters must include 'X-Amz-SignedHeaders'. "
        "AWS query-string parameters must include 'X-Amz-Date'. "
        "Re-examine the query-string parameters."
    )


def test_no_page_of_another_origin_may_read(ask):
    _, headers, _ = ask(origin="http://evil.example")
    assert not [name for name in headers if name.lower().startswith("access-control")]
