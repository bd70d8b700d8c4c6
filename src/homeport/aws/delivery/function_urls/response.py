"""What a function's answer makes of the response.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from homeport.aws.delivery.function_urls import limits
from homeport.aws.delivery.function_urls.url import Answer, Stream
from homeport.edge import http

JSON = "application/json"
PRELUDE = "application/vnd.awslambda.http-integration-response"
"""The content type of a stream that begins with status and headers as JSON, and eight NULs:
https://docs.aws.amazon.com/lambda/latest/dg/response-streaming-tutorial.html"""
_NULS = bytes(8)
_STREAM = "application/octet-stream"
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]*")
_OURS = frozenset({"connection", "content-length", "date", "keep-alive", "transfer-encoding"})
"""Headers that are the server's to write."""


class Unusable(Exception):
    """An answer that is no response."""


def failed() -> http.Response:
    """The function has failed.

    Recorded: `test_lambda_url_invocation_exception` in
    https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/test_lambda.py
    """
    return http.Response(502, [("Content-Type", JSON)], b"Internal Server Error")


def refused(status: int, message: str | None, code: str) -> http.Response:
    """An error of the URL itself. Recorded: `test_lambda_url_non_existing_url` in the same file."""
    headers = [("Content-Type", JSON), ("x-amzn-ErrorType", code)]
    return http.Response(
        status, headers, json.dumps({"Message": message}, separators=(",", ":")).encode()
    )


def buffered(answer: Answer) -> http.Response:
    """The response of an answer that is whole."""
    if answer.function_error:
        return failed()
    try:
        found = json.loads(answer.payload or b"null")
        if isinstance(found, dict) and "statusCode" in found:
            return http.Response(_status(found), list(_headers(found, JSON)), _body(found))
    except (Unusable, ValueError, RecursionError):
        return failed()
    return http.Response(200, [("Content-Type", JSON)], _written(found))


def _written(found: Any) -> bytes:
    """A text as it is, all else as JSON without blanks (`test_lambda_url_invocation[list-mixed]` in the file above)."""
    is_text = isinstance(found, str)
    text = found if is_text else json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="replace")


async def streamed(stream: Stream) -> http.Response:
    """The response of a stream, once it is known how it begins."""
    pieces = aiter(stream)
    try:
        first = await anext(pieces, None)
        if first is None and stream.error_code:
            await stream.aclose()
            return failed()
        if stream.content_type.partition(";")[0].strip() == PRELUDE:
            found, first = await _prelude(first or b"", pieces)
            status, headers = _status({"statusCode": 200} | found), list(_headers(found, _STREAM))
        else:
            status, headers = 200, [("Content-Type", stream.content_type or _STREAM)]
    except (Unusable, ValueError, RecursionError):
        await stream.aclose()
        return failed()
    except BaseException:
        await stream.aclose()
        raise
    return http.Response(status, headers, _Body(first or b"", pieces, stream))


async def _prelude(head: bytes, pieces: AsyncIterator[bytes]) -> tuple[dict[str, Any], bytes]:
    """What stands in front of the NULs, and what has come behind them."""
    gathered = bytearray(head)
    while (end := gathered.find(_NULS)) < 0:
        piece = await anext(pieces, None)
        if piece is None or len(gathered) > limits.PRELUDE:
            raise Unusable
        gathered += piece
    found = json.loads(gathered[:end])
    if not isinstance(found, dict):
        raise Unusable
    return found, bytes(gathered[end + len(_NULS) :])


class _Body:
    """The rest of a stream. It is let go of also where nobody has begun to read it."""

    def __init__(self, first: bytes, pieces: AsyncIterator[bytes], stream: Stream) -> None:
        self._first = first
        self._pieces = pieces
        self._stream = stream

    def __aiter__(self) -> _Body:
        return self

    async def __anext__(self) -> bytes:
        first, self._first = self._first, b""
        if first:
            return first
        piece = await anext(self._pieces, None)
        if piece is not None:
            return piece
        if self._stream.error_code:
            # The head is out: only a body that is cut off tells the client.
            raise http.HttpError(f"The function has failed: {self._stream.error_code}", 502)
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """Nobody reads on."""
        await self._stream.aclose()


def _status(found: Mapping[str, Any]) -> int:
    """The status; a text of digits is one too (`test_lambda_url_headers_and_status` in the file above)."""
    said = found["statusCode"]
    if isinstance(said, str) and said.isascii() and said.isdigit() and len(said) == 3:
        said = int(said)
    if isinstance(said, bool) or not isinstance(said, int) or not 200 <= said <= 599:
        raise Unusable
    return said


def _headers(found: Mapping[str, Any], content_type: str) -> Iterator[tuple[str, str]]:
    said = found.get("headers") or {}
    cookies = found.get("cookies") or []
    if not isinstance(said, dict) or not isinstance(cookies, list):
        raise Unusable
    if not any(name.lower() == "content-type" for name in said):
        yield "Content-Type", content_type
    for name, value in said.items():
        if not _NAME.fullmatch(name):
            raise Unusable
        if name.lower() not in _OURS:
            yield name, _value(value)
    for cookie in cookies:
        yield "Set-Cookie", _value(cookie)


def _value(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    if not _VALUE.fullmatch(text):
        raise Unusable
    # Header fields are bytes; what is not Latin-1 goes out as UTF-8.
    return text.encode(errors="replace").decode("latin-1") if not text.isascii() else text


def _body(found: Mapping[str, Any]) -> bytes:
    said = found.get("body")
    if said is None:
        return b""
    if not isinstance(said, str) or not found.get("isBase64Encoded"):
        return _written(said)
    try:
        return base64.b64decode(said)
    except binascii.Error as error:
        raise Unusable from error
