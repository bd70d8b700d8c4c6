"""Before a registry that lets everybody in, and before one that is away."""

from __future__ import annotations

import pytest
from tests.console import standing as standings
from tests.console.visitor import Visitor

from homeport import clock
from homeport.console.console import Console
from homeport.console.options import Options, Place


@pytest.fixture(scope="module")
def open_registry(tmp_path_factory):
    folder = tmp_path_factory.mktemp("open")
    with standings.running(folder, has_users=False) as made:
        yield made


async def test_nobody_is_asked_for_a_password(open_registry):
    visitor = Visitor(Console(open_registry.options, clock.SystemClock()))
    page = await visitor.follow(await visitor.get("/?x=1"))
    assert (page.status, page.location) == (303, "/?x=1")
    page = await visitor.follow(page)
    assert page.status == 200
    assert "Log out" not in page.buttons()
    assert "Space" in page.links


async def test_forms_still_bring_their_token(open_registry):
    visitor = Visitor(Console(open_registry.options, clock.SystemClock()))
    await visitor.follow(await visitor.get("/"))
    visitor.token = ""
    assert (await visitor.post("/sqs", {"name": "x"})).status in {403, 404}


async def test_a_registry_that_is_away_is_said_so():
    visitor = Visitor(Console(Options(Place("http://127.0.0.1:9")), clock.SystemClock()))
    page = await visitor.get("/login")
    assert page.status == 502
    assert "The registry does not answer at http://127.0.0.1:9" in page.text
    assert "homeport status" in page.text
    assert page.all("input", name="password")


async def test_what_is_no_registry_is_said_so(standing):
    visitor = Visitor(Console(Options(Place(standing.stack.endpoint)), clock.SystemClock()))
    page = await visitor.log_in("ann", "secret")
    assert page.status == 502
    assert "is no registry" in page.text
