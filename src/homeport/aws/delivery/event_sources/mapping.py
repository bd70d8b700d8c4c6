"""What event sources need of the others: the mappings, the functions, and where discarded batches go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Mapping:
    """One event source mapping.

    https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
    """

    uuid: str
    source_arn: str
    function_arn: str
    """With its qualifier, where it has one."""
    is_enabled: bool = True
    batch_size: int = 10
    window_s: int = 0
    filters: tuple[str, ...] = ()
    """Patterns; a record is for the function where one of them matches, or where there is none."""
    reports_failures: bool = False
    """Whether the function says which records of a batch have failed."""
    maximum_concurrency: int | None = None
    """Of a queue."""
    starting_position: str = "TRIM_HORIZON"
    """Of a stream, as what follows."""
    parallelization: int = 1
    maximum_retries: int = -1
    maximum_age_s: int = -1
    """Both: -1 is without end."""
    bisects: bool = False
    on_failure_arn: str = ""
    """Empty where there is none."""

    @property
    def service(self) -> str:
        """The service of the source: `sqs` or `dynamodb`."""
        return self.source_arn.split(":")[2]

    @property
    def region(self) -> str:
        """The region of the source."""
        return self.source_arn.split(":")[3]

    @property
    def account(self) -> str:
        """The account of the source."""
        return self.source_arn.split(":")[4]


class Mappings(Protocol):
    """The mappings of all accounts and regions."""

    def all(self) -> Sequence[Mapping]:
        """Those of queues and streams."""

    def get(self, uuid: str) -> Mapping | None:
        """The mapping as it is now; None where it is gone."""

    async def note_result(self, uuid: str, text: str) -> None:
        """Keeps a mapping's `LastProcessingResult`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How a function has answered."""

    payload: bytes
    function_error: str = ""
    """`Handled` or `Unhandled`; empty where it succeeded."""
    executed_version: str = "$LATEST"
    request_id: str = ""


class Functions(Protocol):
    """The functions of all accounts and regions."""

    async def invoke(self, function_arn: str, payload: bytes) -> Answer:
        """Invokes a function and waits for it. Raises the `AwsError` that a client of Invoke would get."""


class Destinations(Protocol):
    """Queues and topics, and whatever else may be told of a discarded batch."""

    async def send(self, arn: str, body: str, *, source_arn: str) -> None:
        """Sends a text and returns once that is durable. Raises `AwsError` where it cannot be sent there."""
