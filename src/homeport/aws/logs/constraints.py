"""Parameters against the model, in the words that CloudWatch Logs has for it.

https://github.com/localstack/localstack/blob/main/tests/aws/services/logs/test_logs_groups.snapshot.json
"""

from __future__ import annotations

from collections.abc import Callable

from homeport.aws.logs import errors
from homeport.aws.protocol import predicate, validate
from homeport.aws.protocol.call import AwsError, Params
from homeport.aws.protocol.model import OperationModel

NAMES = ("logGroupName", "logStreamName")
TOO_LONG = "Member must have length less than or equal to 512"


def check_of(operation: OperationModel) -> Callable[[Params], None]:
    """Raises InvalidParameterException where parameters of the operation break a constraint of the model."""
    holds = predicate.compiled(operation)

    def check(params: Params) -> None:
        if holds is not None and not holds(params):
            raise _refusal(validate.violations(operation, params, validate.Checks.ALL))

    return check


def _refusal(found: list[validate.Violation]) -> AwsError:
    if any(one.path[-1] in NAMES and one.constraint == TOO_LONG for one in found):
        return errors.INVALID_PARAMETER(
            "Invalid LogGroup or LogStream, both must have length less than or equal to 512."
        )
    return errors.INVALID_PARAMETER(validate.message(found))
