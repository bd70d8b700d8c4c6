"""Before a registry that lets everybody in, everybody has the pages of admins."""

import pytest
from tests.console import standing as standings
from tests.console.visitor import Visitor

from homeport import clock
from homeport.console.console import Console


@pytest.fixture(scope="module")
def standing(tmp_path_factory):
    with standings.running(tmp_path_factory.mktemp("open"), has_users=False) as made:
        yield made


@pytest.fixture
async def anyone(standing):
    console = Console(standing.options, clock.SystemClock())
    made = Visitor(console)
    await made.follow(await made.get("/"))
    yield made
    await console.close()


async def test_rules_say_that_there_are_no_users(anyone):
    page = await anyone.get("/registry/rules?action=delete&repository=team/app")
    assert "The registry has no users (registry.auth)" in page.text
    assert "Yes: anyone without a password may delete from team/app." in page.text


async def test_runs_are_asked_for_by_nobody(anyone):
    await anyone.get("/registry/space/scrub")
    page = await anyone.follow(await anyone.post("/registry/space/scrub"))
    assert page.said() == ["Scrub: Every byte is what was pushed."]
    assert "asked for by" not in page.text


async def test_robots_are_made_here_too(anyone):
    await anyone.get("/registry/robots")
    fields = {"name": "open", "repositories-0": "**", "allow-0": "pull"}
    page = await anyone.post("/registry/robots", fields)
    assert page.status == 200
    assert page.find("code", id="secret").text.startswith("hprobot_")
