"""What posts to endpoints: loaded with the first event, and for each endpoint a thread of its own, so that none waits for another."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Protocol

from homeport.registry.options import Webhook

OUTGOING = "homeport.edge.outgoing"


class Poster(Protocol):
    """Posts, as `homeport.edge.outgoing.Outgoing` does."""

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """The status of the answer. Raises `ConnectionError` where there is none."""

    def close(self) -> None:
        """Lets go of connections."""


Open = Callable[[Webhook], Awaitable[Poster]]
"""Makes what posts to an endpoint."""


class Lazily:
    """Loads the HTTP client in a thread when an endpoint is first told something: it takes longer than to open the registry.

    `ca` is a certificate to trust beside those that the system trusts.
    """

    def __init__(self, ca: Path | None = None) -> None:
        self._ca = ca

    async def __call__(self, hook: Webhook) -> Poster:
        """What posts to that endpoint."""
        return await asyncio.to_thread(self._open, hook)

    def _open(self, hook: Webhook) -> Poster:
        module = importlib.import_module(OUTGOING)
        poster: Poster = module.Outgoing(self._ca, threads=1, timeout_s=hook.timeout_s)
        return poster
