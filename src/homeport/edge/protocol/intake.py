"""Requests, taken out of the bytes of a connection one after the other.

Bytes behind the request that is being answered are kept as they are, bounded, and parsed when their turn comes: so pipelined
requests are answered in order and cost nothing until then. https://www.rfc-editor.org/rfc/rfc9112#name-pipelining
"""

from __future__ import annotations

from homeport.edge import http
from homeport.edge.protocol import body as bodies
from homeport.edge.protocol import head as heads
from homeport.edge.protocol import responses, wire
from homeport.edge.protocol import site as sites
from homeport.edge.protocol.phase import CLOSED, DISCARD, GATHER, HEAD, IDLE, LINGER, RUN

NO_BODY = http.BytesBody()

_BATCH = 32
"""Requests sent ahead that are answered in one turn of the event loop. libuv hands on up to 32 reads of one connection at a time:
whoever floods a connection would keep all others waiting for seconds."""


class Intake(wire.Wire):
    """The way in. Whoever answers says so by `_to_idle`."""

    __slots__ = (
        "_body", "_buffer", "_config", "_discarded", "_head", "_is_broken", "_is_kept", "_is_resting", "_is_sending", "_phase",
        "_request", "_scheme", "_since",
    )  # fmt: skip

    def __init__(self, site: sites.Site, *, is_tls: bool) -> None:
        super().__init__(site, is_tls=is_tls)
        self._config = site.config
        self._scheme = "https" if is_tls else "http"
        self._head = heads.Head(site.config)
        self._phase: int = HEAD
        self._since = site.ticks
        self._buffer = b""
        self._body: bodies.StreamBody | None = None
        """The body that arrives; None once it is complete."""
        self._request: http.Request | None = None
        self._is_kept = True
        """Whether the connection goes on after the response."""
        self._is_broken = False
        """Whether what still comes cannot be understood."""
        self._is_sending = False
        self._is_resting = False
        """Whether other connections have their turn before the requests that are here."""
        self._discarded = 0

    def _start(self, request: http.Request) -> None:
        """Calls the application."""
        raise NotImplementedError

    def _refuse(self, error: http.HttpError) -> None:
        """Answers what is no request, or comes too late, and ends the connection."""
        raise NotImplementedError

    def data_received(self, data: bytes) -> None:
        """Bytes from the client."""
        try:
            if self._body is not None:
                data = self._receive(self._body, data)
            if data:
                self._take(data)
        except http.HttpError as error:
            self._refuse(error)

    def _take(self, data: bytes) -> None:
        """Bytes that belong to no body: parsed now, or kept for their turn."""
        phase = self._phase
        if self._buffer:
            data = self._buffer + data
            self._buffer = b""
        if phase <= HEAD and not self._is_write_paused and not self._is_resting:
            self._advance(data)
        elif phase == LINGER:
            self._discard(len(data))
        elif phase != CLOSED and not self.has_ended:
            self._buffer = data
            if len(data) > self._config.pipeline_bytes:
                self.pause_reading()

    def _advance(self, data: bytes) -> None:
        """Answers requests until one has to be waited for. Raises `HttpError` for what is no request."""
        left = _BATCH
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
            left -= 1
            if self._phase != IDLE or self._is_write_paused or not left:
                if data:
                    self._rest(data)
                return

    def _rest(self, data: bytes) -> None:
        """Keeps what was sent ahead, at the end of a turn or because something has to be waited for."""
        if self._phase == IDLE and not self._is_write_paused:
            self._is_resting = True
            self.pause_reading()
            self._site.loop.call_soon(self._wake)
        self._take(data)

    def _wake(self) -> None:
        self._is_resting = False
        self._go_on()

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
            head.method, head.path, head.query, headers, NO_BODY, self._scheme, self.peer
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
        elif phase == LINGER:
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
        head = self._head
        is_wanted = "expect" in head.headers and not head.is_http_10
        if is_untouched and is_wanted and self._phase == RUN and not self._is_sending:
            self._transport.write(responses.CONTINUE)

    def _to_idle(self) -> None:
        self._phase = IDLE
        self._since = self._site.ticks
        if self._site.is_stopping:
            self._transport.close()
        if self._is_reading_paused:
            self.resume_reading()

    def _go_on(self) -> None:
        """Takes the requests that were sent ahead; a client that has shut down its side gets those answered, too."""
        if self._phase == IDLE and self._buffer and not self._is_write_paused:
            data = self._buffer
            self._buffer = b""
            try:
                self._advance(data)
            except http.HttpError as error:
                self._refuse(error)
        if self.has_ended and self._phase < RUN:
            self._transport.close()

    def _discard(self, count: int) -> None:
        self._discarded += count
        if self._discarded > self._config.linger_bytes:
            self.abort()
