"""The items of a table, and the same request for programs."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.console.cloud.dynamodb.conftest import city_index

from homeport.console.cloud.dynamodb import values

HOSTILE = [
    "<script>alert(1)</script>",
    "\" onmouseover='x'",
    "%2F/../?&#;",
    "🚢" * 100,
    " ",
    "\u202e\x00\n\t",
    "x" * 2048,
]


def put(client, name, items):
    for item in items:
        client.put_item(TableName=name, Item=item)


def some(number, **more):
    return [
        {
            "id": {"S": f"k{at % 3}"},
            "at": {"N": str(at)},
            "city": {"S": ("Bonn", "Ulm")[at % 2]},
            **more,
        }
        for at in range(number)
    ]


def captions(page):
    return page.find("table").find("caption").text


async def test_a_page_follows_the_other_until_all_were_shown_once(visitor, client, make):
    name = make()
    put(client, name, some(130))
    path, seen = f"/dynamodb/tables/{name}?page=25", []
    for _ in range(20):
        page = await visitor.get(path)
        seen += [tuple(row[1:3]) for row in page.rows()]
        if "Next" not in page.links:
            break
        path = page.links["Next"]
    assert len(seen) == len(set(seen)) == 130
    assert (await visitor.get(page.links["First page"])).rows()[0][2] == seen[0][1]


async def test_a_query_with_a_range_and_an_order(visitor, client, make):
    name = make()
    put(client, name, some(30))
    page = await visitor.get(
        f"/dynamodb/tables/{name}?by=query&pk=k1&op=between&sk=5&sk2=20&order=desc"
    )
    assert [row[2] for row in page.rows()] == ["19", "16", "13", "10", "7"]
    assert captions(page).startswith("5 items of 5 read, 0.5 capacity units")


async def test_an_index_is_queried(visitor, client, make):
    name = make(**city_index())
    put(client, name, some(10))
    page = await visitor.get(f"/dynamodb/tables/{name}?by=query&index=by-city&pk=Ulm")
    assert page.find("label", for_="pk").text == "city (S) ="
    assert len(page.rows()) == 5
    assert page.all("select", id="op") == []


async def test_a_query_without_its_key_asks_for_it(visitor, client, make):
    name = make()
    page = await visitor.get(f"/dynamodb/tables/{name}?by=query")
    assert page.status == 200
    assert "A query needs the value of id." in page.text


async def test_a_filter_reads_on_until_the_page_is_full(visitor, client, make):
    name = make()
    items = some(2500)
    for at in range(0, 2500, 25):
        requests = [{"PutRequest": {"Item": item}} for item in items[at : at + 25]]
        client.batch_write_item(RequestItems={name: requests})
    filters = "f=at&fop=ge&ftype=N&fv=1000&fw="
    path, seen = f"/dynamodb/tables/{name}?{filters}&page=300", []
    while path:
        page = await visitor.get(path)
        seen += [row[2] for row in page.rows()]
        path = page.links.get("Next")
    assert len(seen) == len(set(seen)) == 1500
    assert min(map(int, seen)) == 1000


async def test_a_filter_that_nothing_fits_says_how_much_was_read(visitor, client, make):
    name = make()
    put(client, name, some(10))
    page = await visitor.get(f"/dynamodb/tables/{name}?f=city&fop=eq&ftype=S&fv=Paris&fw=")
    assert "No item fits. Read: 10 items." in page.text


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("f=city&fop=ne&ftype=S&fv=Ulm&fw=", 5),
        ("f=city&fop=in&ftype=S&fv=Ulm%2C+Bonn&fw=", 10),
        ("f=tags&fop=contains&ftype=S&fv=red&fw=", 10),
        ("f=tags&fop=eq&ftype=SS&fv=%5B%22red%22%5D&fw=", 10),
        ("f=seal&fop=eq&ftype=B&fv=AP8%3D&fw=", 10),
        ("f=seal&fop=size&ftype=N&fv=2&fw=", 10),
        ("f=map.deep%5B1%5D&fop=eq&ftype=N&fv=2&fw=", 10),
        ("f=%22a.b%22&fop=eq&ftype=BOOL&fv=true&fw=", 10),
        ("f=map&fop=type&ftype=M&fv=&fw=", 10),
        ("f=nothing&fop=is&ftype=S&fv=&fw=", 0),
        ("f=none&fop=eq&ftype=NULL&fv=&fw=", 10),
        ("f=at&fop=between&ftype=N&fv=2&fw=4&f=city&fop=begins&ftype=S&fv=B&fw=", 2),
    ],
)
async def test_filters_of_each_type(visitor, client, make, request, line, number):
    name = f"filters-{request.node.callspec.indices['line']}"
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "N"},
        ],
        KeySchema=[
            {"AttributeName": "id", "KeyType": "HASH"},
            {"AttributeName": "at", "KeyType": "RANGE"},
        ],
    )
    more = {
        "tags": {"SS": ["red"]},
        "seal": {"B": b"\x00\xff"},
        "map": {"M": {"deep": {"L": [{"N": "1"}, {"N": "2"}]}}},
        "a.b": {"BOOL": True},
        "none": {"NULL": True},
    }
    put(client, name, some(10, **more))
    page = await visitor.get(f"/dynamodb/tables/{name}?{line}")
    assert page.status == 200
    assert len(page.rows() if page.all("table") else []) == number


@pytest.mark.parametrize(
    "query", ["f=at&fop=gt&ftype=N&fv=x&fw=", "start=nonsense", "by=query&pk=a&op=eq&sk=x"]
)
async def test_what_is_wrong_is_said_beside_the_form(visitor, make, query):
    name = make(str(len(query)))
    page = await visitor.get(f"/dynamodb/tables/{name}?{query}")
    assert page.status == 400
    assert page.find("div", class_="wrong").text
    assert page.find("form", action=f"/dynamodb/tables/{name}")


@pytest.mark.parametrize("at", range(len(HOSTILE)))
async def test_hostile_keys_and_values_are_shown_and_opened(visitor, client, make, at):
    name, text = make(str(at)), HOSTILE[at]
    client.put_item(
        TableName=name, Item={"id": {"S": text}, "at": {"N": "1"}, text[:200]: {"S": text}}
    )
    page = await visitor.get(f"/dynamodb/tables/{name}")
    assert page.status == 200
    assert len(page.all("script")) == 2
    link = next(each for each in page.find("tbody").all("a"))
    item = await visitor.get(link.attributes["href"])
    assert item.status == 200
    assert values.load(
        (await visitor.get(link.attributes["href"] + "&form=typed")).form(
            f"/dynamodb/tables/{name}/item"
        )["item"]
    )["id"] == {"S": text}


async def test_binary_keys(visitor, client, make):
    name = make(
        sort="",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "B"}],
    )
    client.put_item(TableName=name, Item={"id": {"B": b"\x00" * 2048}})
    client.put_item(TableName=name, Item={"id": {"B": b"\xff<>"}})
    page = await visitor.get(f"/dynamodb/tables/{name}")
    for link in page.find("tbody").all("a"):
        assert (await visitor.get(link.attributes["href"])).status == 200
    found = await visitor.get(f"/dynamodb/tables/{name}?by=query&pk=%2Fzw%2B")
    assert len(found.rows()) == 1


async def test_a_projection_still_leads_to_its_items(visitor, client, make):
    name = make()
    put(client, name, some(3))
    page = await visitor.get(f"/dynamodb/tables/{name}?show=city")
    assert page.find("thead").text.split() == ["id", "at", "city", "More"]
    assert (await visitor.get(page.find("tbody").find("a").attributes["href"])).status == 200


async def test_an_item_of_400_kib(visitor, client, make):
    name = make()
    client.put_item(
        TableName=name,
        Item={"id": {"S": "large"}, "at": {"N": "1"}, "text": {"S": "<é>" * 100_000}},
    )
    page = await visitor.get(f"/dynamodb/tables/{name}")
    assert len(page.body) < 40_000
    item = await visitor.get(page.find("tbody").find("a").attributes["href"])
    assert "390 KiB of 400 KiB" in item.text or "391 KiB of 400 KiB" in item.text


QUERY = "by=query&index=by-city&pk=Ulm&f=at&fop=gt&ftype=N&fv=3&fw=&f=who&fop=eq&ftype=S&fv=it%27s+%22x%22&fw=&show=who%2Cat"


async def snippets(visitor, client, make):
    name = make(**city_index())
    put(client, name, some(10, who={"S": 'it\'s "x"'}))
    page = await visitor.get(f"/dynamodb/tables/{name}?{QUERY}")
    assert len(page.rows()) == 3
    return [each.raw for each in page.all("pre")]


async def test_the_command_of_a_page_finds_the_same(visitor, client, make):
    command, _, _ = await snippets(visitor, client, make)
    aws = Path(sys.executable).with_name("aws")
    assert aws.exists()
    done = await asyncio.to_thread(
        subprocess.run,
        ["/bin/sh", "-c", command],
        check=False,
        capture_output=True,
        timeout=60,
        env={
            "PATH": f"{aws.parent}:{os.environ['PATH']}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        },
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert sorted(item["at"]["N"] for item in found["Items"]) == ["5", "7", "9"]


async def test_the_program_of_a_page_finds_the_same(visitor, client, make, monkeypatch):
    _, program, _ = await snippets(visitor, client, make)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "snippet", "exec"), {})
    assert out.getvalue().count("'at'") == 3


async def test_the_statement_of_a_page_finds_the_same(visitor, client, make):
    _, _, statement = await snippets(visitor, client, make)
    found = client.execute_statement(Statement=statement)["Items"]
    assert sorted(item["at"]["N"] for item in found) == ["5", "7", "9"]


async def test_binary_has_no_statement(visitor, client, make):
    name = make()
    put(client, name, some(1))
    page = await visitor.get(f"/dynamodb/tables/{name}?f=seal&fop=ne&ftype=B&fv=AP8%3D&fw=")
    assert len(page.all("pre")) == 2


async def test_a_page_of_10000_items_takes_less_than_100_ms(visitor, client, make):
    name = make()
    for start in range(0, 10_000, 25):
        requests = [
            {
                "PutRequest": {
                    "Item": {
                        "id": {"S": f"k{at % 7}"},
                        "at": {"N": str(at)},
                        "text": {"S": "some words of an item " * 4},
                    }
                }
            }
            for at in range(start, start + 25)
        ]
        client.batch_write_item(RequestItems={name: requests})
    path = f"/dynamodb/tables/{name}"
    await visitor.get(path)
    taken = []
    for _ in range(5):
        begun = time.process_time()
        page = await visitor.get(path)
        taken.append(time.process_time() - begun)
    assert len(page.rows()) == 50
    assert min(taken) < 0.1
