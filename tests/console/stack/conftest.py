"""A console that is told of the stack that runs before it."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator

import pytest
from tests.console import standing as standings
from tests.console.standing import Standing
from tests.console.visitor import Visitor

from homeport import clock
from homeport.console.console import Console
from homeport.serve.telling.machine import Machine
from homeport.stack import load


@pytest.fixture
async def machine(standing: Standing) -> AsyncIterator[Machine]:
    """The stack, told by its own supervisor."""
    chosen = load.load({}, standing.stack.environment).settings
    made = Machine(chosen, clock.SystemClock())
    yield made
    await made.close()


@pytest.fixture
async def console(standing: Standing, machine: Machine) -> AsyncIterator[Console]:
    """A console with pages about it."""
    made = Console(dataclasses.replace(standing.options, stack=machine), clock.SystemClock())
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def visitor(console: Console) -> Visitor:
    """The admin, at this console."""
    made = Visitor(console)
    await made.log_in(standings.ADMIN, standings.PASSWORD)
    return made


@pytest.fixture
async def reader(console: Console) -> Visitor:
    """Somebody who may only look, at this console."""
    made = Visitor(console)
    await made.log_in(standings.READER, standings.PASSWORD)
    return made
