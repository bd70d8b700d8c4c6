"""A plain model of a queue, and the random histories that are played against it and the real one."""

import asyncio
import json
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st

from homeport.aws.protocol.call import AwsError
from homeport.clock import VirtualClock

MAX_RECEIVES = 3
VISIBILITY = 30
RETENTION = 345_600

_send = st.tuples(st.just("send"), st.sampled_from("aab"), st.sampled_from([0, 0, 7]))
_step = st.one_of(
    _send,
    st.tuples(st.just("receive"), st.integers(1, 10), st.sampled_from([None, 0, 5, 60])),
    st.tuples(st.just("receive"), st.just(10), st.just(5)),
    st.tuples(st.just("delete"), st.integers(0, 12)),
    st.tuples(st.just("change"), st.integers(0, 12), st.sampled_from([0, 0, 3, 100])),
    st.tuples(st.just("advance"), st.sampled_from([1, 5, 7, 30, 100])),
    st.tuples(st.just("restart")),
)
steps = st.builds(
    lambda sends, rest: sends + rest,
    st.lists(_send, min_size=2, max_size=5),
    st.lists(_step, min_size=5, max_size=50),
)


@dataclass
class Message:
    body: str
    group: str
    visible_at: float
    receives: int = 0
    received_at: float = 0
    is_deleted: bool = False
    is_dead: bool = False


@dataclass
class Model:
    """What is known of each message, and which deliveries a client still holds."""

    is_fifo: bool
    messages: dict[str, Message] = field(default_factory=dict)
    held: list[tuple[str, int, str]] = field(default_factory=list)

    def alive(self):
        return [m for m in self.messages.values() if not m.is_deleted and not m.is_dead]

    def available(self, now):
        """The messages that a receive may give out, in the order of sending."""
        if not self.is_fifo:
            return [m for m in self.alive() if m.visible_at <= now and m.receives < MAX_RECEIVES]
        free = []
        for group in "ab":
            members = [m for m in self.alive() if m.group == group]
            if any(m.visible_at > now and m.receives for m in members):
                continue
            for message in members:
                if message.visible_at > now:
                    break
                free.append(message)
        return [m for m in free if m.receives < MAX_RECEIVES]


class Play:
    """Plays one history on a real queue with a dead-letter queue, and checks each answer against the model."""

    def __init__(self, client, is_fifo):
        self.client = client
        self.clock = client.clock
        self.model = Model(is_fifo)

    async def set_up(self):
        suffix, more = (
            (".fifo", {"ContentBasedDeduplication": "true"}) if self.model.is_fifo else ("", {})
        )
        self.dead = await self.client.make("dead" + suffix, **more)
        target = f"arn:aws:sqs:us-east-1:000000000000:dead{suffix}"
        policy = {"deadLetterTargetArn": target, "maxReceiveCount": MAX_RECEIVES}
        self.url = await self.client.make("q" + suffix, RedrivePolicy=json.dumps(policy), **more)

    async def send(self, group, delay):
        body = f"{group}{len(self.model.messages)}"
        if self.model.is_fifo:
            delay, more = 0, {"MessageGroupId": group}
        else:
            more = {"DelaySeconds": delay}
        await self.client.send(self.url, body, **more)
        self.model.messages[body] = Message(body, group, self.clock.now() + delay)

    async def receive(self, count, visibility):
        now = self.clock.now()
        more = {} if visibility is None else {"VisibilityTimeout": visibility}
        got = await self.client.receive(self.url, count, **more)
        bodies = [message["Body"] for message in got]
        available = self.model.available(now)
        names = [message.body for message in available]
        assert len(set(bodies)) == len(bodies)
        assert set(bodies) <= set(names), "given out while hidden, deleted, dead or behind others"
        assert len(bodies) == min(count, len(names)), "something available was not given out"
        if self.model.is_fifo:
            self._check_order(bodies, available)
        await self._bury()
        for message in got:
            known = self.model.messages[message["Body"]]
            known.receives += 1
            known.received_at = now
            known.visible_at = now + (VISIBILITY if visibility is None else visibility)
            self.model.held.append((known.body, known.receives, message["ReceiptHandle"]))

    def _check_order(self, bodies, available):
        for group in "ab":
            ours = [body for body in bodies if body[0] == group]
            theirs = [message.body for message in available if message.group == group]
            assert ours == theirs[: len(ours)], "out of order within a group"

    async def _bury(self):
        """Learns from the dead-letter queue which messages were moved."""
        rows = self.client.sqs.db.query(
            "SELECT body FROM message WHERE partition = (SELECT partition FROM queue WHERE name LIKE 'dead%')"
        )
        for (body,) in rows:
            message = self.model.messages[body]
            assert message.receives == MAX_RECEIVES, "moved too early or too late"
            message.is_dead = True

    async def delete(self, index):
        if not self.model.held:
            return
        body, receives, handle = self.model.held[index % len(self.model.held)]
        message = self.model.messages[body]
        refused = await self._call("DeleteMessage", handle)
        is_current = message.receives == receives and not message.is_dead
        if self.model.is_fifo and not message.is_deleted and not message.is_dead:
            is_valid = is_current and message.visible_at > self.clock.now()
            assert refused != is_valid
            is_current = is_valid
        message.is_deleted = message.is_deleted or is_current

    async def change(self, index, seconds):
        if not self.model.held:
            return
        body, receives, handle = self.model.held[index % len(self.model.held)]
        message = self.model.messages[body]
        refused = await self._call("ChangeMessageVisibility", handle, VisibilityTimeout=seconds)
        now = self.clock.now()
        is_valid = not message.is_deleted and not message.is_dead and message.receives == receives
        if self.model.is_fifo:
            is_valid = is_valid and message.visible_at > now
        assert refused != is_valid
        if is_valid:
            message.visible_at = now + seconds

    async def _call(self, operation, handle, **more):
        try:
            await self.client(operation, QueueUrl=self.url, ReceiptHandle=handle, **more)
        except AwsError:
            return True
        return False

    async def advance(self, seconds):
        await self.clock.advance(seconds)

    async def restart(self):
        await self.client.restart()

    async def finish(self):
        """Receives all that is left, and finds that nothing was lost."""
        for _ in range(MAX_RECEIVES + 1):
            await self.clock.advance(200)
            while self.model.available(self.clock.now()):
                await self.receive(10, 60)
        await self.clock.advance(200)
        await self.receive(10, None)
        left = {m.body for m in self.model.messages.values() if not m.is_deleted}
        kept = {row[0] for row in self.client.sqs.db.query("SELECT body FROM message")}
        assert kept == left
        counts = await self.client.attributes(self.dead)
        dead = sum(m.is_dead for m in self.model.messages.values())
        assert counts["ApproximateNumberOfMessages"] == str(dead)


def play(make_client, history, *, is_fifo):
    """Plays a history from a new database to its end."""

    async def run(folder):
        client = await make_client(Path(folder) / "sqs.db", VirtualClock()).open()
        game = Play(client, is_fifo)
        await game.set_up()
        for name, *arguments in history:
            await getattr(game, name)(*arguments)
        await game.finish()
        await client.sqs.close()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(folder))
