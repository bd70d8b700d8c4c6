import asyncio
import json

import pytest
from tests.aws.delivery.event_sources.conftest import FAILS, FUNCTION, UUID, still, until

from homeport.aws.protocol.call import AwsError

THROTTLED = AwsError("TooManyRequestsException", "Rate Exceeded.", 429)
GONE = AwsError("ResourceNotFoundException", "Function not found: f", 404)


def failed(*ids):
    return {"batchItemFailures": [{"itemIdentifier": each} for each in ids]}


def failing_bodies(*bodies):
    def behave(event):
        return failed(*[r["messageId"] for r in event["Records"] if r["body"] in bodies])

    return behave


async def test_messages_that_wait_are_processed_and_deleted(queues, run, function):
    await queues.make()
    await queues.send("a", "b", "c")
    run()
    await until(lambda: len(function.records) == 3 and not queues.rows())
    assert sorted(function.bodies) == ["a", "b", "c"]
    assert function.arns == [FUNCTION]


async def test_messages_that_come_later_are_processed(queues, run, function):
    await queues.make()
    run()
    for number in range(3):
        await still(3)
        await queues.send(str(number))
        await until(lambda number=number: len(function.events) == number + 1)
    assert function.bodies == ["0", "1", "2"]


async def test_an_idle_mapping_waits_for_nothing_but_news(queues, run, clock, function):
    await queues.make()
    run()
    await until(lambda: queues.sqs.waiters.total == 1)
    writes = queues.sqs.db.writes
    await clock.advance(3600)
    assert queues.sqs.waiters.total == 1
    assert queues.sqs.db.writes - writes < 50, "housekeeping of SQS only"
    assert function.events == []


async def test_delayed_messages_are_processed_in_their_time(queues, run, clock, function):
    await queues.make()
    run()
    await queues.send("a", DelaySeconds=10)
    await clock.advance(9)
    await still()
    assert function.events == []
    await clock.advance(1)
    await until(lambda: function.bodies == ["a"])


@pytest.mark.parametrize(("size", "sizes"), [(1, [1] * 12), (10, [10, 2]), (5, [5, 5, 2])])
async def test_batches_have_at_most_the_batch_size(queues, run, function, size, sizes):
    await queues.make()
    await queues.send(*map(str, range(12)))
    run(batch_size=size)
    await until(lambda: len(function.records) == 12)
    assert sorted(function.sizes, reverse=True) == sizes


async def test_a_batch_may_be_larger_than_a_receive_of_a_client(queues, run, function):
    await queues.make()
    await queues.send(*map(str, range(130)))
    run(batch_size=100, window_s=1)
    await until(lambda: function.sizes[:1] == [100])


async def test_a_batch_never_has_more_than_six_megabytes(queues, run, clock, function):
    await queues.make()
    for _ in range(9):
        await queues.send("x" * 1_000_000)
    run(batch_size=100, window_s=1)
    await until(lambda: len(function.records) == 9 and not queues.rows(), clock=clock, step_s=0.1)
    assert sorted(function.sizes) == [3, 6]


async def test_a_window_gathers_messages_and_takes_none_of_them(queues, run, clock, function):
    await queues.make()
    run(batch_size=100, window_s=20)
    await queues.send("a", "b")
    await clock.advance(19)
    await still()
    assert (function.events, await queues.left()) == ([], (2, 0))
    await queues.send("c")
    await clock.advance(1)
    await until(lambda: function.sizes == [3])


async def test_a_full_batch_ends_the_window(queues, run, clock, function):
    await queues.make()
    run(batch_size=3, window_s=20)
    await until(lambda: queues.sqs.waiters.total == 1)
    for body in "abc":
        await queues.send(body)
    await until(lambda: function.sizes == [3], clock=clock, step_s=0.01)


# What fails


async def test_what_failed_comes_again_after_the_visibility_timeout(queues, run, clock, function):
    await queues.make(VisibilityTimeout="30")
    function.behave = lambda event: FAILS if len(function.events) == 1 else {}
    run()
    await queues.send("a")
    await until(lambda: len(function.events) == 1)
    await still()
    await clock.advance(29)
    await still()
    assert len(function.events) == 1
    await clock.advance(1)
    await until(lambda: len(function.events) == 2 and not queues.rows())
    counts = [record["attributes"]["ApproximateReceiveCount"] for record in function.records]
    assert counts == ["1", "2"]


async def test_what_fails_too_often_goes_to_the_dead_letter_queue(queues, run, clock, function):
    dead = await queues.make("dead")
    policy = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 2})
    await queues.make(VisibilityTimeout="5", RedrivePolicy=policy)
    function.behave = lambda event: FAILS
    run()
    await queues.send("a")
    for _ in range(4):
        await still()
        await clock.advance(6)
    await still()
    assert len(function.events) == 2
    assert (await queues.left("dead"), await queues.left()) == ((1, 0), (0, 0))


async def test_failures_without_a_visibility_timeout_make_no_hot_loop(queues, run, clock, function):
    await queues.make(VisibilityTimeout="0")
    function.behave = lambda event: FAILS
    run()
    await queues.send("a")
    for _ in range(60):
        await clock.advance(1)
        await still(3)
    assert 5 <= len(function.events) < 40


async def test_only_what_failed_comes_again(queues, run, clock, function):
    await queues.make(VisibilityTimeout="5")
    await queues.send("a", "b", "c")
    function.behave = failing_bodies("b")
    run(reports_failures=True)
    await until(lambda: len(function.events) == 1 and queues.rows() == 1)
    function.behave = lambda event: {}
    await clock.advance(5)
    await until(lambda: not queues.rows())
    assert function.bodies[3:] == ["b"]


async def test_a_report_counts_only_where_it_is_asked_for(queues, run, function):
    await queues.make()
    await queues.send("a")
    function.behave = failing_bodies("a")
    run()
    await until(lambda: len(function.events) == 1 and not queues.rows())


async def test_a_malformed_report_fails_the_whole_batch(queues, run, function, mappings):
    await queues.make()
    await queues.send("a", "b")
    function.behave = lambda event: failed("nobody")
    run(reports_failures=True)
    await until(lambda: mappings.results == ["PROBLEM: Function call failed"])
    assert await queues.left() == (0, 2)


async def test_a_throttled_batch_is_tried_again_while_it_is_ours(queues, run, clock, function):
    await queues.make(VisibilityTimeout="30")
    function.behave = lambda event: THROTTLED if len(function.events) < 4 else {}
    run()
    await queues.send("a")
    await until(lambda: not queues.rows(), clock=clock, step_s=0.1)
    assert [r["attributes"]["ApproximateReceiveCount"] for r in function.records] == ["1"] * 4


async def test_a_batch_that_is_throttled_for_too_long_is_let_go(queues, run, clock, function):
    await queues.make(VisibilityTimeout="30")
    function.behave = lambda event: THROTTLED
    run()
    await queues.send("a")
    for _ in range(70):
        await clock.advance(1)
        await still(3)
    counts = [int(r["attributes"]["ApproximateReceiveCount"]) for r in function.records]
    assert max(counts) == 3
    assert len(counts) < 60


async def test_a_function_that_is_gone_is_said(queues, run, function, mappings):
    await queues.make()
    function.behave = lambda event: GONE
    run()
    await queues.send("a")
    await until(lambda: "PROBLEM: Function not found: f" in mappings.results)


async def test_a_queue_that_is_missing_is_said_and_looked_for(
    queues, run, clock, mappings, function
):
    run()
    await until(lambda: mappings.results == ["PROBLEM: The specified queue does not exist."])
    await queues.make()
    await queues.send("a")
    await until(lambda: function.bodies == ["a"], clock=clock, step_s=0.5)


async def test_a_queue_that_is_deleted_meanwhile_is_said(queues, run, mappings):
    await queues.make()
    run()
    await until(lambda: queues.sqs.waiters.total == 1)
    await queues("DeleteQueue", QueueUrl=queues.url())
    await until(lambda: mappings.results == ["PROBLEM: The specified queue does not exist."])


async def test_a_purge_leaves_the_waiting_intact(queues, run, clock, function):
    await queues.make()
    run()
    await until(lambda: queues.sqs.waiters.total == 1)
    await clock.advance(100)
    await queues("PurgeQueue", QueueUrl=queues.url())
    await queues.send("a")
    await until(lambda: function.bodies == ["a"])


async def test_too_many_messages_in_flight_make_no_hot_loop(
    queues, run, clock, function, monkeypatch
):
    monkeypatch.setattr("homeport.aws.sqs.limits.IN_FLIGHT", 2)
    await queues.make("q.fifo", VisibilityTimeout="600")
    for group in "abc":
        await queues.send(group, name="q.fifo", MessageGroupId=group)
    release = asyncio.Event()

    async def wait():
        await release.wait()
        return {}

    function.behave = lambda event: wait()
    run(source_arn="arn:aws:sqs:us-east-1:000000000000:q.fifo", batch_size=1)
    await until(lambda: function.running == 2)
    writes = queues.sqs.db.writes
    for _ in range(100):
        await clock.advance(0.1)
        await still(1)
    assert queues.sqs.db.writes - writes < 40
    release.set()
    await until(lambda: not queues.rows(), clock=clock, step_s=0.1)


# Side by side


async def test_five_batches_at_first_and_more_with_the_time(queues, run, clock, function):
    await queues.make(VisibilityTimeout="600")
    release = asyncio.Event()

    async def wait():
        await release.wait()
        return {}

    function.behave = lambda event: wait()
    await queues.send(*map(str, range(40)))
    run(batch_size=1)
    await until(lambda: function.running == 5)
    await still()
    assert function.running == 5
    await until(lambda: function.running == 20, clock=clock, step_s=0.1)
    await clock.advance(10)
    await still()
    assert function.running == 20
    release.set()
    await until(lambda: not queues.rows())


async def test_never_more_side_by_side_than_is_allowed(queues, run, clock, function):
    await queues.make(VisibilityTimeout="600")
    await queues.send(*map(str, range(30)))
    function.behave = lambda event: asyncio.sleep(0.002, {})
    run(batch_size=1, maximum_concurrency=2)
    await until(lambda: not queues.rows(), clock=clock, step_s=0.1)
    assert function.most_running == 2


async def test_one_batch_of_a_group_at_a_time_and_in_order(queues, run, function):
    await queues.make("q.fifo", VisibilityTimeout="600")
    for number in range(30):
        group = "ab"[number % 2]
        await queues.send(f"{group}{number}", name="q.fifo", MessageGroupId=group)
    function.behave = lambda event: asyncio.sleep(0.002, {})
    run(source_arn="arn:aws:sqs:us-east-1:000000000000:q.fifo", batch_size=3)
    await until(lambda: not queues.rows())
    for group in "ab":
        of_group = [body for body in function.bodies if body[0] == group]
        assert of_group == sorted(of_group, key=lambda body: int(body[1:]))
    assert function.most_running == 2


# Configuration


async def test_a_disabled_mapping_takes_nothing(queues, run, function):
    await queues.make()
    run(is_enabled=False)
    await queues.send("a")
    await still()
    assert function.events == []
    run()
    await until(lambda: function.bodies == ["a"])
    run(is_enabled=False)
    await until(lambda: queues.sqs.waiters.total == 0)
    await queues.send("b")
    await still()
    assert (function.bodies, await queues.left()) == (["a"], (1, 0))


async def test_a_change_counts_from_the_next_batch_on(queues, run, function):
    await queues.make()
    run()
    await until(lambda: queues.sqs.waiters.total == 1)
    run(function_arn=FUNCTION + ":alias")
    await queues.send("a")
    await until(lambda: function.arns == [FUNCTION + ":alias"])


async def test_a_deleted_mapping_ends(queues, run, sources, mappings, function):
    await queues.make()
    run()
    await until(lambda: queues.sqs.waiters.total == 1)
    del mappings.kept[UUID]
    sources.on_mapping_changed(UUID)
    await until(lambda: queues.sqs.waiters.total == 0)
    await queues.send("a")
    await still()
    assert function.events == []


async def test_what_was_under_way_is_ended_by_a_change(queues, run, function):
    await queues.make()
    release = asyncio.Event()

    async def wait():
        await release.wait()
        return {}

    function.behave = lambda event: wait()
    run()
    await queues.send("a")
    await until(lambda: function.running == 1)
    run(is_enabled=False)
    release.set()
    await until(lambda: not queues.rows())


async def test_mappings_are_taken_up_at_the_start(queues, sources, mappings, mapping, function):
    await queues.make()
    await queues.send("a")
    mappings.kept[UUID] = mapping()
    sources.start()
    await until(lambda: function.bodies == ["a"])


async def test_a_stop_of_sqs_ends_the_waiting(queues, run):
    await queues.make()
    run()
    await until(lambda: queues.sqs.waiters.total == 1)
    queues.sqs.let_go()
    await until(lambda: queues.sqs.waiters.total == 0)


# Filters


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"body": {"kind": ["a"]}}, ['{"kind":"a"}']),
        ({"body": ["plain"]}, ["plain"]),
        ({"body": [{"prefix": "pl"}]}, ["plain"]),
        ({"body": {"kind": [{"exists": False}]}}, ['{"other":1}']),
        ({"eventSource": ["aws:sqs"]}, ["plain", '{"kind":"a"}', '{"kind":"b"}', '{"other":1}']),
    ],
)
async def test_messages_that_do_not_match_are_deleted(queues, run, function, pattern, expected):
    await queues.make()
    await queues.send("plain", '{"kind":"a"}', '{"kind":"b"}', '{"other":1}')
    run(filters=(json.dumps(pattern),))
    await until(lambda: not queues.rows())
    assert sorted(function.bodies) == sorted(expected)
