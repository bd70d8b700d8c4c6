"""The Runtime API of one environment: which call the runtime may make when, and what comes of it.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import asyncio
import functools
import re
from typing import Protocol, cast

from homeport.aws.lambda_.invoking import limits
from homeport.aws.lambda_.invoking.api import receivers, replies, states
from homeport.aws.lambda_.invoking.api.connection import Address, Connection, Receiver
from homeport.aws.lambda_.invoking.invocation import UNHANDLED, Answer
from homeport.aws.lambda_.invoking.running.exchange import Exchange

VERSION = "/2018-06-01/runtime"
_INVOCATION = f"{VERSION}/invocation/"
MODE = "lambda-runtime-function-response-mode"
STREAMING = "streaming"

_ERROR_TYPE = re.compile(r"(Runtime|Function)\.[A-Z][a-zA-Z]+")
"""https://github.com/aws/aws-lambda-runtime-interface-emulator/blob/develop/internal/lambda/fatalerror/fatalerror.go"""


class Watcher(Protocol):
    """Who is told what the runtime does."""

    def runtime_ready(self) -> None:
        """It asks for the next invocation."""

    def init_failed(self, error_type: str, payload: bytes) -> None:
        """It could not get ready, and says why."""

    def owns(self, peer: Address, ours: Address) -> bool:
        """Whether a connection was made by the environment."""


class RuntimeApi:
    """One environment's. Connections of other programs, which may find the port, are refused where the executor can tell them apart.

    Only one may wait for the next invocation, an answer must name the invocation that runs, and few connections are taken.
    """

    def __init__(self, watcher: Watcher) -> None:
        self.state: str = states.STARTED
        self.port = 0
        self._watcher = watcher
        self._exchange: Exchange | None = None
        self._is_held = False
        """Whether the runtime has still to ask for the exchange."""
        self._waiting: Connection | None = None
        self._connections: set[Connection] = set()
        self._server: asyncio.Server | None = None
        self._is_closed = False

    async def open(self, host: str) -> None:
        """Listens on a free port."""
        loop = asyncio.get_running_loop()
        # In two steps, so that a server which is there is known here when this is cancelled.
        self._server = await loop.create_server(
            lambda: Connection(self), host, 0, backlog=limits.API_CONNECTIONS, start_serving=False
        )
        await self._server.start_serving()
        self.port = self._server.sockets[0].getsockname()[1]

    def cut_off(self) -> None:
        """Ends all connections, and takes no more."""
        self._is_closed = True
        for connection in list(self._connections):
            connection.abort()

    def close(self) -> None:
        """Listens no longer. To be called when the runtime has ended: asyncio forgets to close what it accepts in this moment."""
        self.cut_off()
        if self._server is not None:
            self._server.close()

    def give(self, exchange: Exchange) -> None:
        """Hands an invocation to the runtime, now or as soon as it asks."""
        self._exchange = exchange
        self._is_held = True
        if self.state == states.READY:
            self.state = states.RUNNING
            waiting, self._waiting = self._waiting, None
            if waiting is not None:
                waiting.reply(self._hand_over())

    # Called by connections

    def opened(self, connection: Connection) -> bool:
        """Takes a connection while there are few. One that was accepted just before the end is made just after it."""
        self._connections.add(connection)
        if self._is_closed or len(self._connections) > limits.API_CONNECTIONS:
            return False
        return self._watcher.owns(*connection.ends)

    def check(self) -> None:
        """Ends connections of other programs that were made before it was known who runs here."""
        for connection in list(self._connections):
            if not self._watcher.owns(*connection.ends):
                connection.abort()

    def closed(self, connection: Connection) -> None:
        """Forgets a connection."""
        self._connections.discard(connection)

    def begin(
        self, method: str, path: str, headers: dict[str, str], connection: Connection
    ) -> Receiver:
        """What takes the body of a request."""
        if not path.startswith(VERSION):
            ping = path == "/2018-06-01/ping" and method == "GET"
            return receivers.Refusal(replies.PONG if ping else replies.NOT_FOUND, connection)
        if path == f"{_INVOCATION}next":
            if method != "GET":
                return receivers.Refusal(replies.WRONG_METHOD, connection)
            return receivers.Wait(
                functools.partial(self._next, connection),
                functools.partial(self._hung_up, connection),
            )
        if method != "POST":
            return receivers.Refusal(replies.WRONG_METHOD, connection)
        if path == f"{VERSION}/init/error":
            return self._init_failing(headers, connection)
        request_id, _, what = path.removeprefix(_INVOCATION).partition("/")
        if not path.startswith(_INVOCATION) or what not in ("response", "error"):
            return receivers.Refusal(replies.NOT_FOUND, connection)
        exchange = self._exchange
        if exchange is None or exchange.request_id != request_id:
            return receivers.Refusal(replies.INVALID_REQUEST_ID, connection)
        return self._answering(exchange, what, headers, connection)

    def _answering(
        self, exchange: Exchange, what: str, headers: dict[str, str], connection: Connection
    ) -> Receiver:
        wanted = states.RESPONSE if what == "response" else states.ERROR
        if not self._move(wanted):
            return receivers.Refusal(replies.wrong_order(self.state, wanted), connection)
        failed = functools.partial(self._failed, exchange)
        if what == "error":
            done = functools.partial(self._done, exchange, UNHANDLED)
            return receivers.Whole(limits.RESPONSE_BYTES, done, failed)
        mode = headers.get(MODE, "")
        if mode not in ("", STREAMING):
            failed("Runtime.InvalidResponseModeHeader")
            return receivers.Refusal(replies.INVALID_MODE, connection)
        content_type = headers.get("content-type", "")
        if exchange.stream is not None:
            if mode == STREAMING:
                exchange.stream.begin(content_type)
                sent = functools.partial(self._streamed, exchange)
                return receivers.Streamed(exchange.stream, connection, sent)
            exchange.stream.content_type = content_type
        return receivers.Whole(
            limits.RESPONSE_BYTES, functools.partial(self._done, exchange, ""), failed
        )

    # What comes of them

    def _move(self, wanted: str) -> bool:
        if (self.state, wanted) not in states.TRANSITIONS:
            return False
        self.state = wanted
        return True

    def _next(self, connection: Connection) -> bytes | None:
        if self.state == states.RUNNING and self._is_held:
            return self._hand_over()
        if self.state == states.READY and self._waiting is None:
            # It asks again after its connection broke.
            self._waiting = connection
            return None
        if not self._move(states.READY):
            return replies.wrong_order(self.state, states.READY)
        if not self._is_held:
            # The payload and the answer of the last run are held no longer.
            self._exchange = None
        self._watcher.runtime_ready()
        if self._is_held:
            self.state = states.RUNNING
            return self._hand_over()
        self._waiting = connection
        return None

    def _hand_over(self) -> bytes:
        exchange = cast("Exchange", self._exchange)
        self._is_held = False
        return replies.invocation(exchange.headers, exchange.payload)

    def _hung_up(self, connection: Connection) -> None:
        if self._waiting is connection:
            self._waiting = None

    def _done(
        self, exchange: Exchange, function_error: str, body: bytes, trailers: dict[str, str]
    ) -> bytes:
        kind, text = receivers.error_of(trailers)
        self.state = states.SENT
        if kind:
            exchange.resolve(Answer(text, UNHANDLED, kind))
        else:
            exchange.resolve(Answer(body, function_error))
        return replies.ACCEPTED

    def _streamed(self, exchange: Exchange) -> bytes:
        self.state = states.SENT
        kind = "" if exchange.stream is None else exchange.stream.error_code
        if not exchange.answer.done():
            exchange.answer.set_result(Answer(b"", UNHANDLED if kind else "", kind))
        return replies.ACCEPTED

    def _failed(self, exchange: Exchange, kind: str) -> bytes:
        self.state = states.SENT
        is_too_large = kind == "Function.ResponseSizeTooLarge"
        exchange.resolve(_failure(kind))
        return replies.too_large(limits.RESPONSE_BYTES) if is_too_large else replies.TRUNCATED

    def _init_failing(self, headers: dict[str, str], connection: Connection) -> Receiver:
        if not self._move(states.INIT_ERROR):
            refusal = replies.wrong_order(self.state, states.INIT_ERROR)
            return receivers.Refusal(refusal, connection)
        found = _ERROR_TYPE.match(headers.get(receivers.ERROR_TYPE, ""))
        kind = found[0] if found else "Runtime.Unknown"

        def failed(body: bytes, _: dict[str, str]) -> bytes:
            self._watcher.init_failed(kind, body)
            return replies.ACCEPTED

        def cut(_: str) -> bytes:
            # Its end will tell what it did not.
            return replies.too_large(limits.RESPONSE_BYTES)

        return receivers.Whole(limits.RESPONSE_BYTES, failed, cut)


def _failure(kind: str) -> Answer:
    if kind == "Function.ResponseSizeTooLarge":
        text = (
            '{"errorMessage":"Response payload size exceeded maximum allowed payload size '
            f'({limits.RESPONSE_BYTES} bytes).","errorType":"{kind}"}}'
        )
        return Answer(text.encode(), UNHANDLED, kind)
    return Answer(f'{{"errorType":"{kind}"}}'.encode(), UNHANDLED, kind)
