"""Where records of events go."""

from __future__ import annotations

from typing import Any, Protocol


class Targets(Protocol):
    """Queues, topics, functions and event buses, by their ARN."""

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
        """Sends a message; returns once it is accepted durably. Raises `AwsError`.

        `attributes` are those of SQS's SendMessage: `{"Name": {"DataType": "String", "StringValue": "..."}}`.
        """
