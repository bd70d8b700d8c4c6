"""What is remembered of clients that were told that a blob is there."""

import pytest

from homeport.clock import VirtualClock
from homeport.registry.space import touches
from homeport.registry.space.touches import Touches


@pytest.fixture
def clock():
    return VirtualClock(1000.0)


async def test_last(clock):
    known = Touches(clock)
    await clock.advance(10)
    known.touch("a", "x")
    await clock.advance(10)
    known.touch("b", "x")
    assert (known.last("a", "x"), known.last("b", "x"), known.last("c", "x")) == (1010, 1020, 1000)


async def test_forgetting_the_old(clock):
    known = Touches(clock)
    for digest in "xyz":
        await clock.advance(10)
        known.touch("a", digest)
    known.touch("a", "x")
    known.forget(1020)
    assert [known.last("a", digest) for digest in "xyz"] == [1030, 1000, 1030]


async def test_too_many_are_forgotten_on_the_safe_side(clock, monkeypatch):
    monkeypatch.setattr(touches, "KEPT", 2)
    known = Touches(clock)
    for digest in "xyz":
        await clock.advance(10)
        known.touch("a", digest)
    assert [known.last("a", digest) for digest in "xyz?"] == [1010, 1020, 1030, 1010]


def test_going(clock):
    known = Touches(clock)
    known.begin_removal("a", "x")
    assert (known.is_going("a", "x"), known.is_going("b", "x")) == (True, False)
    known.end_removal("a", "x")
    known.end_removal("a", "x")
    assert not known.is_going("a", "x")
