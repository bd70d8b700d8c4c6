"""The errors of AWS Lambda.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html#API_CreateFunction_Errors
Texts are those recorded of AWS in
https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/test_lambda_api.snapshot.json where no other link is given.
"""

from __future__ import annotations

from typing import NamedTuple

from homeport.aws.protocol.call import AwsError


class Kind(NamedTuple):
    """One row of the table. Calling it makes the error to raise, which blames the user as AWS's do."""

    code: str
    status: int
    message: str = ""

    def __call__(self, message: str | None = None) -> AwsError:
        """The error, with a text of its own where one is given."""
        return AwsError(self.code, message or self.message, self.status, fields={"Type": "User"})


INVALID = Kind("InvalidParameterValueException", 400)
NOT_FOUND = Kind("ResourceNotFoundException", 404, "The resource you requested does not exist.")
CONFLICT = Kind("ResourceConflictException", 409)
PRECONDITION = Kind("PreconditionFailedException", 412)
POLICY_LENGTH = Kind("PolicyLengthExceededException", 400)
CODE_STORAGE = Kind("CodeStorageExceededException", 400, "Code storage limit exceeded.")
NO_PROVISIONED = Kind(
    "ProvisionedConcurrencyConfigNotFoundException",
    404,
    "No Provisioned Concurrency Config found for this function",
)


def without_blame(text: str) -> AwsError:
    """A value that is not possible, of the few whose recorded answers have no `Type`.

    test_function_concurrency_limits, test_provisioned_concurrency_limits, test_notfound_and_invalid_routingconfigs
    """
    return AwsError(INVALID.code, text, INVALID.status)


def validation(text: str) -> AwsError:
    """What breaks a constraint of the model; AWS's framework raises it before the service sees the request."""
    return AwsError("ValidationException", text, 400)


def constraint(value: object, place: str, rule: str) -> AwsError:
    """One broken constraint, in the words of the framework."""
    return validation(
        f"1 validation error detected: Value '{value}' at '{place}' failed to satisfy constraint: {rule}"
    )


def too_large(text: str) -> AwsError:
    """An archive that is too large to be sent: test_oversized_zipped_create_lambda."""
    return AwsError("RequestEntityTooLargeException", text, 413)


def function_not_found(arn: str) -> AwsError:
    """A function, version or alias that is not there."""
    return NOT_FOUND(f"Function not found: {arn}")


def alias_not_found(arn: str) -> AwsError:
    """An alias that is not there, as most operations on qualifiers say it."""
    return NOT_FOUND(f"Cannot find alias arn: {arn}")


def revision(operation: str) -> AwsError:
    """A RevisionId that is not the latest one."""
    return PRECONDITION(
        "The Revision Id provided does not match the latest Revision Id. "
        f"Call the {operation} API to retrieve the latest Revision Id"
    )


REVISION_OF_FUNCTION = "GetFunction/GetAlias"
REVISION_OF_POLICY = "GetPolicy"
REVISION_OF_LAYER_POLICY = "GetLayerPolicy"


def not_implemented(what: str) -> AwsError:
    """A part of an operation that is not there: never a wrong success."""
    return AwsError("NotImplemented", f"Homeport does not implement {what} of AWS Lambda.", 501)


def access_denied(account: str, operation: str, arn: str) -> AwsError:
    """A function of another account. AWS's text depends on policies, which are kept and not enforced here."""
    return AwsError(
        "AccessDeniedException",
        f"User: arn:aws:iam::{account}:root is not authorized to perform: lambda:{operation} on resource: {arn}",
        403,
    )
