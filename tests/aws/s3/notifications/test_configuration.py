"""PutBucketNotificationConfiguration and its Get."""

import base64
import json
import uuid

import pytest
from tests.aws.s3.notifications.test_rules import FUNCTION, QUEUE, TOPIC, one

PUT = "PutBucketNotificationConfiguration"
GET = "GetBucketNotificationConfiguration"


class Answers:
    """Destinations that are there, but for those with a refusal."""

    def __init__(self, **refusals):
        self.refusals, self.asked = refusals, []

    async def refusal(self, asker, arn):
        self.asked.append((asker, arn))
        return self.refusals.get(arn.rpartition(":")[2])


async def put(s3, *parts, operation=PUT, skip=None, **more):
    said = {"QueueConfigurations": list(parts), **more} if parts else more
    skipped = {} if skip is None else {"SkipDestinationValidation": skip}
    return await s3(operation, Bucket="bucket", NotificationConfiguration=said, **skipped)


def waiting(s3):
    return s3.s3.db.query("SELECT lane, body FROM outbox ORDER BY id")


async def test_there_is_none_at_first(s3, bucket):
    assert await s3(GET, Bucket=bucket) == {}


async def test_it_is_given_back_after_a_restart(s3, bucket):
    await put(s3, one(prefix="a") | {"Id": "mine"})
    await s3.reopen()
    (part,) = (await s3(GET, Bucket=bucket))["QueueConfigurations"]
    assert part == {
        "Id": "mine",
        "QueueArn": QUEUE,
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "Prefix", "Value": "a"}]}},
    }


async def test_an_id_is_made(s3, bucket):
    await put(s3, one())
    (part,) = (await s3(GET, Bucket=bucket))["QueueConfigurations"]
    assert uuid.UUID(base64.b64decode(part["Id"]).decode())


async def test_it_is_replaced_as_a_whole(s3, bucket):
    await put(s3, one())
    await put(s3, one("s3:ObjectRemoved:*"), EventBridgeConfiguration={})
    found = await s3(GET, Bucket=bucket)
    assert [part["Events"] for part in found["QueueConfigurations"]] == [["s3:ObjectRemoved:*"]]
    assert found["EventBridgeConfiguration"] == {}
    await put(s3)
    assert await s3(GET, Bucket=bucket) == {}


async def test_one_that_is_refused_changes_nothing(s3, bucket, refused):
    await put(s3, one() | {"Id": "mine"})
    said = {"QueueConfigurations": [one("s3:Nonsense")]}
    await refused("InvalidArgument", PUT, Bucket=bucket, NotificationConfiguration=said)
    (part,) = (await s3(GET, Bucket=bucket))["QueueConfigurations"]
    assert part["Id"] == "mine"


@pytest.mark.parametrize("operation", [PUT, GET])
async def test_of_no_bucket_and_of_another_account(s3, bucket, refused, operation):
    said = {"NotificationConfiguration": {"QueueConfigurations": [one("s3:Nonsense")]}}
    more = said if operation == PUT else {}
    await refused("NoSuchBucket", operation, Bucket="none", **more)
    await refused("AccessDenied", operation, Bucket=bucket, account="111111111111", **more)


async def test_the_region_is_that_of_the_bucket(s3):
    west = {"LocationConstraint": "eu-west-1"}
    await s3("CreateBucket", Bucket="bucket", CreateBucketConfiguration=west, region="eu-west-1")
    await put(s3, one(arn=QUEUE.replace("us-east-1", "eu-west-1")))


async def test_queues_and_topics_are_tested_once_each(s3, bucket):
    told = []
    s3.s3.wake = told.append
    topic = {"TopicArn": TOPIC, "Events": ["s3:ObjectTagging:*"]}
    function = {"LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectAcl:Put"]}
    await put(
        s3,
        one(),
        one("s3:ObjectRemoved:*"),
        TopicConfigurations=[topic],
        LambdaFunctionConfigurations=[function],
    )
    lanes = [f"bucket/{TOPIC}", f"bucket/{QUEUE}"]
    assert [lane for lane, _ in waiting(s3)] == lanes == told
    said = json.loads(json.loads(waiting(s3)[0][1])["message"])
    assert (said["Event"], said["Bucket"]) == ("s3:TestEvent", "bucket")


async def test_nothing_is_tested_where_the_check_is_skipped(s3, bucket):
    s3.s3.destinations = answers = Answers(q="It is not there")
    await put(s3, one(), skip=True)
    assert (answers.asked, waiting(s3)) == ([], [])


async def test_destinations_are_asked_for_once_for_their_bucket(s3, bucket):
    s3.s3.destinations = answers = Answers()
    await put(s3, one(), one("s3:ObjectRemoved:*"), skip=False)
    assert answers.asked == [(("000000000000", "us-east-1"), QUEUE)]


async def test_all_destinations_that_are_refused_are_named(s3, bucket, refused):
    s3.s3.destinations = Answers(q="The destination queue does not exist", f="Not authorized")
    said = {
        "QueueConfigurations": [one()],
        "TopicConfigurations": [{"TopicArn": TOPIC, "Events": ["s3:ObjectTagging:*"]}],
        "LambdaFunctionConfigurations": [
            {"LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectRemoved:*"]}
        ],
    }
    error = await refused("InvalidArgument", PUT, Bucket=bucket, NotificationConfiguration=said)
    assert error.message == "Unable to validate the following destination configurations"
    assert error.fields == {
        "ArgumentName1": QUEUE,
        "ArgumentValue1": "The destination queue does not exist",
        "ArgumentName2": f"{FUNCTION}, null",
        "ArgumentValue2": "Not authorized",
    }
    assert (await s3(GET, Bucket=bucket), waiting(s3)) == ({}, [])


async def test_what_is_said_is_checked_before_the_destinations(s3, bucket, refused):
    s3.s3.destinations = answers = Answers(q="The destination queue does not exist")
    said = {"QueueConfigurations": [one(), one()]}
    error = await refused("InvalidArgument", PUT, Bucket=bucket, NotificationConfiguration=said)
    assert error.message.startswith("Configurations overlap.")
    assert answers.asked == []


async def test_it_goes_with_the_bucket(s3, bucket):
    await put(s3, one(), skip=True)
    await s3("DeleteBucket", Bucket=bucket)
    await s3("CreateBucket", Bucket=bucket)
    assert await s3(GET, Bucket=bucket) == {}
    await s3("PutObject", Bucket=bucket, Key="key", Body=b"")
    assert waiting(s3) == []
