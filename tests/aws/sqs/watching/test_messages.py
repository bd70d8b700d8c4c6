"""https://docs.localstack.cloud/aws/services/sqs/#developer-endpoints

What LocalStack answers: https://github.com/localstack/localstack/blob/main/tests/aws/services/sqs/test_sqs_developer_api.py
"""

import json
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from tests.aws.sqs import test_shared
from tests.aws.sqs.watching.conftest import attributes

from homeport.aws.sqs.watching import pages
from homeport.edge import http

NAMESPACE = "{http://queue.amazonaws.com/doc/2012-11-05/}"
HOSTILE = '<script>"&\u2028💥'


async def everything(client):
    """All that is in the database, whatever it is."""
    tables = client.sqs.db.query("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name: client.sqs.db.query(f"SELECT * FROM {name}") for (name,) in tables}


async def test_it_changes_nothing(client, looking):
    for url in (await client.make(), await client.make("f.fifo")):
        more = {"MessageGroupId": "g", "MessageDeduplicationId": "d"} if "fifo" in url else {}
        await client.send(url, "one", **more)
        await client.receive(url, 1)
        before = await everything(client), client.sqs.db.writes, client.sqs.in_flight.copy()
        for query in ({}, {"ShowInvisible": "true", "ShowDelayed": "true", "ShowDetails": "true"}):
            for _ in range(3):
                await looking.tree(url, **query)
        assert (await everything(client), client.sqs.db.writes, client.sqs.in_flight) == before


async def test_it_counts_what_was_received_before_and_not_itself(client, looking):
    url = await client.make(VisibilityTimeout="0")
    await client.send(url, "one")
    (message,) = await looking.messages(url)
    assert attributes(message)["ApproximateReceiveCount"] == "0"
    assert "ApproximateFirstReceiveTimestamp" not in attributes(message)
    await client.receive(url)
    (message,) = await looking.messages(url)
    assert attributes(message)["ApproximateReceiveCount"] == "1"
    assert attributes(message)["ApproximateFirstReceiveTimestamp"] == "1700000000000"
    assert attributes(message)["SenderId"] == "000000000000"


async def test_one_message_is_no_list_and_none_is_nothing(client, looking):
    url = await client.make()
    assert await looking.tree(url) is None
    await client.send(url, "one")
    assert (await looking.tree(url))["Message"]["Body"] == "one"
    await client.send(url, "two")
    assert [each["Body"] for each in (await looking.tree(url))["Message"]] == ["one", "two"]


async def test_messages_in_flight_and_delayed_are_shown_where_they_are_asked_for(
    client, looking, clock
):
    url = await client.make()
    await client.send(url, "taken")
    await client.receive(url)
    await clock.advance(1)
    await client.send(url, "here")
    await client.send(url, "later", DelaySeconds=10)
    assert await looking.bodies(url) == ["here"]
    assert await looking.bodies(url, ShowInvisible="True") == ["taken", "here"]
    assert await looking.bodies(url, ShowDelayed="1") == ["here", "later"]
    found = await looking.messages(url, ShowInvisible="true", ShowDelayed="true")
    said = [(attributes(each)["IsVisible"], attributes(each)["IsDelayed"]) for each in found]
    assert said == [("false", "false"), ("true", "false"), ("false", "true")]
    await clock.advance(30)
    assert await looking.bodies(url) == ["taken", "here", "later"]


async def test_a_group_of_a_fifo_queue_waits_for_its_message_in_flight(client, looking):
    url = await client.make("f.fifo", ContentBasedDeduplication="true")
    for body, group in (("1", "a"), ("2", "a"), ("3", "b"), ("4", "b")):
        await client.send(url, body, MessageGroupId=group)
    await client.receive(url, 1)
    assert await looking.bodies(url) == ["3", "4"]
    found = await looking.messages(url, ShowInvisible="true", ShowDetails="true")
    assert [each["Body"] for each in found] == ["1", "2", "3", "4"]
    said = [attributes(each) for each in found]
    assert [each["IsVisible"] for each in said] == ["false", "true", "true", "true"]
    states = [each["Homeport.State"] for each in said]
    assert states == ["in-flight", "held-back", "visible", "visible"]
    assert [each["MessageGroupId"] for each in said] == ["a", "a", "b", "b"]
    numbers = [each["SequenceNumber"] for each in said]
    assert numbers == sorted(set(numbers))
    assert said[0]["Homeport.VisibleTimestamp"] == said[1]["Homeport.VisibleTimestamp"]


async def test_page_by_page_it_is_the_whole(client, looking, clock):
    url = await client.make()
    for number in range(25):
        await client.send(url, str(number))
        if number % 4 == 0:
            await clock.advance(1)
    bodies, after, pages_seen = [], {}, 0
    while True:
        answer = await looking.ask(
            pages.MESSAGES, headers={"accept": "application/json"}, QueueUrl=url, Limit=7, **after
        )
        result = json.loads(answer.body)["ReceiveMessageResponse"]["ReceiveMessageResult"]
        bodies += [each["Body"] for each in result["Message"]]
        pages_seen += 1
        if pages.NEXT not in dict(answer.headers):
            break
        after = {"After": dict(answer.headers)[pages.NEXT]}
    assert (bodies, pages_seen) == ([str(number) for number in range(25)], 4)


async def test_large_bodies_end_a_page_early(client, looking):
    url = await client.make()
    for _ in range(3):
        await client.send(url, "x" * 20_000)
    assert len(await looking.messages(url, MaxBytes=20_001)) == 2
    assert len(await looking.messages(url, MaxBytes=1)) == 1
    assert len(await looking.messages(url)) == 3


async def test_a_message_of_a_topic_for_many_queues_is_put_together(client, looking):
    urls = [await client.make(name) for name in test_shared.NAMES]
    await test_shared.send(client, test_shared.NAMES, "text")
    assert test_shared.kept(client) == 1
    (message,) = await looking.messages(urls[3])
    (received,) = await client.receive(urls[3])
    assert (message["Body"], message["MD5OfBody"]) == (received["Body"], received["MD5OfBody"])


async def test_messages_at_the_end_of_their_retention_are_gone(client, looking, clock):
    url = await client.make(MessageRetentionPeriod="60")
    await client.send(url)
    await clock.advance(60)
    assert await looking.bodies(url) == []


async def test_attributes_and_hostile_texts(client, looking):
    url = await client.make()
    own = {
        "text": {"DataType": "String", "StringValue": HOSTILE},
        "data": {"DataType": "Binary.x", "BinaryValue": b"\x00\xff"},
    }
    await client.send(url, HOSTILE, MessageAttributes=own)
    (message,) = await looking.messages(url)
    assert message["Body"] == HOSTILE
    assert {each["Name"]: each["Value"] for each in message["MessageAttribute"]} == {
        "text": {"DataType": "String", "StringValue": HOSTILE},
        "data": {"DataType": "Binary.x", "BinaryValue": "AP8="},
    }
    assert message["ReceiptHandle"] == "SQS/BACKDOOR/ACCESS"


def plain(element):
    """A tree of XML as LocalStack turns it into JSON."""
    if len(element) == 0:
        return element.text
    made = {}
    for child in element:
        made.setdefault(child.tag.removeprefix(NAMESPACE), []).append(plain(child))
    return {name: each[0] if len(each) == 1 else each for name, each in made.items()}


def in_order(value):
    if isinstance(value, list):
        return sorted((in_order(each) for each in value), key=repr)
    return {k: in_order(v) for k, v in value.items()} if isinstance(value, dict) else value


async def test_the_json_form_is_the_tree_of_the_xml(client, looking):
    url = await client.make("f.fifo")
    for number in range(2):
        own = {f"n{each}": {"DataType": "Number", "StringValue": "1"} for each in range(number + 1)}
        await client.send(
            url,
            HOSTILE.replace("\u2028", ""),
            MessageAttributes=own,
            MessageGroupId="g",
            MessageDeduplicationId=str(number),
        )
    answer = await looking.ask(pages.MESSAGES, QueueUrl=url, ShowInvisible="1")
    assert dict(answer.headers)["Content-Type"] == "text/xml"
    root = ElementTree.fromstring(answer.body)
    assert root.tag == f"{NAMESPACE}ReceiveMessageResponse"
    assert in_order(plain(root)["ReceiveMessageResult"]) == in_order(
        await looking.tree(url, ShowInvisible="1")
    )


async def test_a_client_of_either_protocol_may_have_it_as_its_endpoint(client, looking):
    url = await client.make()
    for body in ("1", "2"):
        await client.send(url, body)
    form = urlencode({"Action": "ReceiveMessage", "QueueUrl": url, "MaxNumberOfMessages": 1})
    kind = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    answer = await looking.ask(pages.MESSAGES, "POST", form.encode(), kind)
    root = ElementTree.fromstring(answer.body)
    assert len(plain(root)["ReceiveMessageResult"]["Message"]) == 2
    body = json.dumps({"QueueUrl": url, "MaxNumberOfMessages": 1}).encode()
    kind = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "AmazonSQS.ReceiveMessage",
    }
    answer = await looking.ask(pages.MESSAGES, "POST", body, kind)
    found = json.loads(answer.body)["Messages"]
    assert [each["Body"] for each in found] == ["1", "2"]
    assert found[0]["Attributes"]["ApproximateReceiveCount"] == "0"


@pytest.mark.parametrize("protocol", ["json", "query"])
async def test_other_operations_are_refused(client, looking, protocol):
    url = await client.make()
    if protocol == "json":
        kind = {
            "content-type": "application/x-amz-json-1.0",
            "x-amz-target": "AmazonSQS.SendMessage",
        }
        body = json.dumps({"QueueUrl": url, "MessageBody": "x"}).encode()
    else:
        kind = {"content-type": "application/x-www-form-urlencoded"}
        body = urlencode({"Action": "SendMessage", "QueueUrl": url, "MessageBody": "x"}).encode()
    answer = await looking.ask(pages.MESSAGES, "POST", body, kind)
    assert answer.status == 400
    assert b"InvalidRequest" in answer.body
    assert b"This endpoint only accepts ReceiveMessage calls" in answer.body
    assert await client.bodies(url) == []


NONE = "AWS.SimpleQueueService.NonExistentQueue"
HERE = "http://localhost:4566"


@pytest.mark.parametrize(
    ("path", "query", "status", "code"),
    [
        ("", {}, 400, NONE),
        ("", {"QueueUrl": f"{HERE}/nonsense"}, 404, "InvalidAddress"),
        ("", {"QueueUrl": "http://[/000000000000/q"}, 404, "InvalidAddress"),
        ("", {"QueueUrl": f"{HERE}/000000000000/none"}, 400, NONE),
        ("", {"QueueUrl": f"{HERE}/000000000000/%ED%A0%80"}, 400, NONE),
        ("/us-east-1/000000000000/none", {}, 400, NONE),
        ("/eu-west-1/000000000000/q", {}, 400, NONE),
        ("/us-east-1/q", {}, 400, NONE),
        ("/us-east-1/000000000000/q", {"Limit": "0"}, 400, "InvalidParameterValue"),
        ("/us-east-1/000000000000/q", {"Limit": "1001"}, 400, "InvalidParameterValue"),
        ("/us-east-1/000000000000/q", {"Limit": "²"}, 400, "InvalidParameterValue"),
        ("/us-east-1/000000000000/q", {"After": "x"}, 400, "InvalidParameterValue"),
    ],
)
async def test_what_is_wrong_is_said_in_both_forms(client, looking, path, query, status, code):
    await client.make()
    answer = await looking.ask(
        pages.MESSAGES + path, headers={"accept": "application/json"}, **query
    )
    error = json.loads(answer.body)["ErrorResponse"]["Error"]
    assert (answer.status, error["Code"]) == (status, code)
    answer = await looking.ask(pages.MESSAGES + path, **query)
    root = ElementTree.fromstring(answer.body)
    assert (answer.status, plain(root)["Error"]["Code"]) == (status, code)


@pytest.mark.parametrize(
    "url",
    [
        "http://sqs.eu-west-1.localhost.localstack.cloud:4566/111111111111/q",
        "http://eu-west-1.queue.localhost.localstack.cloud:4566/111111111111/q",
        f"{HERE}/queue/eu-west-1/111111111111/q",
    ],
)
async def test_urls_that_name_a_region(client, looking, url):
    far = client.other("111111111111", "eu-west-1")
    await far.send(await far.make(), "far")
    assert await looking.bodies(url) == ["far"]
    answer = await looking.ask(f"{pages.MESSAGES}/eu-west-1/111111111111/q")
    assert b"<Body>far</Body>" in answer.body


async def test_the_credential_names_the_region(client, looking):
    far = client.other(region="eu-west-1")
    url = await far.make()
    await far.send(url, "far")
    signed = "AWS4-HMAC-SHA256 Credential=x/20260101/eu-west-1/sqs/aws4_request, SignedHeaders=host, Signature=0"
    answer = await looking.ask(pages.MESSAGES, headers={"authorization": signed}, QueueUrl=url)
    assert b"<Body>far</Body>" in answer.body


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/_aws/sqs/none", "GET", 404),
        ("/_aws/sqs/messages", "DELETE", 405),
        ("/_homeport/sqs/depths", "POST", 405),
        ("/_homeport/sqs/queues", "PUT", 405),
        ("/_homeport/sqs/", "GET", 404),
    ],
)
async def test_other_paths_and_methods(looking, path, method, status):
    assert (await looking.ask(path, method)).status == status


def test_what_is_none_of_them_goes_on(looking):
    for path in ("/", "/_aws/sns/sms-messages", "/_homeport/requests", "/000000000000/q"):
        request = http.Request("GET", path, "", {}, http.BytesBody())
        assert looking.site(request) is None
