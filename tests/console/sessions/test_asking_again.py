"""A session is over with its password, also where nobody but the console asks who somebody is."""

from __future__ import annotations

import json
import os

import pytest
from tests.console.standing import PASSWORD, READER
from tests.console.visitor import Visitor

from homeport import clock
from homeport.console.console import Console
from homeport.console.options import Options, Place
from homeport.console.sessions.login import ASKED_S

JSON = {"Content-Type": "application/json"}
LATER = "/v2/_homeport/users/"


class Late(clock.SystemClock):
    """The time of this machine, and some more."""

    late_s = 0.0

    def now(self) -> float:
        return super().now() + self.late_s


@pytest.fixture
def time():
    return Late()


@pytest.fixture
async def console(standing, time):
    made = Console(standing.options, time)
    await made.start()
    yield made
    await made.close()


@pytest.fixture
def name(standing):
    """A user of this test."""
    made = f"gone-{os.urandom(4).hex()}"
    _password(standing, made, PASSWORD)
    return made


def _password(standing, name, password):
    body = json.dumps({"password": password}).encode()
    answer = standing.ask("PUT", LATER + name, body, JSON)
    assert answer.status in {200, 201}, answer.data


@pytest.mark.parametrize("path", ["/s3", "/cloud/requests", "/stack/endpoints", "/registry"])
async def test_who_was_removed_sees_nothing_more(standing, console, time, name, path):
    visitor = Visitor(console)
    await visitor.log_in(name, PASSWORD)
    assert standing.ask("DELETE", LATER + name).status == 204
    time.late_s = ASKED_S
    page = await visitor.get(path)
    assert (page.status, page.location.partition("?")[0]) == (303, "/login")
    time.late_s = 0.0
    assert (await visitor.get("/s3")).status == 303


async def test_a_new_password_ends_the_sessions_of_the_old_one(standing, console, time, name):
    visitor = Visitor(console)
    await visitor.log_in(name, PASSWORD)
    _password(standing, name, "quite another one")
    time.late_s = ASKED_S
    assert (await visitor.get("/s3")).status == 303


async def test_rights_that_were_taken_away_are_gone(console, time):
    visitor = Visitor(console)
    await visitor.log_in(READER, PASSWORD)
    (session,) = console._sessions._by_digest.values()
    session.is_admin = session.may_push = session.may_delete = True
    assert (await visitor.get("/sqs/new")).status == 200
    time.late_s = ASKED_S
    assert (await visitor.get("/sqs/new")).status == 403
    assert (await visitor.post("/stack/rules")).status == 403
    assert "admin" not in (await visitor.get("/")).find("header", class_="top").text


async def test_who_is_still_there_goes_on(console, time):
    visitor = Visitor(console)
    await visitor.log_in(READER, PASSWORD)
    for _ in range(3):
        time.late_s += ASKED_S
        assert (await visitor.get("/s3")).status == 200


async def test_a_registry_that_is_away_ends_no_session(standing, console, time):
    visitor = Visitor(console)
    await visitor.log_in(READER, PASSWORD)
    away = Console(Options(Place("http://127.0.0.1:9"), standing.options.cloud), time)
    away._sessions = console._sessions
    time.late_s = ASKED_S
    visitor.console = away
    assert (await visitor.get("/s3")).status == 200
    await away.close()
