"""A console before a registry that is not Homeport's."""

import pytest
from tests.console.registry import foreign as foreigns
from tests.console.visitor import Visitor

from homeport import clock
from homeport.console.console import Console


@pytest.fixture(scope="session")
def foreign(tmp_path_factory):
    """A registry v2 that the tests of this worker share: use names of your own."""
    with foreigns.running(tmp_path_factory.mktemp("foreign")) as made:
        yield made


@pytest.fixture
async def stranger(foreign):
    """Who is logged in to a console before it."""
    made = Console(foreign.options, clock.SystemClock())
    visitor = Visitor(made)
    page = await visitor.log_in(foreigns.USER, foreigns.PASSWORD)
    assert page.status == 200, page.text
    yield visitor
    await made.close()
