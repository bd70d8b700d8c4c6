"""Where there is anything: each service counts its own, by account and region."""

from __future__ import annotations

import json

import pytest

from homeport.aws.dispatching import scopes
from homeport.aws.dispatching.scopes import Scopes
from homeport.edge import http
from homeport.storage.db import Database

TABLE = "CREATE TABLE thing (account TEXT NOT NULL, region TEXT NOT NULL) STRICT;"
COUNTS = "SELECT account, region, count(*) FROM thing GROUP BY account, region"


def asked(method="GET", path=scopes.PATH):
    return http.Request(method, path, "", {}, http.BytesBody(b""))


@pytest.fixture
async def opened(tmp_path):
    made = []

    def open_it(name):
        made.append(Database(tmp_path / f"{name}.db", (TABLE,)))
        return made[-1]

    yield open_it
    for each in made:
        await each.close()


async def fill(db, rows):
    await db.write(lambda c: c.executemany("INSERT INTO thing VALUES (?, ?)", rows))


async def told(page):
    answer = await page.answer(asked())
    assert answer.status == 200
    return json.loads(answer.body)


async def test_counts_of_all_services_by_account_and_region(opened):
    page = Scopes()
    one, other = opened("one"), opened("other")
    page.add("sqs", one, COUNTS)
    page.add("sns", other, COUNTS)
    assert await told(page) == {"is_truncated": False, "scopes": []}
    await fill(one, [("2" * 12, "eu-west-1"), ("2" * 12, "eu-west-1"), ("0" * 12, "us-east-1")])
    await fill(other, [("0" * 12, "us-east-1"), ("0" * 12, "eu-west-1")])
    assert await told(page) == {
        "is_truncated": False,
        "scopes": [
            {"account": "0" * 12, "region": "eu-west-1", "counts": {"sns": 1}},
            {"account": "0" * 12, "region": "us-east-1", "counts": {"sqs": 1, "sns": 1}},
            {"account": "2" * 12, "region": "eu-west-1", "counts": {"sqs": 2}},
        ],
    }


async def test_the_answer_is_bounded(opened, monkeypatch):
    """Whatever strangers have made, the first ones are told exactly, and no more is read into memory."""
    read = []
    select = scopes._all

    def watched(counts, connection):
        rows = select(counts, connection)
        read.append(len(rows))
        return rows

    monkeypatch.setattr(scopes, "_all", watched)
    page, even, odd = Scopes(), opened("even"), opened("odd")
    page.add("sqs", even, COUNTS)
    page.add("sns", odd, COUNTS)
    made = [(f"{number:012}", "us-east-1") for number in range(2 * scopes.MOST + 10)]
    await fill(even, made[::2])
    await fill(odd, [*made[1::2], *made[4::-4]])
    found = await told(page)
    assert found["is_truncated"]
    assert [each["account"] for each in found["scopes"]] == [
        each[0] for each in made[: scopes.MOST]
    ]
    assert found["scopes"][4]["counts"] == {"sqs": 1, "sns": 1}
    assert read == [scopes.MOST + 1, scopes.MOST + 1]


async def test_all_that_fit_are_all(opened):
    page, db = Scopes(), opened("full")
    page.add("sqs", db, COUNTS)
    await fill(db, [(f"{number:012}", "us-east-1") for number in range(scopes.MOST)])
    found = await told(page)
    assert (len(found["scopes"]), found["is_truncated"]) == (scopes.MOST, False)


def test_other_paths_and_methods():
    page = Scopes()
    assert page.answer(asked(path="/_homeport/scope")) is None
    refused = page.answer(asked("POST"))
    assert (refused.status, refused.headers) == (405, [("Allow", "GET, HEAD")])
