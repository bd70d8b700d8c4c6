"""Failures slow down whoever fails, and nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.registry.access.logins import throttle
from homeport.registry.access.logins.throttle import Throttle, TooMany

FREE, WAITING = throttle.FREE_OF_USER, throttle.WAITING


def fail(engine, now, address="a", user="ann"):
    """One failed attempt, waited for; returns how long it had to wait."""
    attempt = engine.begin(address, user, now)
    engine.begun(attempt)
    engine.end(attempt, is_right=False)
    return attempt.start - now


def waits(engine, count, now=0.0, address="a", user="ann"):
    """What one attempt after the other has to wait."""
    found = []
    for _ in range(count):
        wait = fail(engine, now, address, user)
        found.append(wait)
        now += wait
    return found


def test_some_are_free_then_each_waits_longer_up_to_a_cap():
    found = waits(Throttle(), FREE + 9)
    assert found == [0.0] * FREE + [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_fewer_than_100_guesses_in_an_hour():
    engine, now, guesses = Throttle(), 0.0, 0
    while now < 3600:
        now += fail(engine, now)
        guesses += 1
    assert guesses < 100


def test_many_users_of_one_address_count_together():
    engine, now = Throttle(), 0.0
    found = []
    for number in range(throttle.FREE_OF_ADDRESS + 3):
        found.append(fail(engine, now, user=f"user-{number}"))
        now += found[-1]
    assert found[-4:] == [0, 1, 2, 4]


def test_success_ends_it():
    engine = Throttle()
    waits(engine, FREE + 3)
    attempt = engine.begin("a", "ann", 100.0)
    engine.begun(attempt)
    engine.end(attempt, is_right=True)
    assert waits(engine, FREE, 200.0) == [0.0] * FREE


def test_success_with_ones_own_password_buys_no_guesses_at_others():
    engine, now, guesses = Throttle(), 0.0, 0
    while now < 3600:
        own = engine.begin("a", "mallory", now)
        engine.begun(own)
        engine.end(own, is_right=True)
        now = max(own.start, now)
        now += fail(engine, now, user=f"user-{guesses}")
        guesses += 1
    assert guesses < throttle.FREE_OF_ADDRESS + 70


def test_forgotten_after_a_while():
    engine = Throttle()
    waits(engine, FREE + 3)
    assert fail(engine, 7 + throttle.FORGOTTEN_S + 1) == 0


def test_at_once_they_are_not_all_the_first():
    engine = Throttle()
    attempts = [engine.begin("a", "ann", 0.0) for _ in range(FREE + WAITING)]
    assert [attempt.start for attempt in attempts[FREE:]] == [1, 3, 7, 15]
    with pytest.raises(TooMany) as caught:
        engine.begin("a", "ann", 0.0)
    assert caught.value.retry_s == 31


def test_who_waited_makes_room():
    engine = Throttle()
    attempts = [engine.begin("a", "ann", 0.0) for _ in range(FREE + WAITING)]
    engine.begun(attempts[FREE])
    assert engine.begin("a", "ann", 1.0).start == 31


def test_what_was_not_looked_at_is_no_failure():
    engine = Throttle()
    for _ in range(5 * FREE):
        attempt = engine.begin("a", "ann", 0.0)
        engine.begun(attempt)
        engine.end(attempt, is_right=None)
    assert fail(engine, 0.0) == 0


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(throttle, "KEPT", 6)
    engine = Throttle()
    for number in range(100):
        fail(engine, 0.0, address=f"a{number}")
    assert len(engine._counts) == 6


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["attacker", "other"]),
        st.sampled_from(["ann", "bob"]),
        st.sampled_from([True, False, None, "open"]),
        st.sampled_from([0.0, 0.5, 5.0, 100.0]),
    ),
    max_size=60,
)


def run(steps):
    """Each step's wait, where its address is `other`."""
    engine, now, found = Throttle(), 0.0, []
    for address, user, outcome, pause in steps:
        now += pause
        try:
            attempt = engine.begin(address, user, now)
        except TooMany as error:
            found.append((address, error.retry_s))
            continue
        found.append((address, attempt.start - now))
        if outcome != "open":
            engine.begun(attempt)
            engine.end(attempt, is_right=outcome)
    return [wait for address, wait in found if address == "other"]


def without_attacker(steps):
    """The same times, with nothing of the attacker's."""
    left, pause = [], 0.0
    for address, user, outcome, more in steps:
        pause += more
        if address == "other":
            left.append((address, user, outcome, pause))
            pause = 0.0
    return left


@given(STEPS)
def test_what_an_attacker_does_changes_nothing_for_others(steps):
    """The right user from elsewhere is never slowed down, whatever is tried on their name."""
    assert run(steps) == run(without_attacker(steps))


@given(STEPS)
def test_nothing_waits_longer_than_the_line_allows(steps):
    assert all(wait <= throttle.LONGEST_S * (WAITING + 1) for wait in run(steps))


def test_a_clock_that_was_set_back_keeps_nobody_out():
    engine, now = Throttle(), 100_000.0
    waits(engine, FREE + 9, now)
    assert fail(engine, now - throttle.FORGOTTEN_S - 1) == 0
