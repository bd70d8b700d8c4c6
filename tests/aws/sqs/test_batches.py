"""Batches: what refuses them whole, and what fails one entry only."""

import pytest

BATCHES = {
    "SendMessageBatch": {"MessageBody": "m"},
    "DeleteMessageBatch": {"ReceiptHandle": "h"},
    "ChangeMessageVisibilityBatch": {"ReceiptHandle": "h", "VisibilityTimeout": 1},
}


def ids(*names, **members):
    return [{"Id": name, **members} for name in names]


@pytest.mark.parametrize("operation", BATCHES)
@pytest.mark.parametrize(
    ("names", "code", "message"),
    [
        ([], "EmptyBatchRequest", "There should be at least one {}RequestEntry in the request."),
        (
            map(str, range(11)),
            "TooManyEntriesInBatchRequest",
            "Maximum number of entries per request are 10. You have sent 11.",
        ),
        (["a", "b", "a"], "BatchEntryIdsNotDistinct", "Id a repeated."),
        (
            ["invalid:id"],
            "InvalidBatchEntryId",
            (
                "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
                "It can be at most 80 letters long."
            ),
        ),
        (
            ["a" * 81],
            "InvalidBatchEntryId",
            (
                "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
                "It can be at most 80 letters long."
            ),
        ),
    ],
    ids=["empty", "many", "repeated", "invalid", "long"],
)
async def test_a_batch_is_refused_whole(client, operation, names, code, message):
    url = await client.make()
    names = list(map(str, range(11))) if code.startswith("TooMany") else list(names)
    error = await client.refused(operation, QueueUrl=url, Entries=ids(*names, **BATCHES[operation]))
    assert (error.code, error.status) == (code, 400)
    assert error.message == message.format(operation)


async def test_messages_of_a_batch_are_sent_in_order_and_a_wrong_one_alone_fails(client):
    url = await client.make()
    entries = [
        {"Id": "a", "MessageBody": "1"},
        {"Id": "b", "MessageBody": "\x00"},
        {"Id": "c", "MessageBody": "2", "DelaySeconds": 901},
        {"Id": "d", "MessageBody": "3"},
    ]
    answer = await client("SendMessageBatch", QueueUrl=url, Entries=entries)
    assert [entry["Id"] for entry in answer["Successful"]] == ["a", "d"]
    assert [(entry["Id"], entry["Code"], entry["SenderFault"]) for entry in answer["Failed"]] == [
        ("b", "InvalidMessageContents", True),
        ("c", "InvalidParameterValue", True),
    ]
    assert await client.bodies(url) == ["1", "3"]


async def test_messages_of_a_batch_together_have_one_mebibyte(client):
    url = await client.make()
    half = "a" * (512 * 1024)
    entries = [{"Id": "a", "MessageBody": half}, {"Id": "b", "MessageBody": half + "a"}]
    error = await client.refused("SendMessageBatch", QueueUrl=url, Entries=entries)
    assert (error.code, error.message) == (
        "BatchRequestTooLong",
        "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.",
    )


async def test_a_batch_without_groups_is_refused_whole_by_a_fifo_queue(client):
    url = await client.make("q.fifo", ContentBasedDeduplication="true")
    entries = [
        {"Id": "a", "MessageBody": "1", "MessageGroupId": "g"},
        {"Id": "b", "MessageBody": "2"},
    ]
    error = await client.refused("SendMessageBatch", QueueUrl=url, Entries=entries)
    assert (error.code, error.message) == (
        "InvalidParameterValue",
        "The request must contain the parameter MessageGroupId.",
    )
    assert await client.bodies(url) == []


async def test_duplicates_within_a_batch_are_found(client):
    url = await client.make("q.fifo", ContentBasedDeduplication="true")
    entries = ids("a", "b", MessageBody="same", MessageGroupId="g")
    answer = await client("SendMessageBatch", QueueUrl=url, Entries=entries)
    assert len({entry["MessageId"] for entry in answer["Successful"]}) == 1
    assert await client.bodies(url) == ["same"]


async def test_a_wrong_handle_in_a_batch_fails_alone(client):
    url = await client.make()
    await client.send(url)
    (message,) = await client.receive(url)
    entries = [
        {"Id": "good", "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 1},
        {"Id": "bad", "ReceiptHandle": "x", "VisibilityTimeout": 1},
    ]
    for operation in ("ChangeMessageVisibilityBatch", "DeleteMessageBatch"):
        answer = await client(operation, QueueUrl=url, Entries=entries)
        assert answer == {
            "Successful": [{"Id": "good"}],
            "Failed": [
                {
                    "Id": "bad",
                    "SenderFault": True,
                    "Code": "ReceiptHandleIsInvalid",
                    "Message": 'The input receipt handle "x" is not a valid receipt handle.',
                }
            ],
        }
