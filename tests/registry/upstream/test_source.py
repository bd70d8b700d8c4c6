"""What is kept of an upstream in memory."""

import gc
import weakref

import pytest

from homeport.clock import VirtualClock
from homeport.registry.options import Upstream
from homeport.registry.upstream import limits
from homeport.registry.upstream.asking.errors import Limited, Unreachable, Wrong
from homeport.registry.upstream.source import Source


@pytest.fixture
def source():
    return Source(Upstream("up", "http://up.test"), VirtualClock())


def ask(source, error=None, tag="t"):
    with source.asking("up/a", tag):
        if error is not None:
            raise error


def test_what_failed_just_now_fails_again_without_being_asked(source):
    with pytest.raises(Wrong):
        ask(source, Wrong("it gave something else"))
    with pytest.raises(Unreachable, match="something else"):
        ask(source)
    ask(source, tag="another")


async def test_a_limit_is_kept_to_for_as_long_as_it_says_up_to_a_minute(source):
    with pytest.raises(Limited):
        ask(source, Limited("too often", 3600.0))
    await source._clock.advance(limits.LIMITED_S - 1)
    with pytest.raises(Limited) as again:
        ask(source)
    assert again.value.retry_after_s == 3600.0
    await source._clock.advance(1)
    ask(source)


async def test_after_a_second_it_is_asked_again(source):
    with pytest.raises(Unreachable):
        ask(source, Unreachable("no connection"))
    await source._clock.advance(limits.FAILURE_S)
    ask(source)


def test_a_failure_that_is_remembered_holds_no_frames(source):
    error = Unreachable("no connection")
    held = weakref.ref(error)
    with pytest.raises(Unreachable):
        ask(source, error)
    del error
    gc.collect()
    assert held() is None


def test_failures_are_remembered_up_to_a_number(source, monkeypatch):
    monkeypatch.setattr(limits, "FAILURES", 2)
    for tag in ("a", "b", "c"):
        with pytest.raises(Unreachable):
            ask(source, Unreachable("no connection"), tag)
    ask(source, tag="a")
    for tag in ("b", "c"):
        with pytest.raises(Unreachable):
            ask(source, tag=tag)
