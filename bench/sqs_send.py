"""SQS SendMessage: at least 3 times ministack's requests/s, ours acknowledged after the commit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench import report, servers, versus


def prepare(client: Any, _: servers.Server) -> Mapping[str, Any]:
    url = client.create_queue(QueueName="bench")["QueueUrl"]
    return {"QueueUrl": url, "MessageBody": "a message of a usual size, " * 4}


def run() -> report.Report:
    return versus.compare(
        "SQS SendMessage: wrk -c8", "sqs", "SendMessage", prepare, {"ministack": 3.0, "moto": None}
    )
