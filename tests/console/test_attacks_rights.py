"""Every row, asked by everybody who may not: refused, and nobody behind the console is asked anything."""

from __future__ import annotations

import re
import urllib.parse

import pytest
from tests.console import standing as standings
from tests.console.visitor import HOST, Visitor

from homeport.console import pages
from homeport.console.registry.space import Space
from homeport.console.serving import mounting

FAR = "/in/310987654321/eu-central-1"
ROWS = (*pages.ROWS, *Space(None).rows)
READERS = {
    "/registry/delete",
    "/dynamodb/partiql",
    "/lambda/functions/{function}/test/events",
}
"""Forms that somebody may send who may only look: the registry decides, only reads are let through, or only the session is changed."""


def path(row):
    """An address of the row."""
    return re.sub(r"\{[a-z.]+\}", "x", row.path)


def places(row):
    """Its addresses, in an account and region, too."""
    yield path(row)
    if mounting.is_below(row.path):
        yield FAR + path(row)


def refused(user):
    """Rows that a user may not have."""
    kinds = {"reader": {"admin", "cloud_write"}, "writer": {"admin"}}[user]
    return [row for row in ROWS if row.needs in kinds]


class Watch:
    """What was asked of the cloud, and what was changed in the registry, so far."""

    def __init__(self, standing):
        self._standing = standing

    def state(self):
        asked = self._standing.json("/v2/_homeport/events?n=1")["next"]
        users = self._standing.json("/v2/_homeport/users")
        robots = self._standing.json("/v2/_homeport/robots")
        runs = self._standing.json("/v2/_homeport/runs?n=1")
        return asked, users, robots, runs, self._standing.calls()


@pytest.fixture
def watch(standing, monkeypatch):
    def calls():
        answer = standing._http.request(
            "GET", f"{standing.stack.endpoint}/_homeport/requests?console=1&n=1"
        )
        return answer.json()["requests"]

    monkeypatch.setattr(standing, "calls", calls, raising=False)
    return Watch(standing)


async def send(visitor, row, place):
    """The request of a page of ours, with all that it has to bring."""
    if row.method == "GET":
        return await visitor.get(place)
    if row.body == "raw":
        headers = {"x-csrf-token": visitor.token, "origin": f"https://{HOST}"}
        return await visitor.send(row.method, place, b"x", headers)
    return await visitor.post(place, {"name": "x", "sure": "x", "confirm": "x"})


@pytest.mark.parametrize("user", ["reader", "writer"])
async def test_who_may_not_is_refused_and_nothing_is_asked(console, standing, watch, user):
    visitor = Visitor(console)
    await visitor.log_in(user, standings.PASSWORD)
    before = watch.state()
    for row in refused(user):
        for place in places(row):
            assert (await send(visitor, row, place)).status == 403, (row.method, place)
    assert watch.state() == before


def test_forms_of_readers_are_few():
    forms = {
        row.path
        for row in ROWS
        if row.method != "GET" and row.needs not in {"admin", "cloud_write"}
    }
    assert forms == READERS


async def test_strangers_are_led_to_the_login_and_nothing_is_asked(console, watch):
    before = watch.state()
    for row in ROWS:
        for place in places(row):
            visitor = Visitor(console)
            answer = await send(visitor, row, place)
            location = dict(answer.headers).get("Location") or dict(answer.headers).get("location")
            assert answer.status in {303, 401}, (row.method, place)
            assert answer.status == 401 or location.startswith("/login"), (row.method, place)
    assert watch.state() == before


async def test_without_the_token_of_the_session_every_form_is_refused(visitor, watch):
    await visitor.get("/registry")
    before = watch.state()
    visitor.token = "bm9uZQ=="
    for row in ROWS:
        if row.method != "GET":
            for place in places(row):
                assert (await send(visitor, row, place)).status == 403, (row.method, place)
    assert watch.state() == before


@pytest.fixture
def item(standing):
    """The only item of a table, and what the table has now."""
    dynamodb = standing.client("dynamodb")
    if "attacked" not in dynamodb.list_tables()["TableNames"]:
        dynamodb.create_table(
            TableName="attacked",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        dynamodb.get_waiter("table_exists").wait(TableName="attacked", WaiterConfig={"Delay": 1})
    made = {"id": {"S": "a"}, "kept": {"S": "yes"}}
    dynamodb.put_item(TableName="attacked", Item=made)
    return made, lambda: dynamodb.scan(TableName="attacked")["Items"]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM attacked WHERE id = 'a'",
        "INSERT INTO attacked VALUE {'id': 'b'}",
        "UPDATE attacked SET a = 1 WHERE id = 'a'",
        "select(1); DELETE FROM attacked WHERE id = 'a'",
        "SELECT * FROM attacked; DELETE FROM attacked WHERE id = 'a'",
        "-- SELECT\nDELETE FROM attacked WHERE id = 'a'",
        "/* SELECT */ DELETE FROM attacked WHERE id = 'a'",
    ],
)
async def test_a_reader_writes_nothing_by_partiql(reader, item, statement):
    made, now = item
    await reader.get("/dynamodb/partiql")
    answer = await reader.post("/dynamodb/partiql", {"statement": statement})
    assert answer.status in {400, 403}
    await reader.get("/dynamodb/partiql?" + urllib.parse.urlencode({"statement": statement}))
    assert now() == [made]
