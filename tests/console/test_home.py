"""The start page and its parts."""

from __future__ import annotations

import os

from tests.console import standing as standings
from tests.console.visitor import Visitor

from homeport import clock
from homeport.console.console import Console
from homeport.console.options import Options


async def test_its_parts_come_by_themselves(visitor):
    page = await visitor.get("/")
    assert [each.attributes["hx-get"] for each in page.all("div", hx_trigger="load")] == [
        "/home/registry",
        "/home/cloud",
    ]


async def test_what_the_registry_holds_and_what_happened_last(visitor, standing):
    name = f"home/{os.urandom(4).hex()}"
    standing.push(name, "1.0")
    page = await visitor.get("/home/registry", is_part=True)
    assert f"{name}:1.0" in page.links
    assert page.links[f"{name}:1.0"] == f"/r/{name}:1.0"
    assert [text for text in page.links if text.startswith(name)] == [f"{name}:1.0"]


async def test_which_services_answer(visitor):
    page = await visitor.get("/home/cloud", is_part=True)
    states = dict(page.rows())
    assert states["S3"] == "running"
    assert list(states) == ["S3", "SQS", "SNS", "DynamoDB", "Lambda"]
    for text in states:
        assert (await visitor.get(page.links[text])).status == 200


async def test_without_a_local_aws_it_is_not_spoken_of(standing):
    whole = standing.options
    visitor = Visitor(Console(Options(whole.registry), clock.SystemClock()))
    page = await visitor.log_in(standings.ADMIN, standings.PASSWORD)
    assert "Local AWS" not in page.text
    assert (await visitor.get("/home/cloud")).status == 404
