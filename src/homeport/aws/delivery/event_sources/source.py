"""One mapping at work, whatever its source."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

FAILED = "PROBLEM: Function call failed"
"""A mapping's `LastProcessingResult`: https://docs.aws.amazon.com/cli/latest/reference/lambda/update-event-source-mapping.html (example)"""
OK = "OK"
"""`test_disabled_dynamodb_event_source_mapping` in
https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/event_source_mapping/test_lambda_integration_dynamodbstreams.snapshot.json"""

Note = Callable[[str], Awaitable[None]]
"""Told what came of a batch, for `LastProcessingResult`."""


def problem(text: str) -> str:
    """A `LastProcessingResult` in AWS's form; what follows is not recorded."""
    return f"PROBLEM: {text}"


class Source(Protocol):
    """Runs a mapping."""

    async def run(self) -> None:
        """Reads the source and invokes the function until stopped, and returns when what was under way has ended."""

    def stop(self) -> None:
        """Takes nothing more."""
