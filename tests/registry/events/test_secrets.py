"""Secrets are planted in all places where there are some, and looked for in all that is written."""

import logging

import pytest
from tests.registry.events.stage import Stage, request

from homeport.clock import VirtualClock, settle
from homeport.registry.events.audit import Audit
from homeport.registry.events.exposition import Metrics
from homeport.registry.events.metrics import Counts
from homeport.registry.events.notifications.posts import Lazily
from homeport.registry.events.watch import Watch
from homeport.registry.options import Options, Webhook

SECRET = "s3cr3t"
HOOK = Webhook(
    "hook",
    f"http://user:{SECRET}1@127.0.0.1:9/{SECRET}2?key={SECRET}3",
    headers=(("Authorization", f"Bearer {SECRET}4"), ("X-Key", f"{SECRET}5")),
    threshold=1,
)


class Unplugged(Lazily):
    """The real client, whose endpoints are not there."""

    gates = {}  # noqa: RUF012


class Leaky:
    """Fails with a text that tells all."""

    gates = {}  # noqa: RUF012

    async def __call__(self, hook):
        return self

    async def post(self, url, headers, body):
        raise ConnectionError(f"Failed: {url} {headers}")

    def close(self):
        pass


@pytest.mark.parametrize("receivers", [Unplugged, Leaky])
async def test_nothing_tells_the_secrets_of_a_webhook(home, caplog, receivers):
    caplog.set_level(logging.DEBUG)
    stage = await Stage(home, HOOK, receivers=receivers()).open()
    await stage.push("x")
    while not stage.notifications.endpoints[0].failures:
        await stage.settle()
    assert "did not take" in caplog.text
    metrics = Metrics(stage.db, stage.clock, Counts(), endpoints=stage.notifications.endpoints)
    scraped = (await metrics.answer(request(path="/metrics"))).body.decode()
    rows = str(stage.db.query("SELECT * FROM outbox"))
    await stage.close()
    assert SECRET not in caplog.text + scraped + rows


def test_no_repr_tells_a_header():
    assert f"{SECRET}4" not in repr(Options(webhooks=(HOOK,)))


async def test_the_audit_log_has_no_credentials(tmp_path):
    path = tmp_path / "audit.log"
    audit = Audit(path, VirtualClock(), has_pulls=True)
    watch = Watch(Counts(), audit)
    asked = request(
        "PUT",
        f"/v2/a/blobs/uploads/{SECRET}",
        f"_state={SECRET}&token={SECRET}",
        authorization=f"Basic {SECRET}",
        cookie=SECRET,
    )
    watch.refused(asked, "push", "a")
    watch.login_failed("ann", asked.peer, "wrong password")
    watch.robot_made("ci", "ann", None)
    watch.robot_removed("ci", "ann")
    await settle(2)
    audit.close()
    assert path.read_text().count("\n") == 4
    assert SECRET not in path.read_text()
