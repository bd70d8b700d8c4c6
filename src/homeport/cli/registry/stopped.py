"""Asks a registry that is stopped: opens its folder for the time of the command, and asks the same application without a socket."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import cast

from homeport.cli.registry.asking import Answer
from homeport.edge import http
from homeport.registry.registry import Registry
from homeport.serve import registry as serve
from homeport.stack import folders, settings
from homeport.targets.local import component


@contextlib.contextmanager
def opened(
    chosen: settings.Settings, where: folders.Folders, holder: int | None
) -> Iterator[Stopped]:
    """The registry of a folder that nobody has open."""
    del holder
    with asyncio.Runner() as runner:
        stack = contextlib.AsyncExitStack()
        registry = runner.run(stack.enter_async_context(serve.opened(chosen, where)))
        try:
            secret = where.registry_control.read_text().strip()
            yield Stopped(runner, registry, secret, _address(chosen))
        finally:
            runner.run(stack.aclose())


def _address(chosen: settings.Settings) -> str:
    """Where it will listen."""
    return component.components(chosen, {}, ["registry"])[0].url.partition("://")[2]


class Stopped:
    """A registry in this process. Its event loop runs while an answer is waited for."""

    def __init__(
        self, runner: asyncio.Runner, registry: Registry, secret: str, address: str
    ) -> None:
        self.address = address
        self._runner = runner
        self._registry = registry
        self._secret = secret

    def send(self, method: str, target: str, body: bytes) -> Answer:
        """Sends a request."""
        response = self._runner.run(self._respond(method, target, body))
        if isinstance(response.body, bytes):
            return Answer(response.status, iter([response.body]))
        return Answer(response.status, self._lines(response))

    async def _respond(self, method: str, target: str, body: bytes) -> http.Response:
        path, _, query = target.partition("?")
        headers = {"authorization": f"Bearer {self._secret}"}
        answer = self._registry(http.Request(method, path, query, headers, http.BytesBody(body)))
        return answer if isinstance(answer, http.Response) else await answer

    def _lines(self, response: http.Response) -> Iterator[bytes]:
        pieces = aiter(cast("AsyncIterator[bytes]", response.body))

        async def following() -> bytes | None:
            return await anext(pieces, None)

        while (piece := self._runner.run(following())) is not None:
            yield piece
