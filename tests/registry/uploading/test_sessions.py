"""The life of an upload: every state with every event, and the places a chunk may begin at."""

import itertools

import pytest

from homeport.registry import errors
from homeport.registry.uploading import sessions
from homeport.registry.uploading.sessions import Event, Session, State

ALL = list(itertools.product(State, Event))


def _session(state):
    return Session("id", "a/b", "sha256", size=10, state=state)


@pytest.mark.parametrize(("state", "event"), [pair for pair in ALL if pair in sessions.TRANSITIONS])
def test_allowed_event_moves_to_the_tables_state(state, event):
    session = _session(state)
    assert session.step(event) is sessions.TRANSITIONS[state, event]
    assert session.state is sessions.TRANSITIONS[state, event]


@pytest.mark.parametrize(
    ("state", "event"), [pair for pair in ALL if pair not in sessions.TRANSITIONS]
)
def test_other_event_is_refused_and_changes_nothing(state, event):
    session = _session(state)
    with pytest.raises(errors.Failure) as caught:
        session.step(event)
    assert session.state is state
    assert caught.value.status == (409 if state is State.WRITING else 404)


def test_nothing_leaves_the_end():
    assert not [state for state, _ in sessions.TRANSITIONS if state is State.ENDED]


def test_every_state_but_the_first_is_reached():
    assert set(sessions.TRANSITIONS.values()) == set(State)


@pytest.mark.parametrize(
    ("header", "start", "length"),
    [("0-0", 0, 1), ("5-9", 5, 5), ("bytes 5-9/*", 5, 5), ("bytes 5-9/10", 5, 5), (" 5-9 ", 5, 5)],
)
def test_content_range(header, start, length):
    chunk = sessions.parse_chunk(header)
    assert (chunk.start, chunk.length) == (start, length)


@pytest.mark.parametrize(
    "header", ["", "-", "5", "5-", "-5", "9-5", "a-b", "0-0-0", "1" * 30 + "-2", "٣-٤", "bytes */5"]
)
def test_bad_content_range(header):
    with pytest.raises(errors.Failure) as caught:
        sessions.parse_chunk(header)
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("header", "is_right"), [("10-12", True), ("9-12", False), ("11-12", False)]
)
def test_chunk_begins_where_the_upload_stands(header, is_right):
    session = _session(State.WRITING)
    chunk = sessions.parse_chunk(header)
    if is_right:
        session.check_start(chunk)
        return
    with pytest.raises(errors.Failure) as caught:
        session.check_start(chunk)
    assert caught.value.status == 416
    assert ("Range", "0-9") in caught.value.headers


def test_stream_begins_where_the_upload_stands():
    _session(State.WRITING).check_start(None)
