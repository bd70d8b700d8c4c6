"""A connection of a runtime to its Runtime API: a lean HTTP/1.1 server on httptools.

It serves one program that was started here and speaks plain HTTP over loopback; what the server of `homeport.edge` has beyond that
(TLS, files, slow clients, an access log) would cost each environment time and memory.
"""

from __future__ import annotations

import asyncio
from typing import Protocol, cast

import httptools

from homeport.aws.lambda_.invoking import limits
from homeport.aws.lambda_.invoking.api import replies

Address = tuple[str, int]


class Receiver(Protocol):
    """Takes the body of one request."""

    def feed(self, data: bytes) -> bool:
        """Takes a piece. False where the sender must wait until it is told to go on."""

    def end(self, trailers: dict[str, str]) -> bytes | None:
        """The body has ended. What to answer; None where that comes later."""

    def lost(self) -> None:
        """The connection ended before the body, or before the answer."""


class Handler(Protocol):
    """The Runtime API as connections call it."""

    def begin(
        self, method: str, path: str, headers: dict[str, str], connection: Connection
    ) -> Receiver:
        """A request's head has arrived; what takes its body."""

    def opened(self, connection: Connection) -> bool:
        """A connection was made; whether it may stay."""

    def closed(self, connection: Connection) -> None:
        """A connection has ended."""


class Connection(asyncio.Protocol):
    """One connection. The names of the callbacks are those of httptools."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._receiver: Receiver | None = None
        self._url = b""
        self._fields: dict[str, str] = {}
        self._head_bytes = 0
        self._is_answering = False

    # Called by the transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called once, first."""
        self._transport = cast("asyncio.Transport", transport)
        if not self._handler.opened(self):
            self._transport.abort()

    @property
    def ends(self) -> tuple[Address, Address]:
        """The addresses of the other end and of ours."""
        transport = cast("asyncio.Transport", self._transport)
        return transport.get_extra_info("peername")[:2], transport.get_extra_info("sockname")[:2]

    def data_received(self, data: bytes) -> None:
        """Takes what came apart."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self.close()
        except httptools.HttpParserError:
            # What a callback raised is in here too: a head that is too long.
            too_long = self._head_bytes > limits.API_HEAD_BYTES
            self._refuse(431 if too_long else 400)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's signature
        """Called once, last."""
        receiver, self._receiver = self._receiver, None
        self._transport = None
        if receiver is not None:
            receiver.lost()
        self._handler.closed(self)

    # Called by the parser

    def on_message_begin(self) -> None:
        """A request begins."""
        if self._is_answering:
            # Runtimes wait for each answer; who does not has something else in mind.
            raise ValueError("A request came before the one ahead of it was answered.")
        self._url, self._fields, self._head_bytes = b"", {}, 0

    def on_url(self, url: bytes) -> None:
        """A piece of the request's target."""
        self._count(url)
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """A field of the head, or a trailer."""
        self._count(name, value)
        self._fields[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """The head is complete."""
        headers, self._fields = self._fields, {}
        path = self._url.decode("latin-1").partition("?")[0]
        method = self._parser.get_method().decode("latin-1")
        if "100-continue" in headers.get("expect", "").lower():
            self.write(replies.CONTINUE)
        self._is_answering = True
        self._receiver = self._handler.begin(method, path, headers, self)

    def on_body(self, data: bytes) -> None:
        """A piece of the body."""
        if self._receiver is not None and not self._receiver.feed(data):
            self.pause()

    def on_message_complete(self) -> None:
        """The request is complete."""
        if self._receiver is not None:
            answer = self._receiver.end(self._fields)
            if answer is not None:
                self.reply(answer)

    def _count(self, *parts: bytes) -> None:
        self._head_bytes += sum(map(len, parts))
        if self._head_bytes > limits.API_HEAD_BYTES:
            raise ValueError("The head of a request to the Runtime API is too long.")

    # Called by the Runtime API

    def reply(self, data: bytes) -> None:
        """Answers the request that is at hand."""
        self._receiver = None
        self._is_answering = False
        self.write(data)
        if not self._parser.should_keep_alive():
            self.close()

    def write(self, data: bytes) -> None:
        """Sends something."""
        if self._transport is not None:
            self._transport.write(data)

    def pause(self) -> None:
        """Takes nothing more until `resume`."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume(self) -> None:
        """Goes on after `pause`."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def close(self) -> None:
        """Ends the connection once what was written is sent."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Ends the connection now."""
        if self._transport is not None:
            self._transport.abort()

    def _refuse(self, status: int) -> None:
        self.write(replies.refusal(status))
        self.close()
