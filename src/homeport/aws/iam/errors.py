"""Errors of IAM: the code of the model, the status, the usual message.

https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
Recorded at AWS where nothing else is said, in
https://github.com/localstack/localstack/blob/main/tests/aws/services/iam/test_iam.snapshot.json
or as users quote them (https://github.com/hashicorp/terraform-provider-aws/issues?q=label%3Aservice%2Fiam).
"""

from __future__ import annotations

from homeport.aws.protocol.call import AwsError, ErrorKind

VALIDATION = ErrorKind("ValidationError", 400, "The input fails to satisfy a constraint.")
NO_SUCH_ENTITY = ErrorKind("NoSuchEntityException", 404, "The entity cannot be found.")
ALREADY_EXISTS = ErrorKind("EntityAlreadyExistsException", 409, "The entity already exists.")
DELETE_CONFLICT = ErrorKind(
    "DeleteConflictException", 409, "Cannot delete entity, must remove referenced objects first."
)
LIMIT_EXCEEDED = ErrorKind("LimitExceededException", 409, "Cannot exceed quota.")
MALFORMED_POLICY = ErrorKind(
    "MalformedPolicyDocumentException", 400, "This policy contains invalid Json"
)
INVALID_INPUT = ErrorKind("InvalidInputException", 400, "The input is invalid.")
UNMODIFIABLE = ErrorKind(
    "UnmodifiableEntityException",
    400,
    "Cannot perform the operation on the protected role.",
)
UNKNOWN_KEY = ErrorKind(
    "InvalidClientTokenId", 403, "The security token included in the request is invalid."
)
INVALID_ARN = VALIDATION("Invalid ARN:  Could not be parsed!")
DUPLICATE_TAGS = INVALID_INPUT(
    "Duplicate tag keys found. Please note that Tag keys are case insensitive."
)
NO_USER_NAME = VALIDATION("Must specify userName when calling with non-User credentials")


def quota(name: str, limit: int) -> AwsError:
    """One thing too many."""
    return LIMIT_EXCEEDED(f"Cannot exceed quota for {name}: {limit}")


def constraint(value: object, member: str, rule: str) -> AwsError:
    """A member that breaks a rule, in the words of AWS's framework."""
    return VALIDATION(
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {rule}"
    )


def policy_not_found(arn: str) -> AwsError:
    """A managed policy that is asked for and not there."""
    return NO_SUCH_ENTITY(f"Policy {arn} was not found.")


def not_attachable(arn: str) -> AwsError:
    """A managed policy that is named by another operation and not there."""
    return NO_SUCH_ENTITY(f"Policy {arn} does not exist or is not attachable.")
