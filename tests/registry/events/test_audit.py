"""The audit log line by line."""

import json
from dataclasses import dataclass, field

import pytest
from tests.registry.events.stage import request

from homeport.clock import VirtualClock, settle
from homeport.registry.events import audit as audits
from homeport.registry.events import journal, repeats
from homeport.registry.events.journal import Event

DIGEST = "sha256:" + "a" * 64
WHEN = {"time": "2023-11-14T22:13:20.000Z"}
WHO = {"user": "ann", "peer": "192.0.2.7:4711", "agent": "docker/28.2.2 go/go1.24"}


class Log:
    """An audit log and what it has written."""

    def __init__(self, path, **more):
        self.path = path
        self.clock = VirtualClock()
        self.audit = audits.Audit(path, self.clock, **more)

    async def lines(self):
        await settle(2)
        return [json.loads(line) for line in self.path.read_text().splitlines()]

    async def last(self):
        return (await self.lines())[-1]


@pytest.fixture
async def log(tmp_path):
    made = Log(tmp_path / "audit.log")
    yield made
    made.audit.close()


def happened(action, kind, digest=DIGEST, **more):
    return Event(action, kind, "team/app", digest, request=request("PUT"), **more)


CASES = {
    "push of a manifest": (
        happened(journal.PUSH, journal.MANIFEST, tag="1.0", media_type="x/y", size=708),
        {"kind": "manifest", "tag": "1.0", "digest": DIGEST, "media_type": "x/y", "bytes": 708},
    ),
    "push of a blob": (
        happened(journal.PUSH, journal.BLOB, size=9),
        {"kind": "blob", "digest": DIGEST, "bytes": 9},
    ),
    "mount": (
        happened(journal.MOUNT, journal.BLOB, size=9, source="base/os"),
        {"kind": "blob", "digest": DIGEST, "bytes": 9, "from": "base/os"},
    ),
    "delete of a tag": (
        happened(journal.DELETE, journal.TAG, tag="1.0", media_type="x/y", size=708),
        {"kind": "tag", "tag": "1.0", "digest": DIGEST, "media_type": "x/y", "bytes": 708},
    ),
    "delete of a manifest": (
        happened(journal.DELETE, journal.MANIFEST, media_type="x/y", size=708),
        {"kind": "manifest", "digest": DIGEST, "media_type": "x/y", "bytes": 708},
    ),
    "delete of a blob": (
        happened(journal.DELETE, journal.BLOB, size=9),
        {"kind": "blob", "digest": DIGEST, "bytes": 9},
    ),
    "delete of a repository": (
        happened(journal.DELETE, journal.REPOSITORY, digest=""),
        {"kind": "repository", "bytes": 0},
    ),
}


@pytest.mark.parametrize(("event", "what"), CASES.values(), ids=CASES)
async def test_golden(log, event, what):
    log.audit.tell(event)
    assert await log.lines() == [
        {**WHEN, "event": event.action, **WHO, "repository": "team/app", **what}
    ]


async def test_pulls_are_there_where_they_are_asked_for(log, tmp_path):
    pull = happened(journal.PULL, journal.BLOB, size=9)
    log.audit.tell(pull)
    other = Log(tmp_path / "all.log", has_pulls=True)
    other.audit.tell(pull)
    assert (await other.last())["event"] == "pull"
    assert not log.path.exists()
    other.audit.close()


@pytest.mark.parametrize("part", ["gc", "retention"])
async def test_what_the_registry_does_by_itself(log, part):
    log.audit.tell(Event(journal.DELETE, journal.TAG, "team/app", tag="old", user=part))
    found = await log.last()
    assert found["user"] == part
    assert "peer" not in found


async def test_a_client_behind_a_proxy(log):
    asked = request("PUT", x_forwarded_for="203.0.113.9, 10.0.0.1")
    log.audit.tell(Event(journal.PUSH, journal.BLOB, "a", request=asked))
    found = await log.last()
    assert (found["peer"], found["forwarded_for"]) == ("192.0.2.7:4711", "203.0.113.9")


async def test_robots(log):
    log.audit.robot_made("ci", "ann", 1_700_003_600.0)
    log.audit.robot_made("ci", "ann", None)
    log.audit.robot_removed("ci", "ann")
    made, endless, removed = await log.lines()
    assert made == {
        **WHEN,
        "event": "robot.made",
        "robot": "ci",
        "user": "ann",
        "expires": "2023-11-14T23:13:20.000Z",
    }
    assert "expires" not in endless
    assert removed == {**WHEN, "event": "robot.removed", "robot": "ci", "user": "ann"}


@dataclass(frozen=True, slots=True)
class Report:
    is_dry_run: bool = False
    blob_bytes: int = 42
    things: list = field(default_factory=lambda: ["x"] * 1000)
    note: str = "n" * 10_000


@pytest.mark.parametrize("kind", ["gc", "retention", "scrub", "import"])
async def test_runs(log, kind):
    log.audit.ran(kind, "ann", log.clock.now() - 1.5, Report())
    found = await log.last()
    assert found["report"] == {
        "is_dry_run": False,
        "blob_bytes": 42,
        "things": 1000,
        "note": "n" * 512,
    }
    assert found | {"report": 0} == {
        **WHEN,
        "event": "run",
        "kind": kind,
        "user": "ann",
        "duration_s": 1.5,
        "report": 0,
    }


async def test_a_run_that_failed(log):
    log.audit.ran("gc", "", log.clock.now(), error="The disk is full.")
    found = await log.last()
    assert found["error"] == "The disk is full."
    assert "report" not in found


async def test_a_wrong_password(log):
    log.audit.login_failed("ann", "192.0.2.7:4711", "wrong password")
    assert await log.last() == {
        **WHEN,
        "event": "login.failed",
        "user": "ann",
        "peer": "192.0.2.7",
        "reason": "wrong password",
    }


async def test_a_right_that_somebody_has_not(log):
    log.audit.refused(request("PUT"), "push", "team/app")
    assert await log.last() == {
        **WHEN,
        "event": "refused",
        **WHO,
        "peer": "192.0.2.7",
        "action": "push",
        "repository": "team/app",
    }


async def test_repeated_ones_are_summed_up(log):
    for port in range(1000):
        log.audit.login_failed("ann", f"192.0.2.7:{port}", "wrong password")
    log.audit.login_failed("ben", "192.0.2.7:1", "wrong password")
    assert [line["user"] for line in await log.lines()] == ["ann", "ben"]
    await log.clock.advance(repeats.WINDOW_S)
    assert await log.last() == {
        "time": "2023-11-14T22:14:20.000Z",
        "event": "login.failed",
        "user": "ann",
        "peer": "192.0.2.7",
        "reason": "wrong password",
        "repeated": 999,
    }
    log.audit.login_failed("ann", "192.0.2.7:5", "wrong password")
    assert len(await log.lines()) == 4


async def test_many_different_ones_are_one_sum(log):
    for number in range(5000):
        log.audit.login_failed(f"u{number}", "192.0.2.7:1", "no such user")
        log.audit.refused(request("GET", user="ann"), "pull", f"r{number}")
    await log.clock.advance(repeats.WINDOW_S)
    lines = await log.lines()
    assert len(lines) == repeats.KINDS + 2
    assert sum(line.get("repeated", 1) for line in lines) == 10_000
    assert [line["others"] for line in lines[-2:]] == [True, True]


async def test_sums_are_written_at_the_end(log):
    for _ in range(3):
        log.audit.login_failed("ann", "[::1]:7", "wrong password")
    log.audit.close()
    found = await log.last()
    assert (found["repeated"], found["peer"]) == (2, "[::1]")


async def test_no_line_can_be_forged(log):
    forged = 'x"\n{"event":"push"}\r\x1b[2J\x7f\u2028ä\udcff'
    log.audit.login_failed(forged, forged, "wrong password")
    log.audit.tell(
        Event(journal.PUSH, journal.BLOB, "a", request=request(user_agent=forged, user=forged))
    )
    lines = log.path.read_bytes() if (await log.lines()) else b""
    assert lines.count(b"\n") == 2
    assert all(0x20 <= byte < 0x7F or byte == 0x0A for byte in lines)
    assert (await log.lines())[0]["user"] == forged


async def test_what_clients_say_is_cut(log):
    long = "x" * 100_000
    log.audit.login_failed(long, "192.0.2.7:1", "no such user")
    log.audit.refused(request(user_agent=long), "pull", long)
    await settle(2)
    assert log.path.stat().st_size < 2500


async def test_through_the_registry(stage, tmp_path):
    log = Log(tmp_path / "audit.log")
    stage.home.registry._backend.journal.listen(tell=log.audit.tell)
    await stage.push("x")
    await stage.ask("GET", "/v2/a/b/manifests/x")
    await stage.ask("DELETE", "/v2/a/b/manifests/x")
    happenings = [(line["event"], line["kind"]) for line in await log.lines()]
    assert happenings == [("push", "blob"), ("push", "manifest"), ("delete", "tag")]
    log.audit.close()
