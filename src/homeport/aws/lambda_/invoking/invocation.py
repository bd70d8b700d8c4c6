"""What is asked of a function, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

UNHANDLED = "Unhandled"
"""The only kind of function error that AWS still answers: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html"""


@dataclass(frozen=True, slots=True)
class Invocation:
    """One call of a function."""

    account: str
    region: str
    name: str
    """A name, a partial ARN or an ARN, as Invoke takes it."""
    payload: bytes = b""
    """JSON; nothing stands for `{}`."""
    qualifier: str | None = None
    client_context: str = ""
    """As the function gets it: JSON, not base64."""
    cognito_identity: str = ""
    """JSON."""
    request_id: str = ""
    """Made where it is empty."""
    trace: str = ""
    """X-Amzn-Trace-Id; made where it is empty."""
    wants_log: bool = False


class Answer(NamedTuple):
    """What came of one run of a function."""

    payload: bytes
    function_error: str = ""
    """`Unhandled`, or empty."""
    error_type: str = ""
    """The type of the error where the function itself could not say it: `Sandbox.Timedout`, `Runtime.ExitError`, ..."""


@dataclass(frozen=True, slots=True)
class Result:
    """What Invoke answers."""

    payload: bytes
    function_error: str
    executed_version: str
    request_id: str
    trace: str = ""
    log: bytes = b""
    """The last of its log, where it was asked for."""
