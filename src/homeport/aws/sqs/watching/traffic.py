"""What has passed through queues since it was last asked."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple


class Passed(NamedTuple):
    """Messages of one queue.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
    """

    sent: int = 0
    received: int = 0
    deleted: int = 0


class Traffic:
    """Counts by the number of a queue. Adding costs as little as a look into a dict."""

    __slots__ = ("deleted", "received", "sent")

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self.sent: defaultdict[int, int] = defaultdict(int)
        self.received: defaultdict[int, int] = defaultdict(int)
        self.deleted: defaultdict[int, int] = defaultdict(int)

    def take(self) -> dict[int, Passed]:
        """What was counted since the last time, by queue; those without anything are left out."""
        sent, received, deleted = self.sent, self.received, self.deleted
        self._begin()
        return {
            queue: Passed(sent.get(queue, 0), received.get(queue, 0), deleted.get(queue, 0))
            for queue in sent.keys() | received.keys() | deleted.keys()
        }
