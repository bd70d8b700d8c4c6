"""What a destination is told of records that were given up.

https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
"""

from __future__ import annotations

import datetime
import json
from typing import Any

from homeport.aws.delivery.event_sources.mapping import Answer, Mapping
from homeport.aws.delivery.event_sources.streams.parts import Part

EXHAUSTED = "RetryAttemptsExhausted"
TOO_OLD = "RecordAgeExceeded"


def message(
    mapping: Mapping,
    part: Part,
    shard: str,
    condition: str,
    answer: Answer | None,
    request_id: str,
    now: float,
) -> str:
    """The JSON that is sent. `answer` is the last one of the function, None where it was not invoked."""
    said: dict[str, Any] = {
        "requestContext": {
            "requestId": request_id if answer is None else answer.request_id or request_id,
            "functionArn": mapping.function_arn,
            "condition": condition,
            "approximateInvokeCount": part.invocations,
        }
    }
    if answer is not None:
        # null where the function has only reported failures: test_dynamodb_report_batch_item_failures in
        # https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/event_source_mapping/test_lambda_integration_dynamodbstreams.snapshot.json
        said["responseContext"] = {
            "statusCode": 200,
            "executedVersion": answer.executed_version,
            "functionError": answer.function_error or None,
        }
    first, last = part.records[0], part.records[-1]
    said |= {
        "version": "1.0",
        "timestamp": _time(now, "milliseconds"),
        "DDBStreamBatchInfo": {
            "shardId": shard,
            "startSequenceNumber": first.id,
            "endSequenceNumber": last.id,
            "approximateArrivalOfFirstRecord": _time(first.created_ms // 1000, "seconds"),
            "approximateArrivalOfLastRecord": _time(last.created_ms // 1000, "seconds"),
            "batchSize": len(part.records),
            "streamArn": mapping.source_arn,
        },
    }
    return json.dumps(said)


def _time(when: float, step: str) -> str:
    moment = datetime.datetime.fromtimestamp(when, datetime.UTC)
    return moment.isoformat(timespec=step).replace("+00:00", "Z")
