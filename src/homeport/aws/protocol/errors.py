"""Errors that any service may answer, made in one place.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
"""

from __future__ import annotations

from homeport.aws.protocol.call import AwsError


def not_implemented(service: str, operation: str) -> AwsError:
    """An operation that the model knows and Homeport does not: never a wrong success."""
    return AwsError(
        "NotImplemented", f"Homeport does not implement the operation {service}.{operation}.", 501
    )
