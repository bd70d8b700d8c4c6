"""Queues and topics in a real browser: each page looked at, each action once with the mouse and once with the keyboard."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e

ACCOUNT = "000000000000"
LONG = "a-name-as-long-as-a-name-of-a-queue-can-be-" + "x" * 37
HOSTILE = '<img src=x onerror="document.title=1">'


@pytest.fixture(scope="module")
def filled(whole):
    """Queues and topics with something of everything in them."""
    sqs, sns = whole.client("sqs"), whole.client("sns")
    dead = sqs.create_queue(QueueName="look-dead")["QueueUrl"]
    policy = {"deadLetterTargetArn": arn("look-dead"), "maxReceiveCount": 1}
    attributes = {"RedrivePolicy": json.dumps(policy), "VisibilityTimeout": "600"}
    url = sqs.create_queue(QueueName="look", Attributes=attributes)["QueueUrl"]
    sqs.create_queue(QueueName=LONG)
    sqs.create_queue(
        QueueName="look.fifo",
        Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"},
    )
    own = {"kind": {"DataType": "String", "StringValue": HOSTILE}}
    sqs.send_message(QueueUrl=url, MessageBody="taken")
    sqs.receive_message(QueueUrl=url)
    order = json.dumps({"order": 17, "items": [{"sku": "a-1", "count": 2}], "note": HOSTILE})
    sqs.send_message(QueueUrl=url, MessageBody=order, MessageAttributes=own)
    sqs.send_message(QueueUrl=url, MessageBody="w" * 3000, DelaySeconds=900)
    sqs.send_message(QueueUrl=dead, MessageBody="dead")
    topic = sns.create_topic(Name="look")["TopicArn"]
    filters = {"FilterPolicy": json.dumps({"kind": ["order", {"prefix": "bill"}]})}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn("look"), Attributes=filters)
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="person@look.example")
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint="+15551234567")
    app = sns.create_platform_application(
        Name="look", Platform="GCM", Attributes={"PlatformCredential": "x"}
    )["PlatformApplicationArn"]
    sns.create_platform_endpoint(PlatformApplicationArn=app, Token="look-device")
    sns.publish(TopicArn=topic, Subject="A subject", Message=HOSTILE)
    return whole


def arn(name):
    return f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"


PAGES = {
    "/sqs": "sqs",
    "/sqs?search=nothing-like-it": "sqs-empty",
    "/sqs/new": "sqs-new",
    "/sqs/new?fifo=1": "sqs-new-fifo",
    "/sqs/q/look": "sqs-queue",
    f"/sqs/q/{LONG}": "sqs-queue-long",
    "/sqs/q/look/messages": "sqs-messages",
    f"/sqs/q/{LONG}/messages": "sqs-messages-empty",
    "/sqs/q/look/send": "sqs-send",
    "/sqs/q/look.fifo/send": "sqs-send-fifo",
    "/sqs/q/look/receive": "sqs-receive",
    "/sqs/q/look-dead/redrive": "sqs-redrive",
    "/sqs/q/look/redrive": "sqs-redrive-none",
    "/sqs/q/look/settings": "sqs-settings",
    "/sqs/q/none": "sqs-missing",
    "/sns": "sns",
    "/sns/new": "sns-new",
    "/sns/t/look": "sns-topic",
    "/sns/t/look/subscribe": "sns-subscribe",
    "/sns/t/look/publish": "sns-publish",
    "/sns/t/look/settings": "sns-settings",
    "/sns/sent": "sns-sent",
    "/sns/sent?kind=sms": "sns-sent-sms",
    "/sns/sent?kind=push": "sns-sent-push",
    "/sns/mobile?application=arn:aws:sns:us-east-1:000000000000:app/GCM/look": "sns-mobile",
}


@pytest.mark.parametrize("path", PAGES)
def test_a_page(filled, looked_at, path):
    looked_at(path, PAGES[path])


@pytest.mark.parametrize("path", ["/sqs/q/look/settings", "/sns/t/look/settings"])
def test_a_page_of_a_reader(filled, looked_at, path):
    looked_at(path, f"reader{path.replace('/', '-')}", user="reader")


def test_a_message_and_a_subscription(filled, browse, looked_at):
    page = browse("/sqs/q/look/messages")
    page.get_by_role("link", name="order").click()
    page.get_by_role("heading", name="Message ").wait_for()
    looked_at(page.url.partition("localhost")[2].partition("/")[2].join(("/", "")), "sqs-message")
    page.goto("/sns/t/look")
    page.get_by_role("link", name="Open +15551234567").click()
    page.get_by_role("heading", name="Subscription of").wait_for()
    looked_at("/" + page.url.split("/", 3)[3], "sns-subscription")
    page.goto("/sns/sent")
    page.get_by_role("link", name="Subscription Confirmation").first.click()
    page.get_by_role("heading", name="Subscription Confirmation").wait_for()
    looked_at("/" + page.url.split("/", 3)[3], "sns-sent-message")


def bodies(whole, name):
    sqs = whole.client("sqs")
    url = f"{whole.stack.endpoint}/{ACCOUNT}/{name}"
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
    return [each["Body"] for each in answer.get("Messages", [])]


def test_a_queue_from_its_making_to_its_end_with_the_mouse(whole, browse, accessible, shot):
    page = browse("/sqs")
    page.get_by_role("link", name="Create a queue").click()
    page.get_by_label("Name", exact=True).fill("by-mouse")
    page.get_by_text("Settings", exact=True).click()
    page.get_by_label("Visibility timeout (seconds)").fill("120")
    page.get_by_role("button", name="Create").click()
    page.get_by_text("The queue by-mouse was made.").wait_for()
    page.get_by_role("link", name="Send", exact=True).click()
    page.get_by_label("Body").fill("one\ntwo\nthree")
    page.get_by_label("Each line is a message of its own").check()
    page.get_by_role("button", name="Send").click()
    page.get_by_text("3 messages were sent.").wait_for()
    assert bodies(whole, "by-mouse") == ["one", "two", "three"]
    page.get_by_role("link", name="Receive", exact=True).click()
    page.get_by_label("Messages", exact=True).fill("3")
    page.get_by_role("button", name="Receive").click()
    page.get_by_role("heading", name="3 messages received").wait_for()
    accessible(page)
    shot(page, "sqs-received")
    page.get_by_role("button", name="Delete").first.click()
    page.get_by_text("The message was deleted.").wait_for()
    # The others are still there, with their handles.
    page.get_by_role("button", name="Give back").first.click()
    page.get_by_text("The message was given back").wait_for()
    assert page.get_by_role("button", name="Delete").count() == 1
    accessible(page)
    page.get_by_role("link", name="Settings").click()
    page.get_by_text("Purge", exact=True).click()
    page.get_by_role("button", name="Remove all messages").click()
    page.get_by_text("All messages of by-mouse were removed.").wait_for()
    page.get_by_role("link", name="Settings").click()
    page.get_by_text("Delete the queue", exact=True).first.click()
    accessible(page)
    shot(page, "sqs-delete")
    page.locator("#delete").get_by_role("button", name="Delete the queue").click()
    page.get_by_text("The queue by-mouse was deleted.").wait_for()
    assert "QueueUrls" not in whole.client("sqs").list_queues(QueueNamePrefix="by-mouse")


def press(page, key, times=1):
    for _ in range(times):
        page.keyboard.press(key)


def focus(page, role, name):
    """Goes to something with the Tab key, as somebody without a mouse does."""
    wanted = page.get_by_role(role, name=name).first.element_handle()
    for _ in range(120):
        if page.evaluate("each => document.activeElement === each", wanted):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{role} {name} is not reached by Tab")


def test_a_queue_with_the_keyboard_alone(whole, browse):
    whole.client("sqs").create_queue(QueueName="by-keys")
    page = browse("/sqs")
    press(page, "/")
    page.keyboard.type("by-keys")
    page.wait_for_url(re.compile("search=by-keys"))
    page.get_by_text("1 queue in account").wait_for()
    focus(page, "link", "by-keys")
    press(page, "Enter")
    page.wait_for_url(re.compile("/sqs/q/by-keys$"))
    focus(page, "link", "Send")
    press(page, "Enter")
    page.wait_for_url(re.compile("/send$"))
    focus(page, "textbox", "Body")
    page.keyboard.type("typed")
    focus(page, "button", "Send")
    press(page, "Enter")
    page.get_by_text("The message was sent.").wait_for()
    assert bodies(whole, "by-keys") == ["typed"]
    focus(page, "link", "Settings")
    press(page, "Enter")
    page.wait_for_url(re.compile("/settings$"))
    page.locator("#delete > summary").focus()
    press(page, "Enter")
    page.locator("#delete").get_by_role("button", name="Delete the queue").wait_for()
    press(page, "Escape")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    press(page, "Enter")
    expect(page.locator("#delete .panel button").first).to_be_focused()
    press(page, "Enter")
    page.get_by_text("The queue by-keys was deleted.").wait_for()


def test_dead_letters_are_moved_and_the_page_follows(whole, browse):
    sqs = whole.client("sqs")
    dead = sqs.create_queue(QueueName="moving-dead")["QueueUrl"]
    policy = json.dumps({"deadLetterTargetArn": arn("moving-dead"), "maxReceiveCount": 1})
    sqs.create_queue(QueueName="moving", Attributes={"RedrivePolicy": policy})
    for number in range(4):
        sqs.send_message(QueueUrl=dead, MessageBody=str(number))
    page = browse("/sqs/q/moving-dead/redrive")
    page.get_by_label("Move them to").fill("moving")
    page.get_by_label("Messages a second").fill("2")
    page.get_by_role("button", name="Move messages").click()
    page.get_by_text("running").wait_for()
    page.get_by_text("completed").wait_for()
    page.get_by_text("4 of 4").wait_for()
    assert sorted(bodies(whole, "moving")) == ["0", "1", "2", "3"]


def test_a_topic_from_its_making_to_its_end_with_the_mouse(whole, browse, accessible):
    whole.client("sqs").create_queue(QueueName="topic-sink")
    page = browse("/sns")
    page.get_by_role("link", name="Create a topic").click()
    page.get_by_label("Name", exact=True).fill("by-mouse")
    page.get_by_role("button", name="Create").click()
    page.get_by_text("The topic by-mouse was made.").wait_for()
    page.get_by_role("link", name="Subscribe", exact=True).click()
    page.get_by_label("Endpoint").fill("topic-sink")
    page.get_by_text("Filter, raw delivery, dead letters").click()
    page.get_by_label("Raw delivery").check()
    accessible(page)
    page.get_by_role("button", name="Subscribe").click()
    page.get_by_text("was subscribed.").wait_for()
    page.get_by_role("link", name="by-mouse").click()
    page.get_by_role("link", name="Publish", exact=True).click()
    page.get_by_label("Message", exact=True).fill(HOSTILE)
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("The message was published").wait_for()
    page.goto("/sqs/q/topic-sink/messages")
    page.get_by_role("link", name=HOSTILE).wait_for()
    page.goto("/sns/t/by-mouse")
    page.get_by_role("link", name="Open").click()
    page.get_by_text("Unsubscribe", exact=True).first.click()
    page.locator("#unsubscribe").get_by_role("button", name="Unsubscribe").click()
    page.get_by_text("The subscription was ended.").wait_for()
    page.get_by_role("link", name="Settings").click()
    page.get_by_text("Delete the topic", exact=True).first.click()
    page.locator("#delete").get_by_role("button", name="Delete the topic").click()
    page.get_by_text("The topic by-mouse was deleted.").wait_for()


def test_a_mail_is_confirmed_with_the_keyboard_alone(whole, browse):
    sns = whole.client("sns")
    topic = sns.create_topic(Name="by-keys")["TopicArn"]
    page = browse("/sns/t/by-keys/subscribe")
    page.get_by_label("Protocol").focus()
    page.keyboard.type("Mail")
    focus(page, "combobox", "Endpoint")
    page.keyboard.type("keys@x.example")
    focus(page, "button", "Subscribe")
    press(page, "Enter")
    page.get_by_text("keys@x.example was subscribed.").wait_for()
    focus(page, "button", "Confirm the subscription")
    press(page, "Enter")
    page.get_by_text("The subscription was confirmed.").wait_for()
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert attributes["SubscriptionsConfirmed"] == "1"


def test_what_is_sent_comes_by_itself(whole, browse):
    page = browse("/sns/sent?kind=sms&search=comes-by-itself")
    page.get_by_text("Nothing that was sent has").wait_for()
    whole.client("sns").publish(PhoneNumber="+15557654321", Message="comes-by-itself")
    page.get_by_role("link", name="comes-by-itself").wait_for()
