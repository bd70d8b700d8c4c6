"""Messages looked at without being received, from the developer endpoint of the cloud.

https://docs.localstack.cloud/aws/services/sqs/#developer-endpoints
"""

from __future__ import annotations

import re
import urllib.parse
from typing import Any, NamedTuple

from homeport.console.asking import troubles
from homeport.console.asking.troubles import Trouble
from homeport.console.asking.wire import Reply
from homeport.console.cloud.messaging import attributes
from homeport.console.cloud.messaging.attributes import Shown
from homeport.console.cloud.sqs.queue import Named
from homeport.console.visit import Visit

PAGE = 50
BYTES = 2**20
"""Characters of all bodies of a page, at which it ends: two of the largest messages."""
_PLACE = re.compile(r"([0-9]{1,16})-([0-9]{1,16})", re.ASCII)


class Message(NamedTuple):
    """A message as it lies in its queue. Times are seconds since the epoch."""

    id: str
    body: str
    state: str
    place: str
    """Where it stands in its queue; empty where the cloud does not tell."""
    sent: float
    received: float | None
    """When it was received first."""
    receives: int
    visible_at: float | None
    group: str
    system: dict[str, str]
    own: list[Shown]


class Peeked(NamedTuple):
    """A page of messages."""

    messages: list[Message]
    next: str
    """Where the next page begins; empty where this is the last."""
    is_cut: bool
    """Whether more were left out that cannot be asked for: another cloud than our own gives all at once."""


async def peek(
    visit: Visit,
    queue: Named,
    *,
    after: str = "",
    limit: int = PAGE,
    has_invisible: bool = True,
    has_delayed: bool = True,
) -> Peeked:
    """A page of messages, in the order in which they were sent."""
    said = {
        "ShowInvisible": str(has_invisible).lower(),
        "ShowDelayed": str(has_delayed).lower(),
        "ShowDetails": "true",
        "Limit": str(limit),
        "MaxBytes": str(BYTES),
    }
    said |= {"After": after} if after else {}
    path = f"/_aws/sqs/messages/{queue.place}?{urllib.parse.urlencode(said)}"
    reply = await visit.cloud.ask("GET", path, headers={"Accept": "application/json"})
    if reply.status != 200:
        raise _refused(queue, reply)
    found = _read(reply)
    following = reply.headers.get("Homeport-Next", "")
    return Peeked(found[:limit], following, is_cut=len(found) > limit)


def _refused(queue: Named, reply: Reply) -> Trouble:
    if b"NonExistentQueue" in reply.body:
        return troubles.missing(f"There is no queue {queue.name}.")
    if reply.status == 404:
        return troubles.missing(
            "The local AWS does not let messages be looked at.", "Receive them instead."
        )
    return Trouble(
        f"The messages of {queue.name} could not be looked at: the local AWS answered {reply.status}.",
        hint="homeport logs cloud may say why.",
        status=502 if reply.status >= 500 else 400,
    )


def _read(reply: Reply) -> list[Message]:
    result = reply.json().get("ReceiveMessageResponse", {}).get("ReceiveMessageResult") or {}
    return [_message(each) for each in _many(result.get("Message"))]


def _many(value: Any) -> list[dict[str, Any]]:
    """The endpoint writes one element without a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _message(said: dict[str, Any]) -> Message:
    system = {each["Name"]: str(each["Value"] or "") for each in _many(said.get("Attribute"))}
    own = {each["Name"]: each["Value"] for each in _many(said.get("MessageAttribute"))}
    return Message(
        str(said.get("MessageId", "")),
        str(said.get("Body") or ""),
        _state(system),
        system.pop("Homeport.Place", ""),
        _seconds(system.get("SentTimestamp")) or 0.0,
        _seconds(system.get("ApproximateFirstReceiveTimestamp")),
        int(system.get("ApproximateReceiveCount") or 0),
        _seconds(system.pop("Homeport.VisibleTimestamp", None)),
        system.get("MessageGroupId", ""),
        system,
        attributes.shown(own),
    )


def _state(system: dict[str, str]) -> str:
    is_visible, is_delayed = system.pop("IsVisible", "true"), system.pop("IsDelayed", "false")
    usual = (
        "delayed" if is_delayed == "true" else "visible" if is_visible == "true" else "in-flight"
    )
    return system.pop("Homeport.State", usual)


def _seconds(text: str | None) -> float | None:
    return int(text) / 1000 if text and text.isdecimal() and int(text) else None


def just_before(place: str) -> str | None:
    """After which place a message is the first; None where that is no place."""
    found = _PLACE.fullmatch(place)
    return f"{found[1]}-{int(found[2]) - 1}" if found and int(found[2]) else None
