import pytest
from tests.registry.events.stage import Stage

from homeport.registry.events.listeners import Listeners
from homeport.registry.options import Webhook
from homeport.storage import db


@pytest.fixture(autouse=True)
def _no_waiting_for_company(monkeypatch):
    """A write that can wait is done in the next turns, so that tests need not wait for it."""
    monkeypatch.setattr(db, "LATER_S", 0.0)


@pytest.fixture(autouse=True)
def _webhooks_are_those_of_the_stage(monkeypatch):
    """The registry's own, of which there are none, do not begin: they would drop the rows of the stage's."""

    async def start(_listeners):
        pass

    monkeypatch.setattr(Listeners, "start", start)


@pytest.fixture
def hook():
    return Webhook("hook", "http://example.com/events")


@pytest.fixture
async def stage(home, hook):
    opened = await Stage(home, hook).open()
    yield opened
    await opened.close()


@pytest.fixture
async def stage_of(home):
    """Makes one with webhooks of the test's choice."""
    opened = []

    async def make(*hooks):
        opened.append(await Stage(home, *hooks).open())
        return opened[-1]

    yield make
    for each in opened:
        await each.close()
