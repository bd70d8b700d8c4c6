"""Sessions: how they end, and that only their own ids find them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.clock import VirtualClock
from homeport.console.sessions import cookies, store
from homeport.console.sessions.store import OWN, SESSIONS, Sessions

IDLE_S, LONGEST_S = 600.0, 3600.0


@pytest.fixture
def time():
    return VirtualClock()


@pytest.fixture
def sessions(time):
    return Sessions(time, IDLE_S, LONGEST_S)


def begin(sessions, name="ann"):
    return sessions.start(
        name,
        store.basic(name, "secret"),
        is_admin=False,
        may_push=True,
        may_delete=False,
        has_extension=True,
    )


async def test_a_session_ends_when_nobody_uses_it(sessions, time):
    key, made = begin(sessions)
    await time.advance(IDLE_S)
    assert sessions.find(key) is made
    await time.advance(IDLE_S + 1)
    assert sessions.find(key) is None


async def test_a_session_ends_in_any_case(sessions, time):
    key, _ = begin(sessions)
    for _ in range(int(LONGEST_S / 300)):
        await time.advance(300)
        assert sessions.find(key) is not None
    await time.advance(1)
    assert sessions.find(key) is None


def test_the_one_used_longest_ago_goes_for_a_new_one(sessions):
    keys = [begin(sessions, f"user{n}")[0] for n in range(SESSIONS)]
    sessions.find(keys[0])
    begin(sessions)
    assert sessions.find(keys[0]) is not None
    assert sessions.find(keys[1]) is None


def test_who_logs_in_again_and_again_sends_nobody_else_away(sessions):
    other, _ = begin(sessions, "eve")
    keys = [begin(sessions)[0] for _ in range(SESSIONS + OWN)]
    assert sessions.find(other) is not None
    assert sum(sessions.find(key) is not None for key in keys) == OWN
    assert sessions.find(keys[-1]) is not None


def test_visitors_without_a_name_are_not_one_person(sessions):
    keys = [begin(sessions, "")[0] for _ in range(2 * OWN)]
    assert all(sessions.find(key) is not None for key in keys)


@pytest.mark.parametrize("wrong", ["", "x", "\udcff", "a" * 10_000])
def test_a_wrong_id_finds_nothing(sessions, wrong):
    begin(sessions)
    assert sessions.find(wrong) is None


def test_what_is_kept_shows_no_secret(sessions):
    _, made = begin(sessions)
    assert "secret" not in repr(made)
    assert made.authorization not in repr(made)
    assert made.csrf not in repr(made)


@pytest.mark.parametrize("name", ["ann", "ä ö", "a b", ""])
def test_the_name_in_a_credential(name):
    assert store.name_of(store.basic(name, "p:w")) == name


def test_nobody_has_no_name():
    assert store.name_of("") == ""


def test_a_few_sentences_are_kept_for_the_next_page(sessions):
    _, made = begin(sessions)
    for number in range(20):
        made.say(str(number))
    assert made.said == [str(number) for number in range(20 - store.FLASHES, 20)]


@given(st.text(alphabet="abcdefABCDEF0123456789-_", min_size=16, max_size=64))
def test_a_token_is_right_however_it_is_masked(token):
    assert cookies.mask(token) != cookies.mask(token)
    assert cookies.is_right(cookies.mask(token), token)
    assert not cookies.is_right(cookies.mask(token + "x"), token)


@given(st.text(max_size=100))
def test_no_other_text_is_right(text):
    assert not cookies.is_right(text, "a-token-of-some-length")
