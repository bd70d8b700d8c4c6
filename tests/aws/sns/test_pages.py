"""https://docs.localstack.cloud/aws/services/sns/"""

import json

import pytest

from homeport.aws.sns import limits, pages
from homeport.edge import http

PHONE = "+15551234567"


def get(client, path, query="", method="GET"):
    return pages.answer(client.sns, http.Request(method, path, query, {}, http.BytesBody()))


def read(client, name, query=""):
    return json.loads(get(client, f"/_aws/sns/{name}", query).body)


async def test_text_messages(client, topic):
    sent = await client("Publish", PhoneNumber=PHONE, Message="hello", Subject="s")
    arn = await client.subscribe(endpoint=PHONE, protocol="sms")
    await client.publish("to all")
    found = read(client, "sms-messages")
    assert found["region"] == "us-east-1"
    first, second = found["sms_messages"][PHONE]
    assert first == {
        "PhoneNumber": PHONE,
        "TopicArn": None,
        "SubscriptionArn": None,
        "MessageId": sent["MessageId"],
        "Message": "hello",
        "MessageAttributes": {},
        "MessageStructure": None,
        "Subject": "s",
    }
    assert (second["Message"], second["SubscriptionArn"]) == ("to all", arn)
    assert read(client, "sms-messages", "phoneNumber=%2B15550000000")["sms_messages"] == {}
    assert read(client, "sms-messages", "region=eu-west-1")["sms_messages"] == {}


async def test_mails(client, topic):
    arn = await client.subscribe(endpoint="a@b.example", protocol="email")
    (asked,) = read(client, "email-messages")["email_messages"]["a@b.example"]
    assert client.token(arn) in asked["SubscribeURL"]
    await client("ConfirmSubscription", TopicArn=topic, Token=client.token(arn))
    await client.publish("hello", Subject="s")
    _, mail = read(client, "email-messages", "email=a@b.example")["email_messages"]["a@b.example"]
    assert (mail["Message"], mail["Subject"], mail["TopicArn"]) == ("hello", "s", topic)


async def test_messages_of_applications(client, topic):
    endpoint = await client.device()
    await client.subscribe(endpoint=endpoint, protocol="application")
    texts = {"default": "d", "GCM": "hello"}
    await client.publish(json.dumps(texts), MessageStructure="json")
    found = read(client, "platform-endpoint-messages")["platform_endpoint_messages"]
    assert found[endpoint][0]["Message"] == "hello"
    assert found[endpoint][0]["TargetArn"] == endpoint


async def test_the_last_thousand_of_each_kind_are_kept(client, monkeypatch):
    monkeypatch.setattr(limits, "KEPT_NOTES", 3)
    for number in range(5):
        await client("Publish", PhoneNumber=PHONE, Message=str(number))
    found = read(client, "sms-messages")["sms_messages"][PHONE]
    assert [one["Message"] for one in found] == ["2", "3", "4"]


async def test_they_survive_a_restart(client):
    await client("Publish", PhoneNumber=PHONE, Message="m")
    await client.restart()
    assert len(read(client, "sms-messages")["sms_messages"][PHONE]) == 1


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/_aws/sns/none", "GET", 404),
        ("/_aws/sns/SimpleNotificationService-x.pem", "GET", 404),
        ("/_aws/sns/sms-messages", "POST", 405),
        ("/_aws/sns/none", "DELETE", 405),
        ("/_aws/sns/phone-opt-outs", "GET", 405),
    ],
)
async def test_other_paths(client, path, method, status):
    assert get(client, path, method=method).status == status


async def test_what_is_kept_is_removed(client, topic):
    for number in (PHONE, "+15550000000"):
        await client("Publish", PhoneNumber=number, Message="m")
    await client.subscribe(endpoint="a@b.example", protocol="email")
    path = "/_aws/sns/sms-messages"
    assert (await get(client, path, "phoneNumber=%2B15550000000", "DELETE")).status == 204
    assert list(read(client, "sms-messages")["sms_messages"]) == [PHONE]
    assert (await get(client, path, method="DELETE")).status == 204
    assert read(client, "sms-messages")["sms_messages"] == {}
    assert len(read(client, "email-messages")["email_messages"]) == 1


async def test_the_arn_of_an_endpoint_names_its_region(client):
    far = client.other(region="eu-west-1")
    endpoint = await far.device()
    await far.subscribe(await far.make(), endpoint, "application")
    await far.publish("{}", topic="arn:aws:sns:eu-west-1:000000000000:t")
    found = read(client, "platform-endpoint-messages", f"endpointArn={endpoint}")
    assert (list(found["platform_endpoint_messages"]), found["region"]) == ([endpoint], "eu-west-1")


def post(client, body):
    request = http.Request("POST", "/_aws/sns/phone-opt-outs", "", {}, http.BytesBody(body))
    return pages.answer(client.sns, request)


async def test_a_phone_opts_out(client):
    body = json.dumps({"phoneNumber": PHONE}).encode()
    assert (await post(client, body)).status == 200
    assert await client("CheckIfPhoneNumberIsOptedOut", phoneNumber=PHONE) == {"isOptedOut": True}


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b"null", b'{"phoneNumber": 1}', b'{"phoneNumber": "%s"}' % (b"1" * 17)],
)
async def test_what_is_no_phone(client, body):
    assert (await post(client, body)).status == 400


async def test_what_is_none_of_them_goes_on(client):
    assert get(client, "/") is None
    assert get(client, "/_aws/sqs/messages") is None


async def test_the_token_of_a_subscription(client, topic):
    arn = await client.subscribe(endpoint="a@b.example", protocol="email")
    found = read(client, f"subscription-tokens/{arn}")
    assert found == {"subscription_token": client.token(arn), "subscription_arn": arn}
    for other in (await client.subscribe(), f"{topic}:none", "x", "%C3%A4"):
        assert get(client, f"/_aws/sns/subscription-tokens/{other}").status == 404
