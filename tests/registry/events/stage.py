"""A registry with its webhooks, and what stands on the other side of them."""

import asyncio
import itertools
import json

from tests.aws.delivery.services import Quick

from homeport.clock import settle
from homeport.edge import http
from homeport.registry.events.notifications.envelope import Source
from homeport.registry.events.notifications.notifications import Notifications

PEER = "192.0.2.7:4711"
AGENT = "docker/28.2.2 go/go1.24"
HOST = "registry.test:5000"


def request(method="GET", path="/v2/", query="", body=b"", *, user="ann", peer=PEER, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    head = {"host": HOST, "user-agent": AGENT, **named}
    body = http.BytesBody(body) if isinstance(body, bytes) else body
    return http.Request(method, path, query, head, body, peer=peer, user=user)


class Receivers:
    """Note what is posted; answer 200, or what is in `answers` of their name: statuses and errors, one a post."""

    def __init__(self, clock):
        self.clock = clock
        self.posts = []
        self.times = []
        self.answers = {}
        self.gates = {}

    async def __call__(self, hook):
        return Receiver(self, hook.name)

    def events(self, name="hook"):
        return [event for at, _, _, events in self.posts for event in events if at == name]

    def tags(self, name="hook"):
        """The tags of the events, without repetitions of what was told before."""
        return list(dict.fromkeys(event["target"].get("tag") for event in self.events(name)))


class Receiver:
    def __init__(self, receivers, name):
        self.all, self.name = receivers, name

    async def post(self, url, headers, body):
        self.all.times.append(self.all.clock.now())
        if self.name in self.all.gates:
            await self.all.gates[self.name].wait()
        answers = self.all.answers.get(self.name, [])
        answer = answers.pop(0) if isinstance(answers, list) and answers else answers or 200
        if isinstance(answer, Exception):
            raise answer
        if 200 <= answer < 300:
            self.all.posts.append((self.name, url, headers, json.loads(body)["events"]))
        return answer

    def close(self):
        pass


class Stage:
    """The webhooks of a `Home`, which survive its restarts."""

    def __init__(self, home, *hooks, receivers=None):
        self.home = home
        self.hooks = hooks
        self.clock = home.clock
        self.receivers = receivers or Receivers(home.clock)
        self.numbers = itertools.count(1)
        self.starts = itertools.count(1)

    async def open(self, *, start=True):
        backend = self.home.registry._backend
        self.db = backend.db
        # So that `settle` sees the ends of commits.
        self.db._committer._pace = Quick()
        self.notifications = Notifications(
            self.db,
            self.clock,
            lambda: f"id-{next(self.numbers)}",
            self.hooks,
            Source("node:5000", f"start-{next(self.starts)}"),
            self.receivers,
        )
        backend.journal.listen(note=self.notifications.note, tell=self.notifications.tell)
        if start:
            await self.notifications.start()
        return self

    async def restart(self):
        """What follows a `kill -9` at this moment."""
        image = self.home.image()
        await self.notifications.close()
        await self.home.restart(image)
        await self.open()

    async def ask(self, method, target, body=b"", **more):
        path, _, query = target.partition("?")
        response = self.home.registry(request(method, path, query, body, **more))
        response = response if isinstance(response, http.Response) else await response
        if response.on_end is not None:
            response.on_end()
        return response

    async def push(self, *tags, name="a/b"):
        """One image under each of the tags."""
        for tag in tags:
            await self.home.push_image(name, tag)
        await settle()

    def waiting(self):
        return self.db.query_one("SELECT count(*) FROM outbox")[0]

    async def settle(self):
        if self.notifications._writing is not None:
            await self.notifications._writing
        await settle(60)

    async def finish(self, step_s=30.0, most=1000):
        """Moves the time until nothing waits."""
        await self.settle()
        for _ in range(most):
            if not self.waiting():
                return
            await self.clock.advance(step_s)
            await self.settle()
        raise AssertionError(f"{self.waiting()} events still wait")

    async def close(self):
        for gate in self.receivers.gates.values():
            gate.set()
        await asyncio.wait_for(self.notifications.close(), 10)
