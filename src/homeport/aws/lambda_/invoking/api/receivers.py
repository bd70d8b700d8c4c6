"""What takes the bodies of requests to the Runtime API."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable

from homeport.aws.lambda_.invoking import limits
from homeport.aws.lambda_.invoking.api import replies
from homeport.aws.lambda_.invoking.api.connection import Connection
from homeport.aws.lambda_.invoking.streams import ResponseStream

ERROR_TYPE = "lambda-runtime-function-error-type"
ERROR_BODY = "lambda-runtime-function-error-body"
"""The trailers of a streamed response that fails in its middle:
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming"""

TRUNCATED = "Runtime.TruncatedResponse"
"""https://github.com/aws/aws-lambda-runtime-interface-emulator/blob/develop/internal/lambda/fatalerror/fatalerror.go"""


class Refusal:
    """Reads a body that nobody wants, and answers then."""

    def __init__(self, answer: bytes, connection: Connection) -> None:
        self._answer = answer
        self._connection = connection
        self._total = 0

    def feed(self, data: bytes) -> bool:
        """Drops it, up to a limit."""
        self._total += len(data)
        if self._total > limits.STREAM_BYTES:
            self._connection.abort()
        return True

    def end(self, trailers: dict[str, str]) -> bytes | None:  # noqa: ARG002 - Receiver.end
        """The answer."""
        return self._answer

    def lost(self) -> None:
        """Nobody waits for the answer."""


class Wait:
    """A request for the next invocation; its answer comes with the invocation."""

    def __init__(self, asked: Callable[[], bytes | None], gone: Callable[[], None]) -> None:
        self._asked = asked
        self._gone = gone

    def feed(self, data: bytes) -> bool:  # noqa: ARG002 - Receiver.feed
        """A GET has no body that anybody wants."""
        return True

    def end(self, trailers: dict[str, str]) -> bytes | None:  # noqa: ARG002 - Receiver.end
        """The invocation where it is there already."""
        return self._asked()

    def lost(self) -> None:
        """The runtime hung up before there was an invocation."""
        self._gone()


class Whole:
    """A body that is taken whole, up to a limit."""

    def __init__(
        self,
        limit: int,
        done: Callable[[bytes, dict[str, str]], bytes],
        failed: Callable[[str], bytes],
    ) -> None:
        """`failed` is told that the body is too large, or was cut."""
        self._limit = limit
        self._done = done
        self._failed = failed
        self._pieces: list[bytes] = []
        self._total = 0

    def feed(self, data: bytes) -> bool:
        """Holds it while it is within the limit."""
        self._total += len(data)
        if self._total <= self._limit:
            self._pieces.append(data)
        else:
            self._pieces.clear()
        return True

    def end(self, trailers: dict[str, str]) -> bytes | None:
        """What came of it."""
        if self._total > self._limit:
            return self._failed("Function.ResponseSizeTooLarge")
        body = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        return self._done(body, trailers)

    def lost(self) -> None:
        """The body was cut."""
        self._failed(TRUNCATED)


class Streamed:
    """A response that is handed on while it comes."""

    def __init__(
        self,
        stream: ResponseStream,
        connection: Connection,
        done: Callable[[], bytes],
    ) -> None:
        self._stream = stream
        self._connection = connection
        self._done = done

    def feed(self, data: bytes) -> bool:
        """Hands it on; the runtime waits while the reader has not caught up."""
        has_room = self._stream.put(data)
        if not has_room:
            self._stream.on_room = self._connection.resume
        return has_room

    def end(self, trailers: dict[str, str]) -> bytes | None:
        """The end of the stream, or the error that the function met in its middle."""
        kind, text = error_of(trailers)
        if kind:
            self._stream.fail(kind, text.decode("utf-8", "replace"))
        else:
            self._stream.end()
        answer = self._done()
        return replies.too_large(limits.STREAM_BYTES) if self._is_too_large() else answer

    def _is_too_large(self) -> bool:
        return self._stream.error_code == "Function.ResponseSizeTooLarge"

    def lost(self) -> None:
        """The stream was cut."""
        self._stream.fail(TRUNCATED, "")
        self._done()


def error_of(trailers: dict[str, str]) -> tuple[str, bytes]:
    """Type and body of the error that trailers tell of; empty where there is none."""
    kind = trailers.get(ERROR_TYPE, "")
    try:
        return kind, b64decode(trailers.get(ERROR_BODY, ""), validate=True)
    except (NotBase64, ValueError):
        # Runtimes of others may send it plain.
        return kind, trailers.get(ERROR_BODY, "").encode("latin-1")
