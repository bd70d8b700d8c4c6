"""What is told of an event that has ended.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
Recorded in https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/test_lambda_destinations.snapshot.json
"""

from __future__ import annotations

import json
from typing import Any

from homeport.aws.lambda_.invoking import limits
from homeport.aws.lambda_.invoking.events.store import Event, Record
from homeport.aws.lambda_.invoking.invocation import Answer
from homeport.aws.lambda_.invoking.logs import lines
from homeport.aws.lambda_.model import Version

SUCCESS = "Success"
RETRIES_EXHAUSTED = "RetriesExhausted"
EVENT_AGE_EXCEEDED = "EventAgeExceeded"
ZERO_CONCURRENCY = "ZeroReservedConcurrency"


def for_destination(
    target: str, event: Event, version: Version, condition: str, answer: Answer | None, now_ms: int
) -> Record:
    """For a destination: the whole story. Without an answer the function did not run."""
    arn = version.arn
    context = {
        "requestId": event.request_id,
        "functionArn": arn,
        "condition": condition,
        "approximateInvokeCount": event.attempts,
    }
    parts = {
        "version": '"1.0"',
        "timestamp": json.dumps(lines.stamp(now_ms / 1000)),
        "requestContext": _dump(context),
        "requestPayload": event.payload.decode("utf-8", "replace"),
    }
    if answer is not None:
        response: dict[str, Any] = {"statusCode": 200, "executedVersion": version.version}
        if answer.function_error:
            response["functionError"] = answer.function_error
        parts["responseContext"] = _dump(response)
        parts["responsePayload"] = _as_json(answer.payload)
    body = "{" + ",".join(f'"{name}":{text}' for name, text in parts.items()) + "}"
    return _record(target, event, arn, "{}", body, now_ms)


def for_dead_letters(
    target: str, event: Event, version: Version, code: int, message: str, now_ms: int
) -> Record:
    """For a dead-letter queue: the event itself, and why in attributes."""
    attributes = {
        "RequestID": {"DataType": "String", "StringValue": event.request_id},
        "ErrorCode": {"DataType": "Number", "StringValue": str(code)},
        "ErrorMessage": {
            "DataType": "String",
            "StringValue": message[: limits.DEAD_LETTER_MESSAGE_CHARACTERS],
        },
    }
    if not message:
        # An attribute cannot be empty.
        del attributes["ErrorMessage"]
    body = event.payload.decode("utf-8", "replace")
    return _record(target, event, version.function.arn, _dump(attributes), body, now_ms)


def error_message(answer: Answer) -> str:
    """What the function's error says."""
    try:
        found = json.loads(answer.payload)
    except ValueError:
        return answer.payload.decode("utf-8", "replace")
    message = found.get("errorMessage", "") if isinstance(found, dict) else ""
    return message if isinstance(message, str) else _dump(message)


def _record(
    target: str, event: Event, source: str, attributes: str, body: str, now_ms: int
) -> Record:
    return Record(
        0, target, event.account, event.region, source, now_ms, now_ms, 0, attributes, body
    )


def _as_json(payload: bytes) -> str:
    """A response as it stands where it is JSON, and as a string where it is not."""
    text = payload.decode("utf-8", "replace")
    try:
        json.loads(text)
    except ValueError:
        return json.dumps(text)
    return text


def _dump(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
