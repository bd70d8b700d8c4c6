import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.lambda_.invoking.api import replies


@given(st.text(max_size=60), st.binary(max_size=60))
def test_nothing_of_a_client_breaks_a_head(value, payload):
    data = replies.invocation([("Lambda-Runtime-Client-Context", value), ("B", "b")], payload)
    head, _, body = data.partition(b"\r\n\r\n")
    assert body == payload
    names = [line.split(b":")[0] for line in head.split(b"\r\n")[1:]]
    wanted = [b"Content-Type", b"Content-Length", b"Lambda-Runtime-Client-Context", b"B"]
    assert names == wanted if value else [name for name in wanted if b"Context" not in name]


@pytest.mark.parametrize(
    ("reply", "status", "body"),
    [
        (replies.ACCEPTED, b"202 Accepted", b'{"status":"OK"}\n'),
        (replies.NOT_FOUND, b"404 Not Found", b""),
        (replies.too_large(9), b"413 Request Entity Too Large", b'{"errorMessage":"Exceeded maximum allowed payload size (9 bytes).","errorType":"RequestEntityTooLarge"}'),
    ],
    ids=["accepted", "not-found", "too-large"],
)  # fmt: skip
def test_the_whole_of_a_reply(reply, status, body):
    head = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    assert reply == head % (status, len(body)) + body
