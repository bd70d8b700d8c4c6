"""Why a transaction was cancelled: one reason for each of its actions.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#API_TransactWriteItems_Errors
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from homeport.aws.dynamodb import errors
from homeport.aws.protocol.call import AwsError

CODES = {
    "ConditionalCheckFailedException": "ConditionalCheckFailed",
    "DuplicateItemException": "DuplicateItem",
    "ItemCollectionSizeLimitExceededException": "ItemCollectionSizeLimitExceeded",
    "ProvisionedThroughputExceededException": "ProvisionedThroughputExceeded",
    "ThrottlingException": "ThrottlingError",
    "TransactionConflictException": "TransactionConflict",
    "ValidationException": "ValidationError",
}
"""The code of a reason by that of the error of the same write alone; every other error is that of the whole request."""

_EMPTY_KEY = "One or more parameter values are not valid. "
"""So begin the errors about empty values in keys, which refuse the whole request:
https://github.com/paritysuite/dynamodb-conformance/pull/60"""


def is_reason(error: AwsError) -> bool:
    """Whether an error of one action cancels the transaction, rather than being the answer itself."""
    return error.code in CODES and not error.message.startswith(_EMPTY_KEY)


def cancelled(found: Sequence[AwsError | None]) -> AwsError:
    """TransactionCanceledException. Takes the error of each action, None for those that have none."""
    reasons = [_reason(error) for error in found]
    codes = ", ".join([reason["Code"] for reason in reasons])
    message = f"{errors.TRANSACTION_CANCELED.message} [{codes}]"
    return errors.TRANSACTION_CANCELED(message, CancellationReasons=reasons)


def only(place: int, error: AwsError, count: int) -> AwsError:
    """TransactionCanceledException for the error of the one action in this place."""
    return cancelled([error if place == other else None for other in range(count)])


def _reason(error: AwsError | None) -> dict[str, Any]:
    if error is None:
        return {"Code": "None"}
    return {"Code": CODES[error.code], "Message": error.message, **error.fields}
