"""Any history of topics, subscriptions and messages: each message goes to whom a plain reading of the rules would send it."""

import asyncio
import json
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.aws.sns.client import QUEUE, TOPIC, Client

from homeport.clock import VirtualClock

NAMES = st.sampled_from(["a", "b", "c"])
COLOURS = st.sampled_from(["red", "blue", None])


class Histories(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.client = Client(Path(self.folder.name) / "sns.db", VirtualClock())
        self.do(self.client.open())
        self.subscribed = {}
        """The colour that each endpoint of the topic wants; None for all."""
        self.arns = {}
        self.is_there = False
        self.published = 0

    def do(self, work):
        return self.loop.run_until_complete(work)

    def teardown(self):
        self.do(self.client.sns.close())
        self.loop.close()
        self.folder.cleanup()

    @rule()
    def create(self):
        self.do(self.client.make())
        self.is_there = True

    @rule()
    def delete(self):
        self.do(self.client("DeleteTopic", TopicArn=TOPIC))
        self.is_there = False
        self.subscribed.clear()

    @rule(name=NAMES)
    def subscribe(self, name):
        if self.is_there:
            self.arns[name] = self.do(self.client.subscribe(endpoint=f"{QUEUE}-{name}"))
            self.subscribed.setdefault(name, None)

    @rule(name=NAMES, colour=COLOURS)
    def want(self, name, colour):
        if name in self.subscribed:
            policy = "{}" if colour is None else json.dumps({"colour": [colour]})
            self.do(self.client.set(self.arns[name], "FilterPolicy", policy))
            self.subscribed[name] = colour

    @rule(name=NAMES)
    def unsubscribe(self, name):
        if name in self.arns:
            self.do(self.client("Unsubscribe", SubscriptionArn=self.arns[name]))
            self.subscribed.pop(name, None)

    @rule(colour=COLOURS)
    def publish(self, colour):
        if not self.is_there:
            self.do(self.client.refused("Publish", TopicArn=TOPIC, Message="m"))
            return
        before = len(self.client.outbox())
        value = {"DataType": "String", "StringValue": colour}
        attributes = {} if colour is None else {"colour": value}
        self.do(self.client.publish(MessageAttributes=attributes))
        numbers = [number for _, body in self.client.outbox()[before:] for number in body["s"]]
        chosen = {name for name, wanted in self.subscribed.items() if wanted in (None, colour)}
        assert self.endpoints(numbers) == chosen

    def endpoints(self, numbers):
        rows = self.client.sns.db.query("SELECT id, endpoint FROM subscription")
        return {endpoint.rpartition("-")[2] for number, endpoint in rows if number in numbers}

    @rule()
    def restart(self):
        self.do(self.client.restart())

    @invariant()
    def lists_show_what_is_there(self):
        found = self.do(self.client("ListSubscriptions"))["Subscriptions"]
        assert {one["Endpoint"].rpartition("-")[2] for one in found} == set(self.subscribed)


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
