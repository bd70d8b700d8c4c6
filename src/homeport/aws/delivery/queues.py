"""Our Amazon SQS as other services send to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from homeport.aws.protocol.call import AwsError
from homeport.aws.sqs import delivering
from homeport.aws.sqs.sqs import Sqs

QueueEntry = delivering.QueueEntry
Broadcast = delivering.Broadcast
Readers = delivering.Readers


class Queues:
    """The queues of all accounts and regions, as destinations."""

    def __init__(self, sqs: Sqs) -> None:
        self._sqs = sqs

    def has(self, arn: str) -> bool:
        """Whether there is a queue of this ARN."""
        return delivering.find(self._sqs, arn) is not None

    async def send(self, entries: Sequence[QueueEntry]) -> Sequence[AwsError | None]:
        """Sends all entries in one commit and wakes who waits for them; an error for each entry that could not be sent.

        The loop stands still for about 20 us for each entry: not more than some hundreds at a time.
        """
        return await delivering.deliver(self._sqs, entries)

    async def broadcast(self, many: Sequence[Broadcast]) -> Sequence[Mapping[int, AwsError]]:
        """The same with messages for many queues, some 5 us for each; errors are by the number of the reader."""
        return await delivering.broadcast(self._sqs, many)
