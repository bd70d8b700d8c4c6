"""Users by their end points."""

import asyncio
import fcntl
import json
import logging
import os
import threading

import bcrypt
import pytest

PASSWORD = "s3cr3t-of-dora"


@pytest.fixture
def users(tmp_path):
    """The file of the registry's users."""
    return tmp_path / "htpasswd"


async def put(home, name="dora", password=PASSWORD):
    return await home.call("PUT", f"users/{name}", {"password": password})


async def names(home):
    return [each["name"] for each in (await home.call("GET", "users")).json["users"]]


def message(answer):
    return answer.json["errors"][0]["message"]


async def status_of(home, tools, name, password):
    before, home.authorization = home.authorization, tools.basic(name, password)
    try:
        return (await home.ask("GET", "/v2/")).status
    finally:
        home.authorization = before


async def test_who_there_is(staff):
    await staff.change(keeper="ann")
    assert (await staff.call("GET", "users")).json == {
        "users": [
            {"name": "ann", "is_admin": True, "may_remove": False},
            {"name": "bob", "is_admin": False, "may_remove": True},
            {"name": "carl", "is_admin": False, "may_remove": True},
        ],
        "is_writable": True,
    }


async def test_a_user_comes_and_goes(staff, tools):
    answer = await put(staff)
    assert (answer.status, answer.json) == (201, {"name": "dora", "is_new": True})
    assert await names(staff) == ["ann", "bob", "carl", "dora"]
    assert await status_of(staff, tools, "dora", PASSWORD) == 200
    assert (await staff.call("DELETE", "users/dora")).status == 204
    assert await names(staff) == ["ann", "bob", "carl"]
    assert await status_of(staff, tools, "dora", PASSWORD) == 401
    assert (await staff.call("DELETE", "users/dora")).code == "NAME_UNKNOWN"


async def test_a_new_password_ends_the_old_one(staff, tools):
    assert await status_of(staff, tools, "bob", "secret") == 200
    answer = await put(staff, "bob", "another")
    assert (answer.status, answer.json["is_new"]) == (200, False)
    assert await status_of(staff, tools, "bob", "secret") == 401
    assert await status_of(staff, tools, "bob", "another") == 200


async def test_other_lines_and_comments_stay(staff, users):
    lines = users.read_text().splitlines()
    users.write_text("# the team\n" + "\n".join(lines) + "\nold:$apr1$x$y\n# end\n")
    await put(staff)
    await staff.call("DELETE", "users/bob")
    kept = users.read_text().splitlines()
    assert kept[:-1] == ["# the team", lines[0], lines[2], "old:$apr1$x$y", "# end"]
    assert kept[-1].startswith("dora:$2y$10$")


@pytest.mark.parametrize("name", ["a b", "ä", "x@example.org", "tags/list", "%", "D" * 255])
async def test_names_that_can_be(staff, tools, name):
    quoted = "".join(f"%{byte:02X}" for byte in name.encode())
    assert (await put(staff, quoted)).status == 201
    assert name in await names(staff)
    assert await status_of(staff, tools, name, PASSWORD) == 200
    assert (await staff.call("DELETE", f"users/{quoted}")).status == 204


@pytest.mark.parametrize(
    ("quoted", "said"),
    [
        ("a%3Ab", "no colon"),
        ("%23a", "no # in front"),
        ("a%0Ab", "printable"),
        ("a%00", "printable"),
        ("%20a", "no spaces at the ends"),
        ("x" * 256, "1 to 255"),
        ("robot+ci", "names of robots"),
        ("%E4", "UTF-8"),
    ],
)
async def test_names_that_can_not_be(staff, users, quoted, said):
    before = users.read_bytes()
    answer = await put(staff, quoted)
    assert answer.status == 400
    assert said in message(answer)
    assert users.read_bytes() == before


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "password is missing"),
        ({"password": ""}, "password can not be taken: bcrypt takes 1 to 72 bytes"),
        ({"password": "x" * 73}, "72 bytes"),
        ({"password": "ä" * 37}, "72 bytes"),
        ({"password": "a\nb"}, "printable"),
        ({"password": "\ud800"}, "printable"),
        ({"password": 7}, "password must be a text"),
        ({"password": None}, "password must be a text"),
        ({"password": "x", "admin": True}, "'admin' is no field here"),
    ],
)
async def test_passwords_that_can_not_be(staff, users, body, said):
    before = users.read_bytes()
    answer = await staff.call("PUT", "users/dora", body)
    assert answer.status == 400
    assert said in message(answer)
    assert users.read_bytes() == before


async def test_the_longest_password(staff, tools):
    assert (await put(staff, "dora", "ä" * 36)).status == 201
    assert await status_of(staff, tools, "dora", "ä" * 36) == 200


async def test_nobody_removes_themselves(staff):
    answer = await staff.call("DELETE", "users/ann")
    assert (answer.status, await names(staff)) == (409, ["ann", "bob", "carl"])
    assert "is you" in message(answer)
    staff.be_owner()
    assert (await staff.call("DELETE", "users/ann")).status == 204


async def test_a_user_who_is_called_owner_is_no_owner(staff, tools):
    await put(staff, "owner", "x")
    await staff.change(admins=("ann", "owner"))
    staff.authorization = tools.basic("owner", "x")
    assert "is you" in message(await staff.call("DELETE", "users/owner"))
    staff.be_owner()
    assert (await staff.call("DELETE", "users/owner")).status == 204


async def test_the_admin_of_the_stack_stays(staff, tmp_path, tools):
    kept = tmp_path / "admin-password"
    kept.write_text("secret\n")
    await staff.change(keeper="bob", keeper_password=kept)
    answer = await staff.call("DELETE", "users/bob")
    assert (answer.status, "bob" in await names(staff)) == (409, True)
    assert "admin.user" in message(answer)
    await put(staff, "carl", "his own")
    assert kept.read_text() == "secret\n"
    await put(staff, "bob", "another")
    assert kept.read_text() == "another\n"
    assert kept.stat().st_mode & 0o777 == 0o600


@pytest.fixture
def read_only(users, monkeypatch):
    """A folder that is mounted read-only, as that of a Secret is; root may write everywhere else."""
    opened = os.open

    def refuse(path, flags, *more, **options):
        if flags & os.O_CREAT and str(path).startswith(str(users.parent / ".htpasswd")):
            raise OSError(30, "Read-only file system")
        return opened(path, flags, *more, **options)

    monkeypatch.setattr(os, "open", refuse)


async def test_users_that_can_not_be_changed_here(staff, read_only, users):
    before = users.read_bytes()
    for answer in (await put(staff), await staff.call("DELETE", "users/bob")):
        assert (answer.status, answer.code) == (409, "UNSUPPORTED")
        assert "homeport users add" in answer.json["errors"][0]["detail"]["hint"]
        assert str(users.parent) not in answer.body.decode()
    assert users.read_bytes() == before
    assert await names(staff) == ["ann", "bob", "carl"]


async def test_a_registry_without_users(staff):
    await staff.change(htpasswd=None, rules=())
    for answer in (await staff.call("GET", "users"), await put(staff)):
        assert (answer.status, answer.code) == (404, "UNSUPPORTED")
        assert "everybody may do everything" in message(answer)


async def test_it_is_written_down_and_no_password_is(staff, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    log = tmp_path / "audit.log"
    await staff.change(audit=log)
    answers = [
        await put(staff),
        await put(staff),
        await put(staff, "a%3Ab"),
        await staff.call("DELETE", "users/dora"),
    ]
    await staff.registry.close()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(line["event"], line["account"], line["user"]) for line in lines] == [
        ("user.made", "dora", "ann"),
        ("user.changed", "dora", "ann"),
        ("user.removed", "dora", "ann"),
    ]
    told = caplog.text + log.read_text() + "".join(answer.body.decode() for answer in answers)
    assert PASSWORD not in told
    staff.registry = staff._open()


async def test_bcrypt_does_not_hold_up_the_loop(staff, monkeypatch):
    threads, hashpw = [], bcrypt.hashpw

    def seen(*given):
        threads.append(threading.current_thread())
        return hashpw(*given)

    monkeypatch.setattr(bcrypt, "hashpw", seen)
    await put(staff)
    assert len(threads) == 1
    assert threading.main_thread() not in threads


async def test_the_lock_is_that_of_the_command(staff, users):
    folder = os.open(users.parent, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    change = asyncio.ensure_future(put(staff))
    before = users.read_bytes()
    for _ in range(20):
        # The registry goes on meanwhile.
        assert (await staff.ask("GET", "/v2/")).status == 200
        await asyncio.sleep(0.01)
    assert users.read_bytes() == before
    os.close(folder)
    assert (await change).status == 201
