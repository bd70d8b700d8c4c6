"""One connection: what the intake takes out of it is given to the application, and the response is sent.

https://www.rfc-editor.org/rfc/rfc9112
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Awaitable

from homeport.edge import http
from homeport.edge.protocol import body as bodies
from homeport.edge.protocol import failures, intake, responses, sending
from homeport.edge.protocol import site as sites
from homeport.edge.protocol.phase import CLOSED, DISCARD, GATHER, HEAD, IDLE, LINGER, RUN

_JOINED_BYTES = 64 * 1024
"""Up to here one copy is cheaper than a second buffer for the kernel to gather."""

_CANCELLED = 499
"""In the access log: nobody waited for the answer any more."""


class Connection(intake.Intake):
    """Never raises: what is wrong with a request is answered, what is wrong inside is logged."""

    __slots__ = ("_app", "_began", "_is_single", "_task")

    def __init__(
        self, site: sites.Site, app: http.App, *, is_tls: bool, is_single: bool = False
    ) -> None:
        super().__init__(site, is_tls=is_tls)
        self._app = app
        self._is_single = is_single
        self._began = 0.0
        self._task: asyncio.Task[None] | None = None

    # Called by the transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called once, first."""
        super().connection_made(transport)
        self._site.starting.discard(self)
        self._site.connections.add(self)
        if self._site.is_stopping:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's signature
        """Called once, last."""
        self._phase = CLOSED
        self._buffer = b""
        self._site.forget(self)
        if self._request is not None:
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

    def resume_writing(self) -> None:
        """The client has caught up."""
        super().resume_writing()
        if self._phase == IDLE:
            self._go_on()

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
            self._spawn(answer, request)
            return
        try:
            content = sending.at_hand(answer.body)
            if content is None:
                self._spawn(answer, request)
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
        is_last = self.has_ended and not self._buffer
        if is_last or site.is_stopping or self._is_single or length == responses.UNTIL_CLOSE:
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

    def _spawn(
        self, answer: http.Response | Awaitable[http.Response], request: http.Request
    ) -> None:
        task = self._task = self._site.loop.create_task(self._answer(answer, request))
        self._site.tasks.add(task)
        task.add_done_callback(self._site.tasks.discard)

    async def _answer(
        self, answer: http.Response | Awaitable[http.Response], request: http.Request
    ) -> None:
        """The part of an answer that waits, in a task of its own."""
        response: http.Response | None = None
        before = self.moved
        try:
            response = answer if isinstance(answer, http.Response) else await _ask(answer, request)
            self._is_sending = True
            await self._send(response)
        except sending.Broken as error:
            failures.log_broken(error, request)
            self.abort()
        except Exception as error:  # noqa: BLE001 - logged and answered there
            response, _ = self._replace(response, error, request)
        finally:
            self._is_sending = False
            self._task = None
            if response is None:  # cancelled before there was an answer
                self.abort()
            self._finish(response, self.moved - before)
        self._go_on()

    async def _send(self, response: http.Response) -> None:
        """Sends any response."""
        if self._phase == CLOSED:
            await sending.give_up(response)
            return
        content = sending.at_hand(response.body)
        if content is not None:
            self._write_whole(response, content)
        elif self.is_bodiless(response):
            await sending.send_bodiless(self, response)
        else:
            await sending.send(self, response)

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
        self.moved += len(content)
        return len(content)

    def _replace(
        self, response: http.Response | None, error: Exception, request: http.Request
    ) -> tuple[http.Response, int]:
        """Answers in place of a response of which nothing could be sent."""
        failure = failures.response_of(error, request)
        if response is not None:
            failure.on_end = response.on_end
        return failure, self._write_whole(failure, sending.at_hand(failure.body) or b"")

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

    def _refuse(self, error: http.HttpError) -> None:
        """Answers what is no request, or comes too late, and ends the connection."""
        head = self._head
        self._request = http.Request(
            head.method, head.path, head.query, {}, intake.NO_BODY, self._scheme, self.peer
        )
        if self._site.log is not None:
            self._began = self._site.clock.now()
        self._phase = RUN
        self._is_kept = False
        self._is_broken = True
        head.method = ""
        response = responses.of_error(error)
        self._finish(response, self._write_whole(response, sending.at_hand(response.body) or b""))

    def _linger(self) -> None:
        """Ends the connection; where the client may still be sending, only after it has had the time to see the answer.

        https://www.rfc-editor.org/rfc/rfc9112#section-9.6-8
        """
        is_silent = self.has_ended and not self._is_broken
        is_unread = self._is_broken or self._body is not None or bool(self._buffer)
        self._phase = LINGER
        self._buffer = b""
        self._discarded = 0
        if self._body is not None:
            self._body.drop()
        if is_silent or not is_unread:
            self._transport.close()
            return
        self.resume_reading()
        if self._transport.can_write_eof():
            self._transport.write_eof()

    def _client_left(self) -> None:
        """Tells who waits for the client."""
        if self._body is not None:
            self._body.fail(http.ClientGone("The client ended the connection within its body."))
        request = self._request
        if request is not None and request.on_gone is not None and not self._is_sending:
            on_gone, request.on_gone = request.on_gone, None
            failures.call(on_gone)

    # Called by the server

    @property
    def request(self) -> http.Request | None:
        """The request that is being answered; None between two."""
        return self._request

    def sweep(self) -> None:
        """Ends what has waited for too long. See `config` for what each time-out is for."""
        site = self._site
        phase = self._phase
        if self._is_writing():
            if phase != HEAD:
                self._since = site.ticks
            return
        if site.ticks - self._since < site.patience[phase]:
            return
        if phase == GATHER or (phase == HEAD and self._buffer):
            # https://www.rfc-editor.org/rfc/rfc9110#name-408-request-timeout
            self._refuse(http.HttpError("The rest of the request did not come in time.", 408))
        elif phase == RUN:
            if self._body is not None and self._body.is_awaited:
                self._body.fail(
                    http.ClientGone("The body of the request stood still for too long.")
                )
        elif phase >= DISCARD:
            self.abort()
        else:
            self._leave()

    def abort(self) -> None:
        """Ends the connection now; what is not sent is lost."""
        self._phase = CLOSED
        super().abort()

    def retire(self) -> None:
        """Ends the connection as soon as the request that runs, if any, is answered."""
        if self._phase == IDLE or (self._phase == HEAD and not self._buffer):
            self._leave()

    def _leave(self) -> None:
        """Ends a connection on which nothing is under way. Over TLS the client need not say goodbye, and an idle one does not.

        https://www.rfc-editor.org/rfc/rfc8446#section-6.1
        """
        self._transport.close()
        if self.is_tls:
            self._transport.abort()


async def _ask(answer: Awaitable[http.Response], request: http.Request) -> http.Response:
    try:
        return await answer
    except Exception as error:  # noqa: BLE001 - logged and answered there
        return failures.response_of(error, request)
