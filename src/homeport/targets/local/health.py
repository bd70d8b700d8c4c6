"""Asks a component whether it is ready, over HTTP, HTTPS or DNS as its clients do."""

from __future__ import annotations

import asyncio
import ssl
import struct

from homeport.targets.local import component

TIMEOUT_S = 2.0
_QUESTION_ID = 0x6870
_IS_ANSWER, _IS_AUTHORITATIVE, _CODE, _REFUSED = 0x8000, 0x0400, 0x000F, 5
_SOA, _IN = 6, 1
"""https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1"""


class Prober:
    """Asks components; the trust in the CA is read once."""

    def __init__(self) -> None:
        self._contexts: dict[str, ssl.SSLContext] = {}

    async def is_ready(self, asked: component.Component) -> bool:
        """Whether it answers as it does when it is ready."""
        try:
            async with asyncio.timeout(TIMEOUT_S):
                return await (_ask_dns(asked) if asked.probe == "dns" else self._ask(asked))
        except (OSError, TimeoutError, EOFError):
            return False

    async def _ask(self, asked: component.Component) -> bool:
        context = self._context(asked)
        # The certificate names localhost whatever address is asked.
        name = "localhost" if context else None
        reader, writer = await asyncio.open_connection(
            asked.host, asked.port, ssl=context, server_hostname=name
        )
        try:
            head = f"GET {asked.health} HTTP/1.1\r\nHost: {asked.asked_as}\r\nConnection: close\r\n\r\n"
            writer.write(head.encode())
            status = await reader.readline()
            return status.split(b" ")[1:2] in [[b"%d" % code] for code in asked.answers]
        finally:
            writer.transport.abort()

    def _context(self, asked: component.Component) -> ssl.SSLContext | None:
        if asked.ca is None:
            return None
        if asked.has_own_certificate:
            # Asked for its health alone, at the address that it was given.
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            return context
        path = str(asked.ca)
        if path not in self._contexts:
            self._contexts[path] = ssl.create_default_context(cafile=path)
        return self._contexts[path]


async def _ask_dns(asked: component.Component) -> bool:
    """Whether it speaks for the name. One that refuses this machine's questions answers as well."""
    reader, writer = await asyncio.open_connection(asked.host, asked.port)
    try:
        question = _question(asked.health)
        writer.write(struct.pack(">H", len(question)) + question)  # a length first, over TCP
        _, number, flags = struct.unpack(">HHH", await reader.readexactly(6))
        is_refused = flags & _CODE == _REFUSED
        is_answer = number == _QUESTION_ID and bool(flags & _IS_ANSWER)
        return is_answer and (is_refused or bool(flags & _IS_AUTHORITATIVE))
    finally:
        writer.transport.abort()


def _question(name: str) -> bytes:
    """Asks for the start of authority of a name. A message of 30 bytes needs no library in the supervisor."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack(">6H", _QUESTION_ID, 0, 1, 0, 0, 0) + labels + struct.pack(">xHH", _SOA, _IN)
