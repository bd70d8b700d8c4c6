"""What a notification configuration may say."""

import itertools

import pytest

from homeport.aws.protocol.call import AwsError
from homeport.aws.protocol.model import load
from homeport.aws.s3.notifications import names, rules

QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"
TOPIC = "arn:aws:sns:us-east-1:000000000000:t"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"
AMBIGUOUS = (
    "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are "
    "overlapping for the same event type."
)
OVERLAP = (
    "Configurations overlap. Configurations on the same bucket cannot share a common event type."
)


def one(*events, arn=QUEUE, **affixes):
    """One part of a configuration."""
    said = {"QueueArn": arn, "Events": list(events or ["s3:ObjectCreated:*"])}
    if affixes:
        filters = [{"Name": name, "Value": value} for name, value in affixes.items()]
        said["Filter"] = {"Key": {"FilterRules": filters}}
    return said


def read(*parts, **more):
    numbers = itertools.count(1)
    given = {"QueueConfigurations": list(parts), **more} if parts else more
    return rules.read(given, "us-east-1", lambda: f"id{next(numbers)}")


def refused(*parts, **more):
    with pytest.raises(AwsError) as caught:
        read(*parts, **more)
    return caught.value


def test_a_configuration_is_kept_as_it_came_with_ids():
    assert read(one(), one("s3:ObjectRemoved:*") | {"Id": "mine"}) == {
        "QueueConfigurations": [
            {"Id": "id1", "QueueArn": QUEUE, "Events": ["s3:ObjectCreated:*"]},
            {"Id": "mine", "QueueArn": QUEUE, "Events": ["s3:ObjectRemoved:*"]},
        ]
    }


def test_all_kinds():
    topic = {"Id": "t", "TopicArn": TOPIC, "Events": ["s3:ObjectRemoved:*"]}
    function = {"Id": "f", "LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectTagging:*"]}
    kept = read(
        one() | {"Id": "q"},
        TopicConfigurations=[topic],
        LambdaFunctionConfigurations=[function],
        EventBridgeConfiguration={},
    )
    assert kept == {
        "TopicConfigurations": [topic],
        "QueueConfigurations": [one() | {"Id": "q"}],
        "LambdaFunctionConfigurations": [function],
        "EventBridgeConfiguration": {},
    }


def test_nothing_is_nothing():
    assert read() == {}
    assert read(QueueConfigurations=[], TopicConfigurations=None) == {}


def test_functions_named_in_the_other_way():
    said = {"LambdaFunctionArnByName": FUNCTION, "Events": ["s3:ObjectCreated:*"], "Id": "f"}
    wanted = {"LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectCreated:*"], "Id": "f"}
    for member in ("LambdaFunctionConfigurations", "LambdaFunctionConfigurationsByName"):
        assert read(**{member: [said]}) == {"LambdaFunctionConfigurations": [wanted]}


def test_the_types_of_events_are_those_of_the_model():
    assert set(load("s3").raw["shapes"]["Event"]["enum"]) == names.KNOWN
    assert {f"s3:{event}" for event in names.HAPPENING} < names.KNOWN


@pytest.mark.parametrize(
    ("asked", "other", "wanted"),
    [
        ("s3:ObjectCreated:*", "s3:ObjectCreated:Put", True),
        ("s3:ObjectCreated:Put", "s3:ObjectCreated:Put", True),
        ("s3:ObjectCreated:Put", "s3:ObjectCreated:*", False),
        ("s3:ObjectCreated:*", "s3:ObjectRemoved:Delete", False),
    ],
)
def test_covers(asked, other, wanted):
    assert names.covers(asked, other) is wanted


def test_an_event_that_is_none():
    error = refused(one("s3:ObjectCreated:*", "s3:Nonsense"))
    assert error.code == "InvalidArgument"
    assert error.message == "The event 's3:Nonsense' is not supported for notifications"


@pytest.mark.parametrize("part", [{"Events": ["s3:ObjectCreated:*"]}, {"QueueArn": QUEUE}])
def test_what_is_missing(part):
    assert refused(part).code == "MalformedXML"


@pytest.mark.parametrize("name", ["prefix", "Prefix", "PREFIX"])
def test_names_of_filters_are_spelt_as_aws_does(name):
    (part,) = read(one(**{name: "a/"}))["QueueConfigurations"]
    assert part["Filter"] == {"Key": {"FilterRules": [{"Name": "Prefix", "Value": "a/"}]}}


def test_a_name_that_is_no_filter():
    error = refused(one(INVALID="test"))
    assert error.message == "filter rule name must be either prefix or suffix"
    assert error.fields == {"ArgumentName": "FilterRule.Name", "ArgumentValue": "INVALID"}


@pytest.mark.parametrize("name", ["prefix", "suffix"])
def test_two_filters_of_one_name(name):
    error = refused(one(**{name: "a", name.upper(): "b"}))
    assert error.message == f"Cannot specify more than one {name} rule in a filter."


def test_a_filter_is_no_longer_than_a_key():
    assert read(one(prefix="ä" * 512))
    assert "cannot exceed 1024 bytes" in refused(one(prefix="ä" * 512 + "a")).message


def test_an_empty_filter_is_none():
    (part,) = read(one() | {"Filter": {"Key": {"FilterRules": []}}})["QueueConfigurations"]
    assert "Filter" not in part


@pytest.mark.parametrize(
    ("arn", "message"),
    [
        ("invalid-queue", "The ARN could not be parsed"),
        (TOPIC, "The ARN could not be parsed"),
        ("arn:aws:sqs:us-east-1::q", "The ARN could not be parsed"),
        (f"{QUEUE}.fifo", "FIFO SQS queues are not supported."),
        (
            QUEUE.replace("us-east-1", "eu-west-1"),
            "The notification destination service region is not valid for the bucket location constraint",
        ),
    ],
)
def test_arns_that_are_refused(arn, message):
    error = refused(one(arn=arn))
    assert error.message == message
    assert error.fields == {"ArgumentName": "Queue", "ArgumentValue": arn}


@pytest.mark.parametrize("arn", [QUEUE, FUNCTION.replace("function:f", "layer:f"), FUNCTION[:-2]])
def test_arns_that_are_of_no_function(arn):
    said = {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}
    error = refused(LambdaFunctionConfigurations=[said])
    assert error.message == "The ARN could not be parsed"


def test_a_function_may_be_qualified():
    said = {"LambdaFunctionArn": f"{FUNCTION}:live", "Events": ["s3:ObjectCreated:*"]}
    assert read(LambdaFunctionConfigurations=[said])


def test_fifo_topics_are_not_supported():
    said = {"TopicArn": f"{TOPIC}.fifo", "Events": ["s3:ObjectCreated:*"]}
    assert "FIFO" in refused(TopicConfigurations=[said]).message


def test_an_event_that_is_asked_for_twice_is_kept_once():
    (part,) = read(one("s3:ObjectCreated:Put", "s3:ObjectCreated:Put"))["QueueConfigurations"]
    assert part["Events"] == ["s3:ObjectCreated:Put"]


def test_the_argument_is_named_after_the_kind():
    said = {"Events": ["s3:ObjectCreated:*"]}
    topic = refused(TopicConfigurations=[said | {"TopicArn": "x"}])
    function = refused(LambdaFunctionConfigurations=[said | {"LambdaFunctionArn": "x"}])
    assert topic.fields["ArgumentName"] == "Topic"
    assert function.fields["ArgumentName"] == "CloudFunction"


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (one(), one(), OVERLAP),
        (one("s3:ObjectCreated:Put"), one("s3:ObjectCreated:*"), OVERLAP),
        (one("s3:ObjectCreated:Put"), one("s3:ObjectCreated:Copy"), None),
        (one(prefix="a"), one(), AMBIGUOUS),
        (one(prefix="a"), one(prefix="ab"), AMBIGUOUS),
        (one(prefix="a"), one(prefix="b"), None),
        (one(suffix=".jpg"), one(suffix="jpg"), AMBIGUOUS),
        (one(suffix=".jpg"), one(suffix=".png"), None),
        (one(prefix="a", suffix=".jpg"), one(prefix="a", suffix=".png"), None),
        (one(prefix="a", suffix=".jpg"), one(prefix="b", suffix=".jpg"), None),
        (one(prefix="a", suffix=".jpg"), one(suffix=".jpg"), AMBIGUOUS),
    ],
)
def test_parts_that_overlap(first, second, message):
    if message is None:
        assert read(first, second)
    else:
        assert refused(first, second).message == message
        assert refused(second, first).message == message


def test_parts_of_different_kinds_overlap_too():
    topic = {"TopicArn": TOPIC, "Events": ["s3:ObjectCreated:Put"]}
    assert refused(one(), TopicConfigurations=[topic]).message == OVERLAP


def test_ids_are_unique():
    parts = [one() | {"Id": "a"}, one("s3:ObjectRemoved:*") | {"Id": "a"}]
    assert "Same ID used for multiple configurations" in refused(*parts).message


def test_limits():
    parts = [one(prefix=f"{number:03d}") for number in range(101)]
    assert len(read(*parts[:100])["QueueConfigurations"]) == 100
    assert "at most 100" in refused(*parts).message
    assert read(one() | {"Id": "a" * 255})
    assert refused(one() | {"Id": "a" * 256}).code == "InvalidArgument"


def test_each_part_is_checked_before_they_are_compared():
    assert refused(one(), one(), one("s3:Nonsense")).message.startswith("The event")
