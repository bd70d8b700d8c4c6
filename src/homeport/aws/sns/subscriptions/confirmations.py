"""Messages to an endpoint about its own subscription, as they wait in the outbox."""

from __future__ import annotations

import json

from homeport.aws.sns.engine import envelope
from homeport.aws.sns.engine.envelope import Confirmation
from homeport.aws.sns.engine.model import Subscription

SUBSCRIPTION = envelope.SUBSCRIPTION
UNSUBSCRIPTION = envelope.UNSUBSCRIPTION


def make(about: Subscription, kind: str, version: str, message_id: str, now: int) -> Confirmation:
    """What an endpoint is asked."""
    token = about.token or ""
    return Confirmation(
        kind, message_id, about.topic_arn, about.arn, token, about.base, now, version
    )


def pack(made: Confirmation, endpoint: str) -> str:
    """The body of an entry of the outbox; it needs no subscription any more."""
    return json.dumps({"to": endpoint, "confirmation": made})


def unpack(body: dict[str, object]) -> tuple[Confirmation, str]:
    """What an endpoint is asked, and where it is."""
    values = body["confirmation"]
    assert isinstance(values, list)  # noqa: S101 - we wrote it
    return Confirmation(*values), str(body["to"])
