import asyncio
import json

import pytest
from tests.aws.delivery.event_sources.conftest import FAILS, FUNCTION, still, until

from homeport.aws.delivery.event_sources.mapping import Answer
from homeport.aws.dynamodb.streams import numbers
from homeport.aws.protocol.call import AwsError

QUEUE = "arn:aws:sqs:us-east-1:000000000000:failures"
THROTTLED = AwsError("TooManyRequestsException", "Rate Exceeded.", 429)


def reports(*names):
    """Says that the records of these items have failed."""

    def behave(event):
        failed = [
            record["dynamodb"]["SequenceNumber"]
            for record in event["Records"]
            if record["dynamodb"]["Keys"]["id"]["S"] in names
        ]
        return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}

    return behave


def fails_with(name):
    """Fails where the batch has the record of an item."""

    def behave(event):
        return FAILS if name in json.dumps(event) else {}

    return behave


async def test_all_that_there_is_from_the_horizon_on(world, run, function):
    await world.put("a", "b")
    run()
    await until(lambda: world.names == ["a", "b"])
    assert function.arns == [FUNCTION]
    await world.put("c")
    await until(lambda: world.names == ["a", "b", "c"])


async def test_only_what_comes_from_now_on(world, run):
    await world.put("a")
    run(starting_position="LATEST")
    await until(world.next)
    await world.put("b")
    await until(lambda: world.names == ["b"])


async def test_latest_is_decided_once(world, run, function, clock):
    run(starting_position="LATEST")
    await until(world.next)
    function.behave = lambda event: THROTTLED
    await world.put("a")
    await until(lambda: function.events)
    await world.restart()
    function.behave = lambda event: {}
    await until(lambda: world.names[-1:] == ["a"] and world.mappings.results[-1] == "OK")


async def test_an_idle_mapping_does_nothing(world, run, clock):
    run()
    await until(world.next)
    await still()
    writes = world.client.dynamodb.db.writes, world.db.writes
    await clock.advance(250)
    await still()
    assert (world.client.dynamodb.db.writes, world.db.writes) == writes


async def test_an_event_is_that_of_aws(world, run, function):
    """`test_dynamodb_event_filter[content_or_filter]` in
    https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/event_source_mapping/test_lambda_integration_dynamodbstreams.snapshot.json"""
    await world.put("a", n={"N": "1"})
    run()
    await until(lambda: function.events)
    (record,) = function.records
    assert len(record.pop("eventID")) == 32
    assert len(record["dynamodb"].pop("SequenceNumber")) == 21
    assert isinstance(record["dynamodb"]["ApproximateCreationDateTime"], float)
    assert record == {
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_700_000_000,
            "Keys": {"id": {"S": "a"}},
            "NewImage": {"id": {"S": "a"}, "n": {"N": "1"}},
            "SizeBytes": 9,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": world.arn,
    }


@pytest.mark.parametrize(("size", "sizes"), [(1, [1] * 5), (2, [2, 2, 1]), (5, [5])])
async def test_batches(world, run, function, size, sizes):
    await world.put(*"abcde")
    run(batch_size=size)
    await until(lambda: len(function.records) == 5)
    assert (function.sizes, world.names) == (sizes, list("abcde"))


async def test_a_batch_has_no_more_than_six_megabytes(world, run, function):
    for name in map(str, range(20)):
        await world.put(name, text={"S": "x" * 390_000})
    run()
    await until(lambda: len(function.records) == 20)
    assert function.sizes == [16, 4]


async def test_a_window_gathers(world, run, function, clock):
    run(window_s=10)
    await until(world.next)
    for name in "abc":
        await world.put(name)
        await clock.advance(3)
        await still(5)
    assert function.events == []
    await clock.advance(1)
    await until(lambda: world.names == ["a", "b", "c"])
    assert function.sizes == [3]


async def test_a_full_batch_ends_the_window(world, run, function):
    run(window_s=10, batch_size=2)
    await world.put(*"abc")
    await until(lambda: world.names == ["a", "b"])


async def test_filters_choose_records(world, run, function):
    pattern = {"eventName": ["MODIFY"], "dynamodb": {"NewImage": {"n": {"N": ["2"]}}}}
    run(filters=(json.dumps(pattern),))
    for number in "123":
        await world.put("a", n={"N": number})
    await world.put("z", n={"N": "2"})
    await until(lambda: function.events)
    await still()
    (record,) = function.records
    assert record["dynamodb"]["NewImage"]["n"] == {"N": "2"}


async def test_what_is_filtered_out_is_not_read_for_ever(world, run, function):
    run(filters=('{"eventName": ["REMOVE"]}',))
    await until(world.next)
    (begin,) = world.next()
    for start in range(0, 1100, 50):
        await asyncio.gather(*[world.put(str(start + each)) for each in range(50)])
    await until(lambda: world.next()[0] >= begin + 1000)
    assert function.events == []


# Failures


async def test_a_batch_that_failed_comes_again_until_it_succeeds(world, run, function, clock):
    function.behave = lambda event: FAILS if len(function.events) < 4 else {}
    await world.put("a", "b")
    run()
    await until(lambda: len(function.events) == 4, clock=clock, step_s=0.1)
    assert world.names == ["a", "b"] * 4
    await world.put("c")
    await until(lambda: world.names[-1] == "c")


async def test_failures_make_no_hot_loop(world, run, function, clock):
    function.behave = lambda event: FAILS
    await world.put("a")
    run()
    for _ in range(200):
        await clock.advance(1)
        await still(1)
    assert 5 < len(function.events) < 30


async def test_records_wait_behind_those_that_fail(world, run, function, clock):
    function.behave = lambda event: FAILS
    await world.put("a")
    run(batch_size=1)
    await until(lambda: function.events)
    await world.put("b")
    await clock.advance(5)
    await still()
    assert set(world.names) == {"a"}


async def test_after_its_attempts_a_batch_is_given_up_and_told(world, run, function, clock):
    function.behave = fails_with("bad")
    await world.put("bad", "bad2")
    run(maximum_retries=2, on_failure_arn=QUEUE)
    await until(lambda: world.destinations.sent, clock=clock, step_s=0.1)
    await world.put("good")
    await until(lambda: world.names[-1] == "good")
    assert function.sizes == [2, 2, 2, 1]
    ((arn, body, source),) = world.destinations.sent
    said = json.loads(body)
    assert (arn, source) == (QUEUE, FUNCTION)
    assert said.pop("timestamp").startswith("2023-11-14T22:13:")
    numbered = [record["dynamodb"]["SequenceNumber"] for record in function.records]
    first = said["DDBStreamBatchInfo"]
    assert (first.pop("startSequenceNumber"), first.pop("endSequenceNumber")) == tuple(numbered[:2])
    assert first.pop("shardId").startswith("shardId-")
    assert said == {
        "requestContext": {
            "requestId": "request-1",
            "functionArn": FUNCTION,
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": 3,
        },
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled",
        },
        "version": "1.0",
        "DDBStreamBatchInfo": {
            "approximateArrivalOfFirstRecord": "2023-11-14T22:13:20Z",
            "approximateArrivalOfLastRecord": "2023-11-14T22:13:20Z",
            "batchSize": 2,
            "streamArn": world.arn,
        },
    }


async def test_records_that_become_too_old_are_given_up(world, run, function, clock):
    function.behave = lambda event: THROTTLED
    await world.put("a")
    run(maximum_age_s=60, on_failure_arn=QUEUE)
    await clock.advance(50)
    await world.put("b")
    await until(lambda: world.destinations.sent, clock=clock, step_s=0.25)
    said = json.loads(world.destinations.sent[0][1])
    assert said["requestContext"]["condition"] == "RecordAgeExceeded"
    assert (said["DDBStreamBatchInfo"]["batchSize"], "responseContext" in said) == (1, False)
    function.behave = lambda event: {}
    await until(lambda: world.mappings.results[-1] == "OK", clock=clock, step_s=0.1)
    assert world.names[-1] == "b"


async def test_throttled_invocations_are_no_attempts(world, run, function, clock):
    function.behave = lambda event: THROTTLED if len(function.events) < 6 else {}
    await world.put("a")
    run(maximum_retries=0, on_failure_arn=QUEUE)
    await until(lambda: len(function.events) == 6, clock=clock, step_s=0.5)
    assert world.destinations.sent == []


async def test_a_destination_that_is_missing_stops_nothing(world, run, function, clock):
    world.destinations.errors = [AwsError("QueueDoesNotExist", "No such queue.", 400)]
    function.behave = fails_with("bad")
    await world.put("bad")
    run(maximum_retries=0, on_failure_arn=QUEUE)
    await until(lambda: "PROBLEM: No such queue." in world.mappings.results)
    await world.put("good")
    await until(lambda: world.names[-1] == "good")


async def test_a_destination_in_trouble_is_waited_for(world, run, function, clock):
    world.destinations.errors = [AwsError("ServiceUnavailable", "Later.", 503)] * 3
    function.behave = fails_with("bad")
    await world.put("bad")
    run(maximum_retries=0, on_failure_arn=QUEUE)
    await until(lambda: len(world.destinations.sent) == 1, clock=clock, step_s=0.1)


async def test_halving_isolates_what_fails(world, run, function, clock):
    function.behave = fails_with('"bad"')
    await world.put("a", "b", "c", "bad", "d", "e", "f")
    run(bisects=True, maximum_retries=1, on_failure_arn=QUEUE)
    await until(
        lambda: world.names[-1:] == ["f"] and world.destinations.sent, clock=clock, step_s=0.1
    )
    said = json.loads(world.destinations.sent[0][1])
    assert said["DDBStreamBatchInfo"]["batchSize"] == 1
    done = [
        name
        for event in function.events
        if '"bad"' not in json.dumps(event)
        for name in [r["dynamodb"]["Keys"]["id"]["S"] for r in event["Records"]]
    ]
    assert done == list("abcdef")


async def test_what_is_reported_comes_again_from_there(world, run, function, clock):
    function.behave = reports("c")
    await world.put(*"abcde")
    run(reports_failures=True)
    await until(lambda: len(function.events) == 2, clock=clock, step_s=0.1)
    function.behave = lambda event: None
    await until(lambda: world.mappings.results[-1] == "OK", clock=clock, step_s=0.1)
    assert world.names == [*"abcde", *"cde", *"cde"]


async def test_what_was_done_is_kept_before_the_rest_is(world, run, function, clock):
    function.behave = reports("c")
    await world.put(*"abcde")
    run(reports_failures=True)
    await until(lambda: len(function.events) == 2, clock=clock, step_s=0.1)
    third = numbers.stored(function.records[2]["dynamodb"]["SequenceNumber"])
    assert world.next() == [third]


async def test_a_reported_batch_is_given_up_without_an_error_to_tell(world, run, function, clock):
    function.behave = reports("a")
    await world.put("a")
    run(reports_failures=True, maximum_retries=1, on_failure_arn=QUEUE)
    await until(lambda: world.destinations.sent, clock=clock, step_s=0.1)
    said = json.loads(world.destinations.sent[0][1])
    assert said["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": None,
    }
    assert said["requestContext"]["approximateInvokeCount"] == 2


# Shards and lanes


async def test_children_follow_their_parents(world, run, function):
    run()
    for name in "abc":
        await world.put(name)
        await until(lambda name=name: world.names[-1:] == [name])
        await world.streams.pass_time(5 * 3600)
    await world.put("d")
    await until(lambda: world.names == ["a", "b", "c", "d"])


async def test_parents_that_are_closed_are_read_first(world, run):
    for name in "abc":
        await world.put(name)
        await world.streams.pass_time(5 * 3600)
    run()
    await until(lambda: world.names == ["a", "b", "c"])


async def test_shards_that_are_gone_are_forgotten(world, run):
    run()
    for _ in range(12):
        await world.put("a")
        await world.streams.pass_time(5 * 3600)
        await still(10)
    assert len(world.positions.of(next(iter(world.mappings.kept)))) < 9


async def test_a_stream_that_is_closed_is_read_to_its_end(world, run):
    await world.put("a")
    run()
    await until(lambda: world.names == ["a"])
    await world.put("b")
    await world.streams.disable()
    await until(lambda: world.names == ["a", "b"] and not world.next())


async def test_a_stream_that_is_missing_is_said(world, run, mappings):
    run(source_arn=world.arn[:-1] + "9")
    await until(lambda: mappings.results)
    assert mappings.results[0].startswith("PROBLEM: Requested resource not found: Stream: ")


async def test_lanes_run_side_by_side_and_keep_the_order_of_an_item(world, run, function):
    function.behave = lambda event: asyncio.sleep(0.002, {})
    for number in range(60):
        await world.put(f"k{number % 6}", n={"N": str(number)})
    run(parallelization=4, batch_size=2)
    await until(lambda: len(function.records) == 60)
    assert function.most_running > 1
    for key in {f"k{number}" for number in range(6)}:
        of_key = [
            int(record["dynamodb"]["NewImage"]["n"]["N"])
            for record in function.records
            if record["dynamodb"]["Keys"]["id"]["S"] == key
        ]
        assert of_key == sorted(of_key)


async def test_another_number_of_lanes_skips_nothing(world, run, function):
    await world.put(*map(str, range(10)))
    run(parallelization=3)
    await until(lambda: len(set(world.names)) == 10)
    run(parallelization=2)
    await world.put(*map(str, range(10, 20)))
    await until(lambda: len(set(world.names)) == 20)
    run(parallelization=1)
    await world.put("last")
    await until(lambda: "last" in world.names)


# Configuration and restarts


async def test_a_disabled_mapping_goes_on_where_it_was(world, run, function):
    run()
    await world.put("a")
    await until(lambda: world.names == ["a"] and world.mappings.results == ["OK"])
    run(is_enabled=False)
    await still()
    await world.put("b")
    await still()
    assert world.names == ["a"]
    run()
    await until(lambda: world.names == ["a", "b"])


async def test_what_was_done_does_not_come_again_after_a_restart(world, run):
    run()
    await world.put("a")
    await until(lambda: world.names == ["a"] and world.mappings.results == ["OK"])
    await still()
    await world.restart()
    await world.put("b")
    await until(lambda: world.names == ["a", "b"])


async def test_a_stop_does_not_wait_for_a_function(world, run, function):
    function.behave = lambda event: asyncio.sleep(3600, {})
    run()
    await world.put("a")
    await until(lambda: function.running == 1)
    await world.restart()
    await until(lambda: len(function.events) == 2)


async def test_a_filter_that_is_no_pattern_is_said(world, run, function, mappings):
    run(filters=('{"eventName": "INSERT"}',))
    await until(lambda: mappings.results)
    assert mappings.results[0].startswith("PROBLEM: ")
    run()
    await world.put("a")
    await until(lambda: world.names == ["a"])


async def test_a_version_is_told_of(world, run, function, clock):
    function.behave = lambda event: Answer(b"", "Unhandled", "7", "the-request")
    await world.put("a")
    run(maximum_retries=0, on_failure_arn=QUEUE)
    await until(lambda: world.destinations.sent, clock=clock, step_s=0.1)
    said = json.loads(world.destinations.sent[0][1])
    assert said["responseContext"]["executedVersion"] == "7"
    assert said["requestContext"]["requestId"] == "the-request"
