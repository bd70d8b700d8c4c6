"""One connection: requests in, responses out, strictly one after the other.

Bytes behind the request that is being answered are kept as they are, bounded, and parsed when their turn comes: so pipelined
requests are answered in order and cost nothing until then. https://www.rfc-editor.org/rfc/rfc9112#name-pipelining
"""

from __future__ import annotations

import asyncio
import enum
from collections.abc import AsyncIterable, Awaitable

from homeport.edge import http
from homeport.edge.protocol import body as bodies
from homeport.edge.protocol import failures, responses, sending, wire
from homeport.edge.protocol import head as heads
from homeport.edge.protocol import site as sites

_NO_BODY = http.BytesBody()

_JOINED_BYTES = 64 * 1024
"""Up to here one copy is cheaper than a second buffer for the kernel to gather."""

_CANCELLED = 499
"""In the access log: nobody waited for the answer any more."""


class Phase(enum.IntEnum):
    """What a connection is at, in the order of a request's life."""

    IDLE = 0
    """Between requests."""
    HEAD = 1
    """A head has begun, or the first request has not."""
    GATHER = 2
    """A small body arrives."""
    RUN = 3
    """The application works, or its response is sent."""
    DISCARD = 4
    """Answered; the rest of a body is dropped, then the next request may come."""
    LINGER = 5
    """Answered for the last time; what still comes is dropped, so that no reset overtakes the answer."""
    CLOSED = 6


# Plain integers: comparing members of an enumeration costs several times as much, and the hot path compares often.
IDLE, HEAD, GATHER, RUN, DISCARD, LINGER, CLOSED = (phase.value for phase in Phase)


class Connection(wire.Wire):
    """Never raises: what is wrong with a request is answered, what is wrong inside is logged."""

    __slots__ = (
        "_app", "_began", "_body", "_buffer", "_config", "_discarded", "_head", "_is_broken", "_is_kept", "_is_sending", "_phase", "_request", "_scheme",
        "_since", "_task",
    )  # fmt: skip

    def __init__(self, site: sites.Site, app: http.App, *, is_tls: bool) -> None:
        super().__init__(site, is_tls=is_tls)
        self._app = app
        self._config = site.config
        self._scheme = "https" if is_tls else "http"
        self._head = heads.Head(site.config)
        self._phase = HEAD
        self._since = site.ticks
        self._buffer = b""
        self._body: bodies.StreamBody | None = None
        self._request: http.Request | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_kept = True
        self._is_broken = False
        self._is_sending = False
        self._discarded = 0
        self._began = 0.0

    # Called by the transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called once, first."""
        super().connection_made(transport)
        self._site.connections.add(self)
        if self._site.is_stopping:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's signature
        """Called once, last."""
        was = self._phase
        self._phase = CLOSED
        self._buffer = b""
        self._site.forget(self)
        if was == RUN:
            self._client_left()
            if self._is_sending and self._task is not None:
                self._task.cancel()

    def eof_received(self) -> bool:
        """The client sends no more. Whether the transport stays open: a request that runs is still answered."""
        if self._phase != RUN:
            return False
        self._client_left()
        self.has_ended = True
        return not self.is_tls

    def data_received(self, data: bytes) -> None:
        """Bytes from the client."""
        try:
            if self._body is not None:
                data = self._receive(self._body, data)
            if data:
                self._take(data)
        except http.HttpError as error:
            self._refuse(error)

    def resume_writing(self) -> None:
        """The client has caught up."""
        super().resume_writing()
        if self._phase == IDLE:
            self._go_on()

    # Requests

    def _take(self, data: bytes) -> None:
        """Bytes that belong to no body: parsed now, or kept for their turn."""
        phase = self._phase
        if self._buffer:
            data = self._buffer + data
            self._buffer = b""
        if phase <= HEAD and not self._is_write_paused:
            self._advance(data)
        elif phase == LINGER:
            self._discard(len(data))
        elif phase != CLOSED and not self.has_ended:
            self._buffer = data
            if len(data) > self._config.pipeline_bytes:
                self.pause_reading()

    def _advance(self, data: bytes) -> None:
        """Answers requests until one has to be waited for. Raises `HttpError` for what is no request."""
        while data:
            if data[0] in (13, 10):
                # https://www.rfc-editor.org/rfc/rfc9112#section-2.2-6
                data = data.lstrip(b"\r\n")
                continue
            end = data.find(b"\r\n\r\n") + 4
            if end < 4:
                self._partial_head(data)
                return
            if end == len(data):
                self._head.parse(data)
                data = self._begin(b"")
            else:
                self._head.parse(data[:end])
                data = self._begin(data[end:])
            if self._phase != IDLE or self._is_write_paused:
                if data:
                    self._take(data)
                return

    def _partial_head(self, data: bytes) -> None:
        heads.check_partial(data, self._config)
        self._buffer = data
        if self._phase == IDLE:
            self._phase = HEAD
            self._since = self._site.ticks

    def _begin(self, data: bytes) -> bytes:
        """Starts the request whose head was parsed. `data` is what stands behind the head; returns what is not its body."""
        head = self._head
        headers = head.headers
        request = self._request = http.Request(
            head.method, head.path, head.query, headers, _NO_BODY, self._scheme, self.peer
        )
        self._is_kept = head.is_kept_alive() if "connection" in headers or head.is_http_10 else True
        if "content-length" not in headers and "transfer-encoding" not in headers:
            self._start(request)
            return data
        length = heads.body_length(headers, is_http_10=head.is_http_10)
        if length == 0:
            self._start(request)
            return data
        if "expect" in headers:
            heads.check_expectation(headers)
        elif length is not None and length <= self._config.small_body_bytes:
            return self._small_body(request, length, data)
        head.renew()
        body = bodies.StreamBody(self, length, self._config.body_buffer_bytes)
        request.body = body
        rest = self._receive(body, data)
        if not body.is_complete:
            self._body = body
        self._start(request)
        return rest

    def _small_body(self, request: http.Request, length: int, data: bytes) -> bytes:
        """Calls the application once the body is there; returns what stands behind it."""
        if len(data) >= length:
            content = data[:length]
            self._head.skip(content)
            request.body = http.BytesBody(content)
            self._start(request)
            return data[length:]
        self._head.renew()
        self._phase = GATHER
        self._body = bodies.StreamBody(self, length, self._config.body_buffer_bytes)
        return self._receive(self._body, data)

    def _receive(self, body: bodies.StreamBody, data: bytes) -> bytes:
        """Feeds the body that arrives; returns what stands behind its end."""
        phase = self._phase
        if phase < DISCARD:
            self._since = self._site.ticks
        else:
            self._discard(len(data))
        try:
            rest = body.feed(data)
        except http.HttpError as error:
            if phase < RUN:
                raise
            self._body = None
            self._is_broken = True
            self.has_ended = True
            body.fail(error)
            return b""
        if body.is_complete:
            self._body = None
            if phase == GATHER and self._request is not None:
                self._request.body = http.BytesBody(body.take())
                self._start(self._request)
            elif phase == DISCARD:
                self._to_idle()
        return rest

    def body_is_awaited(self, *, is_untouched: bool) -> None:
        """The application waits for bytes; `is_untouched` where none has come. See `body.Flow`."""
        self._since = self._site.ticks
        if is_untouched and self._phase == RUN and not self._is_sending:
            if "expect" in self._head.headers and not self._head.is_http_10:
                self._transport.write(responses.CONTINUE)

    def _start(self, request: http.Request) -> None:
        """Calls the application."""
        self._phase = RUN
        site = self._site
        if site.log is not None:
            self._began = site.clock.now()
        try:
            answer = self._app(request)
        except Exception as error:  # noqa: BLE001 - logged and answered there
            answer = failures.response_of(error, request)
        if not isinstance(answer, http.Response):
            self._spawn(answer)
            return
        try:
            content = sending.at_hand(answer.body)
            if content is None:
                self._spawn(answer)
                return
            size = self._write_whole(answer, content)
        except Exception as error:  # noqa: BLE001 - logged and answered there
            answer, size = self._replace(answer, error, request)
        self._finish(answer, size)

    # Responses

    def head(self, response: http.Response, length: int) -> bytes:
        """The head to send, see `responses.head`. Decides whether the connection goes on after it."""
        site = self._site
        if self._body is not None:
            self._is_kept = self._is_kept and self._is_rest_small(self._body, response)
            if not isinstance(response.body, AsyncIterable):
                self._body.drop()
        if site.is_stopping or self.has_ended or length == responses.UNTIL_CLOSE:
            self._is_kept = False
        return responses.head(
            response, length, site.stamp, is_kept=self._is_kept, is_http_10=self._head.is_http_10
        )

    def _is_rest_small(self, body: bodies.StreamBody, response: http.Response) -> bool:
        """Whether the rest of a body that was not read can be dropped, so that the connection can go on."""
        if body.length is None or body.left > self._config.discard_bytes or body.has_failed:
            return False
        if isinstance(response.body, AsyncIterable):
            return False
        # Who was never told to continue may send the body or not: the next bytes could be either.
        return body.was_awaited or "expect" not in self._head.headers

    def _spawn(self, answer: http.Response | Awaitable[http.Response]) -> None:
        task = self._task = self._site.loop.create_task(self._answer(answer))
        self._site.tasks.add(task)
        task.add_done_callback(self._site.tasks.discard)

    async def _answer(self, answer: http.Response | Awaitable[http.Response]) -> None:
        """The part of an answer that waits, in a task of its own."""
        request = self._request
        assert request is not None
        response: http.Response | None = None
        size = 0
        try:
            response = answer if isinstance(answer, http.Response) else await _ask(answer, request)
            self._is_sending = True
            size = await self._send(response)
        except sending.Broken as error:
            size = error.sent
            failures.log_broken(error, request)
            self.abort()
        except Exception as error:  # noqa: BLE001 - logged and answered there
            response, size = self._replace(response, error, request)
        finally:
            self._is_sending = False
            self._task = None
            if response is None:  # cancelled before there was an answer
                self.abort()
            self._finish(response, size)
        self._go_on()

    async def _send(self, response: http.Response) -> int:
        """Sends any response; returns the bytes of its body that were sent."""
        content = sending.at_hand(response.body)
        if content is not None:
            return self._write_whole(response, content)
        if self._phase == CLOSED or self.is_bodiless(response):
            return await sending.send_bodiless(self, response)
        return await sending.send(self, response)

    def _write_whole(self, response: http.Response, content: bytes) -> int:
        """Writes a response whose body is at hand; returns the bytes of the body."""
        if self._phase == CLOSED:
            return 0
        if self.is_bodiless(response):
            length = responses.bodiless_length(response, len(content))
            self._transport.write(self.head(response, length))
            return 0
        head = self.head(response, len(content))
        if len(content) <= _JOINED_BYTES:
            self._transport.write(head + content)
        else:
            self._transport.writelines([head, content])
        return len(content)

    def _replace(
        self, response: http.Response | None, error: Exception, request: http.Request
    ) -> tuple[http.Response, int]:
        """Answers in place of a response of which nothing could be sent."""
        failure = failures.response_of(error, request)
        if response is not None:
            failure.on_end = response.on_end
        assert isinstance(failure.body, bytes)
        return failure, self._write_whole(failure, failure.body)

    def speaks_chunks(self) -> bool:
        """Whether the client understands a chunked body."""
        return not self._head.is_http_10

    def is_bodiless(self, response: http.Response) -> bool:
        """Whether the response to the running request is a head only."""
        return self._head.method == "HEAD" or responses.has_no_body(response.status)

    # The end of an exchange

    def _finish(self, response: http.Response | None, size: int) -> None:
        """The next request may begin, or the connection ends."""
        if response is not None and response.on_end is not None:
            failures.call_on_end(response)
        site = self._site
        if site.log is not None and self._request is not None:
            now = site.clock.now()
            status = _CANCELLED if response is None else response.status
            site.log.record(now, self._request, status, size, now - self._began)
        self._request = None
        if self._phase == CLOSED:
            return
        self._since = site.ticks
        if not self._is_kept or site.is_stopping:
            self._linger()
        elif self._body is None:
            self._to_idle()
        else:
            self._phase = DISCARD
            self._discarded = 0
            self._body.drop()

    def _to_idle(self) -> None:
        self._phase = IDLE
        self._since = self._site.ticks
        if self._is_reading_paused:
            self.resume_reading()

    def _go_on(self) -> None:
        """Takes the requests that were sent ahead."""
        if self._phase == IDLE and self._buffer and not self._is_write_paused:
            data = self._buffer
            self._buffer = b""
            try:
                self._advance(data)
            except http.HttpError as error:
                self._refuse(error)

    def _refuse(self, error: http.HttpError) -> None:
        """Answers what is no request, or comes too late, and ends the connection."""
        head = self._head
        self._request = http.Request(
            head.method, head.path, head.query, {}, _NO_BODY, self._scheme, self.peer
        )
        if self._site.log is not None:
            self._began = self._site.clock.now()
        self._phase = RUN
        self._is_kept = False
        self._is_broken = True
        head.method = ""
        response = responses.of_error(error)
        assert isinstance(response.body, bytes)
        self._finish(response, self._write_whole(response, response.body))

    def _linger(self) -> None:
        """Ends the connection; where the client may still be sending, only after it has had the time to see the answer.

        https://www.rfc-editor.org/rfc/rfc9112#section-9.6-8
        """
        may_come = self._is_broken or self._body is not None or bool(self._buffer)
        self._phase = LINGER
        self._buffer = b""
        self._discarded = 0
        if self._body is not None:
            self._body.drop()
        if not may_come:
            self._transport.close()
            return
        self.resume_reading()
        if self._transport.can_write_eof():
            self._transport.write_eof()

    def _discard(self, count: int) -> None:
        self._discarded += count
        if self._discarded > self._config.discard_bytes:
            self.abort()

    def _client_left(self) -> None:
        """Tells who waits for the client."""
        if self._body is not None:
            self._body.fail(http.ClientGone("The client ended the connection within its body."))
        request = self._request
        if request is not None and request.on_gone is not None and not self._is_sending:
            on_gone, request.on_gone = request.on_gone, None
            failures.call(on_gone)

    # Called by the server

    def sweep(self) -> None:
        """Ends what has waited for too long. See `config` for what each time-out is for."""
        site = self._site
        phase = self._phase
        if self._is_writing():
            if phase != HEAD:
                self._since = site.ticks
            return
        waited = site.ticks - self._since
        if phase == IDLE:
            if waited >= site.keep_alive:
                self._transport.close()
        elif phase == HEAD:
            if waited >= site.header:
                self._time_out("The head of the request took too long.")
        elif phase == GATHER:
            if waited >= site.body_stall:
                self._time_out("The body of the request stood still for too long.")
        elif phase == RUN:
            if self._body is not None and self._body.is_awaited and waited >= site.body_stall:
                self._body.fail(
                    http.ClientGone("The body of the request stood still for too long.")
                )
        elif waited >= site.discard:
            self.abort()

    def _time_out(self, reason: str) -> None:
        """https://www.rfc-editor.org/rfc/rfc9110#name-408-request-timeout"""
        if self._buffer or self._phase == GATHER:
            self._refuse(http.HttpError(reason, 408))
        else:
            self._transport.close()

    def retire(self) -> None:
        """Ends the connection as soon as the request that runs, if any, is answered."""
        if self._phase == IDLE or (self._phase == HEAD and not self._buffer):
            self._transport.close()


async def _ask(answer: Awaitable[http.Response], request: http.Request) -> http.Response:
    try:
        return await answer
    except Exception as error:  # noqa: BLE001 - logged and answered there
        return failures.response_of(error, request)
