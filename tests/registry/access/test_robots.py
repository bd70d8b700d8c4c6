"""Robots: made, used, expired and removed; their secrets are shown once and kept nowhere."""

import sqlite3

import pytest

from homeport import errors
from homeport.clock import settle
from homeport.registry import limits
from homeport.registry.options import Rule

PUSH = [("team/**", ["push", "pull"])]


async def ask(home, tools, secret, method="GET", path="/v2/team/a/tags/list", name="ci"):
    header = tools.basic(f"robot+{name}", secret)
    return await home.ask(method, path, authorization=header)


async def test_a_robot_does_what_its_scopes_let(guarded, tools):
    home = guarded()
    secret = await home.registry.robots.create("ci", PUSH, None, "ann")
    assert (await ask(home, tools, secret)).status == 404
    assert (await ask(home, tools, secret, "POST", "/v2/team/a/blobs/uploads/")).status == 202
    denied = await ask(home, tools, secret, "DELETE", "/v2/team/a/manifests/v1")
    assert (denied.status, denied.code) == (403, "DENIED")
    assert denied.json["errors"][0]["message"] == "robot+ci may not delete from team/a"
    assert (await ask(home, tools, secret, path="/v2/other/tags/list")).status == 403


async def test_secret_can_be_told_by_scanners_and_is_not_kept(guarded):
    home = guarded()
    secret = await home.registry.robots.create("ci", PUSH, None, "ann")
    assert secret.startswith("hprobot_")
    assert len(secret) >= len("hprobot_") + 160 / 6
    with sqlite3.connect(home.folder / "registry.db") as connection:
        dump = "".join(connection.iterdump())
    connection.close()
    assert secret not in dump
    assert secret not in repr(home.registry.robots.all()) + repr(vars(home.registry.robots))


async def test_what_is_told_of_robots(guarded):
    home = guarded()
    now = home.clock.now()
    await home.registry.robots.create("z", PUSH, now + 60, "ann")
    await home.registry.robots.create("a", [("x", ["delete"]), ("y/*", ["pull"])], None, "bob")
    first, last = home.registry.robots.all()
    assert (first.name, first.scopes, first.created_by) == ("a", (("x", ("delete",)), ("y/*", ("pull",))), "bob")  # fmt: skip
    assert (last.name, last.expires, last.created, last.used) == ("z", now + 60, now, None)


async def test_robots_survive_a_restart(guarded, tools):
    home = guarded()
    secret = await home.registry.robots.create("ci", PUSH, None, "ann")
    before = home.registry.robots.all()
    await home.restart()
    assert home.registry.robots.all() == before
    assert (await ask(home, tools, secret)).status == 404


@pytest.mark.parametrize(
    ("user", "change"),
    [("robot+other", ""), ("robot+", ""), ("ci", ""), ("robot+ci", "x"), ("Robot+ci", "")],
)
async def test_wrong_names_and_secrets(guarded, tools, user, change):
    home = guarded()
    secret = await home.registry.robots.create("ci", PUSH, None, "ann")
    answer = await home.ask("GET", "/v2/", authorization=tools.basic(user, secret + change))
    assert (answer.status, answer.code) == (401, "UNAUTHORIZED")


async def test_a_robot_ends_with_its_removal(guarded, tools):
    home = guarded()
    robots = home.registry.robots
    old = await robots.create("ci", PUSH, None, "ann")
    assert (await ask(home, tools, old)).status == 404
    await robots.remove("ci")
    assert (await ask(home, tools, old)).status == 401
    new = await robots.create("ci", [("x", ["pull"])], None, "ann")
    assert (await ask(home, tools, old)).status == 401
    assert (await ask(home, tools, new)).status == 403


async def test_a_robot_ends_with_its_time_and_is_told_so(guarded, tools):
    home = guarded()
    secret = await home.registry.robots.create("ci", PUSH, home.clock.now() + 60, "ann")
    assert (await ask(home, tools, secret)).status == 404
    await home.clock.advance(60)
    answer = await ask(home, tools, secret)
    assert answer.status == 401
    assert "the time of the robot ci was over at 2023-11-14T22:14:20+00:00" in str(answer.json)
    stranger = await ask(home, tools, "guess")
    assert "robot" not in str(stranger.json)


async def test_use_is_noted_once_a_minute(guarded, tools):
    home = guarded()
    secret = await home.registry.robots.create("ci", PUSH, None, "ann")
    db = home.registry._backend.db
    start, before = home.clock.now(), db.writes
    for _ in range(70):
        await ask(home, tools, secret)
        await home.clock.advance(1)
    await home.registry.robots.close()
    await settle()
    assert db.writes - before == 2
    assert home.registry.robots.all()[0].used == start + 60
    await home.restart()
    assert home.registry.robots.all()[0].used == start + 60


async def test_a_disk_that_takes_no_notes_stops_no_robot(guarded, tools, monkeypatch, caplog):
    home = guarded()
    secret = await home.registry.robots.create("ci", PUSH, None, "ann")

    async def fail(_work):
        raise errors.StorageFull("no room")

    monkeypatch.setattr(home.registry._backend.db, "write_later", fail)
    assert (await ask(home, tools, secret)).status == 404
    await settle()
    assert "could not be noted" in caplog.text


@pytest.mark.parametrize(
    ("name", "scopes", "lives_s", "words"),
    [
        ("", PUSH, None, "name of a robot"),
        ("a:b", PUSH, None, "name of a robot"),
        ("A", PUSH, None, "name of a robot"),
        ("x" * 64, PUSH, None, "name of a robot"),
        ("ci", PUSH, 0, "at its end"),
        ("ci", [], None, "1 to 32 scopes"),
        ("ci", PUSH * 33, None, "1 to 32 scopes"),
        ("ci", [("", ["pull"])], None, "no pattern"),
        ("ci", [("Team/**", ["pull"])], None, "no pattern"),
        ("ci", [("a\n", ["pull"])], None, "no pattern"),
        ("ci", [("a", [])], None, "nothing"),
        ("ci", [("a", ["pull", "own"])], None, "own, pull"),
    ],
)
async def test_what_can_be_no_robot(guarded, name, scopes, lives_s, words):
    home = guarded()
    expires = None if lives_s is None else home.clock.now() + lives_s
    with pytest.raises(errors.HomeportError, match=words):
        await home.registry.robots.create(name, scopes, expires, "ann")
    assert home.registry.robots.all() == []


async def test_names_are_taken_once_and_there_are_only_so_many(guarded, monkeypatch):
    monkeypatch.setattr(limits, "ROBOTS", 2)
    robots = guarded().registry.robots
    await robots.create("a", PUSH, None, "ann")
    with pytest.raises(errors.HomeportError, match="There is a robot 'a' already"):
        await robots.create("a", PUSH, None, "ann")
    await robots.create("b", PUSH, None, "ann")
    with pytest.raises(errors.HomeportError, match="2 robots already"):
        await robots.create("c", PUSH, None, "ann")
    with pytest.raises(errors.HomeportError, match="no robot 'c'"):
        await robots.remove("c")


async def test_rules_may_name_a_robot(guarded, tools):
    home = guarded(rules=(Rule(("x",), ("pull",), ("robot+ci",)), Rule(("y",), users=("*",))))
    secret = await home.registry.robots.create("ci", PUSH, None, "ann")
    statuses = [(await ask(home, tools, secret, path=f"/v2/{n}/tags/list")).status for n in "xy"]
    assert statuses == [404, 403]
