"""Asynchronous invocations: accepted durably, retried by the clock, reported."""

import asyncio
import contextlib
import json
import sqlite3

import pytest

from homeport.aws.lambda_.executors.base import MissingRuntime
from homeport.aws.lambda_.invoking.functions import EventConfig

QUEUE, TOPIC, DEAD = (
    "arn:aws:sqs:us-east-1:0:ok",
    "arn:aws:sns:us-east-1:0:bad",
    "arn:aws:sqs:us-east-1:0:dead",
)
HOUR = 3600


class Counted:
    """A handler that counts its calls and fails the first of them."""

    def __init__(self, failures=0):
        self.failures = failures
        self.events = []

    def __call__(self, event):
        self.events.append(event)
        if len(self.events) <= self.failures:
            raise ValueError("not yet")
        return {"got": event}


@pytest.fixture
def add(world, make_handler):
    def add(failures=0, name="f", config=None, **more):
        counted = Counted(failures)
        world.add(name, make_handler(counted), **more)
        world.functions.configs[name] = config or EventConfig()
        return counted

    return add


def rows(world, table="event"):
    return world.db.query(f"SELECT count(*) FROM {table}")[0][0]


async def idle(world):
    await world.until(lambda: rows(world) == 0 and rows(world, "event_record") == 0)


async def test_an_event_runs_once(world, add):
    counted = add()
    request_id = await world.accept({"a": 1})
    assert len(request_id) == 36
    await idle(world)
    assert counted.events == [{"a": 1}]
    assert world.targets.sent == []


async def test_it_is_durable_before_it_is_accepted(world, add):
    add()
    assert world.db.commits == 0
    await world.accept()
    assert world.db.commits >= 1


async def test_it_is_tried_three_times_after_one_and_two_minutes(world, add):
    counted = add(failures=9, config=EventConfig(on_failure=QUEUE))
    request_id = await world.accept({"a": 1})
    await world.until(lambda: len(counted.events) == 1)
    await attempts(world, 1)
    await world.advance(59)
    assert len(counted.events) == 1
    await world.advance(1)
    await attempts(world, 2)
    await world.advance(119)
    assert len(counted.events) == 2
    await world.advance(1)
    await idle(world)
    assert len(counted.events) == 3
    ((arn, record, attributes, more),) = world.targets.sent
    assert (arn, attributes) == (QUEUE, None)
    assert more == {"account": "000000000000", "region": "us-east-1", "source_arn": FUNCTION}
    assert record == {
        "version": "1.0",
        "timestamp": "2023-11-14T22:16:20.000Z",
        "requestContext": {
            "requestId": request_id,
            "functionArn": FUNCTION,
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": {"a": 1},
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled",
        },
        "responsePayload": {"errorMessage": "not yet", "errorType": "ValueError"},
    }


FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST"


async def attempts(world, count):
    await world.until(lambda: world.db.query_one("SELECT attempts FROM event") == (count,))


async def test_success_is_reported(world, add):
    add(failures=1, config=EventConfig(on_success=QUEUE, on_failure=TOPIC))
    await world.accept({"a": 1})
    await attempts(world, 1)
    await world.advance(60)
    await idle(world)
    ((arn, record, _, _),) = world.targets.sent
    assert arn == QUEUE
    assert record["requestContext"]["condition"] == "Success"
    assert record["requestContext"]["approximateInvokeCount"] == 2
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}
    assert record["responsePayload"] == {"got": {"a": 1}}


async def test_a_dead_letter_is_the_event_itself(world, add):
    add(failures=1, config=EventConfig(retries=0, on_failure=TOPIC), dead_letter_arn=DEAD)
    request_id = await world.accept({"a": 1})
    await idle(world)
    sent = {arn: (body, attributes) for arn, body, attributes, _ in world.targets.sent}
    body, attributes = sent[DEAD]
    assert body == {"a": 1}
    assert attributes == {
        "RequestID": {"DataType": "String", "StringValue": request_id},
        "ErrorCode": {"DataType": "Number", "StringValue": "200"},
        "ErrorMessage": {"DataType": "String", "StringValue": "not yet"},
    }
    assert sent[TOPIC][0]["requestContext"]["condition"] == "RetriesExhausted"


async def test_an_event_that_would_get_too_old(world, add):
    counted = add(failures=9, config=EventConfig(max_age_s=100, on_failure=QUEUE))
    await world.accept()
    await attempts(world, 1)
    await world.advance(60)
    await idle(world)
    assert len(counted.events) == 2
    context = world.targets.sent[0][1]["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("EventAgeExceeded", 2)


async def test_no_concurrency_at_all_is_told_at_once(world, add):
    counted = add(config=EventConfig(on_failure=QUEUE))
    world.functions.reservations["f"] = 0
    await world.accept({"a": 1})
    await idle(world)
    record = world.targets.sent[0][1]
    assert record["requestContext"]["condition"] == "ZeroReservedConcurrency"
    assert record["requestContext"]["approximateInvokeCount"] == 0
    assert "responseContext" not in record
    assert counted.events == []


async def test_reserved_concurrency_is_kept(world):
    running, most = set(), []

    async def runtime(api, environment):
        while True:
            event = await api.next()
            running.add(environment)
            most.append(len(running))
            await asyncio.sleep(0.002)
            running.discard(environment)
            await api.respond(event.request_id, b"1")

    world.add(runtime=runtime)
    world.functions.reservations["f"] = 2
    await asyncio.gather(*(world.accept(number) for number in range(30)))
    await idle(world)
    assert (max(most), len(most)) == (2, 30)


async def test_throttled_events_wait_and_are_no_attempts(world, add):
    gate = asyncio.Event()
    ran = []

    async def runtime(api, environment):
        while True:
            event = await api.next()
            if event.body == b'"block"':
                await gate.wait()
            ran.append(event.body)
            await api.respond(event.request_id, b"1")

    world.add(runtime=runtime, timeout_s=900)
    world.functions.reservations["f"] = 1
    world.functions.configs["f"] = EventConfig(on_success=QUEUE)
    blocking = asyncio.ensure_future(world.invoke("block"))
    await world.until(lambda: world.executor.environments)
    await world.accept("event")
    for _ in range(5):
        await world.advance(60)
    assert ran == []
    gate.set()
    await blocking
    await world.advance(300)
    await idle(world)
    assert world.targets.sent[0][1]["requestContext"]["approximateInvokeCount"] == 1


async def test_a_change_of_the_function_ends_a_pause(world, add):
    counted = add()
    world.executor.refusal = MissingRuntime("There is no python3.12 here.")
    await world.accept()
    await world.until(lambda: world.invocations._events._pauses)
    world.executor.refusal = None
    world.invocations.function_changed(world.functions.versions["f"].function)
    await idle(world)
    assert len(counted.events) == 1


async def test_events_of_a_function_that_is_gone_are_dropped(world, add):
    add(failures=9)
    await world.accept()
    await attempts(world, 1)
    del world.functions.versions["f"]
    await world.advance(60)
    await idle(world)
    assert world.targets.sent == []


async def failures(world, count):
    """Until a record could not be sent so many times."""
    sql = "SELECT attempts FROM event_record"
    await world.until(lambda: world.db.query_one(sql) == (count,))


async def test_a_target_that_fails_gets_the_record_later(world, add):
    add(config=EventConfig(on_success=QUEUE))
    world.targets.failures = 3
    await world.accept()
    for count, seconds in enumerate((1, 2, 4), start=1):
        await failures(world, count)
        assert world.targets.sent == []
        await world.advance(seconds)
    await idle(world)
    assert len(world.targets.sent) == 1


async def test_a_target_that_never_takes_it_is_given_up(world, add):
    add(config=EventConfig(on_success=QUEUE))
    world.targets.failures = 10**6
    await world.accept()
    await world.until(lambda: rows(world, "event_record") == 1)
    for _ in range(400):
        await world.advance(300)
        await asyncio.sleep(0.001)
        if rows(world, "event_record") == 0:
            break
    assert rows(world, "event_record") == 0
    assert world.targets.sent == []


async def test_a_slow_target_keeps_no_other_waiting(world, add):
    add(config=EventConfig(on_success=QUEUE))
    add(name="g", config=EventConfig(on_success=TOPIC))
    send = world.targets.send

    async def sometimes(arn, body, **more):
        if arn == QUEUE:
            await asyncio.sleep(HOUR)
        await send(arn, body, **more)

    world.targets.send = sometimes
    await world.accept()
    await world.accept(name="g")
    await world.until(lambda: [sent[0] for sent in world.targets.sent] == [TOPIC])


async def test_one_function_that_hangs_keeps_no_other_waiting(world, add):
    async def hang(api, environment):
        await api.next()
        await asyncio.sleep(HOUR)

    world.add("slow", hang)
    counted = add()
    await asyncio.gather(*(world.accept(name="slow") for _ in range(5)))
    await world.accept()
    await world.until(lambda: counted.events)


@pytest.mark.parametrize("when", ["before", "during"])
async def test_what_was_accepted_runs_after_a_death(make_world, make_handler, tmp_path, when):
    world = await make_world().open()
    if when == "before":
        world.functions.reservations["f"] = 1

    async def hang(api, environment):
        await api.next()
        await asyncio.sleep(HOUR)

    world.add(runtime=hang)
    await asyncio.gather(*(world.accept(number) for number in range(20)))
    if when == "during":
        await world.until(lambda: len(world.executor.environments) > 3)
    # What was committed is all that a death leaves.
    left = tmp_path / "left.db"
    with (
        contextlib.closing(sqlite3.connect(world.path)) as source,
        contextlib.closing(sqlite3.connect(left)) as target,
    ):
        source.backup(target)
    await world.close()
    world.path = left
    counted = Counted()
    world.functions.reservations.clear()
    world.add(runtime=make_handler(counted))
    await world.open()
    await idle(world)
    assert sorted(counted.events) == list(range(20))
    await world.close()


async def test_records_that_were_not_sent_are_sent_after_a_restart(world, add):
    add(config=EventConfig(on_success=QUEUE))
    world.targets.failures = 10**6
    await world.accept()
    await failures(world, 1)
    world.targets.failures = 0
    await world.restart()
    await world.advance(300)
    await idle(world)
    assert len(world.targets.sent) == 1


async def test_an_answer_that_is_no_json_is_a_string_in_the_record(world):
    async def runtime(api, environment):
        event = await api.next()
        await api.respond(event.request_id, b"plain")
        await api.next()

    world.add(runtime=runtime)
    world.functions.configs["f"] = EventConfig(on_success=QUEUE)
    await world.accept()
    await idle(world)
    assert world.targets.sent[0][1]["responsePayload"] == "plain"
    assert json.dumps(world.targets.sent[0][1])


async def test_nothing_runs_while_there_is_nothing_to_do(world, add):
    add()
    await world.accept()
    await idle(world)
    await world.invocations._events.idle()
    assert world.invocations._events._lanes._tasks == {}
    assert world.invocations._events._running == {}
