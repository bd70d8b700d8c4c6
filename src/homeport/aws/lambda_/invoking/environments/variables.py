"""The environment variables of a function.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
Values as recorded in `test_lambda_init_environment`,
https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/test_lambda.snapshot.json
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from homeport.aws.lambda_.model import IMAGE, Version


class Credentials(NamedTuple):
    """What a function calls AWS with."""

    access_key: str
    secret: str
    token: str


Issue = Callable[[Version], Credentials]
"""Gives a function its credentials."""


def of_account(version: Version) -> Credentials:
    """The keys that our own AWS takes for the account of the function: its number stands for it."""
    return Credentials(version.function.account, "test", "test")


def of(version: Version, stream: str, credentials: Credentials, endpoint: str) -> dict[str, str]:
    """All that a function sees. Its own variables may replace those that AWS lets it replace, and where our AWS is."""
    return {
        **_replaceable(version, endpoint),
        **version.environment,
        **_fixed(version, stream, credentials),
    }


def _replaceable(version: Version, endpoint: str) -> dict[str, str]:
    found = {"LANG": "en_US.UTF-8", "TZ": ":UTC", "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR"}
    if version.runtime and not version.runtime.startswith("provided"):
        found["AWS_EXECUTION_ENV"] = f"AWS_Lambda_{version.runtime}"
    if endpoint:
        place = urlsplit(endpoint)
        found["AWS_ENDPOINT_URL"] = endpoint
        # For code that was written for LocalStack:
        # https://docs.localstack.cloud/aws/services/lambda/#special-tools
        found["LOCALSTACK_HOSTNAME"] = place.hostname or ""
        found["EDGE_PORT"] = str(place.port or 443)
    return found


def _fixed(version: Version, stream: str, credentials: Credentials) -> Mapping[str, str]:
    function = version.function
    found = {
        "AWS_ACCESS_KEY_ID": credentials.access_key,
        "AWS_SECRET_ACCESS_KEY": credentials.secret,
        "AWS_SESSION_TOKEN": credentials.token,
        "AWS_REGION": function.region,
        "AWS_DEFAULT_REGION": function.region,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": version.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(version.memory_mb),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": version.logging.group,
        "AWS_LAMBDA_LOG_STREAM_NAME": stream,
    }
    if version.package_type != IMAGE:
        found["_HANDLER"] = version.handler
    if version.logging.format == "JSON":
        # What AWS's runtimes look at: https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
        found["AWS_LAMBDA_LOG_FORMAT"] = "JSON"
        found["AWS_LAMBDA_LOG_LEVEL"] = version.logging.application_level or "INFO"
    return found
