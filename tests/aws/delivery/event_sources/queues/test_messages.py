"""The form of events. Recorded: `test_report_batch_item_failures` and others in
https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/event_source_mapping/test_lambda_integration_sqs.snapshot.json"""

import json

from tests.aws.delivery.event_sources.conftest import until

from homeport.aws.delivery.event_sources.queues import messages

ARN = "arn:aws:sqs:us-east-1:000000000000:q"


async def record(queues, run, function, arn=ARN):
    run(source_arn=arn)
    await until(lambda: function.events)
    (found,) = function.records
    return found


async def test_a_message_of_a_standard_queue(queues, run, function):
    await queues.make()
    await queues.send("test")
    found = await record(queues, run, function)
    assert found.pop("receiptHandle")
    assert found == {
        "messageId": "00000000-0000-4000-8000-000000000001",
        "body": "test",
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": "1700000000000",
            "SenderId": "000000000000",
            "ApproximateFirstReceiveTimestamp": "1700000000000",
        },
        "messageAttributes": {},
        "md5OfBody": "098f6bcd4621d373cade4e832627b4f6",
        "eventSource": "aws:sqs",
        "eventSourceARN": ARN,
        "awsRegion": "us-east-1",
    }


async def test_a_message_of_a_fifo_queue(queues, run, function):
    arn = await queues.make("q.fifo")
    await queues.send("test", name="q.fifo", MessageGroupId="g", MessageDeduplicationId="d")
    attributes = (await record(queues, run, function, arn))["attributes"]
    assert (attributes["MessageGroupId"], attributes["MessageDeduplicationId"]) == ("g", "d")
    assert len(attributes["SequenceNumber"]) == 20


async def test_attributes_of_a_message(queues, run, function):
    await queues.make()
    said = {
        "text": {"DataType": "String", "StringValue": "ä"},
        "bytes": {"DataType": "Binary.png", "BinaryValue": b"\xff\x00"},
    }
    await queues.send("test", MessageAttributes=said)
    found = await record(queues, run, function)
    assert found["messageAttributes"] == {
        "text": {
            "stringValue": "ä",
            "stringListValues": [],
            "binaryListValues": [],
            "dataType": "String",
        },
        "bytes": {
            "binaryValue": "/wA=",
            "stringListValues": [],
            "binaryListValues": [],
            "dataType": "Binary.png",
        },
    }
    assert len(found["md5OfMessageAttributes"]) == 32


def made(number, size):
    return messages.Record(str(number), "", b"x" * size)


def test_batches_keep_the_order_and_both_limits():
    records = [made(number, size) for number, size in enumerate([10, 10, 10, 40, 90, 1, 1, 1, 1])]
    found = list(messages.batches(records, 3, 70))
    assert [[each.id for each in batch] for batch in found] == [
        ["0", "1", "2"], ["3"], ["4"], ["5", "6", "7"], ["8"],
    ]  # fmt: skip


def test_no_batch_is_larger_than_its_limit():
    records = [made(number, 10) for number in range(100)]
    for batch in messages.batches(records, 100, 100):
        assert len(messages.payload(batch)) <= 100


def test_an_event_is_json():
    records = [messages.record({"messageId": "a", "receiptHandle": "b", "body": "ä"})] * 2
    assert len(json.loads(messages.payload(records))["Records"]) == 2
