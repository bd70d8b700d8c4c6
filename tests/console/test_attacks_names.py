"""One text in every place that somebody else writes: pushers, programs of AWS, functions, senders. No page runs it, and no link follows it."""

from __future__ import annotations

import io
import json
import os
import zipfile

import pytest
from tests.console.visitor import Page

from homeport.console.asking.scope import Scope
from homeport.edge import http

FAR = Scope("310987654321", "ap-south-1")
EVIL = (
    '"><img src=x onerror=alert(1)></textarea></pre></code><script>alert(1)</script>'
    ' href="/s3/evil" action="/sqs" src="/in/000000000000/us-east-1/s3" \' {{7*7}} javascript:alert(1)'
)
URL = 'javascript:alert(1)//" onmouseover=alert(1) href="/s3/evil'
CODE = f"""
def handler(event, context):
    print({EVIL!r})
    raise ValueError({EVIL!r})
"""
ADDRESSES = ("href", "src", "action", "formaction", "hx-get", "hx-post", "hx-put", "data-upload")
PAGES = 500
"""At most: the crawl ends by itself before."""


@pytest.fixture(params=[FAR, Scope()], ids=["far", "here"])
def scope(request):
    """Where it is; what needs no name is led to its pages otherwise."""
    return request.param


@pytest.fixture
def far(standing, scope):
    """Makes clients whose name is as bad as all else."""
    retries = {"total_max_attempts": 1}
    return lambda service: standing.of(
        service, scope.region, scope.account, user_agent=EVIL, retries=retries
    )


@pytest.fixture
def image(standing):
    name = f"evil/app-{os.urandom(4).hex()}"
    labels = {
        EVIL: EVIL,
        "org.opencontainers.image.source": URL,
        "org.opencontainers.image.url": EVIL,
    }
    config = {
        "author": EVIL,
        "os.version": EVIL,
        "config": {"Labels": labels, "Env": [f"A={EVIL}"], "Cmd": [EVIL], "User": EVIL},
        "history": [{"created_by": EVIL, "comment": EVIL, "author": EVIL}],
    }
    subject = standing.push(name, "v1", config=config, annotations=labels)
    standing.push(
        name, "v2", config=config, subject=subject, artifactType="a/b", annotations=labels
    )
    return name


def archive():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("handler.py", CODE)
        file.writestr(f"{EVIL}.txt", EVIL)
    return made.getvalue()


@pytest.fixture
def filled(far, scope):
    name = f"evil-{os.urandom(4).hex()}"
    sqs, sns, s3 = far("sqs"), far("sns"), far("s3")
    queue = sqs.create_queue(QueueName=name, tags={EVIL[:100]: EVIL[:200]})["QueueUrl"]
    told = {"a": {"DataType": "String.x", "StringValue": EVIL}}
    sqs.send_message(QueueUrl=queue, MessageBody=EVIL, MessageAttributes=told)
    sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({EVIL: EVIL}))
    topic = sns.create_topic(Name=name, Attributes={"DisplayName": EVIL[:90]})["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="mail@evil.test")
    sns.publish(TopicArn=topic, Subject="<b>evil</b>", Message=EVIL)
    sns.publish(PhoneNumber="+15550001111", Message=EVIL)
    place = {"LocationConstraint": scope.region} if scope == FAR else {}
    s3.create_bucket(Bucket=name, **({"CreateBucketConfiguration": place} if place else {}))
    for key in (
        EVIL,
        f"{EVIL}/{EVIL}",
        "/in/000000000000/us-east-1/s3/x",
        "//evil.test/a.html",
        "a.svg",
    ):
        s3.put_object(
            Bucket=name,
            Key=key,
            Body=EVIL.encode(),
            ContentType=EVIL if key != "a.svg" else "image/svg+xml",
            CacheControl=EVIL,
            Metadata={"evil": EVIL},
            Tagging="a=href%3D/s3/evil",
        )
    fill_table(far("dynamodb"), name)
    fill_function(far("lambda"), name)
    return name


def fill_table(dynamodb, name):
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": EVIL[:80], "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": EVIL[:80], "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        Tags=[{"Key": "a", "Value": "evil"}],
    )
    dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
    text = {"S": EVIL}
    item = {EVIL[:80]: text, EVIL: text, "m": {"M": {EVIL: text}}, "s": {"SS": [EVIL]}}
    dynamodb.put_item(TableName=name, Item=item)


def fill_function(lambda_, name):
    lambda_.create_function(
        FunctionName=name,
        Runtime="python3.11",
        Role="arn:aws:iam::000000000000:role/any",
        Handler="handler.handler",
        Description=EVIL[:200],
        Environment={"Variables": {"AA": EVIL}},
        Tags={"a": "href=/s3/evil"},
        Code={"ZipFile": archive()},
    )
    lambda_.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    lambda_.invoke(FunctionName=name, Payload=json.dumps({EVIL: EVIL}))
    lambda_.publish_version(FunctionName=name, Description=EVIL[:200])


def harms(page):
    """What of a page is not of our making."""
    for each in page.walk():
        for name, value in each.attributes.items():
            if name.startswith("on") or name in {"srcdoc", "style", "hx-on", "hx-vals"}:
                yield f"{each.name} {name}={value}"
            if name in ADDRESSES and not is_ours(value):
                yield f"{each.name} {name}={value}"
        if each.name in {"script", "link"} and "/static/" not in str(each.attributes):
            yield f"{each.name} {each.attributes}"
        if each.name in {"iframe", "object", "embed", "base"}:
            yield each.name


def is_ours(address):
    """Whether it stays here, or is a page of documentation; and none of what somebody else wrote begins it."""
    if address.startswith("https://"):
        return "evil" not in address.partition("?")[0].split("/")[2]
    return address == "" or (
        address.startswith(("/", "#", "?"))
        and not address.startswith(("//", "/\\", '/s3/evil"', "/s3/evil "))
    )


@pytest.fixture
async def crawl(visitor):
    async def crawled(start, is_here):
        todo, seen, found = list(start), set(), []
        while todo and len(seen) < PAGES:
            address = todo.pop()
            # What asks again and again leads to itself, each time a little further on.
            name = address.partition("?")[0] if "/new?" in address else address
            if name in seen:
                continue
            seen.add(name)
            page = await visitor.get(address)
            if not page.headers.get("content-type", "").startswith("text/html"):
                check_file(page, address)
                continue
            assert page.status < 500, (address, page.text)
            found += [(address, harm) for harm in harms(page)]
            links = [
                each.attributes[name]
                for each in page.walk()
                for name in ("href", "src", "hx-get")
                if name in each.attributes
            ]
            todo += [each.partition("#")[0] for each in links if is_here(each)]
        return seen, found

    return crawled


def check_file(page, address):
    """What is no page runs nowhere, whatever it is said to be."""
    assert page.headers["x-content-type-options"] == "nosniff", address
    kind = page.headers.get("content-type", "")
    is_kept = page.headers.get("content-disposition", "").startswith("attachment")
    is_boxed = page.headers["content-security-policy"].startswith("sandbox;")
    assert is_kept or is_boxed or page.status in {204, 303, 307}, (address, kind)


async def test_no_page_of_the_cloud_runs_it(crawl, filled, scope):
    own = ("sqs/q", "sns/t", "dynamodb/tables", "lambda/functions", "s3")
    at = scope.path if scope == FAR else ""
    parts = ["cloud", "cloud/requests", *(f"sns/sent?kind={each}" for each in ("email", "sms"))]
    parts += [f"{each}/{filled}" for each in own]
    seen, found = await crawl(
        [f"{at}/{each}" for each in parts],
        lambda each: (
            each.startswith(f"{at}/")
            and any(part in each for part in (filled, "/sns/sent/", "/requests/"))
        ),
    )
    assert not found
    assert 60 < len(seen) < PAGES


async def test_no_page_of_the_registry_runs_it(crawl, image):
    seen, found = await crawl(
        [f"/r/{image}", f"/compare?a={image}:v1&b={image}:v2"],
        lambda address: image in address or address.startswith("/registry/live"),
    )
    assert not found
    assert len(seen) > 10


def test_what_would_be_found():
    said = '<p onclick="a"></p><a href="//evil.test"></a><script src="/s3/x"></script><a href="/s3/evil"></a>'
    page = Page(http.Response(200, [("Content-Type", "text/html")], said.encode()))
    assert len(list(harms(page))) == 3
