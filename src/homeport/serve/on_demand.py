"""Services that are opened with their first request: they cost nothing where nobody uses them."""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import Callable, Collection, Mapping
from typing import Protocol

from homeport.aws.dispatch import Dispatcher
from homeport.serve.opening import Opening

logger = logging.getLogger(__name__)


class Module(Protocol):
    """A module that opens a service."""

    async def open(self, opening: Opening) -> None:
        """Opens the service. Raises `HomeportError` where it cannot."""


async def open_now(name: str, opening: Opening, dispatcher: Dispatcher) -> None:
    """Opens what a module has, and lets requests reach it; the module is loaded in a thread."""
    module: Module = await asyncio.to_thread(importlib.import_module, name)
    before = set(opening.running)
    await module.open(opening)
    added = [opening.running[name] for name in opening.running if name not in before]
    dispatcher.add(added, opening.sites)
    opening.sites.clear()


class OnDemand:
    """Opens services when they are asked for, one after the other.

    `modules` are by the service's name; `needs` names those that must be there before one.
    """

    def __init__(self, modules: Mapping[str, str], needs: Mapping[str, Collection[str]]) -> None:
        self._modules = modules
        self._needs = needs
        self._lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: Callable[[str], asyncio.Task[None]] | None = None

    def start(self, opening: Opening, dispatcher: Dispatcher) -> None:
        """From here on `begin` can be called."""
        self._open = lambda name: asyncio.ensure_future(self._run(name, opening, dispatcher))

    def begin(self, name: str) -> None:
        """Begins to open a service; the dispatcher is told when it is there, or is not to be had."""
        if self._open is None:
            raise RuntimeError(f"{name} is asked for before anything listens.")
        task = self._open(name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, name: str, opening: Opening, dispatcher: Dispatcher) -> None:
        async with self._lock:
            try:
                for each in (*self._needs.get(name, ()), name):
                    if each not in opening.running:
                        await open_now(self._modules[each], opening, dispatcher)
            except Exception:
                logger.exception("The service %s could not be opened", name)
                dispatcher.give_up(name)

    async def close(self) -> None:
        """Ends what is being opened."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
