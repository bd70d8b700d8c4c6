"""Slow logins as clients meet them: who guesses waits on the clock, others do not."""

import asyncio

import pytest

from homeport.clock import settle
from homeport.registry import limits
from homeport.registry.access import htpasswd
from homeport.registry.access.logins import passwords, throttle

FREE, WAITING = throttle.FREE_OF_USER, throttle.WAITING


def enter(home, tools, password, peer="10.0.0.1:5", user="ann"):
    return home.ask("GET", "/v2/", peer=peer, authorization=tools.basic(user, password))


async def use_up(home, tools, peer="10.0.0.1:5"):
    """All free guesses at ann's password."""
    for number in range(FREE):
        assert (await enter(home, tools, f"guess {number}", peer)).status == 401


async def test_the_next_guess_waits(guarded, tools):
    home = guarded()
    await use_up(home, tools)
    guess = asyncio.ensure_future(enter(home, tools, "one more"))
    await home.clock.advance(0.9)
    assert not guess.done()
    await home.clock.advance(0.2)
    assert (await guess).status == 401


async def test_the_right_user_from_elsewhere_does_not_wait(guarded, tools):
    home = guarded()
    await use_up(home, tools)
    guesses = [asyncio.ensure_future(enter(home, tools, f"more {n}")) for n in range(WAITING)]
    await settle()
    assert (await enter(home, tools, "secret", "10.0.0.2:5")).status == 200
    assert (await enter(home, tools, "hidden", user="bob")).status == 200
    assert not any(guess.done() for guess in guesses)
    await home.clock.advance(60)
    assert {(await guess).status for guess in guesses} == {401}


async def test_what_is_verified_never_waits(guarded, tools):
    home = guarded()
    assert (await enter(home, tools, "secret")).status == 200
    await use_up(home, tools)
    assert (await enter(home, tools, "secret")).status == 200


async def test_same_password_from_elsewhere_does_not_wait_for_the_slow_one(guarded, tools):
    home = guarded()
    await use_up(home, tools)
    slow = asyncio.ensure_future(enter(home, tools, "secret"))
    await settle()
    assert (await enter(home, tools, "secret", "10.0.0.2:5")).status == 200
    assert not slow.done()
    await home.clock.advance(1)
    assert (await slow).status == 200


async def test_only_so_many_wait_and_the_others_are_told_when_to_come(guarded, tools):
    home = guarded()
    await use_up(home, tools)
    waiting = [asyncio.ensure_future(enter(home, tools, f"more {n}")) for n in range(WAITING)]
    await settle()
    refused = await enter(home, tools, "one more")
    assert (refused.status, refused.code, refused.headers["Retry-After"]) == (429, "TOOMANYREQUESTS", "31")  # fmt: skip
    assert (await enter(home, tools, "guess", "10.0.0.2:5")).status == 401
    await home.clock.advance(60)
    await asyncio.gather(*waiting)


async def test_a_known_wrong_password_is_answered_at_once(guarded, tools):
    home = guarded()
    await use_up(home, tools)
    for _ in range(5):
        assert (await enter(home, tools, "guess 1")).status == 401


async def test_proxy_on_this_machine_tells_clients_apart(guarded, tools):
    home = guarded()
    for number in range(FREE):
        header = tools.basic("ann", f"guess {number}")
        await home.ask("GET", "/v2/", peer="127.0.0.1:5", authorization=header, x_forwarded_for="10.0.0.1")  # fmt: skip
    header = tools.basic("ann", "secret")
    answer = await home.ask("GET", "/v2/", peer="127.0.0.1:5", authorization=header, x_forwarded_for="10.0.0.1, 10.0.0.2")  # fmt: skip
    assert answer.status == 200


async def test_a_password_change_keeps_the_others_in(guarded, tools, monkeypatch):
    home = guarded()
    await enter(home, tools, "secret")
    htpasswd.add(home.users, "bob", "new", cost=4)
    monkeypatch.setattr(htpasswd, "verify", lambda *_: pytest.fail("bcrypt again"))
    assert (await enter(home, tools, "secret")).status == 200


async def test_a_password_that_was_wrong_when_it_was_checked_may_be_right_now(guarded, tools):
    home = guarded()
    entering = asyncio.ensure_future(enter(home, tools, "new"))
    await asyncio.sleep(0)
    htpasswd.add(home.users, "ann", "new", cost=4)
    await enter(home, tools, "hidden", user="bob")
    await entering
    assert (await enter(home, tools, "new")).status == 200


async def test_an_address_with_many_checks_is_turned_away_alone(guarded, tools, monkeypatch):
    monkeypatch.setattr(limits, "PASSWORD_CHECKS_WAITING", 3)
    home = guarded()
    guesses = [enter(home, tools, f"guess {n}") for n in range(8)]
    *many, other = await asyncio.gather(*guesses, enter(home, tools, "secret", "10.0.0.2:5"))
    assert sorted(answer.status for answer in many) == [401] * 3 + [429] * 5
    assert other.status == 200


async def test_of_too_many_in_all_the_longest_line_gives_way(guarded, tools, monkeypatch):
    monkeypatch.setattr(limits, "PASSWORD_CHECKS", 3)
    monkeypatch.setattr(passwords, "CHECKS_AT_ONCE", 1)
    home = guarded()
    many = [asyncio.ensure_future(enter(home, tools, f"guess {n}")) for n in range(4)]
    await asyncio.sleep(0)
    others = [enter(home, tools, "secret", f"10.0.1.{n}:5") for n in range(2)]
    found = [answer.status for answer in await asyncio.gather(*others)]
    assert found == [200, 200]
    assert sorted([(await answer).status for answer in many]) == [401, 401, 429, 429]


async def test_close_ends_those_that_wait(guarded, tools):
    home = guarded()
    await use_up(home, tools)
    guess = asyncio.ensure_future(enter(home, tools, "one more"))
    await settle()
    home.registry._gate.close()
    with pytest.raises(asyncio.CancelledError):
        await guess
