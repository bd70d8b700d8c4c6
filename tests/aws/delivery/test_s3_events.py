"""Events of S3 on their way to queues, topics and functions."""

import asyncio
import json
import logging
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.delivery.services import (
    FUNCTION,
    TOPIC,
    Cloud,
    missing,
    queue_arn,
    to_queue,
)

from homeport.aws.delivery.s3_events import KEPT_S, LAST_RETRY_S, SUBJECT
from homeport.aws.protocol.call import AwsError
from homeport.clock import VirtualClock, settle
from homeport.errors import StorageError

EVENTS = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]
TROUBLE = AwsError("InternalError", "It does not work.", 500)


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
async def cloud(tmp_path, clock):
    cloud = Cloud(tmp_path, clock)
    cloud.events.start()
    yield cloud
    await cloud.close()


async def put(cloud, key="key", bucket="things", **more):
    await cloud.call("s3", "PutObject", Bucket=bucket, Key=key, Body=b"data", **more)


def names(records):
    return [(record["eventName"], record["s3"]["object"]["key"]) for record in records]


async def test_to_a_queue(cloud):
    await cloud.make_queue()
    await cloud.make_bucket(**to_queue())
    await put(cloud)
    await cloud.carried()
    assert names(await cloud.records()) == [("ObjectCreated:Put", "key")]
    assert cloud.waiting() == []


async def test_the_sender_is_s3(cloud):
    await cloud.make_queue()
    await cloud.make_bucket(**to_queue())
    await put(cloud)
    await cloud.carried()
    (message,) = await cloud.messages(AttributeNames=["All"])
    assert message["Attributes"]["SenderId"].endswith(":S3-PROD-END")


async def test_to_a_topic(cloud):
    topic = {"TopicArn": TOPIC, "Events": ["s3:ObjectCreated:*"]}
    await cloud.make_bucket(TopicConfigurations=[topic])
    await put(cloud)
    await cloud.carried()
    ((operation, _, _, said),) = cloud.sns.calls
    assert (operation, said["TopicArn"], said["Subject"]) == ("Publish", TOPIC, SUBJECT)
    assert names(json.loads(said["Message"])["Records"]) == [("ObjectCreated:Put", "key")]


async def test_to_a_function(cloud):
    function = {"LambdaFunctionArn": f"{FUNCTION}:live", "Events": ["s3:ObjectCreated:*"]}
    await cloud.make_bucket(LambdaFunctionConfigurations=[function])
    await put(cloud)
    await cloud.carried()
    ((operation, _, _, said),) = cloud.functions.calls
    assert (operation, said["FunctionName"], said["Qualifier"]) == ("Invoke", FUNCTION, "live")
    assert names(json.loads(said["Payload"])["Records"]) == [("ObjectCreated:Put", "key")]


async def test_many_events_share_a_commit(cloud):
    await cloud.make_queue()
    await cloud.make_bucket(**to_queue("q", *EVENTS))
    keys = [f"{number}" for number in range(60)]
    for key in keys:
        await put(cloud, key)
    await cloud.carried()
    before = cloud.sqs.db.commits
    objects = {"Objects": [{"Key": key} for key in keys]}
    await cloud.call("s3", "DeleteObjects", Bucket="things", Delete=objects)
    await cloud.carried()
    assert cloud.sqs.db.commits == before + 1
    assert len(await cloud.records()) == 120


async def test_a_missing_queue_is_dropped_and_said(cloud, caplog):
    await cloud.make_bucket(**to_queue("none"))
    await put(cloud)
    await cloud.carried()
    assert cloud.waiting() == []
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert "bucket things for arn:aws:sqs:us-east-1:000000000000:none" in record.message
    assert "QueueDoesNotExist" in record.message


async def test_what_is_dropped_together_is_said_in_one_line(cloud, caplog):
    await cloud.make_bucket(**to_queue("none", *EVENTS))
    for key in "123":
        await put(cloud, key)
    await cloud.carried()
    caplog.clear()
    objects = {"Objects": [{"Key": key} for key in "123"]}
    await cloud.call("s3", "DeleteObjects", Bucket="things", Delete=objects)
    await cloud.carried()
    (record,) = caplog.records
    assert record.message.startswith("Dropped 3 events of bucket things for arn:aws:sqs:")


async def test_a_missing_topic_does_not_hold_up_a_queue(cloud):
    await cloud.make_queue()
    topic = {"TopicArn": TOPIC, "Events": ["s3:ObjectRemoved:*"]}
    await cloud.make_bucket(TopicConfigurations=[topic], **to_queue())
    cloud.sns.errors = [missing()]
    await put(cloud)
    await cloud.call("s3", "DeleteObject", Bucket="things", Key="key")
    await cloud.carried()
    assert names(await cloud.records()) == [("ObjectCreated:Put", "key")]
    assert cloud.waiting() == []


async def test_pauses_double_up_to_five_minutes(cloud, clock):
    topic = {"TopicArn": TOPIC, "Events": ["s3:ObjectCreated:*"]}
    await cloud.make_bucket(TopicConfigurations=[topic])
    cloud.sns.errors = [TROUBLE] * 12
    await put(cloud)
    await settle()
    pauses = [*(2**number for number in range(9)), LAST_RETRY_S, LAST_RETRY_S, LAST_RETRY_S]
    for attempt, pause in enumerate(pauses, start=1):
        assert cloud.waiting() == [(f"things/{TOPIC}", attempt)]
        await clock.advance(pause - 1)
        assert cloud.waiting() == [(f"things/{TOPIC}", attempt)]
        await clock.advance(1)
    await cloud.carried()
    assert len(cloud.sns.calls) == 1
    assert cloud.waiting() == []


async def test_after_a_day_it_is_given_up(cloud, clock, caplog):
    topic = {"TopicArn": TOPIC, "Events": ["s3:ObjectCreated:*"]}
    await cloud.make_bucket(TopicConfigurations=[topic])
    cloud.sns.errors = [TROUBLE] * 1000
    await put(cloud)
    await clock.advance(KEPT_S - LAST_RETRY_S)
    assert len(cloud.waiting()) == 1
    await clock.advance(LAST_RETRY_S)
    assert cloud.waiting() == []
    (record,) = caplog.records
    assert "Dropped 1 events of bucket things for" in record.message
    assert "after 296 attempts: InternalError" in record.message


async def test_one_that_is_throttled_does_not_hold_up_the_next(cloud, clock):
    function = {"LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectCreated:*"]}
    await cloud.make_bucket(LambdaFunctionConfigurations=[function])
    cloud.functions.errors = [AwsError("TooManyRequestsException", "Rate Exceeded.", 429)]
    await put(cloud, "1")
    await settle()
    await put(cloud, "2")
    await settle()
    assert len(cloud.functions.calls) == 1
    await clock.advance(1)
    await cloud.carried()
    assert len(cloud.functions.calls) == 2


async def test_a_service_that_starts_late_gets_what_waits(cloud, clock):
    function = {"LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectCreated:*"]}
    await cloud.make_bucket(LambdaFunctionConfigurations=[function])
    late = cloud.running.pop("lambda")
    await put(cloud)
    await settle()
    cloud.running["lambda"] = late
    await clock.advance(1)
    await cloud.carried()
    assert len(cloud.functions.calls) == 1


async def test_a_full_disk_of_the_other_side_is_waited_for(cloud, clock):
    topic = {"TopicArn": TOPIC, "Events": ["s3:ObjectCreated:*"]}
    await cloud.make_bucket(TopicConfigurations=[topic])
    cloud.sns.errors = [StorageError("The disk is full.")]
    await put(cloud)
    await settle()
    assert cloud.waiting() == [(f"things/{TOPIC}", 0)]
    await clock.advance(1)
    await cloud.carried()
    assert len(cloud.sns.calls) == 1


async def test_what_was_committed_and_not_delivered_is_delivered_after_the_start(tmp_path, clock):
    cloud = Cloud(tmp_path, clock)
    await cloud.make_queue()
    await cloud.make_bucket(**to_queue())
    await put(cloud)
    assert len(cloud.waiting()) == 1
    await cloud.close()
    cloud.open()
    cloud.events.start()
    await cloud.carried()
    assert names(await cloud.records()) == [("ObjectCreated:Put", "key")]
    await cloud.close()


async def test_a_death_between_the_two_commits_sends_again(tmp_path, clock, monkeypatch):
    """The queue has the event and S3 does not know yet: at least once, never none."""
    cloud = Cloud(tmp_path, clock)
    await cloud.make_queue()
    await cloud.make_bucket(**to_queue())
    await put(cloud)

    async def never(work):
        await asyncio.Event().wait()

    cloud.events.start()
    with monkeypatch.context() as patch:
        patch.setattr(cloud.s3.db, "write_later", never)
        await settle(50)
    assert len(cloud.waiting()) == 1
    await cloud.close()
    cloud.open()
    cloud.events.start()
    await cloud.carried()
    first, second = await cloud.records()
    assert first == second
    assert cloud.waiting() == []
    await cloud.close()


async def test_of_a_bucket_that_is_gone(cloud, clock):
    topic = {"TopicArn": TOPIC, "Events": ["s3:ObjectRemoved:*"]}
    await cloud.make_bucket(TopicConfigurations=[topic])
    await put(cloud)
    cloud.sns.errors = [TROUBLE]
    await cloud.call("s3", "DeleteObject", Bucket="things", Key="key")
    await cloud.call("s3", "DeleteBucket", Bucket="things")
    await clock.advance(1)
    await cloud.carried()
    assert len(cloud.sns.calls) == 1


async def test_a_trace_goes_with_the_event(cloud):
    await cloud.make_queue()
    await cloud.make_bucket(**to_queue())
    trace = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"
    entry = {"account": "000000000000", "region": "us-east-1", "message": "text", "trace": trace}
    await cloud.s3.db.write(
        lambda connection: connection.execute(
            "INSERT INTO outbox (lane, due_ms, created_ms, attempts, body) VALUES (?, 0, 0, 0, ?)",
            (f"things/{queue_arn('q')}", json.dumps(entry)),
        )
    )
    cloud.s3.wake(f"things/{queue_arn('q')}")
    await cloud.carried()
    (message,) = await cloud.messages(MessageSystemAttributeNames=["All"])
    assert message["Attributes"]["AWSTraceHeader"] == trace


KEYS = st.sampled_from(["1", "2", "3"])
STEP = st.one_of(
    st.tuples(st.just("put"), KEYS),
    st.tuples(st.just("put"), KEYS),
    st.tuples(st.just("delete"), KEYS),
    st.tuples(st.just("crash")),
    st.tuples(st.just("start")),
)


async def play(folder, steps):
    cloud, live, wanted = Cloud(folder, VirtualClock()), set(), []
    await cloud.make_queue()
    await cloud.make_bucket(**to_queue("q", *EVENTS))
    for name, *key in steps:
        if name == "put":
            await put(cloud, *key)
            live.update(key)
            wanted.append(("ObjectCreated:Put", *key))
        elif name == "delete":
            await cloud.call("s3", "DeleteObject", Bucket="things", Key=key[0])
            if key[0] in live:
                wanted.append(("ObjectRemoved:Delete", *key))
            live.difference_update(key)
        elif name == "crash":
            await cloud.close()
            cloud.open()
        else:
            cloud.events.start()
    cloud.events.start()
    await cloud.carried()
    records = {record["s3"]["object"]["sequencer"]: record for record in await cloud.records()}
    assert names([records[sequencer] for sequencer in sorted(records)]) == wanted
    await cloud.close()


@settings(max_examples=25, deadline=None)
@given(st.lists(STEP, max_size=15))
def test_any_history_is_told_whole_and_in_the_order_of_its_sequencers(steps):
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder), steps))
