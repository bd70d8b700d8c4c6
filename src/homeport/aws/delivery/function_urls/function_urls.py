"""Answers requests to function URLs.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from homeport.aws.delivery.function_urls import cors, event, limits, response
from homeport.aws.delivery.function_urls.url import Functions, Url, Urls, label_of
from homeport.aws.dispatching.authentication import Authentication
from homeport.aws.protocol.call import AwsError
from homeport.aws.signing import credential, errors
from homeport.aws.signing.credential import Credential, Form
from homeport.clock import Clock
from homeport.edge import http

logger = logging.getLogger(__name__)

DENIED = "AccessDeniedException"


class FunctionUrls:
    """All function URLs. To be asked before a request is looked at as a call of a service."""

    def __init__(
        self,
        urls: Urls,
        functions: Functions,
        authentication: Authentication,
        clock: Clock,
        ids: Callable[[], str],
    ) -> None:
        self._urls = urls
        self._functions = functions
        self._authentication = authentication
        self._clock = clock
        self._ids = ids

    def answer(self, request: http.Request) -> http.Response | Awaitable[http.Response] | None:
        """The response, or what will give it; None where the request is for no function URL."""
        label = label_of(request.headers.get("host", ""))
        if label is None:
            return None
        url = self._urls.find(label[0])
        if url is None or url.region != label[1]:
            return response.refused(403, None, DENIED)
        if url.cors is not None and cors.is_preflight(request):
            return cors.preflight(url.cors, request)
        return self._answer(url, request)

    async def _answer(self, url: Url, request: http.Request) -> http.Response:
        request_id = self._ids()
        answer = await self._invoke(url, request, request_id)
        answer.headers = [*answer.headers, ("x-amzn-RequestId", request_id)]
        return answer if url.cors is None else cors.allow(url.cors, request, answer)

    async def _invoke(self, url: Url, request: http.Request, request_id: str) -> http.Response:
        try:
            body = await request.body.read(limits.BODY)
            caller = credential.ANONYMOUS
            if url.needs_signature:
                caller = self._signed(request, body)
            return await self._call(url, request, body, request_id, caller)
        except http.BodyTooLarge:
            return response.refused(413, "Request Entity Too Large", "RequestTooLargeException")
        except _Forbidden:
            return response.refused(403, "Forbidden", DENIED)
        except AwsError as error:
            if error.status >= 500:
                logger.warning("The function URL %s failed: %s", url.id, error)
                return response.failed()
            message = error.message or error.fields.get("Message", "")
            return response.refused(error.status, message, error.code)

    async def _call(
        self, url: Url, request: http.Request, body: bytes, request_id: str, caller: Credential
    ) -> http.Response:
        now = self._clock.now()
        trace = request.headers.setdefault(event.TRACE, event.trace(now, self._ids()))
        payload = event.payload(url, request, body, request_id, now, caller)
        arn = url.function_arn
        if url.is_streaming:
            stream = await self._functions.stream(arn, payload, request_id=request_id, trace=trace)
            return await response.streamed(stream)
        answer = await self._functions.invoke(arn, payload, request_id=request_id, trace=trace)
        return response.buffered(answer)

    def _signed(self, request: http.Request, body: bytes) -> Credential:
        """Who has signed the request; it is verified where signatures are."""
        try:
            caller = credential.of(request)
            if caller.form is Form.NONE:
                raise _Forbidden
            checked = self._authentication.check_head(request, caller, s3_path=None)
            self._authentication.check_body(request, caller, errors.JSON, body, checked)
        except (AwsError, credential.Malformed) as wrong:
            raise _Forbidden from wrong
        return caller


class _Forbidden(Exception):
    """The request is not signed as it should be."""
