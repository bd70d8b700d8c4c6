"""The beginning of most of AWS's answers to definitions that it refuses.

Texts of this package are recorded from the service, in https://github.com/architect/dynalite/blob/main/test/createTable.js and in
https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/service.md#ddb-table-442.
"""

from __future__ import annotations

from homeport.aws.dynamodb import errors
from homeport.aws.protocol.call import AwsError


def value(text: str) -> AwsError:
    """A ValidationException for what a parameter says."""
    return errors.VALIDATION(f"One or more parameter values were invalid: {text}")


def constraint(shown: str, path: str, rule: str) -> AwsError:
    """A ValidationException in the form of the model's own constraints; `shown` is the value in quotes, or `null`."""
    return errors.VALIDATION(
        f"1 validation error detected: Value {shown} at '{path}' failed to satisfy constraint: {rule}"
    )
