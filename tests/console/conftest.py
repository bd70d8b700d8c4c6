"""A console before a real registry and a real cloud, and who visits it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from tests.console import standing as standings
from tests.console.standing import Standing
from tests.console.visitor import Visitor

from homeport import clock
from homeport.console.console import Console


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """A stack that the tests of this worker share: use names of your own."""
    with standings.running(tmp_path_factory.mktemp("standing")) as made:
        yield made


@pytest.fixture
async def console(standing: Standing) -> AsyncIterator[Console]:
    """The console of one test."""
    made = Console(standing.options, clock.SystemClock())
    await made.start()
    yield made
    await made.close()


async def _logged_in(console: Console, name: str) -> Visitor:
    made = Visitor(console)
    page = await made.log_in(name, standings.PASSWORD)
    assert page.status == 200, page.text
    return made


@pytest.fixture
async def visitor(console: Console) -> Visitor:
    """The admin."""
    return await _logged_in(console, standings.ADMIN)


@pytest.fixture
async def writer(console: Console) -> Visitor:
    """Somebody who may push and delete everywhere, and is no admin."""
    return await _logged_in(console, standings.WRITER)


@pytest.fixture
async def reader(console: Console) -> Visitor:
    """Somebody who may only look."""
    return await _logged_in(console, standings.READER)
