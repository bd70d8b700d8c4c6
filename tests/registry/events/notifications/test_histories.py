"""Any history of changes, failures and ends of the process: everything is told at least once, and each endpoint hears it in order."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.registry.events.stage import Stage

from homeport.registry.options import Webhook
from homeport.storage import db

IGNORED = ("application/octet-stream",)
HOOKS = (
    Webhook("one", "http://example.com/", ignored_media_types=IGNORED, actions=("push", "delete")),
    Webhook("two", "http://example.com/", ignored_media_types=IGNORED, actions=("push", "delete")),
)
CHANGES = st.sampled_from(["push", "push", "delete", "pull"])
OTHERS = st.sampled_from(["down one", "up one", "down two", "hang two", "up two", "kill", "minute"])
STEPS = st.lists(CHANGES | OTHERS, max_size=30)


class History:
    def __init__(self, home):
        self.stage = Stage(home, *HOOKS)
        self.told = []
        self.tags = []

    async def step(self, name):
        what, _, whom = name.partition(" ")
        await getattr(self, what)(*([whom] if whom else []))
        await self.stage.settle()

    async def push(self):
        tag = f"t{len(self.told)}"
        await self.stage.push(tag)
        self.tags.append(tag)
        self.told.append(("push", tag))

    async def delete(self):
        if self.tags:
            tag = self.tags.pop()
            await self.stage.ask("DELETE", f"/v2/a/b/manifests/{tag}")
            self.told.append(("delete", tag))

    async def pull(self):
        if self.tags:
            await self.stage.ask("GET", f"/v2/a/b/manifests/{self.tags[-1]}")

    async def down(self, whom):
        self.stage.receivers.answers[whom] = ConnectionError("down")

    async def hang(self, whom):
        self.stage.receivers.gates.setdefault(whom, asyncio.Event())

    async def up(self, whom):
        self.stage.receivers.answers.pop(whom, None)
        if whom in self.stage.receivers.gates:
            self.stage.receivers.gates.pop(whom).set()

    async def kill(self):
        await self.stage.restart()

    async def minute(self):
        await self.stage.clock.advance(60)

    def heard(self, whom):
        seen = {}
        for event in self.stage.receivers.events(whom):
            seen.setdefault(event["id"], (event["action"], event["target"]["tag"]))
        return list(seen.values())


async def run(steps, home):
    history = History(home)
    await history.stage.open()
    for step in steps:
        await history.step(step)
    for whom in ("one", "two"):
        await history.up(whom)
    await history.stage.finish()
    for whom in ("one", "two"):
        assert history.heard(whom) == history.told
    await history.stage.close()
    await home.registry.close()


def test_any_history(tools):
    @settings(max_examples=40, deadline=None)
    @given(STEPS)
    def check(steps):
        with tempfile.TemporaryDirectory() as folder:

            async def begin():
                await run(steps, tools.Home(Path(folder) / "registry"))

            asyncio.run(begin())

    assert db.LATER_S == 0.0
    check()
