"""What a message may hold, its digests and its attributes."""

import pytest

TEXT = {"DataType": "String", "StringValue": "x"}


def attribute(kind="String", value="x"):
    member = "BinaryValue" if kind.startswith("Binary") else "StringValue"
    return {"DataType": kind, member: value}


@pytest.mark.parametrize(
    ("attributes", "digest"),
    [
        # Answers of AWS: https://github.com/localstack/localstack, tests/aws/services/sqs/test_sqs.snapshot.json
        ({"Foo": attribute(value="Bar")}, "ae7155c6026991b6d54b11589678bf9c"),
        (
            {
                "Hello": attribute(value="There"),
                "General": attribute(value="Kenobi"),
                "Help.Me": attribute(value="Me"),
            },
            "4c360f3fdafd970e05fae2f149d997f5",
        ),
        (
            {
                "attr1": attribute(
                    "Binary",
                    b"traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01",
                )
            },
            "8cbe4db156db8a94db8b801b7addb984",
        ),
        (
            {"UserId": attribute("Number.bigint", "1234567890123456789012")},
            "797ab158d73dcb5242dedc4412c8e855",
        ),
    ],
)
async def test_the_digest_of_attributes_is_that_of_aws(client, attributes, digest):
    url = await client.make()
    sent = await client.send(url, MessageAttributes=attributes)
    assert sent["MD5OfMessageAttributes"] == digest
    (message,) = await client.receive(url, MessageAttributeNames=["All"])
    assert message["MessageAttributes"] == attributes
    assert message["MD5OfMessageAttributes"] == digest


async def test_the_trace_header_is_kept_and_digested(client):
    url = await client.make()
    header = {"AWSTraceHeader": attribute(value="some-trace-id")}
    sent = await client.send(url, MessageSystemAttributes=header)
    assert sent["MD5OfMessageSystemAttributes"] == "fdce4f2818803f2f73becc09a54792c0"
    (message,) = await client.receive(url, MessageSystemAttributeNames=["AWSTraceHeader"])
    assert message["Attributes"] == {"AWSTraceHeader": "some-trace-id"}


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ([], None),
        (["All"], {"Hello", "Help.Me", "General"}),
        ([".*"], {"Hello", "Help.Me", "General"}),
        (["Hel.*"], {"Hello", "Help.Me"}),
        (["Hello", "Nope"], {"Hello"}),
        (["Nope"], None),
        (["AWS.", "..foo"], None),
    ],
)
async def test_only_the_wanted_attributes_are_given_out(client, wanted, names):
    url = await client.make()
    every = {"Hello": TEXT, "Help.Me": TEXT, "General": TEXT}
    await client.send(url, MessageAttributes=every)
    (message,) = await client.receive(url, MessageAttributeNames=wanted)
    assert (names or set()) == message.get("MessageAttributes", {}).keys()
    assert ("MD5OfMessageAttributes" in message) == bool(names)


async def test_system_attributes_are_given_out_by_either_name(client, clock):
    url = await client.make(VisibilityTimeout="0")
    await client.send(url, MessageGroupId="tenant")
    now = str(int(clock.now() * 1000))
    await clock.advance(1)
    every = {
        "SenderId": "000000000000",
        "SentTimestamp": now,
        "ApproximateFirstReceiveTimestamp": str(int(clock.now() * 1000)),
        "MessageGroupId": "tenant",
    }
    (message,) = await client.receive(url, AttributeNames=["All"])
    assert message["Attributes"] == every | {"ApproximateReceiveCount": "1"}
    await clock.advance(1)
    (message,) = await client.receive(url, MessageSystemAttributeNames=["All"])
    assert message["Attributes"] == every | {"ApproximateReceiveCount": "2"}
    (message,) = await client.receive(url, MessageSystemAttributeNames=["SenderId"])
    assert message["Attributes"] == {"SenderId": "000000000000"}
    error = await client.refused("ReceiveMessage", QueueUrl=url, AttributeNames=["Nope"])
    assert (error.code, error.message) == ("InvalidAttributeName", "Unknown Attribute Nope.")


@pytest.mark.parametrize("body", ["\x00", "a\x0bb", "\ufffe", "\ud800", "ok\x1f"])
async def test_characters_that_xml_cannot_carry_are_refused(client, body):
    url = await client.make()
    error = await client.refused("SendMessage", QueueUrl=url, MessageBody=body)
    assert (error.code, error.status) == ("InvalidMessageContents", 400)


@pytest.mark.parametrize("body", ["\t\r\n ", "\ud7ff\ue000\ufffd", "\U0010ffff", "\x7f", "{}"])
async def test_all_other_characters_come_back_as_they_were(client, body):
    url = await client.make()
    await client.send(url, body)
    assert await client.bodies(url) == [body]


async def test_an_empty_body_is_refused(client):
    url = await client.make()
    error = await client.refused("SendMessage", QueueUrl=url, MessageBody="")
    assert (error.code, error.message) == (
        "MissingParameter",
        "The request must contain the parameter MessageBody.",
    )


async def test_size_counts_bytes_of_body_and_attributes(client):
    url = await client.make(MaximumMessageSize="1024")
    await client.send(url, "ä" * 512)
    await client.send(url, "a" * 1016, MessageAttributes={"k": TEXT})
    for params in (
        {"MessageBody": "ä" * 512 + "a"},
        {"MessageBody": "a" * 1017, "MessageAttributes": {"k": TEXT}},
    ):
        error = await client.refused("SendMessage", QueueUrl=url, **params)
        assert (error.code, error.message) == (
            "InvalidParameterValue",
            "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.",
        )


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"": TEXT}, "The request must contain non-empty message (user) attribute names."),
        ({"a" * 257: TEXT}, "Message (user) attribute name must be shorter than 256 bytes."),
        (
            {"a b": TEXT},
            (
                "Message (user) attributes name can only contain upper and lower score characters, digits, periods, "
                "hyphens and underscores. "
            ),
        ),
        (
            {"aWs.x": TEXT},
            (
                "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. "
                "These strings are reserved for internal use."
            ),
        ),
        (
            {"a..b": TEXT},
            "You can't use message attribute names beginning or ending with a period, or with successive periods.",
        ),
        (
            {"a": attribute("Text")},
            (
                "The type of message (user) attribute 'a' is invalid. "
                "You must use only the following supported type prefixes: Binary, Number, String."
            ),
        ),
        (
            {"a": {"DataType": "String"}},
            "The message (user) attribute 'a' must contain a non-empty message attribute value.",
        ),
        (
            {"a": attribute(value="")},
            "Message (user) attribute 'a' must contain a non-empty value of type 'String'.",
        ),
        (
            {"a": attribute("Number", "one")},
            "Can't cast the value of message (user) attribute 'a' to a number.",
        ),
        (
            {"a": attribute("String." + "x" * 250)},
            "Message (user) attribute type must be shorter than 256 bytes.",
        ),
        (
            {f"a{n}": TEXT for n in range(11)},
            "Number of message attributes [11] exceeds the allowed maximum [10].",
        ),
    ],
)
async def test_wrong_attributes_are_refused(client, attributes, message):
    url = await client.make()
    error = await client.refused(
        "SendMessage", QueueUrl=url, MessageBody="m", MessageAttributes=attributes
    )
    assert (error.code, error.message) == ("InvalidParameterValue", message)


async def test_lists_as_attributes_are_no_operation(client):
    url = await client.make()
    lists = {"a": {"DataType": "String", "StringListValues": ["x"]}}
    error = await client.refused(
        "SendMessage", QueueUrl=url, MessageBody="m", MessageAttributes=lists
    )
    assert (error.code, error.status) == ("UnsupportedOperation", 400)


async def test_other_system_attributes_are_refused(client):
    url = await client.make()
    error = await client.refused(
        "SendMessage", QueueUrl=url, MessageBody="m", MessageSystemAttributes={"Hello": TEXT}
    )
    assert error.message == "Message system attribute name 'Hello' is invalid."


async def test_members_of_fifo_queues_are_refused_on_standard_ones(client):
    url = await client.make()
    error = await client.refused(
        "SendMessage", QueueUrl=url, MessageBody="m", MessageDeduplicationId="1"
    )
    assert error.message.startswith("Value 1 for parameter MessageDeduplicationId is invalid.")
    error = await client.refused("ReceiveMessage", QueueUrl=url, ReceiveRequestAttemptId="1")
    assert error.message.startswith("Value 1 for parameter ReceiveRequestAttemptId is invalid.")


@pytest.mark.parametrize(
    ("operation", "params", "message"),
    [
        (
            "ReceiveMessage",
            {"MaxNumberOfMessages": 11},
            "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
        ),
        (
            "ReceiveMessage",
            {"MaxNumberOfMessages": 0},
            "Value 0 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
        ),
        (
            "ReceiveMessage",
            {"WaitTimeSeconds": 21},
            "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
        ),
        (
            "ReceiveMessage",
            {"VisibilityTimeout": 43201},
            "Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be >= 0 and <= 43200, if provided.",
        ),
        (
            "SendMessage",
            {"MessageBody": "m", "DelaySeconds": 901},
            "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
        ),
    ],
)
async def test_numbers_out_of_range_are_refused(client, operation, params, message):
    url = await client.make()
    error = await client.refused(operation, QueueUrl=url, **params)
    assert (error.code, error.message) == ("InvalidParameterValue", message)
