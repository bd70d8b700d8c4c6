"""Errors of Amazon DynamoDB: the code of the model, the status, the usual message.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
"""

from __future__ import annotations

from homeport.aws.protocol.call import ErrorKind

VALIDATION = ErrorKind("ValidationException", 400, "The request is not valid.")
SERIALIZATION = ErrorKind("SerializationException", 400, "The body cannot be read.")
CONDITION_FAILED = ErrorKind(
    "ConditionalCheckFailedException", 400, "The conditional request failed"
)
TABLE_NOT_FOUND = ErrorKind("ResourceNotFoundException", 400, "Requested resource not found")
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html#Programming.Errors.MessagesAndCodes;
operations on the table itself say `Requested resource not found: Table: NAME not found`."""
RESOURCE_IN_USE = ErrorKind(
    "ResourceInUseException", 400, "Attempt to change a resource which is still in use"
)
LIMIT_EXCEEDED = ErrorKind(
    "LimitExceededException", 400, "Too many operations for a given subscriber."
)
COLLECTION_TOO_LARGE = ErrorKind(
    "ItemCollectionSizeLimitExceededException", 400, "Collection size exceeded."
)
TRANSACTION_CANCELED = ErrorKind(
    "TransactionCanceledException",
    400,
    "Transaction cancelled, please refer cancellation reasons for specific reasons",
)
TRANSACTION_CONFLICT = ErrorKind(
    "TransactionConflictException", 400, "Transaction is ongoing for the item"
)
TOKEN_MISMATCH = ErrorKind(
    "IdempotentParameterMismatchException",
    400,
    "Provided idempotency token matches a different transaction request.",
)
POLICY_NOT_FOUND = ErrorKind(
    "PolicyNotFoundException",
    400,
    "Resource-based policy not found for the provided ResourceArn.",
)
ACCESS_DENIED = ErrorKind(
    "AccessDeniedException", 400, "You are not authorized to perform this operation."
)
NOT_IMPLEMENTED = ErrorKind("NotImplemented", 501, "Homeport does not implement this.")
"""What AWS has and Homeport lacks is refused by its name, never passed over."""
