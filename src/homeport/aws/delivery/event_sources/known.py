"""Which queues and streams there are, as Lambda asks before it keeps a mapping."""

from __future__ import annotations

from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.streams import reading
from homeport.aws.lambda_.mappings.source import Queue
from homeport.aws.protocol.call import AwsError
from homeport.aws.sqs.engine import redrive
from homeport.aws.sqs.sqs import Sqs


class KnownSources:
    """Implements `homeport.aws.lambda_.mappings.source.Sources`; a service that does not run has no sources."""

    def __init__(self, sqs: Sqs | None, dynamodb: DynamoDb | None) -> None:
        self._sqs = sqs
        self._dynamodb = dynamodb

    def queue(self, arn: str) -> Queue | None:
        """A queue of SQS; None where there is none."""
        address = redrive.address(arn)
        found = None if self._sqs is None or address is None else self._sqs.find(address)
        return None if found is None else Queue(found.is_fifo, found.visibility_ms // 1000)

    def has_stream(self, arn: str) -> bool:
        """Whether there is a stream of DynamoDB."""
        if self._dynamodb is None:
            return False
        try:
            with self._dynamodb.db.snapshot() as connection:
                reading.find(self._dynamodb, connection, arn)
        except AwsError:
            return False
        return True
