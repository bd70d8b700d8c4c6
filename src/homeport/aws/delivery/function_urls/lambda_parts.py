"""Our AWS Lambda as function URLs see it."""

from __future__ import annotations

from typing import Any

from homeport.aws.delivery.function_urls.url import Cors, Url
from homeport.aws.lambda_.invoking.invocation import Invocation, Result
from homeport.aws.lambda_.invoking.invocations import Invocations
from homeport.aws.lambda_.invoking.streams import ResponseStream
from homeport.aws.lambda_.lambda_ import Lambda


class LambdaUrls:
    """Implements `homeport.aws.delivery.function_urls.url.Urls`."""

    def __init__(self, lambda_: Lambda) -> None:
        self._lambda = lambda_

    def find(self, url_id: str) -> Url | None:
        """The URL whose host begins with this label."""
        kept = self._lambda.url(url_id)
        if kept is None:
            return None
        return Url(
            kept.id,
            kept.function.account,
            kept.function.region,
            kept.arn,
            needs_signature=kept.body["AuthType"] == "AWS_IAM",
            is_streaming=kept.body.get("InvokeMode") == "RESPONSE_STREAM",
            cors=_cors(kept.body.get("Cors")),
        )


def _cors(said: dict[str, Any] | None) -> Cors | None:
    if not said:
        return None
    return Cors(
        said.get("AllowOrigins") or (),
        said.get("AllowMethods") or (),
        said.get("AllowHeaders") or (),
        said.get("ExposeHeaders") or (),
        said.get("MaxAge"),
        is_credentialed=bool(said.get("AllowCredentials")),
    )


class InvokedFunctions:
    """Implements `homeport.aws.delivery.function_urls.url.Functions`."""

    def __init__(self, invocations: Invocations) -> None:
        self._invocations = invocations

    async def invoke(
        self, function_arn: str, payload: bytes, *, request_id: str, trace: str
    ) -> Result:
        """Invokes a function and waits for it."""
        return await self._invocations.invoke(_invocation(function_arn, payload, request_id, trace))

    async def stream(
        self, function_arn: str, payload: bytes, *, request_id: str, trace: str
    ) -> ResponseStream:
        """Invokes a function, and returns when its response begins."""
        return await self._invocations.stream(_invocation(function_arn, payload, request_id, trace))


def _invocation(function_arn: str, payload: bytes, request_id: str, trace: str) -> Invocation:
    _, _, _, region, account, *_ = function_arn.split(":")
    return Invocation(account, region, function_arn, payload, request_id=request_id, trace=trace)
