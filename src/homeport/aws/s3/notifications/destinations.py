"""What S3 needs to know of the queues, topics and functions that it sends events to."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Asker(NamedTuple):
    """For whom it is asked."""

    account: str
    region: str


class Destinations(Protocol):
    """Implemented by `homeport.aws.delivery`, as services do not import each other."""

    async def refusal(self, asker: Asker, arn: str) -> str | None:
        """Why no events can be sent to this ARN, in AWS's words; None where they can."""
