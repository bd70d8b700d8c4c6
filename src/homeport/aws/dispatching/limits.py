"""How many bytes of body an operation may have where the body is not streamed, and so is held in memory."""

from __future__ import annotations

from collections.abc import Mapping

KIB = 1024
MIB = 1024 * KIB

DEFAULT_BODY = 1 * MIB
"""Of every operation that is not named below. AWS names no common figure; the largest document of configuration that S3 takes, a
lifecycle of 1,000 rules, stays below it: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html"""

SQS_BODY = 8 * MIB
"""A batch may carry 1 MiB of text, and JSON may write one byte of it in six (`\\u0000`), a form in three (`%00`).
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"""

LAMBDA_PACKAGE = 70_167_211

OPERATION_BODIES: Mapping[tuple[str, str], int] = {
    # 1,000 keys of 1,024 bytes: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
    ("s3", "DeleteObjects"): 2 * MIB,
    # 10,000 parts of about 400 bytes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
    ("s3", "CompleteMultipartUpload"): 4 * MIB,
    # 1 MiB of text, of which JSON may write one byte in six, in 10,000 events:
    # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
    ("logs", "PutLogEvents"): 8 * MIB,
    # 50 MiB of zip in base64 with all else, as AWS itself says: `test_oversized_request_create_lambda` in
    # https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/test_lambda_api.snapshot.json
    ("lambda", "CreateFunction"): LAMBDA_PACKAGE,
    ("lambda", "UpdateFunctionCode"): LAMBDA_PACKAGE,
    ("lambda", "PublishLayerVersion"): LAMBDA_PACKAGE,
    # A payload has 6 MiB at most, and Lambda itself says so of one that is somewhat larger:
    # https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    ("lambda", "Invoke"): 8 * MIB,
    ("lambda", "InvokeWithResponseStream"): 8 * MIB,
}

DYNAMODB_BODY = 16 * MIB + 1 * MIB
"""16 MiB is the most of a batch of writes, beside the names of tables:
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html"""

SERVICE_BODIES: Mapping[str, int] = {"sqs": SQS_BODY, "dynamodb": DYNAMODB_BODY}


def of_service(service: str) -> int:
    """The most of any operation of a service, for a protocol that names the operation in the body."""
    return SERVICE_BODIES.get(service, DEFAULT_BODY)


def of_operation(service: str, operation: str) -> int:
    """The most of one operation."""
    return OPERATION_BODIES.get((service, operation), of_service(service))
