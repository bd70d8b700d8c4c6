"""What becomes of a delivery that failed.

Errors of the subscriber's side, such as a queue that is gone, are not tried again; those of a service's own are, by its schedule. What is given
up goes to the dead-letter queue of the subscription: https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from homeport.aws.delivery.queues import Broadcast, QueueEntry
from homeport.aws.protocol.call import AwsError, ErrorKind
from homeport.aws.sns.engine.model import Subscription

logger = logging.getLogger(__name__)

TOO_MANY = 429
NO_SQS = ErrorKind("ServiceUnavailable", 503, "Amazon SQS does not run.")


class Queues(Protocol):
    """Queues to send to, as `homeport.aws.delivery.queues.Queues` has them."""

    async def send(self, entries: Sequence[QueueEntry]) -> Sequence[AwsError | None]:
        """Sends all in one commit; an error for each that could not be sent."""

    async def broadcast(self, many: Sequence[Broadcast]) -> Sequence[Mapping[int, AwsError]]:
        """Sends all in one commit; for each the errors, by the number of the queue."""


class NoQueues:
    """Where Amazon SQS is switched off: messages wait for a start with it."""

    async def send(self, entries: Sequence[QueueEntry]) -> Sequence[AwsError | None]:
        """Refuses all for now."""
        return [NO_SQS() for _ in entries]

    async def broadcast(self, many: Sequence[Broadcast]) -> Sequence[Mapping[int, AwsError]]:
        """Refuses all for now."""
        return [{number: NO_SQS() for number in range(len(one.readers.arns))} for one in many]


class Lost(NamedTuple):
    """A message that will not be delivered to a subscription any more."""

    row: int
    to: Subscription
    entry: QueueEntry
    """As a queue of the subscription would have got it."""
    why: str


def is_passing(error: AwsError) -> bool:
    """Whether trying again may help."""
    return error.status >= 500 or error.status == TOO_MANY


async def bury(queues: Queues, lost: Sequence[Lost]) -> list[Lost]:
    """Sends to the dead-letter queues; what has none, or one that is gone, ends here. Returns what is refused only for now."""
    buried: list[Lost] = []
    entries: list[QueueEntry] = []
    for one in lost:
        if one.to.dead_letters is None:
            logger.info("A message was not delivered to %s: %s", one.to.arn, one.why)
        else:
            buried.append(one)
            entries.append(_to(one.to.dead_letters, one.entry))
    results = await queues.send(entries) if entries else ()
    again: list[Lost] = []
    for one, error in zip(buried, results, strict=True):
        if error is not None and is_passing(error):
            again.append(one)
        elif error is not None:
            arn = one.to.dead_letters
            logger.warning(
                "A message was lost, as the dead-letter queue %s refused it: %s", arn, error
            )
    return again


def _to(arn: str, entry: QueueEntry) -> QueueEntry:
    if arn.endswith(".fifo"):
        return entry._replace(arn=arn)
    # Only a FIFO queue takes a deduplication id.
    return entry._replace(arn=arn, deduplication_id=None)
