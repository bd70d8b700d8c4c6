"""The carrier of an outbox: at least once, in order where that is asked for, without polling."""

import asyncio
import logging
import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.delivery.services import Quick

from homeport.clock import VirtualClock, settle
from homeport.errors import StorageError
from homeport.storage.db import Database
from homeport.storage.deliveries import outbox
from homeport.storage.deliveries.carrier import DONE, FIRST_PAUSE_S, LAST_PAUSE_S, Carrier, Outcome


class Consumer:
    """Takes what is carried, and does what the test says to what is in `plans`, by body: one plan an attempt."""

    def __init__(self, path, clock, *, batch=100):
        self.path, self.clock, self.batch = path, clock, batch
        self.plans, self.calls, self.taken = {}, [], []
        self.held: asyncio.Event | None = None
        self.open()

    def open(self):
        self.db = Database(self.path, [outbox.SCHEMA], pace=Quick())
        self.carrier = Carrier(self.db, self.clock, self.deliver, batch=self.batch)
        self.carrier.start()

    async def close(self):
        await self.carrier.close()
        await self.db.close()

    async def deliver(self, lane, entries):
        self.calls.append((self.clock.now(), lane, [entry.body for entry in entries]))
        if self.held is not None:
            await self.held.wait()
        outcomes = []
        for entry in entries:
            plans = self.plans.get(entry.body, [])
            plan = plans.pop(0) if plans else DONE
            if isinstance(plan, Exception):
                raise plan
            if plan.retry_at_ms is None:
                self.taken.append(entry.body)
            outcomes.append(plan)
            if plan.retry_at_ms is not None and entry.due_ms == outbox.ORDERED:
                break
        return outcomes

    async def add(self, lane, *bodies, due_ms=None):
        now_ms = int(self.clock.now() * 1000)
        rows = [(lane, body) for body in bodies]
        await self.db.write(lambda connection: outbox.add_all(connection, rows, now_ms, due_ms))
        self.carrier.wake(lane)
        await settle()

    def later(self, seconds):
        return Outcome(int((self.clock.now() + seconds) * 1000))

    def left(self):
        return [body for (body,) in self.db.query("SELECT body FROM outbox ORDER BY id")]


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
async def consumer(tmp_path, clock):
    consumer = Consumer(tmp_path / "rows.db", clock)
    yield consumer
    await consumer.close()


async def test_what_is_delivered_is_gone(consumer):
    await consumer.add("a", "1", "2")
    assert consumer.taken == ["1", "2"]
    assert consumer.left() == []


async def test_nothing_is_left_running(consumer, clock):
    before = asyncio.all_tasks()
    await consumer.add("a", "1")
    await consumer.carrier.idle()
    assert asyncio.all_tasks() == before
    assert clock._timers == []


async def test_a_batch_has_a_limit(tmp_path, clock):
    consumer = Consumer(tmp_path / "rows.db", clock, batch=2)
    await consumer.add("a", *"12345")
    await consumer.carrier.idle()
    assert [bodies for _, _, bodies in consumer.calls] == [["1", "2"], ["3", "4"], ["5"]]
    await consumer.close()


async def test_a_retry_comes_at_its_time_and_is_overtaken(consumer, clock):
    consumer.plans["1"] = [consumer.later(5)]
    await consumer.add("a", "1", "2")
    await consumer.add("a", "3")
    assert consumer.taken == ["2", "3"]
    await clock.advance(4.999)
    assert consumer.left() == ["1"]
    await clock.advance(0.001)
    assert consumer.taken == ["2", "3", "1"]


async def test_an_entry_for_later_does_not_hold_up_the_next(consumer, clock):
    due_ms = int((clock.now() + 60) * 1000)
    await consumer.add("a", "late", due_ms=due_ms)
    await consumer.add("a", "now")
    assert consumer.taken == ["now"]
    await clock.advance(60)
    assert consumer.taken == ["now", "late"]


async def test_what_is_ordered_waits_for_the_one_before(consumer, clock):
    consumer.plans["1"] = [consumer.later(5), consumer.later(9)]
    await consumer.add("a", "1", "2", due_ms=outbox.ORDERED)
    await consumer.add("a", "3", due_ms=outbox.ORDERED)
    await clock.advance(8.9)
    assert consumer.taken == []
    await clock.advance(0.1)
    assert consumer.taken == ["1", "2", "3"]


async def test_a_lane_that_fails_does_not_hold_up_another(consumer, clock):
    consumer.plans["bad"] = [RuntimeError("broken")] * 3
    await consumer.add("a", "bad", "behind it")
    await consumer.add("b", "good")
    assert consumer.taken == ["good"]
    await clock.advance(7)
    assert consumer.taken == ["good", "bad", "behind it"]


async def test_a_lane_that_hangs_does_not_hold_up_another(consumer):
    consumer.held = asyncio.Event()
    await consumer.add("a", "slow")
    held, consumer.held = consumer.held, None
    await consumer.add("b", "good")
    assert consumer.taken == ["good"]
    held.set()
    await consumer.carrier.idle()
    assert consumer.taken == ["good", "slow"]


async def test_pauses_after_a_fault_double_up_to_the_last(consumer, clock, caplog):
    consumer.plans["1"] = [RuntimeError("broken")] * 9
    began = clock.now()
    await consumer.add("a", "1")
    await clock.advance(1000)
    pauses = [FIRST_PAUSE_S * 2**number for number in range(6)] + [LAST_PAUSE_S] * 3
    assert [now - began for now, _, _ in consumer.calls] == [
        sum(pauses[:count]) for count in range(10)
    ]
    assert consumer.left() == []
    assert [record.levelno for record in caplog.records] == [logging.ERROR] * 9


async def test_pauses_begin_anew_after_a_success(consumer, clock):
    consumer.plans.update({"1": [RuntimeError("broken")] * 3, "2": [RuntimeError("broken")]})
    await consumer.add("a", "1")
    await clock.advance(7)
    await consumer.add("a", "2")
    await clock.advance(FIRST_PAUSE_S)
    assert consumer.taken == ["1", "2"]


async def test_a_full_disk_is_no_fault_of_the_program(consumer, clock, caplog):
    consumer.plans["1"] = [StorageError("The disk is full.")]
    await consumer.add("a", "1")
    assert [(record.levelno, record.exc_info) for record in caplog.records] == [
        (logging.WARNING, None)
    ]
    await clock.advance(1)
    assert consumer.left() == []


async def test_no_outcome_at_all_is_a_fault(consumer, clock, monkeypatch):
    async def nothing(lane, entries):
        consumer.calls.append(lane)
        return []

    monkeypatch.setattr(consumer.carrier, "_deliver", nothing)
    await consumer.add("a", "1")
    assert consumer.calls == ["a"]
    await clock.advance(1)
    assert consumer.calls == ["a", "a"]


async def test_what_has_no_outcome_comes_again(consumer, monkeypatch):
    async def first(lane, entries):
        consumer.taken.append(entries[0].body)
        return [DONE]

    monkeypatch.setattr(consumer.carrier, "_deliver", first)
    await consumer.add("a", *"123")
    await consumer.carrier.idle()
    assert consumer.taken == ["1", "2", "3"]


async def test_what_is_added_during_a_delivery_is_seen(consumer):
    consumer.held = asyncio.Event()
    await consumer.add("a", "1")
    await consumer.add("a", "2")
    assert len(consumer.calls) == 1
    consumer.held.set()
    await consumer.carrier.idle()
    assert consumer.taken == ["1", "2"]


@pytest.mark.parametrize("turns", range(12))
async def test_a_wake_at_any_moment_of_a_round_is_not_lost(consumer, turns):
    await consumer.db.write(lambda connection: outbox.add(connection, "a", "1", 0))
    consumer.carrier.wake("a")
    for _ in range(turns):
        await asyncio.sleep(0)
    await consumer.db.write(lambda connection: outbox.add(connection, "a", "2", 0))
    consumer.carrier.wake("a")
    await settle(50)
    assert consumer.taken == ["1", "2"]


async def test_a_wake_without_entries_does_nothing(consumer):
    consumer.carrier.wake("a")
    await consumer.carrier.idle()
    assert consumer.calls == []


async def test_work_is_done_in_the_commit_of_the_outcome(consumer):
    def work(connection):
        outbox.add(connection, "dead letters", "1'", 0)

    consumer.plans["1"] = [Outcome(work=work, wakes=("dead letters",))]
    await consumer.add("a", "1")
    await consumer.carrier.idle()
    assert consumer.taken == ["1", "1'"]


async def test_work_that_fails_leaves_the_entry(consumer, clock):
    def work(connection):
        raise sqlite3.IntegrityError("no")

    consumer.plans["1"] = [Outcome(work=work)]
    await consumer.add("a", "1")
    assert consumer.left() == ["1"]
    await clock.advance(1)
    assert consumer.left() == []


@pytest.mark.parametrize("due_ms", [None, outbox.ORDERED], ids=["other", "ordered"])
async def test_what_was_delivered_and_not_written_down_comes_again(
    consumer, clock, monkeypatch, due_ms
):
    write, failures = consumer.db.write, [StorageError("The disk is full.")]

    async def fails_once(work):
        if failures:
            raise failures.pop()
        return await write(work)

    await write(lambda connection: outbox.add_all(connection, [("a", "1"), ("a", "2")], 0, due_ms))
    monkeypatch.setattr(consumer.db, "write_later", fails_once)
    consumer.carrier.wake("a")
    await settle()
    assert consumer.left() == ["1", "2"]
    await clock.advance(FIRST_PAUSE_S)
    assert consumer.taken == ["1", "2", "1", "2"]
    assert consumer.left() == []


async def test_an_end_does_not_wait_for_a_delivery_that_hangs(consumer):
    consumer.held = asyncio.Event()
    await consumer.add("a", "1")
    await asyncio.wait_for(consumer.carrier.close(), 1)
    assert consumer.taken == []
    assert consumer.left() == ["1"]


async def test_a_long_lane_does_not_starve_a_short_one(tmp_path, clock):
    consumer = Consumer(tmp_path / "rows.db", clock, batch=10)
    await consumer.db.write(
        lambda connection: outbox.add_all(connection, [("long", f"{n}") for n in range(1000)], 0)
    )
    consumer.carrier.wake("long")
    await asyncio.sleep(0)
    await consumer.db.write(lambda connection: outbox.add(connection, "short", "x", 0))
    consumer.carrier.wake("short")
    await consumer.carrier.idle()
    assert len(consumer.taken) == 1001
    assert consumer.taken.index("x") < 50
    await consumer.close()


async def test_lanes_that_hang_cost_the_others_nothing(consumer):
    consumer.held = held = asyncio.Event()
    for number in range(50):
        await consumer.add(f"hangs {number}", "x")
    consumer.held = None
    await consumer.add("good", *(f"{number}" for number in range(500)))
    while len(consumer.left()) > 50:
        await settle()
    assert len(consumer.taken) == 500
    held.set()
    await consumer.carrier.idle()
    assert len(consumer.taken) == 550


async def test_a_start_takes_up_what_was_left(consumer):
    consumer.held = asyncio.Event()
    await consumer.add("a", "1")
    await consumer.add("b", "2")
    await consumer.close()
    consumer.held = None
    consumer.open()
    await consumer.carrier.idle()
    assert sorted(consumer.taken) == ["1", "2"]


async def test_a_wake_after_the_end_is_nothing(consumer):
    await consumer.carrier.close()
    await consumer.add("a", "1")
    assert consumer.calls == []
    assert consumer.left() == ["1"]


PLAN = st.sampled_from(["done", "retry", "fault", "disk"])
ADD = st.tuples(
    st.just("add"), st.sampled_from(["ordered", "other"]), st.lists(PLAN, min_size=1, max_size=3)
)
STEP = st.one_of(
    ADD,
    ADD,
    ADD,
    st.tuples(st.just("wait"), st.sampled_from([0.0, 0.5, 1.0, 30.0])),
    st.tuples(st.just("turns"), st.integers(0, 12)),
    st.tuples(st.just("crash")),
)


class Player:
    """Plays a history; at its end everything must have been delivered."""

    def __init__(self, folder):
        self.clock = VirtualClock()
        self.consumer = Consumer(folder / "rows.db", self.clock, batch=3)
        self.added = {"ordered": [], "other": []}

    async def add(self, lane, plans):
        row = f"{lane} {len(self.added[lane])}"
        self.consumer.plans[row] = [self.plan(plan) for plan in plans]
        self.added[lane].append(row)
        now_ms = int(self.clock.now() * 1000)
        due_ms = outbox.ORDERED if lane == "ordered" else None
        await self.consumer.db.write(
            lambda connection: outbox.add(connection, lane, row, now_ms, due_ms)
        )
        self.consumer.carrier.wake(lane)

    def plan(self, name):
        plans = {"done": DONE, "retry": self.consumer.later(2)}
        return plans.get(name) or (
            RuntimeError("broken") if name == "fault" else StorageError("The disk is full.")
        )

    async def wait(self, seconds):
        await self.clock.advance(seconds)

    async def turns(self, count):
        for _ in range(count):
            await asyncio.sleep(0)

    async def crash(self):
        await self.consumer.close()
        self.consumer.open()

    async def end(self):
        await self.clock.advance(3600)
        assert self.consumer.left() == []
        await self.consumer.carrier.idle()
        await self.consumer.close()


def first_times(rows):
    return list(dict.fromkeys(rows))


async def play(folder, steps):
    player = Player(folder)
    for name, *arguments in steps:
        await getattr(player, name)(*arguments)
    await player.end()
    taken = player.consumer.taken
    assert set(taken) == {row for rows in player.added.values() for row in rows}
    ordered = [row for row in taken if row.startswith("ordered")]
    assert first_times(ordered) == player.added["ordered"]
    assert first_times(reversed(ordered)) == player.added["ordered"][::-1]


@settings(max_examples=60, deadline=None)
@given(st.lists(STEP, max_size=25))
def test_any_history_loses_nothing_and_keeps_the_order(steps):
    logging.disable()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder), steps))
    logging.disable(logging.NOTSET)
