"""A queue as its attributes describe it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from homeport.aws.sqs.engine import attributes, redrive


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue. Times are milliseconds since the epoch, durations milliseconds."""

    id: int
    partition: int
    """Where its messages are kept; a purge gives the queue a new one."""
    account: str
    region: str
    name: str
    settings: dict[str, str]
    """Attributes that were set, by name."""
    tags: dict[str, str]
    created_at: int
    modified_at: int
    purged_at: int
    attributes: dict[str, str] = field(init=False)
    """All attributes that can be set, with their defaults."""
    arn: str = field(init=False)
    is_fifo: bool = field(init=False)
    visibility_ms: int = field(init=False)
    delay_ms: int = field(init=False)
    wait_ms: int = field(init=False)
    retention_ms: int = field(init=False)
    maximum_size: int = field(init=False)
    is_content_based: bool = field(init=False)
    is_per_group: bool = field(init=False)
    """Whether messages are deduplicated within their group only."""
    redrive: redrive.Policy | None = field(init=False)

    def __post_init__(self) -> None:
        is_fifo = self.name.endswith(".fifo")
        every = attributes.with_defaults(self.settings, is_fifo=is_fifo)
        derived: dict[str, Any] = {
            "attributes": every,
            "arn": f"arn:aws:sqs:{self.region}:{self.account}:{self.name}",
            "is_fifo": is_fifo,
            "visibility_ms": int(every["VisibilityTimeout"]) * 1000,
            "delay_ms": int(every["DelaySeconds"]) * 1000,
            "wait_ms": int(every["ReceiveMessageWaitTimeSeconds"]) * 1000,
            "retention_ms": int(every["MessageRetentionPeriod"]) * 1000,
            "maximum_size": int(every["MaximumMessageSize"]),
            "is_content_based": every.get("ContentBasedDeduplication") == "true",
            "is_per_group": every.get("DeduplicationScope") == "messageGroup",
            "redrive": redrive.kept(every.get("RedrivePolicy")),
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)
