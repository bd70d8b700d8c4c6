import pytest
from tests.aws.sns.client import Client

from homeport.clock import VirtualClock


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
async def client(tmp_path, clock):
    opened = await Client(tmp_path / "sns.db", clock).open()
    yield opened
    await opened.sns.close()


@pytest.fixture
async def topic(client):
    return await client.make()
