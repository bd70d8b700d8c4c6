"""Any history of publishing, failing, and ending of the process: everything published arrives."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.delivery.sns.stack import DOWN, Stack, queue

from homeport.clock import VirtualClock

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"
STEPS = st.lists(
    st.sampled_from(["publish", "publish", "down", "up", "wait", "restart", "hour"]), max_size=25
)


class History:
    def __init__(self, folder, is_fifo):
        self.clock = VirtualClock()
        self.stack = Stack(folder, self.clock)
        self.is_fifo = is_fifo
        self.published = []

    async def begin(self):
        await self.stack.open()
        self.topic = await self.stack.make("t.fifo" if self.is_fifo else "t")
        end = ".fifo" if self.is_fifo else ""
        self.queues = [f"a{end}", f"b{end}"]
        for name in self.queues:
            await self.stack.subscribe(self.topic, queue(name), RawMessageDelivery="true")
        if not self.is_fifo:
            await self.stack.subscribe(self.topic, FUNCTION, "lambda")

    async def step(self, name):
        stack = self.stack
        if name == "publish":
            body = str(len(self.published))
            self.published.append(body)
            group = {"MessageGroupId": "g"} if self.is_fifo else {}
            await stack("Publish", TopicArn=self.topic, Message=body, **group)
        elif name == "down":
            stack.queues.answers[queue(self.queues[0])] = DOWN
            stack.functions.answers = [DOWN] * 10
        elif name == "up":
            stack.queues.answers.clear()
            stack.functions.answers.clear()
        elif name == "wait":
            await stack.settle()
        elif name == "hour":
            await self.clock.advance(3_600)
        else:
            await stack.close()
            await stack.open()

    async def end(self):
        await self.step("up")
        await self.stack.finish(step_s=5)
        await self.stack.close()
        for name in self.queues:
            found = self.stack.queues.bodies(name)
            # At least once, and in order where the topic is ordered.
            first = list(dict.fromkeys(found))
            assert first == self.published if self.is_fifo else set(first) == set(self.published)
        if not self.is_fifo:
            texts = {
                event["Records"][0]["Sns"]["Message"] for _, event in self.stack.functions.events
            }
            assert texts == set(self.published)


async def run(steps, is_fifo):
    with tempfile.TemporaryDirectory() as folder:
        history = History(Path(folder), is_fifo)
        await history.begin()
        for step in steps:
            await history.step(step)
        await history.end()


@settings(max_examples=15, deadline=None)
@given(STEPS, st.booleans())
def test_any_history(steps, is_fifo):
    asyncio.run(run(steps, is_fifo))
