"""Event streams, read back by botocore's own parser."""

import pytest
from botocore.eventstream import EventStreamBuffer
from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.protocol import model
from homeport.aws.protocol.call import Output
from homeport.aws.protocol.rest.json import RestJson
from homeport.aws.protocol.values import event_stream


def messages(data):
    buffer = EventStreamBuffer()
    buffer.add_data(data)
    return [(message.headers, message.payload) for message in buffer]


@given(
    st.dictionaries(st.text("abc:-", min_size=1, max_size=9), st.text(max_size=30), max_size=5),
    st.binary(max_size=300),
)
def test_a_frame_is_read_as_it_was_written(headers, payload):
    assert messages(event_stream.frame(headers, payload)) == [(headers, payload)]


class Events:
    """Events, and whether their reader has said that it is done."""

    def __init__(self, *events):
        self.events = list(events)
        self.is_closed = False

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self.events:
            raise StopAsyncIteration
        return self.events.pop(0)

    async def aclose(self):
        self.is_closed = True


def response(events):
    service = model.load("lambda")
    codec = RestJson(service)
    operation = service.operation("InvokeWithResponseStream")
    members = {"StatusCode": 200, "ExecutedVersion": "1", "EventStream": events}
    return codec.serialize(operation, Output(members), "id")


async def test_blobs_and_structures():
    events = Events(
        {"PayloadChunk": {"Payload": b"\x00one"}},
        {"PayloadChunk": {"Payload": b""}},
        {"InvokeComplete": {"ErrorCode": "Unhandled", "ErrorDetails": "ä"}},
        {"InvokeComplete": {}},
    )
    answer = response(events)
    assert answer.status == 200
    assert ("Content-Type", "application/vnd.amazon.eventstream") in answer.headers
    found = messages(b"".join([piece async for piece in answer.body]))
    await answer.body.aclose()
    chunk = {
        ":event-type": "PayloadChunk",
        ":content-type": "application/octet-stream",
        ":message-type": "event",
    }
    complete = {**chunk, ":event-type": "InvokeComplete", ":content-type": "application/json"}
    assert found == [
        (chunk, b"\x00one"),
        (chunk, b""),
        (complete, b'{"ErrorCode":"Unhandled","ErrorDetails":"\xc3\xa4"}'),
        (complete, b"{}"),
    ]
    assert events.is_closed


@pytest.mark.parametrize("count", [0, 1, 3])
async def test_a_reader_that_goes_closes_the_events(count):
    events = Events(*[{"PayloadChunk": {"Payload": b"x"}}] * 3)
    answer = response(events)
    for _ in range(count):
        await anext(answer.body)
    await answer.body.aclose()
    assert events.is_closed
