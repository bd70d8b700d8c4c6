"""Messages: looked at, sent, received, moved."""

import json
import urllib.parse

import pytest
from tests.console.cloud.sqs.conftest import arn

HOSTILE = '<script>alert("1")</script>\'&amp; %2F \u202e💥\n\tü'


def bodies(page):
    return [row[0] for row in page.rows()]


async def test_looking_at_messages_changes_nothing(visitor, queues):
    name = queues.make()
    queues.send(name, "first", "second")
    for _ in range(3):
        page = await visitor.get(f"/sqs/q/{name}/messages")
        assert bodies(page) == ["first", "second"]
        assert [row[3] for row in page.rows()] == ["0", "0"]
    assert queues.counts(name) == (2, 0, 0)
    received = queues.receive(name)
    assert {each["Attributes"]["ApproximateReceiveCount"] for each in received} == {"1"}


async def test_states_of_messages(visitor, queues):
    name = queues.make(VisibilityTimeout="600")
    queues.send(name, "taken")
    queues.receive(name)
    queues.send(name, "here")
    queues.send(name, "later", DelaySeconds=600)
    page = await visitor.get(f"/sqs/q/{name}/messages")
    assert [row[:2] for row in page.rows()] == [
        ["taken", "in flight"],
        ["here", "visible"],
        ["later", "delayed"],
    ]
    assert [row[5] for row in page.rows()] == ["in 9 minutes", "–", "in 9 minutes"]
    page = await visitor.get(f"/sqs/q/{name}/messages?show=visible")
    assert bodies(page) == ["here"]


async def test_groups_of_a_fifo_queue(visitor, queues):
    name = queues.make(is_fifo=True, ContentBasedDeduplication="true")
    queues.send(name, "1", "2", MessageGroupId="<b>")
    queues.receive(name, 1)
    page = await visitor.get(f"/sqs/q/{name}/messages")
    assert [row[:3] for row in page.rows()] == [
        ["1", "in flight", "<b>"],
        ["2", "waits for its group", "<b>"],
    ]


async def test_page_by_page(visitor, queues):
    name = queues.make()
    wanted = [f"message {number:03}" for number in range(120)]
    await visitor.get(f"/sqs/q/{name}/send")
    await visitor.post(f"/sqs/q/{name}/send", {"body": "\n".join(wanted), "by_line": "1"})
    page = await visitor.get(f"/sqs/q/{name}/messages")
    found = bodies(page)
    while "Next" in page.links:
        page = await visitor.get(page.links["Next"])
        found += bodies(page)
    assert found == wanted
    assert page.links["First page"] == f"/sqs/q/{name}/messages"


async def test_a_message_on_a_page_of_its_own(visitor, queues):
    name = queues.make()
    own = {
        "<kind>".strip("<>"): {"DataType": "String", "StringValue": HOSTILE},
        "data": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
    }
    queues.send(name, json.dumps({"a": [1, 2.50, HOSTILE]}), MessageAttributes=own)
    page = await visitor.get(f"/sqs/q/{name}/messages")
    link = page.find("tbody").find("a").attributes["href"]
    page = await visitor.get(link)
    text = page.find("pre").raw
    assert json.loads(text) == {"a": [1, 2.5, HOSTILE]}
    assert text.count("\n") == 6
    assert page.rows() == [
        ["data", "Binary", "AP8="],
        ["kind", "String", " ".join(HOSTILE.split())],
    ]
    assert "<script>alert" not in page.body.decode()
    assert queues.counts(name) == (1, 0, 0)


async def test_the_whole_of_a_large_message(visitor, queues):
    name = queues.make()
    body = "x" * (1_048_576 - 2) + "ä"
    queues.send(name, body, "small")
    page = await visitor.get(f"/sqs/q/{name}/messages")
    assert len(page.body) < 20_000
    assert bodies(page)[1] == "small"
    link = page.find("tbody").find("a").attributes["href"]
    page = await visitor.get(link)
    assert "1.00 MiB; only its beginning is shown" in page.text
    assert len(page.body) < 200_000
    answer = await visitor.get(page.links["Download the whole"])
    assert answer.body.decode() == body
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment")


async def test_a_message_that_is_gone(visitor, queues):
    name = queues.make()
    queues.send(name, "a", "b")
    page = await visitor.get(f"/sqs/q/{name}/messages")
    link = page.find("tbody").find("a").attributes["href"]
    (message,) = queues.receive(name, 1)
    queues.client.delete_message(QueueUrl=queues.url(name), ReceiptHandle=message["ReceiptHandle"])
    page = await visitor.get(link)
    assert (page.status, "This message is no longer there." in page.text) == (404, True)
    for place in ("x", "1-0", "0-0", "9" * 40, "1-2-3", "%0A"):
        assert (await visitor.get(f"/sqs/q/{name}/messages/{place}")).status == 404


async def test_an_empty_queue(visitor, queues):
    page = await visitor.get(f"/sqs/q/{queues.make()}/messages")
    assert "There is no message here." in page.text
    assert page.all("table") == []


@pytest.mark.parametrize("after", ["x", "1", "-", "%3Cb%3E"])
async def test_a_place_that_is_none(visitor, queues, after):
    page = await visitor.get(f"/sqs/q/{queues.make()}/messages?after={after}")
    assert page.status == 400


# Sending


async def test_a_message_with_all_that_belongs_to_it(visitor, queues):
    name = queues.make()
    address = f"/sqs/q/{name}/send"
    await visitor.get(address)
    fields = {
        "body": HOSTILE.replace("\n", "\r\n"),
        "attributes": "kind = a = b\nsize:Number = 5\ndata:Binary.x = AP8=\n\n",
        "group": "tenant",
    }
    page = await visitor.follow(await visitor.post(address, fields))
    assert page.said() == ["The message was sent."]
    (message,) = queues.receive(name)
    assert message["Body"] == HOSTILE
    assert message["MessageAttributes"] == {
        "kind": {"DataType": "String", "StringValue": "a = b"},
        "size": {"DataType": "Number", "StringValue": "5"},
        "data": {"DataType": "Binary.x", "BinaryValue": b"\x00\xff"},
    }
    assert message["Attributes"]["MessageGroupId"] == "tenant"


async def test_a_message_with_a_delay(visitor, queues):
    name = queues.make()
    await visitor.get(f"/sqs/q/{name}/send")
    await visitor.post(f"/sqs/q/{name}/send", {"body": "later", "delay": "900"})
    assert queues.counts(name) == (0, 0, 1)


async def test_lines_of_a_fifo_queue_stay_in_order_and_are_no_duplicates(visitor, queues):
    name = queues.make(is_fifo=True)
    address = f"/sqs/q/{name}/send"
    await visitor.get(address)
    lines = "\r\n".join(["same"] * 12 + ["", "last"])
    fields = {"body": lines, "by_line": "1", "group": "g"}
    page = await visitor.follow(await visitor.post(address, fields))
    assert page.said() == ["13 messages were sent."]
    assert bodies(page) == ["same"] * 12 + ["last"]


async def test_the_same_id_twice_is_one_message(visitor, queues):
    name = queues.make(is_fifo=True)
    await visitor.get(f"/sqs/q/{name}/send")
    for body in ("a", "b"):
        await visitor.post(
            f"/sqs/q/{name}/send", {"body": body, "group": "g", "deduplication": "d"}
        )
    assert queues.bodies(name) == ["a"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"body": ""}, "The body of the message is empty."),
        ({"body": "x", "delay": "901"}, "delay must be a whole number from 0 to 900."),
        ({"body": "x", "attributes": "nothing"}, "Line 1 of the attributes is not name = value."),
        ({"body": "x", "attributes": "a:Binary = ?"}, "Line 1 of the attributes is binary"),
        ({"body": "x", "attributes": '{"a": 1}'}, "no JSON of the AWS CLI"),
        ({"body": "x", "attributes": "a:Number = b"}, "Can't cast the value"),
        ({"body": "\x00"}, "Invalid characters found."),
        ({"body": "x\n" * 1001, "by_line": "1"}, "There are 1,001 lines"),
        ({"body": "ok\n\x00", "by_line": "1"}, "Line 2 was not sent: Invalid characters found."),
        ({"body": "x" * 1_048_577}, "Message must be shorter than 1048576 bytes."),
    ],
)
async def test_what_is_wrong_with_a_message_is_said(visitor, queues, fields, said):
    name = queues.make()
    await visitor.get(f"/sqs/q/{name}/send")
    page = await visitor.post(f"/sqs/q/{name}/send", fields)
    assert page.status == 400
    assert said in page.text


async def test_a_fifo_queue_needs_a_group_and_an_id(visitor, queues):
    name = queues.make(is_fifo=True)
    await visitor.get(f"/sqs/q/{name}/send")
    page = await visitor.post(f"/sqs/q/{name}/send", {"body": "x"})
    assert "The message group is missing." in page.text
    page = await visitor.post(f"/sqs/q/{name}/send", {"body": "x", "group": "g"})
    assert "ContentBasedDeduplication enabled or MessageDeduplicationId" in page.text


# Receiving


async def test_received_messages_are_deleted_and_given_back(visitor, queues):
    name = queues.make(VisibilityTimeout="600")
    queues.send(name, "keep", "drop <b>")
    address = f"/sqs/q/{name}/receive"
    page = await visitor.get(address)
    assert "Each is counted as received once more" in page.text
    page = await visitor.post(address, {"count": "10", "visibility": "60"})
    assert page.find("main").find("h2").text == "2 messages received"
    cards = {card.find("pre").raw: card for card in page.all("section")}
    assert queues.counts(name) == (0, 2, 0)
    handles = {
        body: card.find("input", name="handle").attributes["value"] for body, card in cards.items()
    }
    answer = await visitor.post(
        f"/sqs/q/{name}/delete-message", {"handle": handles["drop <b>"]}, is_part=True
    )
    assert (answer.text, answer.all("html")) == ("The message was deleted.", [])
    answer = await visitor.post(f"/sqs/q/{name}/give-back", {"handle": handles["keep"]})
    assert answer.location == f"/sqs/q/{name}/messages"
    assert queues.counts(name) == (1, 0, 0)
    assert queues.bodies(name) == ["keep"]


async def test_nothing_to_receive(visitor, queues):
    name = queues.make()
    await visitor.get(f"/sqs/q/{name}/receive")
    page = await visitor.post(f"/sqs/q/{name}/receive", {"count": "1"})
    assert "No message could be received." in page.text
    page = await visitor.post(f"/sqs/q/{name}/receive", {"count": "11"})
    assert page.status == 400
    page = await visitor.post(f"/sqs/q/{name}/delete-message", {"handle": "<b>"})
    assert page.status == 404
    assert "is not a valid receipt handle" in page.text


# Redriving


async def test_dead_letters_are_moved_back(visitor, queues):
    name, dead = queues.dead_letters(VisibilityTimeout="0")
    queues.send(name, "poison")
    queues.receive(name)
    assert queues.receive(name) == []
    assert queues.counts(dead) == (1, 0, 0)
    page = await visitor.get(f"/sqs/q/{dead}/redrive")
    assert f"from {name}" in page.text
    page = await visitor.follow(await visitor.post(f"/sqs/q/{dead}/redrive"))
    assert page.said() == ["The messages are being moved."]
    for _ in range(100):
        page = await visitor.get(f"/sqs/q/{dead}/redrive", is_part=True)
        if page.rows()[0][0] == "completed":
            break
    assert page.rows()[0][2:4] == ["where they came from", "1 of 1"]
    assert queues.bodies(name) == ["poison"]


async def test_what_came_from_no_queue_cannot_go_back_which_is_said(visitor, queues):
    _, dead = queues.dead_letters()
    queues.send(dead, "sent here")
    await visitor.get(f"/sqs/q/{dead}/redrive")
    await visitor.post(f"/sqs/q/{dead}/redrive")
    for _ in range(100):
        page = await visitor.get(f"/sqs/q/{dead}/redrive", is_part=True)
        if page.rows()[0][0] != "running":
            break
    assert page.rows()[0][0].startswith("failed")
    assert "has no queue to go back to: name one to move them to" in page.rows()[0][0]


async def test_a_slow_move_is_cancelled(visitor, queues):
    _, dead = queues.dead_letters()
    target = queues.make("target")
    queues.send(dead, *(str(number) for number in range(20)))
    await visitor.get(f"/sqs/q/{dead}/redrive")
    fields = {"destination": target, "rate": "1"}
    page = await visitor.follow(await visitor.post(f"/sqs/q/{dead}/redrive", fields))
    assert page.rows()[0][0] == "running"
    assert page.find("progress").attributes["max"] == "20"
    assert page.find(id="tasks").attributes["hx-trigger"].startswith("every")
    handle = page.form(f"/sqs/q/{dead}/cancel-redrive")["handle"]
    page = await visitor.follow(
        await visitor.post(f"/sqs/q/{dead}/cancel-redrive", {"handle": handle})
    )
    assert page.said()[0].startswith("The task was cancelled after")
    assert page.rows()[0][0] == "cancelled"
    assert queues.counts(dead)[0] >= 15


async def test_what_is_no_dead_letter_queue(visitor, queues):
    name = queues.make()
    page = await visitor.get(f"/sqs/q/{name}/redrive")
    assert "This is no dead-letter queue." in page.text
    page = await visitor.post(f"/sqs/q/{name}/redrive")
    assert (page.status, "must be configured as a Dead Letter Queue" in page.text) == (400, True)


# At a glance


async def test_the_page_of_a_queue(visitor, queues, standing):
    name = queues.make("seen")
    queues.send(name, "a", "b")
    sns = standing.client("sns")
    topic = sns.create_topic(Name=queues.name("topic"))["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn(name))
    page = await visitor.get(f"/sqs/q/{name}")
    figures = {
        each.find("span", class_="label").text: each.find("span", class_="value").text
        for each in page.all("div", class_="figure")
    }
    assert (figures["Visible"], figures["In flight"], figures["Delayed"]) == ("2", "0", "0")
    assert page.links[topic.split(":")[-1]] == f"/sns/t/{topic.split(':')[-1]}"
    assert "Sampled every 10 seconds for an hour" in page.text
    assert queues.url(name) in page.text
    assert f"aws sqs send-message --queue-url {queues.url(name)}" in page.text
    assert page.find(id="figures").attributes["hx-trigger"] == "every 10s"
    part = await visitor.get(f"/sqs/q/{name}?span=day", is_part=True)
    assert part.all("h1") == []
    assert part.find("a", aria_current="page").text == "Last day"


async def test_texts_of_a_person_come_back_as_they_were(visitor, queues):
    """The fields of a form, whatever is in them: what was sent is what is received."""
    name = queues.make()
    await visitor.get(f"/sqs/q/{name}/send")
    for body in ("a=b&c=d", "+ %20 +", "\n leading", "ends \n", urllib.parse.quote("ä/")):
        await visitor.post(f"/sqs/q/{name}/send", {"body": body})
        (message,) = queues.receive(name)
        assert message["Body"] == body
        queues.client.delete_message(
            QueueUrl=queues.url(name), ReceiptHandle=message["ReceiptHandle"]
        )
