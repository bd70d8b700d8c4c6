"""Each address of the local AWS says whose part of it is shown: two tabs may stand in two regions."""

from __future__ import annotations

import io
import json
import os
import zipfile

import pytest
from tests.console import standing as standings
from tests.console.visitor import Visitor

from homeport.console.asking.scope import Scope
from homeport.console.serving import mounting
from homeport.console.sessions import cookies

FAR = Scope("210987654321", "eu-central-1")
TEXTS = {"value", "title", "placeholder", "aria-label", "data-copy", "data-prefix"}
"""Attributes that are read, not followed; all others that hold an address lead somewhere."""
PAGES = 400
"""At most: the crawl ends by itself long before."""


@pytest.fixture
def far(standing):
    """Makes clients of an account and region that no other test has."""

    return lambda service: standing.of(service, FAR.region, FAR.account)


def archive():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("handler.py", "def handler(event, context):\n    return event\n")
    return made.getvalue()


@pytest.fixture
def filled(far, standing):
    """A name that a queue, a topic, a table, a function and a bucket there have."""
    name = f"far-{os.urandom(4).hex()}"
    sqs, sns, dynamodb, s3 = (far(each) for each in ("sqs", "sns", "dynamodb", "s3"))
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="a message")
    topic = sns.create_topic(Name=name)["TopicArn"]
    arn = f"arn:aws:sqs:{FAR.region}:{FAR.account}:{name}"
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    sns.publish(PhoneNumber="+15550001111", Message="a text")
    standing.table(name, dynamodb)
    dynamodb.put_item(TableName=name, Item={"id": {"S": "an item"}})
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": FAR.region})
    far("lambda").create_function(
        FunctionName=name,
        Runtime="python3.11",
        Role="arn:aws:iam::000000000000:role/any",
        Handler="handler.handler",
        Code={"ZipFile": archive()},
    )
    far("lambda").create_event_source_mapping(FunctionName=name, EventSourceArn=arn, Enabled=False)
    s3.put_object(Bucket=name, Key="a/b.txt", Body=json.dumps({"a": 1}).encode())
    return name


def addresses(page):
    """All addresses of a page that lead to the local AWS, by whether they say whose."""
    found = [
        value
        for each in page.walk()
        for name, value in each.attributes.items()
        if name not in TEXTS
    ]
    below = [each.partition("?")[0].partition("#")[0] for each in found]
    return found, [each for each in below if mounting.is_below(each)]


async def test_every_link_of_every_page_stays_there(visitor, filled):
    todo, seen = [f"{FAR.path}/cloud"], set()
    while todo:
        address = todo.pop()
        # Of the calls that are logged, those of other tests among them, one stands for all; new lines of a log are asked for without end.
        endless = next((each for each in ("/requests/", "/logs/new?") if each in address), "")
        is_known = endless and any(endless in each for each in seen)
        if address in seen or is_known or len(seen) > PAGES:
            continue
        seen.add(address)
        page = await visitor.get(address)
        if not page.headers.get("content-type", "").startswith("text/html"):
            continue
        found, astray = addresses(page)
        assert not astray, address
        todo += [
            each.partition("#")[0]
            for each in found
            # Of the calls that are logged, the newest page is enough.
            if each.startswith(FAR.path) and page.status == 200 and "before=" not in each
        ]
    for part in ("sqs/q", "sns/t", "dynamodb/tables", "lambda/functions", "s3"):
        assert f"{FAR.path}/{part}/{filled}" in seen
    assert 100 < len(seen) < PAGES, len(seen)


async def test_the_overview_shows_where_there_is_anything(visitor, filled):
    page = await visitor.get("/cloud")
    table = next(each for each in page.all("table") if "Where there is anything" in each.text)
    rows = {
        (row.parts[1].text if isinstance(row.parts[0], str) else row.parts[0].text): row
        for row in table.find("tbody").all("tr")
    }
    row = rows[FAR.account]
    there = [each.attributes["href"] for each in row.all("a")]
    assert there == [
        f"{FAR.path}/{part}" for part in ("cloud", "s3", "sqs", "sns", "dynamodb", "lambda")
    ]
    assert "shown" not in row.text
    there = await visitor.get(f"{FAR.path}/cloud")
    assert "shown" in next(each for each in there.all("tr") if FAR.account in each.text).text


async def test_two_tabs_in_two_regions(visitor, filled):
    here = await visitor.get("/sqs")
    there = await visitor.get(f"{FAR.path}/sqs")
    assert filled in there.text
    assert filled not in here.text
    again = await visitor.get(here.links["SQS"])
    assert filled not in again.text
    assert "000000000000, us-east-1" in again.find("nav").text


async def test_the_menu_leads_to_what_was_looked_at_last(visitor):
    await visitor.get(f"{FAR.path}/sqs")
    # What a page asks for in the background is not looked at.
    await visitor.get("/sns", is_part=True)
    page = await visitor.get("/registry")
    assert page.links["S3"] == f"{FAR.path}/s3"
    assert f"{FAR.account}, {FAR.region}" in page.find("nav").text
    await visitor.get("/sns")
    assert (await visitor.get("/registry")).links["S3"] == "/s3"


async def test_the_next_login_begins_there(visitor, console):
    await visitor.get(f"{FAR.path}/sqs")
    await visitor.post("/logout")
    page = await visitor.log_in("admin", "wrong")
    assert page.status == 401
    page = await visitor.log_in(standings.ADMIN, standings.PASSWORD)
    assert page.links["SQS"] == f"{FAR.path}/sqs"


@pytest.mark.parametrize("kept", ["x", "12/eu-west-1", '210987654321/"><b>', "210987654321/"])
async def test_what_a_cookie_says_is_looked_at(visitor, kept):
    visitor.cookies[cookies.SCOPE_SECURE] = kept
    page = await visitor.log_in(standings.ADMIN, standings.PASSWORD)
    assert page.links["SQS"] == "/sqs"


async def test_a_stranger_comes_back_to_it_after_the_login(console):
    visitor = Visitor(console)
    page = await visitor.get(f"{FAR.path}/sqs?search=a")
    assert page.location == f"/login?next=%2Fin%2F{FAR.account}%2F{FAR.region}%2Fsqs%3Fsearch%3Da"
    page = await visitor.follow(page)
    form = page.form("/login")
    page = await visitor.post(
        "/login", form | {"name": standings.ADMIN, "password": standings.PASSWORD}
    )
    assert page.location == f"{FAR.path}/sqs?search=a"


@pytest.mark.parametrize("path", ["/in/1/eu-west-1/sqs", f"{FAR.path}/registry", FAR.path])
async def test_what_is_no_scope_is_no_page(visitor, path):
    page = await visitor.get(path)
    assert page.status == 404
    assert "There is no such page." in page.text
