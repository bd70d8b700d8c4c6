"""The error of a value that no table can hold, in the words of the operation that refuses it.

The service has two layers that check values, and which one an operation runs decides the words:

- BatchWriteItem, the transactions and Scan say it the older way, which is the error as it is raised here;
- GetItem, BatchGetItem and Query say it the newer way (`newer`);
- PutItem, UpdateItem and DeleteItem say it the newer way behind `1 validation error detected: ` (`enveloped`).

Errors of nesting, of keys, and of values with no type or two are the same everywhere and are plain ValidationExceptions. Recorded in
four regions: https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/error-messages/valueLayers.test.ts
"""

from __future__ import annotations

from homeport.aws.dynamodb import errors
from homeport.aws.protocol.call import AwsError

ENVELOPE = "1 validation error detected: "


class Invalid(AwsError):
    """A ValidationException whose words depend on the operation."""

    def __init__(self, message: str, newer: str | None = None) -> None:
        super().__init__(errors.VALIDATION.code, message, errors.VALIDATION.status)
        self._newer = message if newer is None else newer

    def newer(self) -> AwsError:
        """As GetItem, BatchGetItem and Query say it."""
        return errors.VALIDATION(self._newer)

    def enveloped(self) -> AwsError:
        """As PutItem, UpdateItem and DeleteItem say it."""
        return errors.VALIDATION(ENVELOPE + self._newer)
