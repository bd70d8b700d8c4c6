"""Invoke, InvokeAsync and InvokeWithResponseStream.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
https://docs.aws.amazon.com/lambda/latest/api/API_InvokeAsync.html
https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html
"""

from __future__ import annotations

import binascii
import functools
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable
from typing import Any

from homeport.aws.lambda_.invoking import errors, limits
from homeport.aws.lambda_.invoking.invocation import Invocation
from homeport.aws.lambda_.invoking.invocations import Invocations
from homeport.aws.lambda_.invoking.streams import ResponseStream
from homeport.aws.protocol.call import AwsError, Call, Operation, Output, Params
from homeport.edge import http

TYPES = ("Event", "RequestResponse", "DryRun")
STREAM_TYPES = ("RequestResponse", "DryRun")


async def invoke(invocations: Invocations, call: Call, params: Params) -> Output:
    """Runs a function now or later, or only looks whether it could."""
    kind = _type(params, TYPES)
    invocation = _invocation(call, params)
    if kind == "DryRun":
        await invocations.check(invocation)
        return Output({"StatusCode": 204})
    if kind == "Event":
        await invocations.accept(invocation)
        return Output({"StatusCode": 202})
    result = await invocations.invoke(invocation)
    members: Params = {
        "StatusCode": 200,
        "ExecutedVersion": result.executed_version,
        "Payload": result.payload,
    }
    if result.function_error:
        members["FunctionError"] = result.function_error
    if invocation.wants_log:
        members["LogResult"] = b64encode(result.log).decode()
    return Output(members, headers=_headers(result.trace))


async def invoke_async(invocations: Invocations, call: Call, params: Params) -> Output:
    """Runs a function later; the older form of Invoke with `Event`."""
    payload = await params["InvokeArgs"].read(limits.REQUEST_BYTES)
    await invocations.accept(_invocation(call, {**params, "Payload": payload}))
    return Output({"Status": 202})


async def invoke_with_response_stream(
    invocations: Invocations, call: Call, params: Params
) -> Output:
    """Runs a function and passes its response on while it comes."""
    kind = _type(params, STREAM_TYPES)
    invocation = _invocation(call, params)
    if kind == "DryRun":
        await invocations.check(invocation)
        return Output({"StatusCode": 204})
    stream = await invocations.stream(invocation)
    members = {
        "StatusCode": 200,
        "ExecutedVersion": stream.executed_version,
        "EventStream": ResponseEvents(stream, wants_log=invocation.wants_log),
    }
    return Output(members, headers=[("X-Amzn-Trace-Id", _public(stream.trace))])


class ResponseEvents:
    """The events of a streamed response.

    https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStreamResponseEvent.html
    """

    def __init__(self, stream: ResponseStream, *, wants_log: bool) -> None:
        self._stream = stream
        self._wants_log = wants_log
        self._is_complete = False

    def __aiter__(self) -> ResponseEvents:
        """Pieces, then the end."""
        return self

    async def __anext__(self) -> Params:
        """The next event."""
        async for piece in self._stream:
            if piece:
                return {"PayloadChunk": {"Payload": piece}}
        if self._is_complete:
            raise StopAsyncIteration
        self._is_complete = True
        return {"InvokeComplete": self._complete()}

    def _complete(self) -> Params:
        stream, found = self._stream, {}
        if stream.error_code:
            found = {"ErrorCode": stream.error_code, "ErrorDetails": stream.error_details}
        if self._wants_log:
            found["LogResult"] = b64encode(stream.log).decode()
        return found

    async def aclose(self) -> None:
        """Nobody reads on."""
        await self._stream.aclose()


def _headers(trace: str) -> http.Headers:
    return [("Content-Type", "application/json"), ("X-Amzn-Trace-Id", _public(trace))]


def _public(trace: str) -> str:
    """The trace as a client sees it: without the part that names the invocation."""
    return ";".join(part for part in trace.split(";") if not part.startswith("Parent="))


def _type(params: Params, allowed: tuple[str, ...]) -> str:
    kind: str = params.get("InvocationType", "RequestResponse")
    if kind not in allowed:
        raise _not_in_enum("invocationType", kind, allowed)
    if params.get("LogType", "None") not in ("None", "Tail"):
        raise _not_in_enum("logType", params["LogType"], ("None", "Tail"))
    return kind


def _not_in_enum(member: str, value: str, allowed: tuple[str, ...]) -> AwsError:
    """https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html"""
    text = (
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: "
        f"Member must satisfy enum value set: [{', '.join(allowed)}]"
    )
    return AwsError("ValidationException", text)


def _invocation(call: Call, params: Params) -> Invocation:
    _refuse_what_is_not_there(params)
    return Invocation(
        call.account,
        call.region,
        params["FunctionName"],
        params.get("Payload", b""),
        params.get("Qualifier"),
        _client_context(params.get("ClientContext", "")),
        request_id=call.request_id,
        trace=_trace(call),
        wants_log=params.get("LogType") == "Tail",
    )


def _refuse_what_is_not_there(params: Params) -> None:
    """No function here is durable or isolates tenants; AWS refuses these for functions that are not. Its texts are unrecorded."""
    if params.get("DurableExecutionName"):
        raise errors.invalid_parameter("The function is not configured for durable execution.")
    if params.get("TenantId"):
        raise errors.invalid_parameter("The function is not configured with tenant isolation.")


def _client_context(encoded: str) -> str:
    if not encoded:
        return ""
    if len(encoded) > limits.CLIENT_CONTEXT_BYTES:
        raise errors.invalid_parameter("Client context must be at most 3583 bytes of base64.")
    try:
        return b64decode(encoded, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        # The text is unrecorded.
        raise errors.not_json(
            "Client context must be a valid Base64-encoded JSON object."
        ) from None


def _trace(call: Call) -> str:
    given = call.request.headers.get("x-amzn-trace-id", "")
    return given if given.startswith("Root=") and len(given) <= _TRACE_CHARACTERS else ""


_TRACE_CHARACTERS = 256


OPERATIONS: dict[str, Callable[[Invocations, Call, Params], Awaitable[Any]]] = {
    "Invoke": invoke,
    "InvokeAsync": invoke_async,
    "InvokeWithResponseStream": invoke_with_response_stream,
}


def table(invocations: Invocations) -> dict[str, Operation]:
    """The operations, bound to their object, for the service's table."""
    return {name: functools.partial(work, invocations) for name, work in OPERATIONS.items()}
