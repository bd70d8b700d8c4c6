"""Logging in and out, by the registry's own users."""

from __future__ import annotations

import os

import pytest
from tests.console.standing import ADMIN, PASSWORD, READER
from tests.console.visitor import HOST, Visitor

from homeport.console.sessions import login


async def test_a_page_leads_to_the_login_and_back(console):
    visitor = Visitor(console)
    page = await visitor.get("/registry?search=a%20b")
    assert page.status == 303
    assert page.location == "/login?next=%2Fregistry%3Fsearch%3Da%2520b"
    form = (await visitor.follow(page)).form("/login")
    assert form["next"] == "/registry?search=a%20b"
    answer = await visitor.post("/login", {**form, "name": ADMIN, "password": PASSWORD})
    assert (answer.status, answer.location) == (303, "/registry?search=a%20b")


async def test_a_wrong_password_is_said_and_not_repeated(console):
    page = await Visitor(console).log_in(ADMIN, "a wrong <one>")
    assert page.status == 401
    assert "does not know this name and password" in page.text
    assert b"a wrong" not in page.body
    assert page.find("input", name="name").attributes["value"] == ADMIN


@pytest.mark.parametrize(
    ("name", "password"), [("", "x"), ("x", ""), ("a:b", "x"), ("x", "y" * 1025)]
)
async def test_what_can_be_no_login_is_not_asked(console, name, password):
    assert (await Visitor(console).log_in(name, password)).status == 400


async def test_the_cookie_is_for_this_host_and_for_no_script(console):
    visitor = Visitor(console)
    answer = await visitor.post("/login", {"name": ADMIN, "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-homeport=")
    assert cookie.split("; ")[1:] == ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"]


async def test_by_plain_http_the_cookie_can_still_be_kept(console):
    visitor = Visitor(console, "http")
    answer = await visitor.post("/login", {"name": ADMIN, "password": PASSWORD})
    assert answer.headers["set-cookie"].startswith("homeport=")
    assert "Secure" not in answer.headers["set-cookie"]
    assert (await visitor.get("/")).status == 200


async def test_logging_out_ends_the_session_itself(visitor):
    kept = dict(visitor.cookies)
    assert (await visitor.post("/logout")).location == "/login"
    assert visitor.cookies == {}
    visitor.cookies = kept
    assert (await visitor.get("/")).status == 303


async def test_logging_in_again_ends_the_former_session(visitor):
    former = dict(visitor.cookies)
    await visitor.log_in(ADMIN, PASSWORD)
    assert visitor.cookies != former
    visitor.cookies = former
    assert (await visitor.get("/")).status == 303


async def test_a_form_without_the_token_changes_nothing(visitor):
    visitor.token = ""
    assert (await visitor.post("/logout")).status == 403
    assert (await visitor.get("/")).status == 200


async def test_the_token_of_another_session_is_refused(visitor, reader):
    visitor.token = reader.token
    page = await visitor.post("/logout")
    assert page.status == 403
    assert "too old" in page.text


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.test"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "null"},
    ],
)
async def test_a_page_of_another_site_changes_nothing(visitor, headers):
    assert (await visitor.post("/logout", None, **headers)).status == 403
    assert (
        await visitor.post("/login", {"name": READER, "password": PASSWORD}, **headers)
    ).status == 403


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ("/r/a:b?x=1", "/r/a:b?x=1"),
        ("//evil.test", "/"),
        ("/\\evil.test", "/"),
        ("https://evil.test", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nX: y", "/"),
        ("", "/"),
    ],
)
def test_the_login_leads_nowhere_else(wanted, place):
    assert login.local(wanted) == place


async def test_each_page_shows_another_token(visitor):
    await visitor.get("/")
    first = visitor.token
    await visitor.get("/")
    assert visitor.token != first


async def test_headers_of_a_page(visitor):
    page = await visitor.get("/")
    policy = page.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["cache-control"] == "no-store"
    assert HOST not in page.text


async def test_a_form_is_about_the_region_that_its_page_showed(visitor, standing):
    """Another tab has gone elsewhere meanwhile."""
    name = f"tabs-{os.urandom(4).hex()}"
    for region in ("us-east-1", "eu-west-1"):
        standing.of("sqs", region).create_queue(QueueName=name)
    page = await visitor.get(f"/sqs/q/{name}/settings")
    (action,) = [
        form.attributes["action"]
        for form in page.all("form")
        if "delete" in form.attributes["action"]
    ]
    await visitor.get(f"/in/000000000000/eu-west-1/sqs/q/{name}/settings")
    page = await visitor.post(action)
    assert page.status == 303, page.text
    left = [
        standing.of("sqs", each).list_queues(QueueNamePrefix=name)
        for each in ("us-east-1", "eu-west-1")
    ]
    assert ["QueueUrls" in each for each in left] == [False, True]
