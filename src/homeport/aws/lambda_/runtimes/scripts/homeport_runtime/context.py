"""What a handler gets beside its event. https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

from __future__ import annotations

import json
import os
import sys
import time

from .errors import Fault

TYPE_CHECKING = False  # the module that defines it takes longer to load than all of this
if TYPE_CHECKING:
    from typing import Any


class CognitoIdentity:
    """Who calls, where the caller has a Cognito identity."""

    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")

    def __init__(self, told: dict[str, str]) -> None:
        self.cognito_identity_id = told.get("cognitoIdentityId")
        self.cognito_identity_pool_id = told.get("cognitoIdentityPoolId")

    def __repr__(self) -> str:
        return _shown(self, self.__slots__)


class Client:
    """The application that calls, by its mobile SDK."""

    __slots__ = (
        "app_package_name",
        "app_title",
        "app_version_code",
        "app_version_name",
        "installation_id",
    )

    def __init__(self, told: dict[str, str]) -> None:
        for name in self.__slots__:
            setattr(self, name, told.get(name))

    def __repr__(self) -> str:
        return _shown(self, self.__slots__)


class ClientContext:
    """What the caller gave as its context."""

    __slots__ = ("client", "custom", "env")

    def __init__(self, told: dict[str, Any]) -> None:
        self.custom = told.get("custom")
        self.env = told.get("env")
        client = told.get("client")
        self.client = None if client is None else Client(client)

    def __repr__(self) -> str:
        return _shown(self, self.__slots__)


class LambdaContext:
    """What a handler gets beside its event. https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

    def __init__(self, headers: dict[str, str]) -> None:
        self.aws_request_id = headers.get("lambda-runtime-aws-request-id", "")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
        told = _parsed(headers, "lambda-runtime-client-context", "Client Context")
        self.client_context = None if told is None else ClientContext(told)
        identity = _parsed(headers, "lambda-runtime-cognito-identity", "Cognito Identity")
        self.identity = CognitoIdentity(identity or {})
        self._epoch_deadline_time_in_ms = int(headers.get("lambda-runtime-deadline-ms", "0"))

    def get_remaining_time_in_millis(self) -> int:
        """How long the invocation may still take."""
        return max(0, self._epoch_deadline_time_in_ms - int(_now() * 1000))

    def log(self, msg: object) -> None:
        """Writes to the log as it is."""
        sys.stdout.write(str(msg))

    def __repr__(self) -> str:
        return _shown(
            self,
            (
                "aws_request_id",
                "log_group_name",
                "log_stream_name",
                "function_name",
                "memory_limit_in_mb",
                "function_version",
                "invoked_function_arn",
                "client_context",
                "identity",
                "tenant_id",
            ),
        )


def _shown(thing: object, names: tuple[str, ...]) -> str:
    fields = ",".join(f"{name}={getattr(thing, name)}" for name in names)
    return f"{type(thing).__name__}([{fields}])"


def _parsed(headers: dict[str, str], name: str, what: str) -> dict[str, Any] | None:
    header = headers.get(name)
    if not header:
        return None
    try:
        told: dict[str, Any] = json.loads(header)
        return told
    except ValueError as error:
        raise Fault(
            "Runtime.LambdaContextUnmarshalError", f"Unable to parse {what} JSON: {error}"
        ) from error


def _now() -> float:
    """The environment has the clock of the machine and no other."""
    return time.clock_gettime(time.CLOCK_REALTIME)
