"""Requests that no page of ours sends: too large, broken, with addresses and origins that are none."""

from __future__ import annotations

import urllib.parse

import pytest
from tests.console import standing as standings
from tests.console.visitor import HOST, Visitor

from homeport.console import console as consoles
from homeport.console.asking.registry import Registry
from homeport.console.asking.wire import Reply
from homeport.edge import http

FORM = {"content-type": "application/x-www-form-urlencoded", "origin": f"https://{HOST}"}


@pytest.mark.parametrize("path", ["/login", "/logout"])
async def test_a_stranger_fills_no_memory(console, path):
    """Before a password is known, anybody on the network may send as many forms as they like."""
    body = b"name=ann&password=" + b"x" * consoles.STRANGER_BYTES
    with pytest.raises(http.BodyTooLarge):
        await Visitor(console).send("POST", path, body, FORM)


async def test_the_longest_name_password_and_address_fit(console):
    visitor = Visitor(console)
    values = {"name": "☃" * 256, "password": "☃" * 1024, "next": "/registry?" + "x" * 8192}
    answer = await visitor.post("/login", values)
    assert answer.status == 401, answer.text


@pytest.mark.parametrize(
    "origin", ["http://[", "https://", "null", "//", f"https://{HOST}@evil.test"]
)
async def test_an_origin_that_is_none_is_not_ours(console, origin):
    answer = await Visitor(console).send("POST", "/login", b"", {**FORM, "origin": origin})
    assert answer.status == 403


@pytest.mark.parametrize(
    "location",
    [
        "//evil.test",
        "/\\evil.test",
        "/x\\evil",
        "\t//evil.test",
        "/\t/evil.test",
        "https://evil.test",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: a=b",
        "/☃",
    ],
)
async def test_a_login_leads_to_this_console_alone(console, location):
    visitor = Visitor(console)
    values = {"name": standings.ADMIN, "password": standings.PASSWORD, "next": location}
    answer = await visitor.post("/login", values)
    assert (answer.status, answer.location) == (303, "/")


@pytest.mark.parametrize(
    "said", ["[]", "{}", '{"name": 5, "may": {}}', '{"name": "a", "may": []}', "1"]
)
async def test_a_registry_that_says_nobody_lets_nobody_in(console, monkeypatch, said):
    async def told(*_, **__):
        return Reply(200, {}, said.encode())

    monkeypatch.setattr(Registry, "ask", told)
    visitor = Visitor(console)
    answer = await visitor.post("/login", {"name": "ann", "password": "secret"})
    assert answer.status == 502
    assert "The registry does not say who you are." in answer.text
    assert not visitor.cookies


async def test_what_somebody_wrote_is_no_header(visitor, standing):
    """The form of a delete says where to go back to."""
    name = "headers-attacked"
    dynamodb = standing.client("dynamodb")
    standing.table(name)
    dynamodb.put_item(TableName=name, Item={"id": {"S": "a"}})
    page = await visitor.get(f"/dynamodb/tables/{name}")
    key = page.find("input", name="key").attributes["value"]
    back = f"/dynamodb/tables/{name}?pk=☃\r\nSet-Cookie: evil=1"
    answer = await visitor.post(
        f"/dynamodb/tables/{name}/items/delete", {"key": key, "back": back, "sure": "yes"}
    )
    assert answer.status == 303
    assert answer.location.isascii()
    assert answer.location.isprintable()
    assert urllib.parse.unquote(answer.location) == back
