"""Receipt handles and visibility."""

import pytest


@pytest.mark.parametrize("handle", ["", "x", "é", "A" * 42, "A" * 100_000])
async def test_handles_that_were_never_given_out_are_invalid(client, handle):
    url = await client.make()
    error = await client.refused("DeleteMessage", QueueUrl=url, ReceiptHandle=handle)
    assert (error.code, error.status) == ("ReceiptHandleIsInvalid", 404)


async def test_a_handle_of_another_queue_is_invalid(client):
    url, other = await client.make(), await client.make("other")
    await client.send(url)
    (message,) = await client.receive(url)
    error = await client.refused(
        "DeleteMessage", QueueUrl=other, ReceiptHandle=message["ReceiptHandle"]
    )
    assert error.code == "ReceiptHandleIsInvalid"


async def test_an_altered_handle_is_invalid(client):
    url = await client.make()
    await client.send(url)
    (message,) = await client.receive(url)
    handle = message["ReceiptHandle"]
    altered = handle[:-6] + ("A" if handle[-6] != "A" else "B") + handle[-5:]
    error = await client.refused("DeleteMessage", QueueUrl=url, ReceiptHandle=altered)
    assert error.code == "ReceiptHandleIsInvalid"


async def test_each_receive_gives_another_handle_and_only_the_last_one_deletes(client, clock):
    url = await client.make()
    await client.send(url)
    (first,) = await client.receive(url)
    await clock.advance(30)
    (second,) = await client.receive(url)
    assert first["ReceiptHandle"] != second["ReceiptHandle"]
    await client.delete(url, first)
    assert client.sqs.db.query("SELECT count(*) FROM message") == [(1,)]
    await client.delete(url, second)
    await client.delete(url, second)
    assert client.sqs.db.query("SELECT count(*) FROM message") == [(0,)]


async def test_a_handle_of_a_standard_queue_still_deletes_after_the_timeout(client, clock):
    url = await client.make()
    await client.send(url)
    (message,) = await client.receive(url)
    await clock.advance(31)
    await client.delete(url, message)
    assert await client.bodies(url) == []


async def change(client, url, message, seconds):
    await client(
        "ChangeMessageVisibility",
        QueueUrl=url,
        ReceiptHandle=message["ReceiptHandle"],
        VisibilityTimeout=seconds,
    )


async def test_visibility_counts_from_the_change(client, clock):
    url = await client.make()
    await client.send(url)
    (message,) = await client.receive(url)
    await clock.advance(20)
    await change(client, url, message, 20)
    await clock.advance(19.9)
    assert await client.bodies(url) == []
    await clock.advance(0.1)
    assert await client.bodies(url) == ["body"]


async def test_a_message_whose_timeout_is_over_can_still_be_hidden(client, clock):
    url = await client.make()
    await client.send(url)
    (message,) = await client.receive(url)
    await clock.advance(31)
    await change(client, url, message, 10)
    assert await client.bodies(url) == []


async def test_a_message_is_kept_for_twelve_hours_at_most(client, clock):
    url = await client.make()
    await client.send(url)
    (message,) = await client.receive(url, VisibilityTimeout=43_200)
    await clock.advance(10)
    await change(client, url, message, 43_190)
    error = await client.refused(
        "ChangeMessageVisibility",
        QueueUrl=url,
        ReceiptHandle=message["ReceiptHandle"],
        VisibilityTimeout=43_191,
    )
    assert (error.code, error.message) == (
        "InvalidParameterValue",
        (
            "Value 43191 for parameter VisibilityTimeout is invalid. "
            "Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]"
        ),
    )


async def test_a_deleted_message_cannot_be_hidden(client):
    url = await client.make()
    await client.send(url)
    (message,) = await client.receive(url)
    await client.delete(url, message)
    error = await client.refused(
        "ChangeMessageVisibility",
        QueueUrl=url,
        ReceiptHandle=message["ReceiptHandle"],
        VisibilityTimeout=1,
    )
    assert error.message.endswith(
        "Reason: Message does not exist or is not available for visibility timeout change."
    )


async def test_too_many_messages_in_flight(client, clock, monkeypatch):
    monkeypatch.setattr("homeport.aws.sqs.limits.IN_FLIGHT", 3)
    url = await client.make()
    for _ in range(5):
        await client.send(url)
    taken = [(await client.receive(url, 1))[0] for _ in range(3)]
    error = await client.refused("ReceiveMessage", QueueUrl=url)
    assert (error.code, error.status) == ("OverLimit", 403)
    await client.delete(url, taken[0])
    assert len(await client.receive(url, 10)) == 1, "no more than there is room for"
    await clock.advance(30)
    assert len(await client.receive(url, 10)) == 3


async def test_too_many_messages_in_flight_on_a_fifo_queue_give_none(client, monkeypatch):
    monkeypatch.setattr("homeport.aws.sqs.limits.IN_FLIGHT", 1)
    url = await client.make("q.fifo", ContentBasedDeduplication="true")
    for group in "ab":
        await client.send(url, group, MessageGroupId=group)
    assert await client.bodies(url, 1) == ["a"]
    assert await client.bodies(url, 1) == []
