"""Publish and PublishBatch; texts as recorded of AWS.

https://github.com/localstack/localstack/blob/main/tests/aws/services/sns/test_sns.snapshot.json
"""

import asyncio
import json

import pytest

from homeport.aws.sns import limits
from homeport.aws.sns.engine import drafts
from homeport.clock import settle

QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"


async def test_nobody_listens_and_nothing_is_written(client, topic):
    writes = client.sns.db.writes
    assert (await client.publish())["MessageId"]
    assert client.sns.db.writes == writes


async def test_a_message_and_its_deliveries_are_one_commit(client, topic):
    for number in range(3):
        await client.subscribe(endpoint=f"{QUEUE}{number}")
    await client.subscribe(endpoint=FUNCTION, protocol="lambda")
    commits = client.sns.db.commits
    await client.publish("hello")
    assert client.sns.db.commits == commits + 1
    assert client.outbox() == [("fan/1", {"m": 1, "b": 5, "s": [1, 2, 3]}), ("sub/4", {"m": 1})]
    assert client.messages() == [("hello", 2)]
    assert client.woken == ["fan/1", "sub/4"]


async def test_many_queues_are_several_entries(client, topic):
    def fill(connection):
        for number in range(2, 2_502):
            connection.execute(
                "INSERT INTO subscription (topic, uuid, account, region, owner, protocol, endpoint, state, is_authenticated,"
                " base, settings, changed_at) VALUES (1, ?, '', '', '', 'sqs', ?, 'confirmed', 1, '', '{}', 0)",
                (str(number), f"{QUEUE}{number}"),
            )

    await client.sns.db.write(fill)
    await client.publish()
    assert [len(body["s"]) for _, body in client.outbox()] == [2_000, 500]
    assert client.messages() == [("m", 2)]


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"Message": ""}, "Invalid parameter: Empty message"),
        ({"Message": "a" * 262_145}, "Invalid parameter: Message too long"),
        (
            {
                "Message": "a" * 262_140,
                "MessageAttributes": {"n": {"DataType": "String", "StringValue": "v"}},
            },
            "Invalid parameter: Message too long",
        ),
        ({"Subject": ""}, "Invalid parameter: Subject"),
        ({"Subject": "a" * 101}, "Invalid parameter: Subject"),
        ({"Subject": "two\nlines"}, "Invalid parameter: Subject"),
        ({"Subject": "ä"}, "Invalid parameter: Subject"),
        ({"Subject": " a"}, "Invalid parameter: Subject"),
        ({"MessageStructure": "xml"}, "Invalid parameter: Invalid message structure"),
        ({"MessageStructure": "json", "Message": '{"sqs": "x"}'}, "Invalid parameter: Message Structure - No default entry in JSON message body"),
        ({"MessageStructure": "json", "Message": '{"default": {"a": 1}}'}, "Invalid parameter: Message Structure - No default entry in JSON message body"),
        ({"MessageStructure": "json", "Message": "{broken"}, "Invalid parameter: Message Structure - JSON message body failed to parse"),
        ({"MessageStructure": "json", "Message": "[]"}, "Invalid parameter: Message Structure - No default entry in JSON message body"),
        ({"MessageDeduplicationId": "x"}, "Invalid parameter: MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type"),
        ({"MessageGroupId": "a b"}, "Invalid parameter: MessageGroupId Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length"),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
async def test_messages_that_are_refused(client, topic, params, text):
    error = await client.refused("Publish", **{"TopicArn": topic, "Message": "m"} | params)
    assert (error.code, error.message, error.status) == ("InvalidParameter", text, 400)


@pytest.mark.parametrize("subject", ["a", "[Subject] Test subject", "a" * 100, "~"])
async def test_subjects(client, topic, subject):
    await client.publish(Subject=subject)


@pytest.mark.parametrize("message", ["a" * 262_144, "ä" * 131_072])
async def test_the_longest_message(client, topic, message):
    await client.publish(message)
    assert await client.said("Publish", TopicArn=topic, Message=message + "a")


ATTRIBUTES = [
    ({"DataType": "String", "StringValue": ""}, "The message attribute 'attr1' must contain non-empty message attribute value for message attribute type 'String'."),
    ({"DataType": "String"}, "The message attribute 'attr1' must contain non-empty message attribute value for message attribute type 'String'."),
    ({"DataType": "Binary", "BinaryValue": b""}, "The message attribute 'attr1' must contain non-empty message attribute value for message attribute type 'Binary'."),
    ({"DataType": "String", "BinaryValue": b"x"}, "The message attribute 'attr1' with type 'String' must use field 'String'."),
    ({"DataType": "Number", "BinaryValue": b"x"}, "The message attribute 'attr1' with type 'Number' must use field 'String'."),
    ({"DataType": "Binary", "StringValue": "x"}, "The message attribute 'attr1' with type 'Binary' must use field 'Binary'."),
    ({"DataType": "InvalidType", "StringValue": "x"}, "The message attribute 'attr1' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."),
    ({"DataType": "Stringprefixed", "StringValue": "x"}, "The message attribute 'attr1' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."),
    ({"DataType": "Number", "StringValue": "x"}, "Could not cast message attribute 'attr1' value to number."),
]  # fmt: skip
NAMES = [
    ("a" * 257, "Length of message attribute name must be less than 256 bytes."),
    ("invalid^name", "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots."),
    (".name", "Invalid message attribute name starting with character '.' was found."),
    ("name.", "Invalid message attribute name ending with character '.' was found."),
    ("na..me", "Message attribute name can not have successive '.' character."),
    ("", "The message attribute name must not be empty."),
]  # fmt: skip


def entry(attributes):
    return [{"Id": "1", "Message": "m", "MessageAttributes": attributes}]


@pytest.mark.parametrize(
    ("attributes", "text"),
    [({"attr1": value}, text) for value, text in ATTRIBUTES]
    + [({name: {"DataType": "String", "StringValue": "x"}}, text) for name, text in NAMES],
    ids=lambda value: str(value)[:60],
)
async def test_attributes_that_are_refused(client, topic, attributes, text):
    """`test_empty_or_wrong_message_attributes`: in a batch too, as a whole."""
    error = await client.refused(
        "Publish", TopicArn=topic, Message="m", MessageAttributes=attributes
    )
    assert (error.code, error.message) == ("ParameterValueInvalid", text)
    error = await client.refused(
        "PublishBatch", TopicArn=topic, PublishBatchRequestEntries=entry(attributes)
    )
    assert (error.code, error.message) == ("ParameterValueInvalid", text)


async def test_a_topic_is_named_as_target_too(client, topic):
    await client.subscribe()
    await client("Publish", TargetArn=topic, Message="m")
    assert len(client.outbox()) == 1


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({}, "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter"),
        ({"TargetArn": "arn:aws:sns:us-east-1:000000000000:endpoint/GCM/a/b"}, "Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified"),
        ({"TargetArn": "x"}, "Invalid parameter: TargetArn Reason: An ARN must have at least 6 elements, not 1"),
        ({"PhoneNumber": "+1a234"}, "Invalid parameter: PhoneNumber Reason: +1a234 is not valid to publish to"),
        ({"PhoneNumber": "NAA+15551234567"}, "Invalid parameter: PhoneNumber Reason: NAA+15551234567 is not valid to publish to"),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
async def test_targets_that_are_none(client, params, text):
    assert await client.said("Publish", Message="m", **params) == text


# Batches


async def batch(client, topic, *entries):
    listed = [{"Id": str(n), "Message": "m", **one} for n, one in enumerate(entries)]
    return await client("PublishBatch", TopicArn=topic, PublishBatchRequestEntries=listed)


async def test_a_batch_is_one_commit(client, topic):
    await client.subscribe()
    commits = client.sns.db.commits
    answer = await batch(client, topic, *[{"Message": f"m{n}"} for n in range(10)])
    assert client.sns.db.commits == commits + 1
    assert [one["Id"] for one in answer["Successful"]] == [str(n) for n in range(10)]
    assert answer["Failed"] == []
    assert [body for body, _ in client.messages()] == [f"m{n}" for n in range(10)]


async def test_entries_fail_by_themselves(client, topic):
    await client.subscribe()
    answer = await batch(client, topic, {}, {"Message": ""}, {"Subject": "ä"})
    assert [one["Id"] for one in answer["Successful"]] == ["0"]
    assert answer["Failed"] == [
        {"Id": "1", "Code": "InvalidParameter", "Message": "Invalid parameter: Empty message", "SenderFault": True},
        {"Id": "2", "Code": "InvalidParameter", "Message": "Invalid parameter: Subject", "SenderFault": True},
    ]  # fmt: skip
    assert len(client.messages()) == 1


@pytest.mark.parametrize(
    ("entries", "code", "text"),
    [
        ([], "EmptyBatchRequest", "The batch request doesn't contain any entries."),
        ([{}] * 11, "TooManyEntriesInBatchRequest", "The batch request contains more entries than permissible."),
        ([{"Id": "x"}, {"Id": "x"}], "BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id."),
        ([{"Id": "message.id"}], "InvalidBatchEntryId", "The Id of a batch entry in the batch request contains an impermissible character: message.id"),
        ([{"Id": "a" * 81}], "InvalidBatchEntryId", "The Id of a batch entry in the batch request is too long: " + "a" * 81),
        ([{"Message": "a" * 131_073}] * 2, "BatchRequestTooLong", "The length of all the messages put together is more than the limit."),
        ([{"MessageStructure": "json", "Message": '{"a": "b"}'}], "InvalidParameter", "Invalid parameter: Message Structure - No default entry in JSON message body"),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
async def test_batches_that_are_refused(client, topic, entries, code, text):
    """`test_publish_batch_exceptions`, `test_publish_batch_invalid_entry_id`, `test_publish_batch_too_long_message`"""
    listed = [{"Id": str(n), "Message": "m", **one} for n, one in enumerate(entries)]
    error = await client.refused("PublishBatch", TopicArn=topic, PublishBatchRequestEntries=listed)
    assert (error.code, error.message, error.status) == (code, text, 400)


async def test_a_batch_without_a_topic(client):
    arn = "arn:aws:sns:us-east-1:000000000000:none"
    error = await client.refused("PublishBatch", TopicArn=arn, PublishBatchRequestEntries=entry({}))
    assert (error.code, error.message) == ("NotFound", "Topic does not exist")


# FIFO


@pytest.fixture
async def fifo(client):
    arn = await client.make("t.fifo")
    await client.subscribe(arn, f"{QUEUE}.fifo")
    return arn


async def test_fifo_topics_ask_for_a_group_and_an_id(client, fifo):
    """`test_validations_for_fifo`, `test_publish_batch_exceptions`"""
    group = "Invalid parameter: The MessageGroupId parameter is required for FIFO topics"
    token = "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
    for more, text in (({}, group), ({"MessageGroupId": "g"}, token)):
        assert await client.said("Publish", TopicArn=fifo, Message="m", **more) == text
        entries = [{"Id": "1", "Message": "m", **more}]
        said = await client.said("PublishBatch", TopicArn=fifo, PublishBatchRequestEntries=entries)
        assert said == text


async def test_sequence_numbers_grow(client, fifo):
    sent = [
        await client.publish(topic=fifo, MessageGroupId="g", MessageDeduplicationId=str(n))
        for n in range(3)
    ]
    numbers = [one["SequenceNumber"] for one in sent]
    assert numbers == sorted(set(numbers))
    assert all(len(number) == 20 for number in numbers)
    await client.restart()
    last = await client.publish(topic=fifo, MessageGroupId="h", MessageDeduplicationId="x")
    assert last["SequenceNumber"] > numbers[-1]


async def test_entries_are_ordered(client, fifo):
    await client.publish(topic=fifo, MessageGroupId="g", MessageDeduplicationId="1")
    assert client.sns.db.query("SELECT lane, due_ms FROM outbox") == [("fan/1", 0)]


async def test_the_same_id_within_five_minutes(client, clock, fifo):
    said = {"topic": fifo, "MessageGroupId": "g", "MessageDeduplicationId": "x"}
    first = await client.publish("one", **said)
    await clock.advance(299)
    await client.restart()
    assert await client.publish("two", **said) == first
    other = {"topic": fifo, "MessageGroupId": "other", "MessageDeduplicationId": "x"}
    assert await client.publish("three", **other) == first
    assert [body for body, _ in client.messages()] == ["one"]
    await clock.advance(1)
    assert await client.publish("two", **said) != first
    assert client.sns.db.query("SELECT count(*) FROM deduplication") == [(1,)]


async def test_by_content(client):
    topic = await client.make("t.fifo", ContentBasedDeduplication="true")
    await client.subscribe(topic, f"{QUEUE}.fifo")
    first = await client.publish("one", topic=topic, MessageGroupId="g")
    assert await client.publish("one", topic=topic, MessageGroupId="g") == first
    assert await client.publish("two", topic=topic, MessageGroupId="g") != first
    said = {"MessageGroupId": "g", "MessageDeduplicationId": "x"}
    assert await client.publish("one", topic=topic, **said) != first


async def test_by_group(client):
    """https://docs.aws.amazon.com/sns/latest/dg/fifo-high-throughput.html"""
    topic = await client.make("t.fifo", FifoThroughputScope="MessageGroup")
    first = await client.publish(topic=topic, MessageGroupId="g", MessageDeduplicationId="x")
    assert (
        await client.publish(topic=topic, MessageGroupId="g", MessageDeduplicationId="x") == first
    )
    assert (
        await client.publish(topic=topic, MessageGroupId="h", MessageDeduplicationId="x") != first
    )


async def test_the_same_id_twice_in_a_batch(client, fifo):
    same = {"MessageGroupId": "g", "MessageDeduplicationId": "x"}
    answer = await batch(client, fifo, same, same)
    first, second = answer["Successful"]
    assert first["SequenceNumber"] == second["SequenceNumber"]
    assert len(client.messages()) == 1


# Filters


async def chosen(client, **params):
    """Numbers of the subscriptions that a message goes to."""
    before = len(client.outbox())
    await client.publish(**params)
    return [number for _, body in client.outbox()[before:] for number in body["s"]]


def text(value):
    return {"DataType": "String", "StringValue": value}


async def test_filters_on_attributes(client, topic):
    policies = [
        {"store": ["a"]},
        {"price": [{"numeric": [">", 100]}]},
        {"tags": ["x"]},
        {"store": [{"exists": False}]},
        {"data": [{"exists": True}]},
        {"price": [101]},
    ]
    for number, policy in enumerate(policies):
        await client.subscribe(endpoint=f"{QUEUE}{number}", FilterPolicy=json.dumps(policy))
    await client.subscribe()
    assert await chosen(client) == [4, 7]
    assert await chosen(client, MessageAttributes={"store": text("a")}) == [1, 7]
    price = {"DataType": "Number", "StringValue": "101.0"}
    assert await chosen(client, MessageAttributes={"price": price, "store": text("b")}) == [2, 6, 7]
    assert await chosen(client, MessageAttributes={"price": text("101")}) == [4, 7]
    tags = {"DataType": "String.Array", "StringValue": '["x", "y", 1, true, null]'}
    assert await chosen(client, MessageAttributes={"tags": tags}) == [3, 4, 7]
    data = {"DataType": "Binary", "BinaryValue": b"x"}
    assert await chosen(client, MessageAttributes={"data": data}) == [4, 7]


async def test_filters_on_the_body(client, topic):
    policy = {"detail": {"kind": ["a"]}}
    await client.subscribe(FilterPolicyScope="MessageBody", FilterPolicy=json.dumps(policy))
    assert await chosen(client, message='{"detail": {"kind": "a"}}') == [1]
    for other in ('{"detail": {"kind": "b"}}', "no json", "[]", '"a"', "[" * 100_000, "{}"):
        assert await chosen(client, message=other) == []


async def test_filters_see_the_text_of_their_protocol(client, topic):
    await client.subscribe(FilterPolicyScope="MessageBody", FilterPolicy='{"a": ["x"]}')
    body = json.dumps({"default": '{"a": "y"}', "sqs": '{"a": "x"}'})
    assert await chosen(client, message=body, MessageStructure="json") == [1]
    body = json.dumps({"default": '{"a": "y"}', "lambda": '{"a": "x"}'})
    assert await chosen(client, message=body, MessageStructure="json") == []


async def test_a_changed_filter_counts_at_once(client, topic):
    arn = await client.subscribe(FilterPolicy='{"a": ["x"]}')
    assert await chosen(client) == []
    await client.set(arn, "FilterPolicy", '{"a": [{"exists": false}]}')
    assert await chosen(client) == [1]


@pytest.mark.parametrize(
    ("size", "standard", "fifo"),
    [(0, 2_000, 200), (1_000, 2_000, 200), (100_000, 2_000, 83), (262_144, 2_000, 31)],
)
def test_large_messages_go_to_fewer_fifo_queues_at_once(size, standard, fifo):
    assert limits.queues_at_once(size, is_fifo=False) == standard
    assert limits.queues_at_once(size, is_fifo=True) == fifo


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
async def test_what_is_no_json_is_filtered_out(client, topic, value):
    await client.subscribe(FilterPolicyScope="MessageBody", FilterPolicy='{"a": ["x"]}')
    assert await chosen(client, message='{"a": "x", "b": 1}') == [1]
    assert await chosen(client, message=f'{{"a": "x", "b": {value}}}') == []


async def cancelled(work):
    """The client goes away while the write is under way."""
    task = asyncio.ensure_future(work)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_publisher_that_goes_away_stops_nothing(client, topic):
    await client.subscribe()
    await cancelled(client.publish())
    await client.sns.db.write(lambda _: None)
    await settle()
    assert client.woken == ["fan/1"]
    assert len(client.outbox()) == 1


async def test_a_subscriber_that_goes_away_stops_nothing(client, topic):
    assert await chosen(client) == []
    await cancelled(client.subscribe())
    await client.sns.db.write(lambda _: None)
    await settle()
    assert await chosen(client) == [1]


@pytest.mark.parametrize(
    ("kind", "is_good"),
    [("String.", False), ("Stringx", False), ("String.x", True), ("String.  x.", True)],
)
async def test_types_of_attributes(client, topic, kind, is_good):
    """`test_message_attributes_prefixes`"""
    attributes = {"a": {"DataType": kind, "StringValue": "v"}}
    if is_good:
        assert (await client.publish(MessageAttributes=attributes))["MessageId"]
    else:
        said = await client.said(
            "Publish", TopicArn=topic, Message="m", MessageAttributes=attributes
        )
        assert "has an invalid message attribute type" in said


async def test_the_structure_is_looked_at_before_the_group(client):
    """`test_publish_batch_exceptions`"""
    topic = await client.make("t.fifo")
    entry = {"Id": "1", "Message": '{"sqs": "x"}', "MessageStructure": "json"}
    said = await client.said("PublishBatch", TopicArn=topic, PublishBatchRequestEntries=[entry])
    assert said.endswith("No default entry in JSON message body")


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("Root=1-3152b799-8954dae64eda91bc9a23a7e8;Sampled=1",) * 2,
        ("\x01", None),
        ("x" * 257, None),
    ],
)
def test_traces_that_are_handed_on(header, wanted):
    assert drafts.trace(header) == wanted
    assert drafts.trace(None) is None
