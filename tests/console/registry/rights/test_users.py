"""Users: who there is, a new one, a new password, and away with one."""

import secrets

import pytest
from tests.console import standing as standings
from tests.console.visitor import Visitor

from homeport.console.asking.registry import Registry
from homeport.console.registry.rights import users

PATH = users.PATH
PASSWORD = "typed-in-a-form"


@pytest.fixture
def name():
    """Of this test's own: tests share a registry."""
    return "u" + secrets.token_hex(4)


@pytest.fixture
async def person(visitor, name):
    """A user of that name."""
    await visitor.get(PATH)
    page = await add(visitor, name)
    assert page.status == 303, page.text
    return name


async def add(visitor, name, password=PASSWORD, again=None, **more):
    again = password if again is None else again
    fields = {"name": name, "password": password, "again": again, **more}
    return await visitor.post(PATH, fields)


async def names(visitor):
    page = await visitor.get(f"{PATH}?search=u")
    return [row[0] for row in page.rows()] if page.all("table") else []


async def can_log_in(console, name, password):
    return (await Visitor(console).log_in(name, password)).status == 200


async def test_who_there_is(visitor):
    page = await visitor.get(PATH)
    rows = {row[0]: row[1] for row in page.rows()}
    assert rows["admin"] == "admin you"
    assert rows[standings.READER] == ""
    assert page.links["New password for reader"] == f"{PATH}/password?name=reader"
    row = next(row for row in page.find("tbody").all("tr") if row.find("th").text == "admin")
    assert row.all("form") == []


async def test_a_user_comes_and_goes(console, visitor, name):
    await visitor.get(PATH)
    page = await visitor.follow(await add(visitor, name))
    assert page.said() == [f"{name} can log in."]
    assert await can_log_in(console, name, PASSWORD)
    page = await visitor.follow(await visitor.post(f"{PATH}/remove", {"name": name}))
    assert page.said() == [f"{name} can no longer log in."]
    assert name not in await names(visitor)
    assert not await can_log_in(console, name, PASSWORD)


async def test_a_password_that_is_made_up_is_shown_once(console, visitor, name):
    await visitor.get(PATH)
    page = await add(visitor, name, "", generate="1")
    assert page.status == 200
    password = page.find("code", id="password").text
    assert len(password) == 20
    assert page.headers["cache-control"] == "no-store"
    assert await can_log_in(console, name, password)
    assert password not in (await visitor.get(PATH)).body.decode()


async def test_a_new_password(console, visitor, person):
    page = await visitor.get(f"{PATH}/password?name={person}")
    assert page.form(f"{PATH}/password")["name"] == person
    fields = {"name": person, "password": "another", "again": "another"}
    page = await visitor.follow(await visitor.post(f"{PATH}/password", fields))
    assert "the old one is refused" in page.said()[0]
    assert not await can_log_in(console, person, PASSWORD)
    assert await can_log_in(console, person, "another")


async def test_a_new_password_of_ones_own(standing, console, visitor, person):
    other = type(visitor)(console)
    await visitor.get(PATH)
    # Admins are those of the settings: the admin gives themselves the password that they have.
    fields = {"name": standings.ADMIN, "password": "another", "again": "another"}
    back = {"name": standings.ADMIN, "password": standings.PASSWORD, "again": standings.PASSWORD}
    page = await visitor.post(f"{PATH}/password", fields)
    try:
        assert page.status == 303
        assert (await visitor.get(PATH)).status == 200
        assert (await other.log_in(standings.ADMIN, standings.PASSWORD)).status == 401
        kept = standing.stack.data / "auth" / "admin-password"
        assert kept.read_text() == "another\n"
    finally:
        assert (await visitor.post(f"{PATH}/password", back)).status == 303
    assert (await visitor.get(f"{PATH}/password?name=admin")).text.count("You stay logged in") == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"again": "other"}, "The two passwords differ"),
        ({"password": ""}, "The password is missing"),
        ({"password": "x" * 73}, "72 bytes"),
        ({"name": ""}, "The name is missing"),
        ({"name": "a:b"}, "no colon"),
        ({"name": "robot+x"}, "names of robots"),
        ({"name": "x/../admin"}, "can not be changed here"),
        ({"name": standings.READER}, "There is a user reader already"),
    ],
)
async def test_what_can_be_no_user(visitor, name, fields, said):
    await visitor.get(PATH)
    given = {"name": name, "password": PASSWORD} | fields
    page = await add(visitor, **given)
    assert page.status in {400, 409}
    assert said in page.find("div", class_="wrong").text
    assert page.find("input", id="f-name").attributes["value"] == given["name"]
    # No password comes back.
    assert PASSWORD not in page.body.decode()
    assert name not in await names(visitor)


async def test_what_can_be_no_new_password(visitor, person, console):
    await visitor.get(PATH)
    fields = {"name": person, "password": "a", "again": "b"}
    page = await visitor.post(f"{PATH}/password", fields)
    assert "differ" in page.find("div", class_="wrong").text
    assert await can_log_in(console, person, PASSWORD)


async def test_who_is_not_there(visitor, name):
    await visitor.get(PATH)
    assert (await visitor.get(f"{PATH}/password?name={name}")).status == 404
    fields = {"name": name, "password": "x", "again": "x"}
    assert (await visitor.post(f"{PATH}/password", fields)).status == 404
    assert (await visitor.post(f"{PATH}/remove", {"name": name})).status == 404
    assert name not in await names(visitor)


async def test_the_admin_of_the_stack_stays(visitor):
    await visitor.get(PATH)
    page = await visitor.post(f"{PATH}/remove", {"name": standings.ADMIN})
    assert (page.status, "stays" in page.text) == (409, True)


async def test_a_search(visitor, person):
    page = await visitor.get(f"{PATH}?search={person[:5].upper()}", is_part=True)
    assert [row[0] for row in page.rows()] == [person]
    assert page.all("html") == []
    page = await visitor.get(f"{PATH}?search=%3Cb%3E")
    assert "No user has “<b>” in their name." in page.text


async def test_users_that_can_not_be_changed_here(visitor, monkeypatch):
    get = Registry.get

    async def read_only(self, place, *more):
        told = await get(self, place, *more)
        if place == "users":
            told["is_writable"] = False
            for each in told["users"]:
                each["may_remove"] = False
        return told

    monkeypatch.setattr(Registry, "get", read_only)
    page = await visitor.get(PATH)
    assert "homeport users add NAME" in page.text
    assert page.find("main").all("form") == []
    assert "New password" not in page.text


async def test_it_is_for_admins(writer, reader, name):
    for visitor in (writer, reader):
        page = await visitor.get("/registry")
        assert PATH not in page.links.values()
        assert (await visitor.get(PATH)).status == 403
        assert (await add(visitor, name)).status == 403
        assert (await visitor.post(f"{PATH}/remove", {"name": "reader"})).status == 403


async def test_a_page_of_another_site_changes_nothing(visitor, name):
    await visitor.get(PATH)
    page = await visitor.post(PATH, {"name": name}, origin="https://evil.test")
    assert page.status == 403
    visitor.token = "wrong"
    assert (await add(visitor, name)).status == 403
    assert name not in await names(visitor)
