"""What endpoints get: at least once, in order, at their own pace, and what is dropped where that does not end."""

import asyncio
import logging

import pytest
from tests.registry.events.stage import Stage

from homeport import errors
from homeport.clock import settle
from homeport.registry.events import journal
from homeport.registry.events.journal import Event
from homeport.registry.events.notifications import notifications
from homeport.registry.options import Webhook

DOWN = ConnectionError("down")
PUSHES = {"ignored_media_types": ("application/octet-stream",)}


@pytest.fixture
def hook():
    """Blobs are of no interest here."""
    return Webhook("hook", "http://example.com/events", **PUSHES)


async def test_events_that_wait_go_in_one_post(stage):
    stage.receivers.gates["hook"] = asyncio.Event()
    await stage.push("a", "b", "c", "d")
    stage.receivers.gates.pop("hook").set()
    await stage.finish()
    assert [len(events) for _, _, _, events in stage.receivers.posts] == [1, 3]
    assert stage.receivers.tags() == ["a", "b", "c", "d"]


@pytest.mark.parametrize("answer", [DOWN, 500, 404, 429, 301, 302, 307, 308])
async def test_a_refusal_is_tried_again_until_it_is_taken(stage, answer):
    stage.receivers.answers["hook"] = [answer] * 4
    await stage.push("a")
    begun = stage.clock.now()
    await stage.finish(step_s=1)
    assert [at - begun for at in stage.receivers.times] == [0, 1, 3, 7, 15]
    assert stage.receivers.tags() == ["a"]


@pytest.mark.parametrize("answer", [200, 201, 202, 204, 300, 303, 304])
async def test_what_counts_as_taken(stage, answer):
    stage.receivers.answers["hook"] = [answer]
    await stage.push("a")
    await stage.settle()
    assert stage.waiting() == 0
    assert stage.notifications.endpoints[0].tally.statuses == {answer: 1}


async def test_order_is_kept_through_failures(stage):
    stage.receivers.answers["hook"] = [500, DOWN, 200, 500, 200]
    await stage.push(*"abcdefgh")
    await stage.finish()
    assert stage.receivers.tags() == list("abcdefgh")


async def test_what_an_earlier_process_left_is_told(stage):
    stage.receivers.answers["hook"] = DOWN
    await stage.push("a", "b")
    await stage.restart()
    stage.receivers.answers.clear()
    await stage.push("c")
    await stage.finish()
    assert stage.receivers.tags() == ["a", "b", "c"]
    assert {each["source"]["instanceID"] for each in stage.receivers.events()} == {
        "start-1",
        "start-2",
    }


async def test_what_was_told_but_not_written_down_is_told_again(stage):
    """The id lets a receiver know it."""
    gate = stage.receivers.gates["hook"] = asyncio.Event()
    await stage.push("a")
    await stage.settle()
    image = stage.home.image()
    gate.set()
    await stage.finish()
    await stage.notifications.close()
    await stage.home.restart(image)
    await stage.open()
    await stage.finish()
    first, second = stage.receivers.events()
    assert first == second


async def test_one_that_hangs_holds_up_nobody(stage_of):
    hooks = [Webhook(name, "http://example.com/", **PUSHES) for name in ("slow", "quick")]
    stage = await stage_of(*hooks)
    stage.receivers.gates["slow"] = asyncio.Event()
    await stage.push(*"abc")
    await stage.settle()
    assert stage.receivers.tags("quick") == ["a", "b", "c"]
    assert stage.receivers.tags("slow") == []
    stage.receivers.gates.pop("slow").set()
    await stage.finish()
    assert stage.receivers.tags("slow") == ["a", "b", "c"]


async def test_a_failed_commit_tells_nothing(stage):
    def fail(connection):
        event = Event(journal.PUSH, journal.MANIFEST, "a", tag="never", media_type="x/y")
        stage.notifications.note(connection, event)
        raise ValueError

    with pytest.raises(ValueError):
        await stage.db.write(fail)
    await stage.push("a")
    await stage.finish()
    assert stage.receivers.tags() == ["a"]


async def test_events_too_old_are_given_up(stage_of, caplog):
    stage = await stage_of(Webhook("hook", "http://example.com/", keep_s=3600, **PUSHES))
    stage.receivers.answers["hook"] = DOWN
    await stage.push(*"abc")
    await stage.clock.advance(3500)
    await stage.push("d")
    await stage.clock.advance(400)
    await stage.settle()
    assert stage.waiting() == 1
    assert stage.notifications.endpoints[0].tally.expired == 3
    assert caplog.text.count("given up") == 1
    stage.receivers.answers.clear()
    await stage.finish()
    assert stage.receivers.tags() == ["d"]


async def test_what_grew_old_while_the_registry_was_off_is_tried_once(stage):
    stage.receivers.answers["hook"] = DOWN
    await stage.push("a")
    await stage.notifications.close()
    await stage.home.restart(stage.home.image())
    stage.receivers.answers.clear()
    await stage.clock.advance(30 * 86_400)
    await stage.open()
    await stage.finish()
    assert stage.receivers.tags() == ["a"]


async def test_the_oldest_go_where_too_many_wait(stage, monkeypatch, caplog):
    monkeypatch.setattr(notifications, "QUEUE", 10)
    monkeypatch.setattr(notifications, "SLACK", 3)
    stage.receivers.gates["hook"] = asyncio.Event()
    await stage.push(*(str(number) for number in range(30)))
    await stage.settle()
    assert 7 <= stage.waiting() <= 10
    tally = stage.notifications.endpoints[0].tally
    assert (tally.events, tally.overflown) == (30, 30 - stage.waiting())
    assert caplog.text.count("the oldest are dropped") == 1
    stage.receivers.gates.pop("hook").set()
    await stage.finish()
    assert stage.receivers.tags()[-7:] == [str(number) for number in range(23, 30)]


async def test_the_bound_holds_after_a_restart(stage, monkeypatch):
    monkeypatch.setattr(notifications, "QUEUE", 10)
    monkeypatch.setattr(notifications, "SLACK", 3)
    stage.receivers.answers["hook"] = DOWN
    await stage.push(*(str(number) for number in range(9)))
    await stage.restart()
    await stage.push(*(str(number) for number in range(9, 18)))
    assert stage.waiting() <= 10


async def test_endpoints_that_are_gone_are_forgotten(home, hook, caplog):
    other = Webhook("gone", "http://example.com/", **PUSHES)
    stage = await Stage(home, hook, other).open()
    stage.receivers.answers = {"hook": DOWN, "gone": DOWN}
    await stage.push(*"abc")
    stage.hooks = (hook,)
    await stage.restart()
    assert "3 events for the webhook gone are dropped" in caplog.text
    assert stage.waiting() == 3
    stage.receivers.answers.clear()
    await stage.finish()
    assert stage.receivers.tags() == ["a", "b", "c"]
    await stage.close()


async def test_two_of_one_name(stage, hook):
    with pytest.raises(errors.SettingsError, match="same name"):
        await Stage(stage.home, hook, hook).open()


# Pulls


async def test_pulls_are_told_in_their_order(stage):
    await stage.push("a", "b")
    await stage.finish()
    for tag in "abbab":
        await stage.ask("GET", f"/v2/a/b/manifests/{tag}")
    await stage.finish()
    pulls = [each for each in stage.receivers.events() if each["action"] == "pull"]
    assert "".join(each["target"]["tag"] for each in pulls) == "abbab"


async def test_pulls_that_nobody_wants_are_no_rows(stage_of):
    stage = await stage_of(Webhook("hook", "http://example.com/", actions=("push",), **PUSHES))
    await stage.push("a")
    await stage.finish()
    writes = stage.db.writes
    await stage.ask("GET", "/v2/a/b/manifests/a")
    await stage.settle()
    assert stage.db.writes == writes
    assert stage.notifications._pulls == []


async def test_many_pulls_share_commits(stage):
    await stage.push("a")
    await stage.finish()
    stage.receivers.gates["hook"] = asyncio.Event()
    before = stage.db.writes
    for _ in range(500):
        await stage.ask("GET", "/v2/a/b/manifests/a")
    await stage.settle()
    assert stage.db.writes - before <= 5
    assert stage.waiting() == 500


async def test_a_flood_of_pulls_is_bounded(stage, monkeypatch, caplog):
    monkeypatch.setattr(notifications, "PULLS", 5)
    event = Event(journal.PULL, journal.MANIFEST, "a", media_type="x/y")
    for _ in range(20):
        stage.notifications.tell(event)
    assert stage.notifications.endpoints[0].tally.unwritten == 15
    await stage.finish()
    assert len(stage.receivers.events()) == 5
    assert caplog.text.count("come faster than") == 1


async def test_pulls_on_a_disk_that_is_full(stage, monkeypatch, caplog):
    async def full(work):
        raise errors.StorageFull("The disk is full.")

    monkeypatch.setattr(stage.db, "write_later", full)
    stage.notifications.tell(Event(journal.PULL, journal.MANIFEST, "a", media_type="x/y"))
    await settle()
    assert stage.notifications.endpoints[0].tally.unwritten == 1
    assert "The disk is full" in caplog.text


async def test_an_orderly_end_writes_pulls_down(stage):
    stage.receivers.answers["hook"] = DOWN
    stage.notifications.tell(Event(journal.PULL, journal.MANIFEST, "a", media_type="x/y"))
    await stage.notifications.close()
    assert stage.waiting() == 1


# What is said about it


async def test_trouble_is_said_twice_and_not_with_each_try(stage_of, caplog):
    caplog.set_level(logging.INFO)
    stage = await stage_of(Webhook("hook", "http://example.com/", threshold=3, **PUSHES))
    stage.receivers.answers["hook"] = [DOWN] * 10
    await stage.push("a")
    await stage.finish()
    told = [record.getMessage() for record in caplog.records if "did not take" in record.message]
    assert told == [
        "The webhook hook did not take 1 events, the next try is in 1 s: down",
        "The webhook hook did not take 1 events, the next try is in 10 s: down",
    ]
    assert "takes events again" in caplog.text


async def test_counts_are_those_of_distribution(stage):
    stage.receivers.answers["hook"] = [DOWN, 500, 200]
    await stage.push("a")
    await stage.finish()
    tally = stage.notifications.endpoints[0].tally
    assert (tally.events, tally.successes, tally.failures, tally.errors) == (1, 1, 1, 1)
    assert tally.statuses == {500: 1, 200: 1}
    assert stage.notifications.endpoints[0].pending == 0
