"""What an event source mapping needs of the services whose queues and streams it reads."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Queue(NamedTuple):
    """What matters of an SQS queue."""

    is_fifo: bool
    visibility_s: int


class Sources(Protocol):
    """Knows queues and streams, by their ARNs."""

    def queue(self, arn: str) -> Queue | None:
        """A queue of SQS; None where there is none."""

    def has_stream(self, arn: str) -> bool:
        """Whether there is a stream of DynamoDB."""
