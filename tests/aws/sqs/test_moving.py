"""Tasks that move messages out of a dead-letter queue."""

import asyncio
import base64
import json

import pytest


def arn(name):
    return f"arn:aws:sqs:us-east-1:000000000000:{name}"


@pytest.fixture
async def filled(client, clock):
    """A dead-letter queue with four messages that came from `q`."""
    return await fill(client, clock)


async def fill(client, clock, suffix=""):
    more = {"ContentBasedDeduplication": "true"} if suffix else {}
    await client.make(f"dead{suffix}", **more)
    policy = json.dumps({"deadLetterTargetArn": arn(f"dead{suffix}"), "maxReceiveCount": 1})
    url = await client.make(f"q{suffix}", RedrivePolicy=policy, **more)
    for number in range(4):
        await client.send(url, str(number), **({"MessageGroupId": "g"} if suffix else {}))
    await client.receive(url)
    await clock.advance(30)
    await client.receive(url)
    return url


async def ended(client, source="dead"):
    for _ in range(500):
        (task, *_) = (await client("ListMessageMoveTasks", SourceArn=arn(source)))["Results"]
        if task["Status"] != "RUNNING":
            return task
        await asyncio.sleep(0.005)
    raise AssertionError(task)


async def test_messages_go_back_to_where_they_came_from(client, clock, filled):
    before = await client.receive("dead", VisibilityTimeout=0)
    await client("StartMessageMoveTask", SourceArn=arn("dead"))
    task = await ended(client)
    started = task.pop("StartedTimestamp")
    assert started == int(clock.now() * 1000)
    assert task == {
        "Status": "COMPLETED",
        "SourceArn": arn("dead"),
        "ApproximateNumberOfMessagesMoved": 4,
        "ApproximateNumberOfMessagesToMove": 4,
    }
    got = await client.receive(filled, AttributeNames=["All"])
    assert [message["Body"] for message in got] == ["0", "1", "2", "3"]
    assert {message["Attributes"]["ApproximateReceiveCount"] for message in got} == {"1"}
    assert not {m["MessageId"] for m in got} & {m["MessageId"] for m in before}
    assert await client.bodies("dead") == []


async def test_fifo_messages_go_back_in_order_and_behind_newer_ones(client, clock):
    url = await fill(client, clock, ".fifo")
    await client.send(url, "new", MessageGroupId="g")
    await client("StartMessageMoveTask", SourceArn=arn("dead.fifo"))
    assert (await ended(client, "dead.fifo"))["Status"] == "COMPLETED"
    assert await client.bodies(url) == ["new", "0", "1", "2", "3"]


async def test_messages_go_to_another_queue_where_that_is_asked_for(client, filled):
    await client.make("other")
    await client("StartMessageMoveTask", SourceArn=arn("dead"), DestinationArn=arn("other"))
    assert (await ended(client))["DestinationArn"] == arn("other")
    assert await client.bodies("other") == ["0", "1", "2", "3"]


async def test_a_rate_is_kept_and_a_task_can_be_cancelled(client, clock, filled):
    params = {"SourceArn": arn("dead"), "MaxNumberOfMessagesPerSecond": 1}
    handle = (await client("StartMessageMoveTask", **params))["TaskHandle"]
    error = await client.refused("StartMessageMoveTask", **params)
    assert error.message == (
        "There is already a task running. "
        "Only one active task is allowed for a source queue arn at a given time."
    )
    await clock.advance(0.9)
    (task,) = (await client("ListMessageMoveTasks", SourceArn=arn("dead")))["Results"]
    assert (task["Status"], task["TaskHandle"]) == ("RUNNING", handle)
    assert task["ApproximateNumberOfMessagesMoved"] == 0
    await clock.advance(0.1)
    await moved(client, 1)
    answer = await client("CancelMessageMoveTask", TaskHandle=handle)
    assert answer == {"ApproximateNumberOfMessagesMoved": 1}
    await clock.advance(5)
    assert (await ended(client))["Status"] == "CANCELLED"
    assert len(await client.bodies("dead")) == 3
    error = await client.refused("CancelMessageMoveTask", TaskHandle=handle)
    assert error.code == "InvalidParameterValue"


async def moved(client, count):
    for _ in range(500):
        if client.sqs.db.query("SELECT moved FROM move_task") == [(count,)]:
            return
        await asyncio.sleep(0.005)
    raise AssertionError


async def test_a_task_goes_on_after_a_restart(client, clock, filled):
    params = {"SourceArn": arn("dead"), "MaxNumberOfMessagesPerSecond": 1}
    await client("StartMessageMoveTask", **params)
    await clock.advance(1)
    await moved(client, 1)
    await client.restart()
    for count in (2, 3, 4):
        await clock.advance(1)
        await moved(client, count)
    assert (await ended(client))["Status"] == "COMPLETED"


async def test_a_task_fails_where_its_destination_goes_away(client, clock, filled):
    other = await client.make("other")
    await client(
        "StartMessageMoveTask",
        SourceArn=arn("dead"),
        DestinationArn=arn("other"),
        MaxNumberOfMessagesPerSecond=1,
    )
    await clock.advance(0.5)
    await client("DeleteQueue", QueueUrl=other)
    await clock.advance(1)
    task = await ended(client)
    assert task["Status"] == "FAILED"
    assert task["FailureReason"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert len(await client.bodies("dead")) == 4


def handle_of(**content):
    return base64.b64encode(json.dumps(content).encode()).decode()


@pytest.mark.parametrize(
    ("operation", "params", "status", "message"),
    [
        (
            "StartMessageMoveTask",
            {"SourceArn": arn("q")},
            400,
            "Source queue must be configured as a Dead Letter Queue.",
        ),
        (
            "StartMessageMoveTask",
            {"SourceArn": arn("none")},
            404,
            "The resource that you specified for the SourceArn parameter doesn't exist.",
        ),
        (
            "StartMessageMoveTask",
            {"SourceArn": arn("dead"), "DestinationArn": arn("none")},
            404,
            "The resource that you specified for the DestinationArn parameter doesn't exist.",
        ),
        (
            "CancelMessageMoveTask",
            {"TaskHandle": "x"},
            400,
            "Value for parameter TaskHandle is invalid.",
        ),
        (
            "CancelMessageMoveTask",
            {"TaskHandle": handle_of(taskId="x", sourceArn=arn("none"))},
            404,
            "The resource that you specified for the SourceArn parameter doesn't exist.",
        ),
        (
            "CancelMessageMoveTask",
            {"TaskHandle": handle_of(taskId="x", sourceArn=arn("dead"))},
            404,
            "Task does not exist.",
        ),
        (
            "CancelMessageMoveTask",
            {"TaskHandle": handle_of(taskId=1)},
            400,
            "Value for parameter TaskHandle is invalid.",
        ),
    ],
)
async def test_wrong_requests_are_refused(client, filled, operation, params, status, message):
    error = await client.refused(operation, **params)
    assert (error.status, error.message) == (status, message)
