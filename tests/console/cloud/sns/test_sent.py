"""What would have been sent, read by a person."""

import json
import urllib.parse

import pytest
import urllib3

HOSTILE = '<script>alert("1")</script> 💥'
BASE = 15_550_000_000


@pytest.fixture
def published(topics):
    """A topic with a mail address, a phone and an application, each with a name of its own."""
    name = topics.make("news")
    mail, phone = f"{name}@x.example", f"+{BASE + hash(name) % 10_000_000}"
    arn = topics.subscribe(name, mail, "email")
    token = _token(topics, arn)
    topics.client.confirm_subscription(TopicArn=topics.arn(name), Token=token)
    topics.subscribe(name, phone, "sms")
    app = topics.client.create_platform_application(
        Name=topics.name("app"), Platform="GCM", Attributes={"PlatformCredential": "hidden-secret"}
    )["PlatformApplicationArn"]
    device = topics.client.create_platform_endpoint(
        PlatformApplicationArn=app, Token=f"device-of-{name}", CustomUserData="<b>"
    )["EndpointArn"]
    topics.subscribe(name, device, "application")
    topics.client.publish(
        TopicArn=topics.arn(name), Subject=f"To {name}", Message=f"{HOSTILE} {name}"
    )
    return name, mail, phone, app, device


def _token(topics, arn):
    answer = urllib3.request("GET", f"{topics.endpoint}/_aws/sns/subscription-tokens/{arn}")
    return answer.json()["subscription_token"]


async def rows(visitor, kind, search):
    """Deliveries are made beside the answer: some looks until they are there."""
    page = None
    for _ in range(200):
        page = await visitor.get(f"/sns/sent?kind={kind}&search={urllib.parse.quote(search)}")
        if page.all("table"):
            return page
    raise AssertionError(page.text if page else "")


async def test_mails(visitor, published):
    name, mail, *_ = published
    page = await rows(visitor, "email", f"To {name}")
    (row,) = page.rows()
    assert row[0] == "just now"
    assert row[1] == mail
    assert row[2] == f"To {name} {HOSTILE} {name}"
    assert row[3] == name
    page = await visitor.get(page.links[f"To {name}"])
    assert page.find("h1").text == f"To {name}"
    assert f"{HOSTILE} {name}" in page.find("pre").raw
    assert "<script>alert" not in page.body.decode()


async def test_text_messages(visitor, published):
    name, _, phone, *_ = published
    page = await rows(visitor, "sms", name)
    assert [row[0] for row in page.rows()] == [phone]
    assert page.find("div", hx_trigger="every 5s")


async def test_messages_to_applications_and_their_devices(visitor, published):
    name, _, _, app, device = published
    page = await rows(visitor, "push", name)
    assert page.rows()[0][1] == "/".join(device.split("/")[-2:])
    page = await visitor.get("/sns/mobile")
    assert app.split("/")[-1] in page.links
    page = await visitor.get(page.links[app.split("/")[-1]])
    assert [row[:3] for row in page.rows(1)] == [[f"device-of-{name}", "enabled", "<b>"]]
    assert "hidden-secret" not in page.body.decode()


async def test_a_mail_that_asks_is_answered(visitor, topics):
    name = topics.make("asking")
    mail = f"{name}@x.example"
    topics.subscribe(name, mail, "email")
    page = await visitor.get(f"/sns/sent?search={mail}")
    page = await visitor.get(page.links["AWS Notification - Subscription Confirmation"])
    fields = page.form("/sns/sent/confirm")
    page = await visitor.follow(await visitor.post("/sns/sent/confirm", fields))
    assert page.said() == ["The subscription was confirmed."]
    assert topics.attributes(name)["SubscriptionsConfirmed"] == "1"


async def test_a_search_that_finds_nothing(visitor, published):
    page = await visitor.get("/sns/sent?search=%3Cb%3Enowhere")
    assert "Nothing that was sent has “<b>nowhere” in it." in page.text
    assert "<b>nowhere" not in page.body.decode()


async def test_clearing_is_for_one_region_and_kind(visitor, standing):
    far = standing.client("sns")
    far.publish(PhoneNumber="+15551230000", Message="to be cleared")
    page = await rows(visitor, "sms", "to be cleared")
    assert "go, and cannot be brought back" in page.text
    page = await visitor.post("/in/000000000000/eu-north-1/sns/sent/sms/clear")
    assert page.location == "/in/000000000000/eu-north-1/sns/sent?kind=sms"
    assert len((await rows(visitor, "sms", "to be cleared")).rows()) >= 1
    page = await visitor.follow(await visitor.post("/sns/sent/sms/clear"))
    assert page.said() == ["All text messages were removed."]
    assert "Nothing was sent yet." in page.text


@pytest.mark.parametrize(
    "path",
    ["/sns/sent/email/none?to=x", "/sns/sent/none/x", "/sns/sent/sms/%3Cb%3E", "/sns/sent/x"],
)
async def test_messages_that_are_not_there(visitor, path):
    assert (await visitor.get(path)).status == 404


async def test_a_phone_opts_in_again(visitor, standing, topics):
    assert _opt_out(standing, "+15559990000") == 200
    page = await visitor.get("/sns/mobile")
    assert page.form("/sns/mobile/opt-in")["number"] == "+15559990000"
    page = await visitor.follow(
        await visitor.post("/sns/mobile/opt-in", {"number": "+15559990000"})
    )
    assert page.said() == ["+15559990000 gets text messages again."]
    assert topics.client.list_phone_numbers_opted_out()["phoneNumbers"] == []


def _opt_out(standing, number):
    body = json.dumps({"phoneNumber": number}).encode()
    url = f"{standing.stack.endpoint}/_aws/sns/phone-opt-outs"
    return urllib3.request("POST", url, body=body).status
