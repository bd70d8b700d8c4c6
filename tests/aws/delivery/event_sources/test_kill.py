"""`kill -9` in the midst of batches: after the next start all that was left is processed."""

import asyncio
import sys

from tests.aws.delivery.event_sources import worker
from tests.aws.delivery.event_sources.conftest import Queues
from tests.aws.dynamodb.conftest import Client
from tests.aws.dynamodb.streams.conftest import Streams

from homeport.clock import SystemClock

MESSAGES = {f"m{number}" for number in range(60)}
RECORDS = [f"r{number}" for number in range(60)]
ROUNDS = 4


async def fill(folder):
    """Messages and records, before anything reads them."""
    queues = Queues(folder / "sqs.db", SystemClock()).open()
    await queues.make(VisibilityTimeout="1")
    await queues.send(*sorted(MESSAGES))
    await queues.sqs.close()
    client = await Client(folder, SystemClock()).open()
    arn = await Streams(client).make()
    for name in RECORDS:
        await client.put({"id": {"S": name}})
    await client.close()
    return arn


class Worker:
    def __init__(self, folder, arn):
        self.folder, self.arn = folder, arn

    def done(self):
        path = self.folder / "done"
        return path.read_text().split() if path.exists() else []

    async def run(self, is_enough):
        """Runs the process until something is done, then kills it."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, worker.__file__, str(self.folder), self.arn
        )
        try:
            async with asyncio.timeout(60):
                while not is_enough(self.done()):
                    assert process.returncode is None
                    await asyncio.sleep(0.001)
        finally:
            process.kill()
            await process.wait()


async def test_nothing_is_lost(tmp_path):
    arn = await fill(tmp_path)
    running = Worker(tmp_path, arn)
    everything = MESSAGES | set(RECORDS)
    for _ in range(ROUNDS):
        before = len(running.done())
        await running.run(lambda done, before=before: len(done) >= before + 15)
    await running.run(lambda done: set(done) == everything)
    done = running.done()
    assert len(done) < 3 * len(everything), "what is done is not done again and again"
