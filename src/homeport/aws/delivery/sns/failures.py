"""What becomes of a delivery that failed.

Errors of the subscriber's side, such as a queue that is gone, are not tried again; those of a service's own are, by its schedule. What is given
up goes to the dead-letter queue of the subscription: https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from homeport.aws.delivery.queues import QueueEntry
from homeport.aws.protocol.call import AwsError
from homeport.aws.sns.engine.model import Subscription

logger = logging.getLogger(__name__)

TOO_MANY = 429


class Queues(Protocol):
    """Queues to send to, as `homeport.aws.delivery.queues.Queues` has them."""

    async def send(self, entries: Sequence[QueueEntry]) -> Sequence[AwsError | None]:
        """Sends all in one commit; an error for each that could not be sent."""


class NoQueues:
    """Where Amazon SQS is switched off: messages wait for a start with it."""

    async def send(self, entries: Sequence[QueueEntry]) -> Sequence[AwsError | None]:
        """Refuses all for now."""
        return [AwsError("ServiceUnavailable", "Amazon SQS does not run.", 503) for _ in entries]


class Lost(NamedTuple):
    """A message that will not be delivered to a subscription any more."""

    subscription: Subscription
    entry: QueueEntry
    """As a queue of the subscription would have got it."""
    why: str


def is_passing(error: AwsError) -> bool:
    """Whether trying again may help."""
    return error.status >= 500 or error.status == TOO_MANY


async def bury(queues: Queues, lost: Sequence[Lost]) -> None:
    """Sends to the dead-letter queues; what has none, or one that is gone, ends here."""
    entries: list[QueueEntry] = []
    for subscription, entry, why in lost:
        if subscription.dead_letters is None:
            logger.info("A message was not delivered to %s: %s", subscription.arn, why)
        else:
            entries.append(_to(subscription.dead_letters, entry))
    if not entries:
        return
    for entry, error in zip(entries, await queues.send(entries), strict=True):
        if error is not None:
            logger.warning(
                "A message was lost, as the dead-letter queue %s refused it: %s", entry.arn, error
            )


def _to(arn: str, entry: QueueEntry) -> QueueEntry:
    if arn.endswith(".fifo"):
        return entry._replace(arn=arn)
    # Only a FIFO queue takes a deduplication id.
    return entry._replace(arn=arn, deduplication_id=None)
