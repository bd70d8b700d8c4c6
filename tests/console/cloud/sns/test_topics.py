"""Topics: the list, making one, its settings, its end; and publishing to it."""

import json

import pytest
from botocore.exceptions import ClientError
from tests.console.cloud.sns.conftest import queue_arn

HOSTILE = '<script>alert("1")</script>\'&amp; %2F 💥 ü'


async def test_the_list_counts_subscriptions(visitor, topics):
    name = topics.make("listed")
    topics.subscribe(name, queue_arn("any"), "sqs")
    topics.subscribe(name, "a@b.example", "email")
    page = await visitor.get(f"/sns?search={name}")
    assert page.rows() == [[name, "1", "1"]]
    assert page.links[name] == f"/sns/t/{name}"
    part = await visitor.get(f"/sns?search={name}", is_part=True)
    assert (part.all("html"), part.rows()) == ([], [[name, "1", "1"]])


async def test_lists_that_are_empty(visitor):
    page = await visitor.get("/sns?search=%3Cb%3Enothing")
    assert "No topic has a name that begins with “<b>nothing”." in page.text
    page = await visitor.get("/in/000000000000/eu-north-1/sns")
    assert "There is no topic in account 000000000000, region eu-north-1." in page.text


async def test_a_topic_is_made(visitor, topics):
    name = topics.name("made")
    page = await visitor.get("/sns/new")
    fields = page.form("/sns") | {
        "name": name,
        "DisplayName": "A <b> name",
        "SignatureVersion": "2",
        "DeliveryPolicy": '{"http": {"defaultHealthyRetryPolicy": {"numRetries": 7}}}',
        "tags": "team = a",
    }
    page = await visitor.follow(await visitor.post("/sns", fields))
    assert page.said() == [f"The topic {name} was made."]
    assert "Nobody is subscribed to this topic." in page.text
    found = topics.attributes(name)
    assert (found["DisplayName"], found["SignatureVersion"]) == ("A <b> name", "2")
    assert (
        json.loads(found["DeliveryPolicy"])["http"]["defaultHealthyRetryPolicy"]["numRetries"] == 7
    )
    tags = topics.client.list_tags_for_resource(ResourceArn=topics.arn(name))["Tags"]
    assert tags == [{"Key": "team", "Value": "a"}]
    page = await visitor.post("/sns", {"name": name})
    assert (page.status, f"There is a topic {name} already." in page.text) == (409, True)


async def test_a_fifo_topic_is_made_of_the_form_as_it_stands(visitor, topics):
    name = topics.name("ordered")
    page = await visitor.get("/sns/new?fifo=1")
    fields = page.form("/sns") | {"name": name, "ContentBasedDeduplication": "true"}
    page = await visitor.follow(await visitor.post("/sns", fields))
    assert page.find("h1").text == f"{name}.fifo FIFO"
    found = topics.attributes(f"{name}.fifo")
    assert (found["FifoTopic"], found["ContentBasedDeduplication"]) == ("true", "true")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "The name of the topic is missing."),
        ({"name": "no name"}, "Invalid parameter: Topic Name"),
        ({"name": "n", "DeliveryPolicy": "{"}, "The delivery policy is no JSON"),
        ({"name": "n", "tags": "x"}, "Line 1 of the tags is not key = value."),
    ],
)
async def test_what_is_wrong_with_a_new_topic_is_said(visitor, topics, fields, said):
    await visitor.get("/sns/new")
    page = await visitor.post("/sns", fields)
    assert page.status == 400
    assert said in page.text
    with pytest.raises(ClientError):
        topics.attributes("n")


async def test_settings_change_only_what_is_otherwise(visitor, topics):
    name = topics.make(DisplayName="before")
    address = f"/sns/t/{name}/settings"
    fields = (await visitor.get(address)).form(address)
    page = await visitor.follow(await visitor.post(address, fields))
    assert page.said() == ["Nothing was changed."]
    page = await visitor.follow(await visitor.post(address, fields | {"DisplayName": "after"}))
    assert page.said() == ["Set: DisplayName."]
    assert topics.attributes(name)["DisplayName"] == "after"


async def test_policy_and_tags(visitor, topics):
    name = topics.make()
    page = await visitor.get(f"/sns/t/{name}/settings")
    policy = json.loads(page.form(f"/sns/t/{name}/policy")["Policy"])
    default = policy["Statement"]
    policy["Statement"] = [default[0] | {"Sid": "</textarea>"}]
    await visitor.post(f"/sns/t/{name}/policy", {"Policy": json.dumps(policy)})
    assert json.loads(topics.attributes(name)["Policy"]) == policy
    await visitor.post(f"/sns/t/{name}/policy", {"Policy": ""})
    assert json.loads(topics.attributes(name)["Policy"])["Statement"] == default
    await visitor.post(f"/sns/t/{name}/tags", {"tags": "a = 1\nb = 2"})
    await visitor.post(f"/sns/t/{name}/tags", {"tags": "b = <i>"})
    page = await visitor.get(f"/sns/t/{name}/settings")
    assert page.form(f"/sns/t/{name}/tags")["tags"] == "b = <i>"


async def test_deleting_says_what_goes(visitor, topics):
    name = topics.make()
    topics.subscribe(name, queue_arn("any"), "sqs")
    page = await visitor.get(f"/sns/t/{name}/settings")
    assert "1 confirmed and 0 to be confirmed" in page.text
    page = await visitor.follow(await visitor.post(f"/sns/t/{name}/delete"))
    assert page.said() == [f"The topic {name} was deleted."]
    assert (await visitor.get(f"/sns/t/{name}")).status == 404


@pytest.mark.parametrize("path", ["", "/publish", "/subscribe", "/settings", "/s/x"])
@pytest.mark.parametrize(
    "name", ["none", "%3Cscript%3E", "a%2Fb", "a%00b", "ä", "x" * 1024, "%2e%2e"]
)
async def test_topics_that_are_not_there(visitor, name, path):
    page = await visitor.get(f"/sns/t/{name}{path}")
    assert page.status == 404
    assert "There is no" in page.text


# Publishing


async def test_a_message_with_all_that_belongs_to_it(visitor, topics):
    name, queue = topics.make(), topics.queue()
    topics.subscribe(name, queue_arn(queue), "sqs")
    await visitor.get(f"/sns/t/{name}/publish")
    fields = {
        "subject": "A subject",
        "message": HOSTILE + "\r\nend",
        "attributes": "kind = order\nsize:Number = 5",
    }
    page = await visitor.follow(await visitor.post(f"/sns/t/{name}/publish", fields))
    envelope = topics.envelope(queue)
    assert page.said() == [f"The message was published: {envelope['MessageId']}."]
    assert (envelope["Subject"], envelope["Message"]) == ("A subject", HOSTILE + "\nend")
    assert envelope["MessageAttributes"]["size"] == {"Type": "Number", "Value": "5"}


async def test_a_text_for_each_protocol(visitor, topics):
    name, queue = topics.make(), topics.queue()
    topics.subscribe(name, queue_arn(queue), "sqs")
    await visitor.get(f"/sns/t/{name}/publish")
    texts = json.dumps({"default": "d", "sqs": "for queues"})
    await visitor.post(f"/sns/t/{name}/publish", {"message": texts, "structured": "1"})
    assert topics.envelope(queue)["Message"] == "for queues"


async def test_a_fifo_topic(visitor, topics):
    name, queue = topics.make(is_fifo=True), topics.queue(is_fifo=True)
    topics.subscribe(name, queue_arn(queue), "sqs")
    await visitor.get(f"/sns/t/{name}/publish")
    fields = {"message": "m", "group": "g", "deduplication": "d"}
    await visitor.post(f"/sns/t/{name}/publish", fields)
    assert topics.received(queue)["Attributes"]["MessageGroupId"] == "g"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"message": ""}, "The message is empty."),
        ({"message": "x", "structured": "1"}, "The message is no JSON."),
        ({"message": "{}", "structured": "1"}, "The message has no text for default."),
        ({"message": "x", "subject": "s" * 101}, "Subject"),
        ({"message": "x", "attributes": "y"}, "Line 1 of the attributes"),
        ({"message": "x" * 262_145}, "Message too long"),
    ],
)
async def test_what_is_wrong_with_a_message_is_said(visitor, topics, fields, said):
    name = topics.make()
    await visitor.get(f"/sns/t/{name}/publish")
    page = await visitor.post(f"/sns/t/{name}/publish", fields)
    assert page.status == 400
    assert said in page.text


WRITES = [
    "/publish",
    "/subscribe",
    "/settings",
    "/policy",
    "/tags",
    "/delete",
    "/s/x",
    "/s/x/confirm",
]


async def test_a_reader_looks_and_changes_nothing(reader, topics):
    name = topics.make()
    one = topics.subscribe(name, "a@b.example", "email").split(":")[-1]
    for path in ("", "/settings", f"/s/{one}"):
        page = await reader.get(f"/sns/t/{name}{path}")
        assert page.status == 200
        forms = [each.attributes["action"] for each in page.all("form", method="post")]
        assert forms == ["/logout"]
        assert not {"Publish", "Subscribe"} & page.links.keys()
    for path in WRITES:
        page = await reader.post(f"/sns/t/{name}{path}", {"message": "x"})
        assert page.status == 403
    assert (await reader.post("/sns", {"name": "no"})).status == 403
    assert (await reader.get("/sns/new")).status == 403
    assert (await reader.post("/sns/sent/email/clear")).status == 403
    assert topics.attributes(name)["SubscriptionsPending"] == "1"
