"""SNS as the process of the cloud opens it."""

import asyncio
import contextlib
import subprocess
import sys

from tests.aws.delivery.sns.stack import FakeQueues, call, queue

from homeport.clock import VirtualClock
from homeport.serve.opening import Opening
from homeport.serve.services import sns
from homeport.stack import settings
from homeport.storage.quota import Quota

TOPIC = "arn:aws:sns:us-east-1:000000000000:t"


async def call_service(opening, operation, **params):
    table = {
        name: lambda _, *args, work=work: work(*args)
        for name, work in opening.running["sns"].operations.items()
    }
    return await call(None, table, "sns", operation, params)


@contextlib.asynccontextmanager
async def opened(folder, queues=None):
    async with contextlib.AsyncExitStack() as stack:
        opening = Opening(stack, settings.Settings(), folder, VirtualClock(), Quota(None))
        opening.targets.queues = queues
        await sns.open(opening)
        yield opening


async def test_what_waits_for_queues_is_delivered_when_they_are_there(tmp_path):
    async with opened(tmp_path) as opening:
        await call_service(opening, "CreateTopic", Name="t")
        await call_service(
            opening, "Subscribe", TopicArn=TOPIC, Protocol="sqs", Endpoint=queue("q")
        )
        await call_service(opening, "Publish", TopicArn=TOPIC, Message="m")
        await asyncio.sleep(0)
    queues = FakeQueues()
    async with opened(tmp_path, queues), asyncio.timeout(10):
        while not queues.sent:
            await asyncio.sleep(0.01)
    assert len(queues.bodies("q")) == 1


def test_what_is_needed_later_is_loaded_later():
    """Certificates, AWS's C library and the HTTP client cost a start 60 ms and 20 MiB."""
    program = (
        "import sys, homeport.serve.services.sns; "
        "print(sorted({'cryptography', 'awscrt', 'urllib3', 'botocore'} & set(sys.modules)))"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"
