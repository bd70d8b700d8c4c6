"""Whatever takes an event, by its ARN: a queue, a topic or a function."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

from homeport.aws.delivery.invoke import Caller, Invoker
from homeport.aws.delivery.queues import QueueEntry, Queues
from homeport.aws.protocol.call import AwsError, Params

THROTTLED = frozenset(
    {
        "EC2ThrottledException",
        "LimitExceededException",
        "OverLimit",
        "RequestLimitExceeded",
        "RequestThrottled",
        "SlowDown",
        "Throttled",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
"""https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""


class Arn(NamedTuple):
    """The parts of an ARN. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"""

    service: str
    region: str
    account: str
    resource: str


def parse(arn: str) -> Arn:
    """Takes an ARN apart; all parts are empty where it is none."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        return Arn("", "", "", "")
    return Arn(*parts[2:])


def is_worth_retrying(error: AwsError) -> bool:
    """Whether the same call may succeed later: trouble on the other side, or too much at once."""
    return error.status >= 500 or error.status == 429 or error.code in THROTTLED


def not_running(service: str) -> AwsError:
    """The service is switched off, or still being opened: later it may be there."""
    return AwsError("ServiceUnavailable", f"The service {service} does not run.", 503)


class Targets:
    """Sends events of services to what their users named."""

    def __init__(self, invoker: Invoker) -> None:
        self._invoker = invoker
        self.queues: Queues | None = None
        """Put here when SQS is opened."""
        self.opening: asyncio.Event | None = None
        """Set when all services are opened; None where nobody opens more of them."""

    async def send(
        self,
        arn: str,
        body: str,
        *,
        account: str,
        region: str,
        source_arn: str,
        attributes: dict[str, dict[str, Any]] | None = None,
        group: str | None = None,
        deduplication_id: str | None = None,
        subject: str | None = None,
    ) -> None:
        """Sends one event, acknowledged when it is durable on the other side. `account` and `region` are those of the source.

        Raises the error of the destination; `is_worth_retrying` says what to make of it.
        """
        target = parse(arn)
        caller = Caller(account, target.region or region)
        if target.service == "sqs":
            entry = QueueEntry(arn, body, attributes, group, deduplication_id, source_arn)
            await self._to_queue(entry)
        elif target.service == "sns":
            said: Params = {
                "TopicArn": arn,
                "Message": body,
                "Subject": subject,
                "MessageAttributes": attributes,
                "MessageGroupId": group,
                "MessageDeduplicationId": deduplication_id,
            }
            await self._call(caller, "sns", "Publish", said)
        elif target.service == "lambda":
            await self._call(caller, "lambda", "Invoke", _invocation(arn, body))
        else:
            raise AwsError("InvalidDestination", f"Events cannot be sent to {arn}.", 400)

    async def _to_queue(self, entry: QueueEntry) -> None:
        if self.queues is None:
            raise not_running("sqs")
        (error,) = await self.queues.send([entry])
        if error is not None:
            raise error

    async def has(self, arn: str, caller: Caller) -> bool:
        """Whether there is a destination of this ARN."""
        target = parse(arn)
        if target.service == "sqs":
            return self.queues is not None and self.queues.has(arn)
        if target.service not in _LOOKS:
            return False
        if self.opening is not None and not self._invoker.runs(target.service):
            await self.opening.wait()
        if not self._invoker.runs(target.service):
            return False
        operation, member = _LOOKS[target.service]
        try:
            await self._call(caller, target.service, operation, {member: arn})
        except AwsError as error:
            if is_worth_retrying(error):
                raise
            return False
        return True

    async def _call(self, caller: Caller, service: str, operation: str, params: Params) -> None:
        if not self._invoker.runs(service):
            raise not_running(service)
        said = {name: value for name, value in params.items() if value is not None}
        output = await self._invoker.call(caller, service, operation, said)
        if output.on_end is not None:
            output.on_end()


_LOOKS = {
    "sns": ("GetTopicAttributes", "TopicArn"),
    "lambda": ("GetFunctionConfiguration", "FunctionName"),
}
"""Calls that tell whether something is there."""


def _invocation(arn: str, body: str) -> Params:
    """An asynchronous invocation; what follows the name in the ARN is a version or an alias.

    https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    """
    said: Params = {"InvocationType": "Event", "Payload": body.encode()}
    parts = arn.split(":")
    said["FunctionName"] = ":".join(parts[:7])
    if len(parts) > 7:
        said["Qualifier"] = parts[7]
    return said
