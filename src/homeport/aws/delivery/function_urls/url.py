"""What function URLs need of the others: which there are, and their functions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

LABEL = "lambda-url"
"""The second label of the host of every function URL."""


@dataclass(frozen=True, slots=True)
class Cors:
    """https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html"""

    origins: Sequence[str] = ()
    methods: Sequence[str] = ()
    headers: Sequence[str] = ()
    exposed: Sequence[str] = ()
    max_age_s: int | None = None
    is_credentialed: bool = False


@dataclass(frozen=True, slots=True)
class Url:
    """https://docs.aws.amazon.com/lambda/latest/api/API_FunctionUrlConfig.html"""

    id: str
    account: str
    region: str
    function_arn: str
    """With the alias that it is of."""
    needs_signature: bool = False
    """Whether its AuthType is AWS_IAM."""
    is_streaming: bool = False
    cors: Cors | None = None


class Urls(Protocol):
    """The URLs of all accounts and regions."""

    def find(self, url_id: str) -> Url | None:
        """The URL whose host begins with this label."""


class Answer(Protocol):
    """How a function has answered."""

    @property
    def payload(self) -> bytes:
        """JSON."""

    @property
    def function_error(self) -> str:
        """Empty where it succeeded."""


class Stream(Protocol):
    """A response that is still being written."""

    @property
    def content_type(self) -> str:
        """As the function said it."""

    @property
    def error_code(self) -> str:
        """Known after the last piece; empty where it succeeded."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The pieces as they come."""

    async def aclose(self) -> None:
        """Nobody reads on."""


class Functions(Protocol):
    """The functions, called for a request."""

    async def invoke(
        self, function_arn: str, payload: bytes, *, request_id: str, trace: str
    ) -> Answer:
        """Invokes a function and waits for it. Raises the `AwsError` that a client of Invoke would get."""

    async def stream(
        self, function_arn: str, payload: bytes, *, request_id: str, trace: str
    ) -> Stream:
        """Invokes a function, and returns when its response begins. Raises as `invoke`."""


def label_of(host: str) -> tuple[str, str] | None:
    """Identifier and region of a function URL's host, `ID.lambda-url.REGION.DOMAIN`; None for any other host."""
    name = host.partition(":")[0].lower()
    if LABEL not in name:
        return None
    labels = name.split(".")
    if len(labels) < 4 or labels[1] != LABEL:
        return None
    return labels[0], labels[2]
