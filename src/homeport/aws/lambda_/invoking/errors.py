"""Errors of invocations: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors"""

from __future__ import annotations

from homeport.aws.protocol.call import AwsError

_THROTTLED = "Rate Exceeded."
"""`test_lambda_concurrency_block` in
https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/test_lambda.snapshot.json"""

RESERVED = "ReservedFunctionConcurrentInvocationLimitExceeded"
ACCOUNT = "ConcurrentInvocationLimitExceeded"


def throttled(reason: str) -> AwsError:
    """Too many invocations at the same time."""
    return AwsError(
        "TooManyRequestsException", _THROTTLED, 429, fields={"Reason": reason, "Type": "User"}
    )


def too_large(limit: int) -> AwsError:
    """A request whose payload is too large.

    Not the shape of the model: https://zaccharles.medium.com/deep-dive-lambdas-request-payload-size-limit-2-2-6350c1ae5577
    """
    text = f"Request must be smaller than {limit} bytes for the InvokeFunction operation"
    return AwsError("RequestEntityTooLargeException", "", 413, fields={"Message": text})


def not_json(reason: str) -> AwsError:
    """A payload that is no JSON. `test_lambda_invoke_payload_encoding_error` in the file above; the reason's words are Jackson's."""
    text = f"Could not parse request body into json: Could not parse payload into json: {reason}"
    return AwsError("InvalidRequestContentException", text, 400, fields={"Type": "User"})


def invalid_parameter(text: str) -> AwsError:
    """A parameter with a value that is not possible here."""
    return AwsError("InvalidParameterValueException", text, 400, fields={"Type": "User"})


def missing_runtime(text: str) -> AwsError:
    """The machine cannot run the function. The model's status, 502, would be tried again by each SDK, in vain."""
    return AwsError("InvalidRuntimeException", text, 400, fields={"Type": "User"})


def service(text: str) -> AwsError:
    """Something of ours failed."""
    return AwsError("ServiceException", text, 500, fields={"Type": "Service"})
