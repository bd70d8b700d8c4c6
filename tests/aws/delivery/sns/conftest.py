import pytest
from tests.aws.delivery.sns.stack import RealQueues, Stack

from homeport.clock import VirtualClock


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
async def stack(tmp_path, clock):
    opened = await Stack(tmp_path, clock).open()
    yield opened
    await opened.close()


@pytest.fixture
async def topic(stack):
    return await stack.make()


@pytest.fixture
async def sqs(tmp_path, clock, stack):
    """SNS delivers to it instead of the queues that only take notes."""
    real = RealQueues(tmp_path, clock)
    stack.deliveries._fan._queues = stack.deliveries._own._queues = real.queues
    yield real
    await stack.deliveries.close()
    await real.sqs.close()
