"""An event source mapping, as all parts of the service see it.

https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html
"""

from __future__ import annotations

from collections.abc import Mapping as Members
from dataclasses import dataclass, field
from typing import Any

SQS = "sqs"
DYNAMODB = "dynamodb"

NO_RESULT = "No records processed"


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which function is invoked with what of which queue or stream."""

    id: str
    """Its UUID."""
    account: str
    region: str
    name: str
    """The function's name."""
    function_arn: str
    """With the qualifier that is invoked, without one for `$LATEST`."""
    source: str
    """The ARN of the queue or stream."""
    is_enabled: bool
    modified_ms: int
    members: Members[str, Any]
    """All else by its name in the model, the defaults filled in."""
    result: str = NO_RESULT
    """LastProcessingResult."""
    tags: Members[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """Its own ARN."""
        return f"arn:aws:lambda:{self.region}:{self.account}:event-source-mapping:{self.id}"

    @property
    def kind(self) -> str:
        """`sqs` or `dynamodb`."""
        return self.source.split(":")[2]

    @property
    def batch_size(self) -> int:
        """Records in one invocation at most."""
        return int(self.members["BatchSize"])

    @property
    def window_s(self) -> int:
        """How long is gathered before a batch that is not full is sent."""
        return int(self.members["MaximumBatchingWindowInSeconds"])

    @property
    def patterns(self) -> tuple[str, ...]:
        """Filters, each a JSON text; a record must match one of them where there are any."""
        filters = (self.members.get("FilterCriteria") or {}).get("Filters") or []
        return tuple(each["Pattern"] for each in filters)

    @property
    def reports_failures(self) -> bool:
        """Whether the function's answer says which records failed."""
        return "ReportBatchItemFailures" in (self.members.get("FunctionResponseTypes") or [])

    @property
    def max_concurrency(self) -> int | None:
        """Invocations at the same time at most, for a queue."""
        found: int | None = (self.members.get("ScalingConfig") or {}).get("MaximumConcurrency")
        return found

    @property
    def on_failure(self) -> str:
        """Where is told of records of a stream that were given up; empty for nowhere."""
        config = self.members.get("DestinationConfig") or {}
        return str((config.get("OnFailure") or {}).get("Destination") or "")

    @property
    def retries(self) -> int:
        """How often a batch of a stream is tried again; -1 until it expires."""
        return int(self.members.get("MaximumRetryAttempts", -1))

    @property
    def max_age_s(self) -> int:
        """How old a record of a stream may be; -1 for any age."""
        return int(self.members.get("MaximumRecordAgeInSeconds", -1))

    @property
    def bisects(self) -> bool:
        """Whether a batch of a stream that failed is cut in half."""
        return bool(self.members.get("BisectBatchOnFunctionError"))

    @property
    def parallelization(self) -> int:
        """Batches of one shard at the same time."""
        return int(self.members.get("ParallelizationFactor", 1))

    @property
    def starting_position(self) -> str:
        """`TRIM_HORIZON` or `LATEST`, for a stream."""
        return str(self.members.get("StartingPosition") or "")
