"""What a mapping is made of, by the kind of its source.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
"""

from __future__ import annotations

from typing import Any

from homeport.aws.lambda_ import errors, limits
from homeport.aws.lambda_.mappings import filters
from homeport.aws.lambda_.mappings.model import DYNAMODB, SQS
from homeport.aws.lambda_.mappings.source import Queue, Sources
from homeport.aws.protocol.call import Params

_OF_BOTH: dict[str, Any] = {"MaximumBatchingWindowInSeconds": 0, "FunctionResponseTypes": []}
DEFAULTS: dict[str, dict[str, Any]] = {
    SQS: {**_OF_BOTH, "BatchSize": 10},
    DYNAMODB: {
        **_OF_BOTH,
        "BatchSize": 100,
        "BisectBatchOnFunctionError": False,
        "DestinationConfig": {"OnFailure": {}},
        "MaximumRecordAgeInSeconds": -1,
        "MaximumRetryAttempts": -1,
        "ParallelizationFactor": 1,
        "TumblingWindowInSeconds": 0,
    },
}
"""What each kind has, and what holds where it is not given: create responses of test_event_source_mapping_lifecycle and
test_function_name_variations."""
_OPTIONAL = ("FilterCriteria", "KMSKeyArn", "MetricsConfig")
OPTIONAL: dict[str, tuple[str, ...]] = {
    SQS: (*_OPTIONAL, "ScalingConfig"),
    DYNAMODB: (*_OPTIONAL, "StartingPosition"),
}
"""What each kind may have beside."""
_ELSEWHERE = (
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "ParallelizationFactor",
    "ScalingConfig",
    "StartingPosition",
    "StartingPositionTimestamp",
    "TumblingWindowInSeconds",
)
"""What belongs to another kind where it does not belong to this one; times belong to Kinesis."""
_NOT_THERE = (
    "AmazonManagedKafkaEventSourceConfig",
    "DocumentDBEventSourceConfig",
    "LoggingConfig",
    "ProvisionedPollerConfig",
    "Queues",
    "SelfManagedKafkaEventSourceConfig",
    "SourceAccessConfigurations",
    "Topics",
    "TumblingWindowInSeconds",
)
_AT_TIME = "AT_TIMESTAMP"
_OTHER_SOURCES = {
    "kinesis": "Amazon Kinesis",
    "kafka": "Amazon MSK",
    "mq": "Amazon MQ",
    "rds": "Amazon DocumentDB",
}


def kind(params: Params) -> str:
    """The kind of the source of a new mapping."""
    arn: str = params.get("EventSourceArn") or ""
    if params.get("SelfManagedEventSource"):
        raise errors.not_implemented("event source mappings of Apache Kafka")
    found = arn.split(":")[2] if arn.count(":") >= 5 and arn.isascii() else ""
    if found in _OTHER_SOURCES:
        raise errors.not_implemented(f"event source mappings of {_OTHER_SOURCES[found]}")
    if found not in DEFAULTS or (found == DYNAMODB and "/stream/" not in arn):
        raise errors.INVALID("Unrecognized event source.")
    return found


def members(of: str, arn: str, before: Params, params: Params) -> Params:
    """The members of a mapping with what is given in place of what was."""
    for name in _NOT_THERE:
        if params.get(name):
            raise errors.not_implemented(f"{name} of event source mappings")
    known = (*DEFAULTS[of], *OPTIONAL[of])
    if of == DYNAMODB and params.get("StartingPosition") == _AT_TIME:
        # test_create_event_source_validation: said before what is wrong with StartingPositionTimestamp.
        raise errors.INVALID(f"Unsupported starting position for arn type: {arn}")
    for name in _ELSEWHERE:
        if params.get(name) is not None and name not in known:
            # destination_config_failure in test_event_source_mapping_exceptions; the others alike
            raise errors.INVALID(
                f"Unsupported {name} parameter for given event source mapping type."
            )
    given = {name: params[name] for name in known if params.get(name) is not None}
    after = before | given
    if not (after.get("FilterCriteria") or {}).get("Filters"):
        # test_create_event_filter_criteria_validation, response-with-empty-filters
        after.pop("FilterCriteria", None)
    # An empty value takes a configuration away.
    return {name: value for name, value in after.items() if value or name in DEFAULTS[of]}


def check(of: str, arn: str, after: Params) -> None:
    """Raises where members do not go together."""
    filters.check(after.get("FilterCriteria") or {})
    if of == SQS:
        _check_batch(arn, after)
    else:
        _check_stream(after)


def _check_batch(arn: str, after: Params) -> None:
    size: int = after["BatchSize"]
    window: int = after["MaximumBatchingWindowInSeconds"]
    if arn.endswith(".fifo"):
        if size > limits.BATCH_FIFO:
            # AWS's text is not recorded.
            raise errors.INVALID(f"BatchSize of a FIFO queue can be {limits.BATCH_FIFO} at most.")
        if window:
            # https://github.com/aws/aws-lambda-dotnet/pull/1758
            raise errors.INVALID("Batching window is not supported for FIFO queues")
    elif size > limits.BATCH_WITHOUT_WINDOW and not window:
        # test_event_source_mapping_default_batch_size
        raise errors.INVALID(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"
        )


def _check_stream(after: Params) -> None:
    """test_create_event_source_validation"""
    position = after.get("StartingPosition")
    if position is None:
        raise errors.INVALID(
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: "
            "Member must not be null."
        )
    config = after.get("DestinationConfig") or {}
    if config.get("OnSuccess"):
        # https://docs.aws.amazon.com/lambda/latest/api/API_OnSuccess.html; AWS's text is not recorded.
        raise errors.INVALID("OnSuccess is not supported for event source mappings.")


def check_source(sources: Sources | None, of: str, arn: str, timeout_s: int) -> None:
    """Raises where the queue or stream is not there, or gives its messages back before the function must have ended."""
    if sources is None:
        return
    if of == DYNAMODB:
        if not sources.has_stream(arn):
            # test_esm_with_not_existing_dynamodb_stream
            raise errors.INVALID(f"Stream not found: {arn}")
        return
    queue: Queue | None = sources.queue(arn)
    if queue is None:
        # test_esm_with_not_existing_sqs_queue
        raise errors.INVALID(
            "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. "
            "SQS Error Message: The specified queue does not exist."
        )
    if queue.visibility_s < timeout_s:
        # https://github.com/github-aws-runners/terraform-aws-github-runner/issues/465
        raise errors.INVALID(
            f"Queue visibility timeout: {queue.visibility_s} seconds is less than Function timeout: {timeout_s} seconds"
        )
