"""Pages of our own that list what the operations of SNS tell only bit by bit, for the console.

`/_homeport/sns/topics` has the topics of an account and region with their subscriptions counted, `/_homeport/sns/subscriptions` those of
one topic with all that is set: `ListSubscriptionsByTopic` does not name those that are to be confirmed, and tells no filter policy.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable
from typing import Any

from homeport.aws.protocol.call import AwsError
from homeport.aws.signing import credential
from homeport.aws.sns.engine import arns
from homeport.aws.sns.engine.model import Subscription
from homeport.aws.sns.sns import Sns
from homeport.aws.sns.store import overview
from homeport.edge import http

PREFIX = "/_homeport/sns/"
TOPICS, SUBSCRIPTIONS = f"{PREFIX}topics", f"{PREFIX}subscriptions"


def answer(sns: Sns, request: http.Request) -> http.Response | Awaitable[http.Response] | None:
    """The page of a path; None where it is none of ours."""
    if not request.path.startswith(PREFIX):
        return None
    if request.path not in {TOPICS, SUBSCRIPTIONS}:
        return http.Response(404)
    if request.method not in {"GET", "HEAD"}:
        return http.Response(405, [("Allow", "GET, HEAD")])
    said = credential.parameters(request.query)
    return _topics(sns, said) if request.path == TOPICS else _subscriptions(sns, said)


async def _topics(sns: Sns, said: dict[str, str]) -> http.Response:
    account = said.get("account", credential.DEFAULT_ACCOUNT)
    region = said.get("region", credential.DEFAULT_REGION)
    prefix = said.get("prefix", "")
    if not f"{account}{region}{prefix}".isascii():
        return _json({"total": 0, "topics": []})
    total, found = await sns.db.scan(
        lambda connection: overview.topics(connection, (account, region), prefix, *_window(said))
    )
    shown = [{**each._asdict(), "is_fifo": each.name.endswith(".fifo")} for each in found]
    return _json({"total": total, "topics": shown})


async def _subscriptions(sns: Sns, said: dict[str, str]) -> http.Response:
    arn = said.get("TopicArn", "")
    try:
        address = arns.topic(arn, (arn.split(":") + [""] * 4)[3])
    except AwsError:
        return http.Response(404)
    topic = sns.find(address)
    if topic is None:
        return http.Response(404)
    total, found = await sns.db.scan(
        lambda connection: overview.of_topic(connection, topic.id, *_window(said))
    )
    return _json({"total": total, "subscriptions": [_row(each) for each in found]})


def _row(one: Subscription) -> dict[str, Any]:
    return {
        "arn": one.arn,
        "protocol": one.protocol,
        "endpoint": one.endpoint,
        "state": one.state,
        "is_raw": one.is_raw,
        "filter_policy": one.settings.get("FilterPolicy"),
        "filters_body": one.filters_body,
        "dead_letters": one.dead_letters,
    }


def _window(said: dict[str, str]) -> tuple[int, int]:
    """How many rows, and behind how many others."""
    limit = _number(said.get("n", ""), overview.PAGE)
    return max(1, min(limit, overview.PAGE)), _number(said.get("offset", ""), 0)


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default


def _json(document: dict[str, Any]) -> http.Response:
    body = json.dumps(document, ensure_ascii=False).encode()
    return http.Response(200, [("Content-Type", "application/json")], body)
