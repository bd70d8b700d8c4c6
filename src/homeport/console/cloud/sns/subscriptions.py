"""Who gets what a topic is sent: the list, new ones, confirming, changing and ending them.

https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
"""

from __future__ import annotations

import json
import urllib.parse
from typing import Any, NamedTuple

from homeport.console.asking import troubles
from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.messaging import forms
from homeport.console.cloud.sns import topic as topics
from homeport.console.cloud.sns.topic import Named
from homeport.console.routing import Row
from homeport.console.visit import Fields, Visit
from homeport.edge import http

PAGE = 100
CHOICES = 1_000
"""Queues, and functions, that a field offers to choose from."""
PROTOCOLS = (
    ("sqs", "Queue of SQS"),
    ("lambda", "Function of Lambda"),
    ("http", "HTTP"),
    ("https", "HTTPS"),
    ("email", "Mail"),
    ("email-json", "Mail with JSON"),
    ("sms", "Text message"),
    ("application", "Mobile push"),
)
SCOPES = (("MessageAttributes", "Attributes of the message"), ("MessageBody", "The message itself"))
ENDPOINT_NOTE = (
    "A queue or function by its name or ARN; https://…; a mail address; a phone number such as +15551234567; "
    "the ARN of a platform endpoint."
)
FILTER_NOTE = (
    'JSON: which messages are wanted, such as {"kind": ["order", {"prefix": "bill"}]}. Empty: all.'
)
RAW_NOTE = "only the message itself, without the envelope of SNS (queues and HTTP)"


class Subscription(NamedTuple):
    """One subscription."""

    arn: str
    protocol: str
    endpoint: str
    is_pending: bool
    is_raw: bool | None = None
    """None where the cloud does not tell, as is all that follows."""
    filter_policy: str | None = None
    filters_body: bool | None = None
    dead_letters: str | None = None

    @property
    def id(self) -> str:
        """The end of its ARN; empty where that is not known."""
        return self.arn.split(":")[-1] if self.arn.startswith("arn:") else ""


class Found(NamedTuple):
    """One page of subscriptions."""

    subscriptions: list[Subscription]
    total: int


async def topic_page(visit: Visit) -> http.Response:
    """`/sns/t/TOPIC`"""
    topic = topics.of(visit)
    offset = visit.query.number("offset", 0, 0, 10**9)
    values, (found,) = await topics.with_attributes(visit, topic, _find(visit, topic, offset))
    return visit.page(
        "cloud/sns/topic.html",
        topic=topic,
        values=values,
        found=found,
        offset=offset,
        page=PAGE,
        protocols=dict(PROTOCOLS),
    )


async def _find(visit: Visit, topic: Named, offset: int) -> Found:
    said = {"TopicArn": topic.arn, "n": str(PAGE), "offset": str(offset)}
    path = f"/_homeport/sns/subscriptions?{urllib.parse.urlencode(said)}"
    reply = await visit.cloud.ask("GET", path)
    if reply.status != 200:
        return await _elsewhere(visit, topic)
    answer = reply.json()
    return Found([_own(each) for each in answer["subscriptions"]], answer["total"])


def _own(said: dict[str, Any]) -> Subscription:
    return Subscription(
        said["arn"],
        said["protocol"],
        said["endpoint"],
        said["state"] == "pending",
        said["is_raw"],
        said["filter_policy"],
        said["filters_body"],
        said["dead_letters"],
    )


async def _elsewhere(visit: Visit, topic: Named) -> Found:
    """As any cloud tells it: the first ones, and those to be confirmed without their ARN."""
    answer = await visit.cloud.call("sns", "ListSubscriptionsByTopic", TopicArn=topic.arn)
    found = [
        Subscription(
            each["SubscriptionArn"],
            each["Protocol"],
            each.get("Endpoint", ""),
            not each["SubscriptionArn"].startswith("arn:"),
        )
        for each in answer.get("Subscriptions", [])
    ]
    return Found(found, len(found))


# A new one


async def subscribe_page(visit: Visit) -> http.Response:
    """`/sns/t/TOPIC/subscribe`"""
    topic = topics.of(visit)
    values, (queues, functions) = await topics.with_attributes(
        visit, topic, _queues(visit, topic), _functions(visit)
    )
    return visit.page(
        "cloud/sns/subscribe.html",
        topic=topic,
        values=values,
        protocols=PROTOCOLS[:1] if topic.is_fifo else PROTOCOLS,
        scopes=SCOPES,
        queues=queues,
        functions=functions,
        endpoint_note=ENDPOINT_NOTE,
        filter_note=FILTER_NOTE,
        raw_note=RAW_NOTE,
    )


async def _queues(visit: Visit, topic: Named) -> list[str]:
    try:
        answer = await visit.cloud.call("sqs", "ListQueues", MaxResults=CHOICES)
    except Trouble:
        return []
    names = [url.rpartition("/")[2] for url in answer.get("QueueUrls", [])]
    return [
        _arn("sqs", name, topic) for name in names if topic.is_fifo or not name.endswith(".fifo")
    ]


async def _functions(visit: Visit) -> list[str]:
    try:
        answer = await visit.cloud.call("lambda", "ListFunctions", MaxItems=CHOICES)
    except Trouble:
        return []
    return [each["FunctionArn"] for each in answer.get("Functions", [])]


def _arn(service: str, name: str, topic: Named) -> str:
    """A queue or function of the topic's account and region."""
    kind = "function:" if service == "lambda" else ""
    return f"arn:aws:{service}:{topic.region}:{topic.account}:{kind}{name}"


async def subscribe(visit: Visit) -> http.Response:
    """Makes a subscription."""
    topic, form = topics.of(visit), visit.form
    protocol = form.choice("protocol", [value for value, _ in PROTOCOLS], "sqs")
    endpoint = form.needed("endpoint", "The endpoint")
    if protocol in {"sqs", "lambda"} and not endpoint.startswith("arn:"):
        endpoint = _arn(protocol, endpoint, topic)
    attributes = {name: value for name, value in _asked(form, topic).items() if value}
    if "FilterPolicy" not in attributes:
        attributes.pop("FilterPolicyScope", None)
    answer = await visit.cloud.call(
        "sns",
        "Subscribe",
        TopicArn=topic.arn,
        Protocol=protocol,
        Endpoint=endpoint,
        Attributes=attributes,
        ReturnSubscriptionArn=True,
    )
    one = answer["SubscriptionArn"].split(":")[-1]
    return visit.go(f"{topic.href}/s/{one}", said=f"{endpoint} was subscribed.")


def _asked(form: Fields, topic: Named) -> dict[str, str]:
    dead_letters = form.text("dead_letters").strip()
    if dead_letters and not dead_letters.startswith("arn:"):
        dead_letters = _arn("sqs", dead_letters, topic)
    policy = json.dumps({"deadLetterTargetArn": dead_letters}) if dead_letters else ""
    return {
        "FilterPolicyScope": form.choice("FilterPolicyScope", [v for v, _ in SCOPES], SCOPES[0][0]),
        "FilterPolicy": forms.document(form.text("FilterPolicy"), "The filter policy"),
        "RawMessageDelivery": "true" if form.has("raw") else "false",
        "RedrivePolicy": policy,
    }


# One of them


async def page(visit: Visit) -> http.Response:
    """`/sns/t/TOPIC/s/ID`"""
    topic = topics.of(visit)
    arn = _of(visit, topic)
    values, (answer, queues) = await topics.with_attributes(
        visit, topic, _attributes(visit, arn), _queues(visit, topic)
    )
    redrive = answer.get("RedrivePolicy")
    return visit.page(
        "cloud/sns/subscription.html",
        topic=topic,
        values=values,
        arn=arn,
        id=visit.names["id"],
        its=answer,
        is_pending=answer.get("PendingConfirmation") == "true",
        dead_letters=json.loads(redrive)["deadLetterTargetArn"] if redrive else "",
        filter_policy=forms.pretty(answer.get("FilterPolicy", "")),
        scopes=SCOPES,
        queues=queues,
        filter_note=FILTER_NOTE,
        raw_note=RAW_NOTE,
        protocols=dict(PROTOCOLS),
    )


def _of(visit: Visit, topic: Named) -> str:
    """The ARN of the subscription that the path names."""
    one = visit.names["id"]
    if len(one) > 64 or not one.replace("-", "").isalnum() or not one.isascii():
        raise troubles.missing("There is no such subscription.")
    return f"{topic.arn}:{one}"


async def _attributes(visit: Visit, arn: str) -> dict[str, str]:
    try:
        answer = await visit.cloud.call("sns", "GetSubscriptionAttributes", SubscriptionArn=arn)
    except Trouble as trouble:
        if trouble.status != 404:
            raise
        raise troubles.missing(
            "There is no such subscription.", "It was ended, or never confirmed in time."
        ) from trouble
    return dict(answer["Attributes"])


async def change(visit: Visit) -> http.Response:
    """Sets what the form says otherwise than it is."""
    topic = topics.of(visit)
    arn = _of(visit, topic)
    now = await _attributes(visit, arn)
    wanted = {
        name: value
        for name, value in _asked(visit.form, topic).items()
        if not _same(value, now.get(name, ""))
    }
    for name in _in_order(wanted):
        await visit.cloud.call(
            "sns",
            "SetSubscriptionAttributes",
            SubscriptionArn=arn,
            AttributeName=name,
            AttributeValue=wanted[name],
        )
    said = f"Set: {', '.join(sorted(wanted))}." if wanted else "Nothing was changed."
    return visit.go(f"{topic.href}/s/{visit.names['id']}", said=said)


def _in_order(wanted: dict[str, str]) -> list[str]:
    """A policy that goes does so first, and one that comes does so last: it has to fit its scope."""
    names = [name for name in wanted if name != "FilterPolicy"]
    if "FilterPolicy" not in wanted:
        return names
    return [*names, "FilterPolicy"] if wanted["FilterPolicy"] else ["FilterPolicy", *names]


def _same(wanted: str, current: str) -> bool:
    if wanted.startswith("{") and current.startswith("{"):
        return bool(json.loads(wanted) == json.loads(current))
    return wanted == current


async def confirm(visit: Visit) -> http.Response:
    """Confirms a subscription as its endpoint would: with the token that it was sent."""
    topic = topics.of(visit)
    arn = _of(visit, topic)
    reply = await visit.cloud.ask("GET", f"/_aws/sns/subscription-tokens/{urllib.parse.quote(arn)}")
    if reply.status != 200:
        raise troubles.missing(
            "There is no token for this subscription.", "It is confirmed already, or was ended."
        )
    token = reply.json()["subscription_token"]
    await visit.cloud.call("sns", "ConfirmSubscription", TopicArn=topic.arn, Token=token)
    return visit.go(f"{topic.href}/s/{visit.names['id']}", said="The subscription was confirmed.")


async def unsubscribe(visit: Visit) -> http.Response:
    """Ends a subscription."""
    topic = topics.of(visit)
    await visit.cloud.call("sns", "Unsubscribe", SubscriptionArn=_of(visit, topic))
    return visit.go(topic.href, said="The subscription was ended.")


ROWS = (
    Row("GET", "/sns/t/{topic}", topic_page, "cloud"),
    Row("GET", "/sns/t/{topic}/subscribe", subscribe_page, "cloud_write"),
    Row("POST", "/sns/t/{topic}/subscribe", subscribe, "cloud_write"),
    Row("GET", "/sns/t/{topic}/s/{id}", page, "cloud"),
    Row("POST", "/sns/t/{topic}/s/{id}", change, "cloud_write"),
    Row("POST", "/sns/t/{topic}/s/{id}/confirm", confirm, "cloud_write"),
    Row("POST", "/sns/t/{topic}/s/{id}/unsubscribe", unsubscribe, "cloud_write"),
)
