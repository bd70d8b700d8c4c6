"""Asks a component whether it is ready, over HTTP or HTTPS as its clients do."""

from __future__ import annotations

import asyncio
import ssl

from homeport.targets.local import component

TIMEOUT_S = 2.0


class Prober:
    """Asks components; the trust in the CA is read once."""

    def __init__(self) -> None:
        self._contexts: dict[str, ssl.SSLContext] = {}

    async def is_ready(self, asked: component.Component) -> bool:
        """Whether it answers its health path with 200."""
        try:
            async with asyncio.timeout(TIMEOUT_S):
                return await self._ask(asked)
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
            head = f"GET {asked.health} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            writer.write(head.encode())
            status = await reader.readline()
            return status.split(b" ")[1:2] == [b"200"]
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
