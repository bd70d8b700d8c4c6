"""Bodies that arrive compressed. https://www.rfc-editor.org/rfc/rfc1952"""

import gzip
import zlib

import pytest

from homeport.aws.dispatching import content_encoding, failures
from homeport.edge import http

TEXT = b'{"TableName": "t"}' * 100


def plain(body, named="gzip", limit=10_000):
    request = http.Request("POST", "/", "", {"content-encoding": named}, http.BytesBody(body))
    return content_encoding.plain(request, body, limit)


@pytest.mark.parametrize("named", ["gzip", "GZIP", "x-gzip", "identity, gzip", "gzip, identity"])
def test_gzip(named):
    assert plain(gzip.compress(TEXT), named) == TEXT


def test_twice():
    assert plain(gzip.compress(gzip.compress(TEXT)), "gzip, gzip") == TEXT


def test_several_members_are_one_body():
    assert plain(gzip.compress(TEXT) + gzip.compress(b"more")) == TEXT + b"more"


def test_not_compressed():
    assert plain(TEXT, "identity") == TEXT
    assert plain(b"", "identity") == b""


def test_deflate():
    assert plain(zlib.compress(TEXT), "deflate") == TEXT


def test_what_unfolds_without_end_is_cut_off_at_the_limit():
    bomb = gzip.compress(b"\0" * 50_000_000)
    with pytest.raises(http.BodyTooLarge, match="more than 10000 bytes"):
        plain(bomb)
    assert len(plain(gzip.compress(b"\0" * 10_000))) == 10_000
    with pytest.raises(http.BodyTooLarge):
        plain(gzip.compress(b"\0" * 10_001))


@pytest.mark.parametrize(
    "body",
    [b"", b"no gzip", gzip.compress(TEXT, mtime=0)[:-5], gzip.compress(TEXT, mtime=0) + b"x"],
)
def test_what_is_not_valid(body):
    with pytest.raises(content_encoding.Undecodable, match="not valid gzip"):
        plain(body)


@pytest.mark.parametrize(
    ("service", "code", "status"),
    [("dynamodb", "InternalServerError", 500), ("sqs", "SerializationException", 400)],
)
def test_how_it_is_answered(service, code, status):
    wrong = content_encoding.Undecodable("The body is not valid gzip.")
    error = failures.aws_error(wrong, service, "PutItem", "id")
    assert (error.code, error.status) == (code, status)


def test_a_coding_that_is_not_spoken():
    with pytest.raises(content_encoding.Undecodable, match="encoding br is not supported"):
        plain(TEXT, "br")
