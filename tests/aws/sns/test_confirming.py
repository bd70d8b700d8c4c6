"""https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html"""

import pytest

from homeport.aws.sns import sns
from homeport.edge import http

URL = "http://example.com/x"
DAY = 24 * 3600


@pytest.fixture
async def pending(client, topic):
    return await client.subscribe(endpoint=URL, protocol="http")


async def confirm(client, topic, arn, **more):
    return await client("ConfirmSubscription", TopicArn=topic, Token=client.token(arn), **more)


async def test_an_endpoint_is_asked(client, topic, pending):
    ((lane, body),) = client.outbox()
    assert lane.startswith("sub/")
    assert client.woken == [lane]
    assert body["to"] == URL
    kind, _, topic_arn, arn, token, base, _, version = body["confirmation"]
    assert (kind, topic_arn, arn) == ("SubscriptionConfirmation", topic, pending)
    assert (token, base, version) == (client.token(pending), "http://localhost:4566", "1")


async def test_it_is_asked_again_when_it_subscribes_again(client, topic, pending):
    assert await client.subscribe(endpoint=URL, protocol="http") == pending
    assert len(client.outbox()) == 2


async def test_nothing_is_sent_before_it_confirms(client, topic, pending):
    await client.publish()
    assert len(client.outbox()) == 1
    assert await confirm(client, topic, pending) == {"SubscriptionArn": pending}
    assert (await client.attributes(pending))["PendingConfirmation"] == "false"
    await client.publish()
    assert len(client.outbox()) == 2


@pytest.mark.parametrize(("access_key", "is_authenticated"), [("test", "true"), ("", "false")])
async def test_by_a_call_and_by_a_link(client, topic, pending, access_key, is_authenticated):
    await confirm(client.other(access_key=access_key, region="us-east-1"), topic, pending)
    found = await client.attributes(pending)
    assert found["ConfirmationWasAuthenticated"] == is_authenticated


async def test_a_link_reaches_another_region(client):
    far = client.other(region="eu-west-1")
    topic = await far.make()
    arn = await far.subscribe(topic, URL, "http")
    await confirm(client.other(access_key=""), topic, arn)
    await client.other(access_key="")("Unsubscribe", SubscriptionArn=arn)


async def test_twice_is_once(client, topic, pending):
    await confirm(client, topic, pending)
    assert await confirm(client, topic, pending) == {"SubscriptionArn": pending}


UNKNOWN = "51b2ff3edb475b7d91550e0ab6edf0c1de2a34e6ebaf6c2262a001bcb7e051c43aa00022ceecce70bd2a67b2042da8d8"


@pytest.mark.parametrize(
    ("topic_arn", "token", "text"),
    [
        ("arn:aws:sns:us-east-1:000000000000:t", "randomtoken", "Invalid token"),
        ("arn:aws:sns:us-east-1:000000000000:t", "abc123", "Invalid parameter: Token"),
        ("arn:aws:sns:us-east-1:000000000000:t", UNKNOWN, "Invalid parameter: Token"),
        ("arn:aws:sns:us-east-1:000000000000:i", UNKNOWN, "Invalid parameter: Token"),
        ("not-an-arn", UNKNOWN, "Invalid parameter: Topic"),
    ],
)
@pytest.mark.parametrize("access_key", ["test", ""], ids=["call", "link"])
async def test_wrong_tokens(client, topic, topic_arn, token, text, access_key):
    """`test_sns_confirm_subscription_wrong_token`, `test_subscribe_external_http_endpoint`"""
    caller = client.other(access_key=access_key)
    assert await caller.said("ConfirmSubscription", TopicArn=topic_arn, Token=token) == text


async def test_only_the_region_of_the_topic_counts(client, topic, pending):
    """`different-region-arn-confirm`, `nonexistent-token-confirm` in `test_subscribe_external_http_endpoint`"""
    link = client.other(access_key="")
    token = client.token(pending)
    far = topic.replace("us-east-1", "eu-central-1")
    said = await link.said("ConfirmSubscription", TopicArn=far, Token=token)
    assert said == "Invalid parameter: Topic"
    answer = await link("ConfirmSubscription", TopicArn=f"{topic}x", Token=token)
    assert answer == {"SubscriptionArn": pending}


async def test_a_token_ends_after_two_days(client, clock, topic, pending):
    await clock.advance(2 * DAY + 1)
    said = await client.said("ConfirmSubscription", TopicArn=topic, Token=client.token(pending))
    assert said == "Invalid parameter: Token"
    # What nobody confirmed is forgotten when the next one comes.
    await client.subscribe()
    assert len((await client("ListSubscriptions"))["Subscriptions"]) == 1


async def test_the_end_is_told_and_can_be_undone(client, topic, pending):
    await confirm(client, topic, pending)
    await client("Unsubscribe", SubscriptionArn=pending)
    assert client.outbox()[-1][1]["confirmation"][0] == "UnsubscribeConfirmation"
    assert (await client.topic_attributes())["SubscriptionsDeleted"] == "1"
    assert (await client("ListSubscriptions"))["Subscriptions"] == []
    assert await confirm(client, topic, pending) == {"SubscriptionArn": pending}
    assert (await client.attributes(pending))["PendingConfirmation"] == "false"


async def test_the_end_cannot_be_undone_where_the_endpoint_came_back(client, topic, pending):
    await confirm(client, topic, pending)
    await client("Unsubscribe", SubscriptionArn=pending)
    await client.subscribe(endpoint=URL, protocol="http")
    said = await client.said("ConfirmSubscription", TopicArn=topic, Token=client.token(pending))
    assert said == "Invalid parameter: Token"


async def test_who_asked_for_it_must_be_known_to_unsubscribe(client, topic, pending):
    await confirm(client, topic, pending, AuthenticateOnUnsubscribe="true")
    error = await client.other(access_key="").refused("Unsubscribe", SubscriptionArn=pending)
    assert (error.code, error.status) == ("AuthorizationError", 403)
    await client("Unsubscribe", SubscriptionArn=pending)


async def test_a_mail_with_the_link_is_kept(client, topic):
    arn = await client.subscribe(endpoint="a@b.example", protocol="email")
    (row,) = client.sns.db.query("SELECT receiver, document FROM note")
    assert row[0] == "a@b.example"
    assert client.token(arn) in row[1]
    await confirm(client, topic, arn)


async def test_tokens_are_all_different(client, topic):
    tokens = {
        client.token(await client.subscribe(endpoint=f"{URL}{number}", protocol="http"))
        for number in range(20)
    }
    assert len(tokens) == 20
    assert all(len(token) == 288 for token in tokens)


def test_a_host_that_is_none_is_in_no_link():
    for host in ('a"b', "a b", "", "a/b"):
        request = http.Request("POST", "/", "", {"host": host}, http.BytesBody())
        assert sns.base(request) == "http://localhost"
    request = http.Request("POST", "/", "", {"host": "[::1]:80"}, http.BytesBody(), scheme="https")
    assert sns.base(request) == "https://[::1]:80"
