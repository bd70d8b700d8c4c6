"""Carries events of S3 to queues, topics and functions.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Sequence
from typing import NamedTuple

from homeport.aws.delivery import targets
from homeport.aws.delivery.invoke import Caller
from homeport.aws.delivery.queues import QueueEntry
from homeport.aws.delivery.targets import Targets
from homeport.aws.protocol.call import AwsError
from homeport.aws.s3.notifications.destinations import Asker
from homeport.aws.s3.s3 import S3
from homeport.clock import Clock
from homeport.storage.deliveries.carrier import DONE, Carrier, Outcome
from homeport.storage.deliveries.outbox import Entry

logger = logging.getLogger(__name__)

FIRST_RETRY_S = 1
LAST_RETRY_S = 300
"""The pause doubles up to the last. AWS says nothing of its own."""
KEPT_S = 24 * 3600
"""For how long it is tried. AWS says nothing of its own."""
SUBJECT = "Amazon S3 Notification"
"""Of what is sent to topics: `test_s3_notifications_sns.snapshot.json` in
https://github.com/localstack/localstack/tree/main/tests/aws/services/s3"""


class _Message(NamedTuple):
    """What an entry of the outbox says."""

    account: str
    region: str
    message: str
    trace: str | None = None


class S3Events:
    """The deliveries of one S3, and its `Destinations`."""

    def __init__(self, s3: S3, sent_to: Targets, clock: Clock) -> None:
        self._s3 = s3
        self._targets = sent_to
        self._clock = clock
        self.carrier = Carrier(s3.db, clock, self._deliver)

    def start(self) -> None:
        """Takes up what an earlier process left, and is told of new events from here on."""
        self._s3.destinations = self
        self._s3.wake = self.carrier.wake
        self.carrier.start()

    async def close(self) -> None:
        """Stops; to be called before S3 is closed. What is left waits for the next start."""
        await self.carrier.close()

    async def refusal(self, asker: Asker, arn: str) -> str | None:
        """Why no events can be sent to this ARN, in AWS's words; None where they can."""
        if await self._targets.has(arn, Caller(*asker)):
            return None
        return _REFUSALS[targets.parse(arn).service].format(arn)

    async def _deliver(self, lane: str, entries: Sequence[Entry]) -> Sequence[Outcome]:
        bucket, _, arn = lane.partition("/")
        messages = [_Message(**json.loads(entry.body)) for entry in entries]
        source = f"arn:aws:s3:::{bucket}"
        if targets.parse(arn).service == "sqs":
            results = await self._to_queue(arn, messages, source)
        else:
            results = await _together([self._send(arn, said, source) for said in messages])
        outcomes = [
            DONE if error is None else self._outcome(entry, error)
            for entry, error in zip(entries, results, strict=False)
        ]
        _report(bucket, arn, entries, results, outcomes)
        return outcomes

    async def _to_queue(
        self, arn: str, messages: Sequence[_Message], source: str
    ) -> Sequence[AwsError | None]:
        """All in one commit."""
        if self._targets.queues is None:
            return [targets.not_running("sqs")] * len(messages)
        return await self._targets.queues.send(
            [
                QueueEntry(arn, said.message, None, None, None, source, said.trace)
                for said in messages
            ]
        )

    async def _send(self, arn: str, said: _Message, source: str) -> AwsError | None:
        try:
            await self._targets.send(
                arn,
                said.message,
                account=said.account,
                region=said.region,
                source_arn=source,
                subject=SUBJECT,
            )
        except AwsError as error:
            return error
        return None

    def _outcome(self, entry: Entry, error: AwsError) -> Outcome:
        """When to try again; done with where that is of no use, or has gone on for too long."""
        pause_s = min(FIRST_RETRY_S * 2 ** min(entry.attempts, 16), LAST_RETRY_S)
        retry_at_ms = int(self._clock.now() * 1000) + pause_s * 1000
        is_over = retry_at_ms - entry.created_ms > KEPT_S * 1000
        return DONE if is_over or not targets.is_worth_retrying(error) else Outcome(retry_at_ms)


def _report(
    bucket: str,
    arn: str,
    entries: Sequence[Entry],
    results: Sequence[AwsError | None],
    outcomes: Sequence[Outcome],
) -> None:
    """Says in one line what was dropped: a bucket may send thousands of events to a queue that is gone."""
    dropped = [
        (entry, error)
        for entry, error, outcome in zip(entries, results, outcomes, strict=False)
        if error is not None and outcome is DONE
    ]
    if dropped:
        entry, error = dropped[-1]
        logger.warning(
            "Dropped %d events of bucket %s for %s, the last after %d attempts: %s",
            *(len(dropped), bucket, arn, entry.attempts + 1, error),
        )


async def _together(sends: Sequence[Awaitable[AwsError | None]]) -> Sequence[AwsError | None]:
    """Sends beside each other, so that they share commits; what came of them, up to the first that failed in another way."""
    results = await asyncio.gather(*sends, return_exceptions=True)
    known: list[AwsError | None] = []
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, AwsError):
            if not known:
                raise result
            break
        known.append(result)
    return known


_REFUSALS = {
    "sqs": "The destination queue does not exist",
    "sns": "The destination topic does not exist",
    "lambda": "Not authorized to invoke function [{}]",
}
"""Recorded on AWS but for that of topics: `test_invalid_sqs_arn` and `test_invalid_lambda_arn` in
https://github.com/localstack/localstack/tree/main/tests/aws/services/s3"""
