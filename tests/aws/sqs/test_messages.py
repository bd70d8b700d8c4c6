"""Send, receive and delete on standard queues."""


async def test_a_message_is_sent_received_and_deleted(client):
    url = await client.make()
    sent = await client.send(url, "hello")
    (message,) = await client.receive(url)
    assert message["Body"] == "hello"
    assert message["MessageId"] == sent["MessageId"]
    assert message["MD5OfBody"] == sent["MD5OfMessageBody"] == "5d41402abc4b2a76b9719d911017c592"
    await client.delete(url, message)
    assert await client.attributes(url, "ApproximateNumberOfMessagesNotVisible") == {
        "ApproximateNumberOfMessagesNotVisible": "0"
    }


async def test_an_empty_queue_gives_no_messages_member(client):
    url = await client.make()
    assert await client("ReceiveMessage", QueueUrl=url) == {}


async def test_a_received_message_comes_back_after_its_visibility_timeout(client, clock):
    url = await client.make()
    await client.send(url)
    assert await client.bodies(url) == ["body"]
    await clock.advance(29.9)
    assert await client.bodies(url) == []
    await clock.advance(0.1)
    assert await client.bodies(url) == ["body"]


async def test_a_delayed_message_is_not_given_out_before_its_time(client, clock):
    url = await client.make()
    await client.send(url, DelaySeconds=5)
    await clock.advance(4.9)
    assert await client.bodies(url) == []
    await clock.advance(0.1)
    assert await client.bodies(url) == ["body"]


async def test_messages_survive_a_restart_and_so_do_their_receipts(client):
    url = await client.make()
    await client.send(url, "kept")
    await client.send(url, "deleted later")
    messages = await client.receive(url)
    await client.restart()
    await client.delete(url, messages[1])
    assert (await client.attributes(url))["ApproximateNumberOfMessagesNotVisible"] == "1"


async def test_a_large_body_is_kept_whole_and_leaves_nothing_behind(client):
    url = await client.make()
    body = "ä" * 300_000
    await client.send(url, body)
    (message,) = await client.receive(url)
    assert message["Body"] == body
    await client.delete(url, message)
    assert client.sqs.db.query("SELECT count(*) FROM large_body") == [(0,)]
