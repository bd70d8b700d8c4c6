"""The error of a request that says something that no table could hold.

On PutItem and UpdateItem the real service puts `1 validation error detected: ` before this family of errors (empty sets, sets with
duplicates, a NULL that is false, an expression that cannot be read), on other operations it does not; errors of numbers, of nesting,
of keys, and of values with no type or two come without it everywhere. Recorded in eu-west-2:
https://github.com/nubo-db/dynoxide/pull/152, https://github.com/paritysuite/dynamodb-conformance
"""

from __future__ import annotations

from homeport.aws.dynamodb import errors
from homeport.aws.protocol.call import AwsError

ENVELOPE = "1 validation error detected: "


class Invalid(AwsError):
    """A ValidationException of the family that two operations put into an envelope."""

    def __init__(self, message: str) -> None:
        super().__init__(errors.VALIDATION.code, message, errors.VALIDATION.status)

    def enveloped(self) -> AwsError:
        """The same error as PutItem and UpdateItem say it."""
        return errors.VALIDATION(ENVELOPE + self.message)
