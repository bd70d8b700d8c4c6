"""Who gets what is published: made, confirmed, changed, ended."""

import json

import pytest
from botocore.exceptions import ClientError
from tests.console.cloud.sns.conftest import queue_arn


async def subscribed(visitor, name, **fields):
    """The page of a new subscription."""
    await visitor.get(f"/sns/t/{name}/subscribe")
    return await visitor.follow(await visitor.post(f"/sns/t/{name}/subscribe", fields))


async def test_a_queue_is_chosen_by_its_name(visitor, topics):
    name, queue, dead = topics.make(), topics.queue(), topics.queue()
    page = await visitor.get(f"/sns/t/{name}/subscribe")
    offered = [each.attributes["value"] for each in page.find("datalist").all("option")]
    assert queue_arn(queue) in offered
    policy = json.dumps({"kind": ["order", {"prefix": "<b>"}]})
    page = await subscribed(
        visitor,
        name,
        protocol="sqs",
        endpoint=queue,
        raw="1",
        FilterPolicy=policy,
        dead_letters=dead,
    )
    assert page.said() == [f"{queue_arn(queue)} was subscribed."]
    (arn,) = topics.arns(name)
    found = topics.subscription(arn)
    assert (found["Endpoint"], found["RawMessageDelivery"]) == (queue_arn(queue), "true")
    assert json.loads(found["FilterPolicy"]) == json.loads(policy)
    assert json.loads(found["RedrivePolicy"]) == {"deadLetterTargetArn": queue_arn(dead)}
    page = await visitor.get(f"/sns/t/{name}")
    (row,) = page.rows()
    assert row[:3] == [queue, "Queue of SQS", "confirmed"]
    assert json.loads(row[3]) == json.loads(policy)
    assert row[4:6] == ["raw", dead]
    assert page.links[queue] == f"/sqs/q/{queue}"


@pytest.mark.parametrize(
    ("protocol", "endpoint"),
    [
        ("sms", "+15551234567"),
        ("lambda", "some-function"),
        ("email", "a@b.example"),
        ("email-json", "a@b.example"),
    ],
)
async def test_other_protocols(visitor, topics, protocol, endpoint):
    name = topics.make()
    page = await subscribed(visitor, name, protocol=protocol, endpoint=endpoint)
    assert page.status == 200
    page = await visitor.get(f"/sns/t/{name}")
    (row,) = page.rows()
    assert row[0] == endpoint
    assert row[2] == ("to be confirmed" if protocol.startswith("email") else "confirmed")


async def test_a_mail_is_confirmed_by_its_token(visitor, topics):
    name = topics.make()
    topics.subscribe(name, "person@x.example", "email")
    page = await visitor.get(f"/sns/t/{name}")
    page = await visitor.get(page.links["Confirm person@x.example"])
    assert "The endpoint was sent a token" in page.text
    (action,) = [
        each.attributes["action"]
        for each in page.all("form")
        if each.attributes["action"].endswith("/confirm")
    ]
    answer = await visitor.post(action)
    page = await visitor.follow(answer)
    assert page.said() == ["The subscription was confirmed."]
    assert "to be confirmed" not in page.text
    assert topics.attributes(name)["SubscriptionsConfirmed"] == "1"
    again = await visitor.post(action)
    assert again.status in {303, 404}


async def test_settings_are_changed_and_taken_away(visitor, topics):
    name, queue = topics.make(), topics.queue()
    arn = topics.subscribe(name, queue_arn(queue), "sqs")
    address = f"/sns/t/{name}/s/{arn.split(':')[-1]}"
    await visitor.get(address)
    body = '{"a": {"b": ["c"]}}'
    fields = {"FilterPolicyScope": "MessageBody", "FilterPolicy": body, "raw": "1"}
    page = await visitor.follow(await visitor.post(address, fields))
    assert page.said() == ["Set: FilterPolicy, FilterPolicyScope, RawMessageDelivery."]
    found = topics.subscription(arn)
    assert (found["FilterPolicyScope"], found["RawMessageDelivery"]) == ("MessageBody", "true")
    assert json.loads(page.form(address)["FilterPolicy"]) == json.loads(body)
    page = await visitor.follow(await visitor.post(address, fields))
    assert page.said() == ["Nothing was changed."]
    # Back to attributes: the policy of the body would not fit, so it goes first.
    await visitor.post(address, {"FilterPolicyScope": "MessageAttributes", "FilterPolicy": ""})
    found = topics.subscription(arn)
    assert "FilterPolicy" not in found
    assert found["RawMessageDelivery"] == "false"


async def test_a_subscription_is_ended(visitor, topics):
    name = topics.make()
    arn = topics.subscribe(name, "+15551234567", "sms")
    address = f"/sns/t/{name}/s/{arn.split(':')[-1]}"
    page = await visitor.get(address)
    assert "+15551234567 gets no more messages" in page.text
    page = await visitor.follow(await visitor.post(f"{address}/unsubscribe"))
    assert page.said() == ["The subscription was ended."]
    with pytest.raises(ClientError):
        topics.subscription(arn)
    assert (await visitor.get(address)).status == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"protocol": "sqs", "endpoint": ""}, "The endpoint is missing."),
        ({"protocol": "sms", "endpoint": "<b>"}, "Invalid SMS endpoint: <b>"),
        ({"protocol": "http", "endpoint": "ftp://x"}, "Invalid parameter"),
        ({"protocol": "sqs", "endpoint": "q", "FilterPolicy": "{"}, "The filter policy is no JSON"),
        ({"protocol": "sqs", "endpoint": "q", "FilterPolicy": '{"a": 1}'}, "FilterPolicy"),
    ],
)
async def test_what_is_wrong_is_said(visitor, topics, fields, said):
    name = topics.make()
    await visitor.get(f"/sns/t/{name}/subscribe")
    page = await visitor.post(f"/sns/t/{name}/subscribe", fields)
    assert page.status == 400
    assert said in page.text
    assert topics.arns(name) == []


async def test_many_are_shown_page_by_page(visitor, topics):
    name = topics.make()
    for number in range(105):
        topics.subscribe(name, f"+1555{number:07}", "sms")
    page = await visitor.get(f"/sns/t/{name}")
    assert "1–100 of 105" in page.text
    page = await visitor.get(page.links["Next"])
    assert len(page.rows()) == 5
