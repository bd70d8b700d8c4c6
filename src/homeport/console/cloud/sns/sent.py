"""Mails, text messages and messages to applications: what would have been sent, as its receiver would read it.

https://docs.localstack.cloud/aws/services/sns/
"""

from __future__ import annotations

import datetime
import urllib.parse
from typing import Any, NamedTuple

from homeport.console.asking import troubles
from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.messaging import attributes, bodies
from homeport.console.cloud.messaging.attributes import Shown
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http

PAGE = 100


class Kind(NamedTuple):
    """One kind of messages."""

    label: str
    path: str
    field: str
    noun: str


KINDS = {
    "email": Kind("Mails", "email-messages", "email_messages", "mail"),
    "sms": Kind("Text messages", "sms-messages", "sms_messages", "text message"),
    "push": Kind(
        "Mobile push",
        "platform-endpoint-messages",
        "platform_endpoint_messages",
        "message to an application",
    ),
}


class Message(NamedTuple):
    """One message for one receiver."""

    id: str
    receiver: str
    subject: str
    text: str
    topic: str
    """The name of the topic; empty where it was sent to the receiver itself."""
    at: float | None
    own: list[Shown]
    token: str
    """What confirms a subscription, where the message asks for that."""
    topic_arn: str


async def list_page(visit: Visit) -> http.Response:
    """`/sns/sent`"""
    name = visit.query.choice("kind", tuple(KINDS), "email")
    search = visit.query.text("search").strip()
    offset = visit.query.number("offset", 0, 0, 10**9)
    found = await _read(visit, KINDS[name])
    fitting = None if found is None else [each for each in found if _fits(each, search.lower())]
    return visit.page(
        "cloud/sns/sent.html",
        part="rows",
        kind=name,
        kinds=KINDS,
        search=search,
        offset=offset,
        page=PAGE,
        total=len(found or []),
        fitting=len(fitting or []),
        shown=None if fitting is None else fitting[offset : offset + PAGE],
        glance=bodies.glance,
    )


def _fits(message: Message, search: str) -> bool:
    texts = (message.receiver, message.subject, message.text, message.topic)
    return not search or any(search in text.lower() for text in texts)


def _path(visit: Visit, kind: Kind) -> str:
    scope = visit.cloud.scope
    said = urllib.parse.urlencode({"accountId": scope.account, "region": scope.region})
    return f"/_aws/sns/{kind.path}?{said}"


async def _read(visit: Visit, kind: Kind) -> list[Message] | None:
    """All that are kept, the newest first; None where the cloud keeps none of this kind."""
    reply = await visit.cloud.ask("GET", _path(visit, kind))
    if reply.status != 200:
        return None
    by_receiver: dict[str, list[dict[str, Any]]] = reply.json().get(kind.field) or {}
    found = [
        _message(receiver, each) for receiver, messages in by_receiver.items() for each in messages
    ]
    found.reverse()
    # Text messages tell no time: those of one receiver are in order all the same.
    return sorted(found, key=lambda message: message.at or 0.0, reverse=True)


def _message(receiver: str, said: dict[str, Any]) -> Message:
    arn = said.get("TopicArn") or ""
    url = urllib.parse.urlsplit(str(said.get("SubscribeURL") or ""))
    asked = urllib.parse.parse_qs(url.query)
    return Message(
        str(said.get("MessageId", "")),
        receiver,
        str(said.get("Subject") or ""),
        _text(said.get("Message")),
        arn.split(":")[-1] if arn.startswith("arn:") else "",
        _time(said.get("Timestamp")),
        attributes.shown(said.get("MessageAttributes") or {}),
        str(said.get("Token") or asked.get("Token", [""])[0]),
        arn,
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value or "")


def _time(text: Any) -> float | None:
    try:
        return datetime.datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        return None


async def message_page(visit: Visit) -> http.Response:
    """`/sns/sent/KIND/ID?to=RECEIVER`"""
    name = _kind(visit)
    message = await _one(visit, KINDS[name])
    return visit.page(
        "cloud/sns/sent_message.html",
        kind=name,
        kinds=KINDS,
        message=message,
        body=bodies.shown(message.text),
    )


def _kind(visit: Visit) -> str:
    name = visit.names["kind"]
    if name not in KINDS:
        raise troubles.missing("There is no such kind of messages.")
    return name


async def _one(visit: Visit, kind: Kind) -> Message:
    receiver, wanted = visit.query.text("to"), visit.names["id"]
    for message in await _read(visit, kind) or []:
        if message.id == wanted and message.receiver == receiver:
            return message
    raise troubles.missing(
        f"This {kind.noun} is no longer there.", "The last 1,000 are kept, until they are cleared."
    )


async def confirm(visit: Visit) -> http.Response:
    """Follows the link of a mail that asks whether its receiver wants to be subscribed."""
    form = visit.form
    await visit.cloud.call(
        "sns",
        "ConfirmSubscription",
        TopicArn=form.needed("topic", "The topic"),
        Token=form.needed("token", "The token"),
    )
    return visit.go("/sns/sent?kind=email", said="The subscription was confirmed.")


async def clear(visit: Visit) -> http.Response:
    """Removes all messages of a kind."""
    name = _kind(visit)
    reply = await visit.cloud.ask("DELETE", _path(visit, KINDS[name]))
    if reply.status not in {200, 204}:
        raise Trouble(
            f"The messages could not be removed: the local AWS answered {reply.status}.",
            status=502,
        )
    return visit.go(f"/sns/sent?kind={name}", said=f"All {KINDS[name].label.lower()} were removed.")


ROWS = (
    Row("GET", "/sns/sent", list_page, "cloud"),
    Row("GET", "/sns/sent/{kind}/{id}", message_page, "cloud"),
    Row("POST", "/sns/sent/{kind}/clear", clear, "cloud_write"),
    Row("POST", "/sns/sent/confirm", confirm, "cloud_write"),
)
