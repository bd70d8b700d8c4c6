"""FIFO queues: order within a group, deduplication, attempts to receive."""

import pytest


@pytest.fixture
async def url(client):
    return await client.make("q.fifo", ContentBasedDeduplication="true")


async def send(client, url, body, group="g", **more):
    return await client.send(url, body, MessageGroupId=group, **more)


async def test_messages_of_a_group_come_in_order_and_together(client, url):
    for number in range(4):
        await send(client, url, f"m{number}")
    assert await client.bodies(url, 3) == ["m0", "m1", "m2"]


async def test_a_group_gives_nothing_more_while_one_of_its_messages_is_in_flight(client, url):
    for number in range(3):
        await send(client, url, f"m{number}")
    first, second = await client.receive(url, 2)
    assert await client.bodies(url) == []
    await client.delete(url, first)
    assert await client.bodies(url) == []
    await client.delete(url, second)
    assert await client.bodies(url) == ["m2"]


async def test_other_groups_are_not_held_up(client, url):
    await send(client, url, "a1", "a")
    await send(client, url, "b1", "b")
    await send(client, url, "a2", "a")
    assert await client.bodies(url, 1) == ["a1"]
    assert await client.bodies(url) == ["b1"]


async def test_messages_come_back_in_order_after_the_visibility_timeout(client, clock, url):
    for number in range(3):
        await send(client, url, f"m{number}")
    messages = await client.receive(url, 2)
    await client.delete(url, messages[1])
    await clock.advance(30)
    assert await client.bodies(url) == ["m0", "m2"]


async def test_a_duplicate_within_five_minutes_is_accepted_and_not_delivered(client, clock, url):
    first = await send(client, url, "same")
    (message,) = await client.receive(url)
    await client.delete(url, message)
    await clock.advance(299)
    again = await send(client, url, "same", "other")
    assert again["MessageId"] == first["MessageId"]
    assert again["SequenceNumber"] == first["SequenceNumber"]
    assert await client.bodies(url) == []
    await clock.advance(1)
    await send(client, url, "same")
    assert await client.bodies(url) == ["same"]


async def test_an_explicit_deduplication_id_counts_more_than_the_content(client, url):
    await send(client, url, "same", MessageDeduplicationId="1")
    await send(client, url, "same", MessageDeduplicationId="2")
    await send(client, url, "different", MessageDeduplicationId="2")
    assert await client.bodies(url) == ["same", "same"]


async def test_duplicates_are_looked_for_in_the_group_where_the_scope_says_so(client):
    url = await client.make(
        "per-group.fifo", ContentBasedDeduplication="true", DeduplicationScope="messageGroup"
    )
    await send(client, url, "same", "a")
    await send(client, url, "same", "b")
    await send(client, url, "same", "b")
    assert len(await client.bodies(url)) == 2


async def test_deduplication_survives_a_restart(client, url):
    await send(client, url, "same")
    await client.restart()
    await send(client, url, "same")
    assert await client.bodies(url) == ["same"]


async def test_sequence_numbers_grow_and_have_twenty_digits(client, url):
    first = (await send(client, url, "1"))["SequenceNumber"]
    second = (await send(client, url, "2"))["SequenceNumber"]
    assert len(first) == len(second) == 20
    assert int(first) < int(second)
    (message, _) = await client.receive(url, AttributeNames=["All"])
    assert message["Attributes"]["SequenceNumber"] == first
    assert message["Attributes"]["MessageGroupId"] == "g"


async def test_a_sequence_number_is_not_used_again_after_a_delete_and_a_restart(client, url):
    first = (await send(client, url, "1"))["SequenceNumber"]
    (message,) = await client.receive(url)
    await client.delete(url, message)
    await client.restart()
    assert int((await send(client, url, "2"))["SequenceNumber"]) > int(first)


async def test_a_handle_has_expired_once_its_message_is_visible_again(client, clock, url):
    await send(client, url, "m")
    (message,) = await client.receive(url)
    handle = message["ReceiptHandle"]
    await clock.advance(30)
    for operation, more in (
        ("DeleteMessage", {}),
        ("ChangeMessageVisibility", {"VisibilityTimeout": 10}),
    ):
        error = await client.refused(operation, QueueUrl=url, ReceiptHandle=handle, **more)
        assert error.code == "InvalidParameterValue"
        assert error.message == (
            f"Value {handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired."
        )


async def test_deleting_twice_succeeds(client, url):
    await send(client, url, "m")
    (message,) = await client.receive(url)
    await client.delete(url, message)
    await client.delete(url, message)


async def test_a_group_without_messages_leaves_nothing_behind(client, url):
    await send(client, url, "m")
    (message,) = await client.receive(url)
    await client.delete(url, message)
    assert client.sqs.db.query("SELECT count(*) FROM message_group") == [(0,)]


async def test_an_attempt_is_given_the_same_messages_and_handles_again(client, clock, url):
    await send(client, url, "m0")
    await send(client, url, "m1")
    first = await client.receive(url, ReceiveRequestAttemptId="try")
    await clock.advance(20)
    assert await client.bodies(url) == []
    again = await client.receive(url, ReceiveRequestAttemptId="try")
    assert again == first
    await clock.advance(20)
    assert await client.bodies(url) == [], "the repeated attempt began the visibility timeout anew"


async def test_an_attempt_is_over_when_one_of_its_messages_was_deleted(client, url):
    await send(client, url, "m0")
    await send(client, url, "m1")
    first, _ = await client.receive(url, ReceiveRequestAttemptId="try")
    await client.delete(url, first)
    assert await client.receive(url, ReceiveRequestAttemptId="try") == []


async def test_an_attempt_is_over_after_its_visibility_timeout(client, clock, url):
    await send(client, url, "m0")
    first = await client.receive(url, ReceiveRequestAttemptId="try")
    await clock.advance(30)
    again = await client.receive(url, ReceiveRequestAttemptId="try")
    assert again[0]["ReceiptHandle"] != first[0]["ReceiptHandle"]


async def test_the_delay_is_that_of_the_queue_and_changes_for_waiting_messages(client, clock):
    url = await client.make("slow.fifo", ContentBasedDeduplication="true", DelaySeconds="60")
    await send(client, url, "m0")
    await send(client, url, "m1")
    await clock.advance(20)
    assert await client.bodies(url) == []
    await client("SetQueueAttributes", QueueUrl=url, Attributes={"DelaySeconds": "10"})
    assert await client.bodies(url) == ["m0", "m1"]


async def test_a_longer_delay_holds_waiting_messages_for_longer(client, clock):
    url = await client.make("slow.fifo", ContentBasedDeduplication="true", DelaySeconds="10")
    await send(client, url, "m0")
    await client("SetQueueAttributes", QueueUrl=url, Attributes={"DelaySeconds": "60"})
    await clock.advance(59)
    assert await client.bodies(url) == []
    await clock.advance(1)
    assert await client.bodies(url) == ["m0"]


@pytest.mark.parametrize(
    ("members", "code", "message"),
    [
        (
            {"MessageDeduplicationId": "1"},
            "MissingParameter",
            "The request must contain the parameter MessageGroupId.",
        ),
        (
            {"MessageGroupId": "g", "DelaySeconds": 2},
            "InvalidParameterValue",
            (
                "Value 2 for parameter DelaySeconds is invalid. "
                "Reason: The request include parameter that is not valid for this queue type."
            ),
        ),
        (
            {"MessageGroupId": "a b"},
            "InvalidParameterValue",
            (
                "Value a b for parameter MessageGroupId is invalid. "
                "Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length."
            ),
        ),
        (
            {"MessageGroupId": "g", "MessageDeduplicationId": "x" * 129},
            "InvalidParameterValue",
            (
                f"Value {'x' * 129} for parameter MessageDeduplicationId is invalid. Reason: MessageDeduplicationId "
                "can only include alphanumeric and punctuation characters. 1 to 128 in length."
            ),
        ),
    ],
)
async def test_wrong_members_are_refused(client, url, members, code, message):
    error = await client.refused("SendMessage", QueueUrl=url, MessageBody="m", **members)
    assert (error.code, error.message, error.status) == (code, message, 400)


async def test_without_content_based_deduplication_an_id_is_needed(client):
    url = await client.make("plain.fifo")
    error = await client.refused("SendMessage", QueueUrl=url, MessageBody="m", MessageGroupId="g")
    assert error.message == (
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
    )
