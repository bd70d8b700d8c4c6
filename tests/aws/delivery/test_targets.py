"""Events sent by ARN, to whatever takes them."""

import asyncio

import pytest
from tests.aws.delivery.services import FUNCTION, ME, TOPIC, Cloud, missing, queue_arn

from homeport.aws.delivery import targets
from homeport.aws.protocol.call import AwsError
from homeport.clock import VirtualClock, settle

SOURCE = "arn:aws:s3:::things"


@pytest.fixture
async def cloud(tmp_path):
    cloud = Cloud(tmp_path, VirtualClock())
    yield cloud
    await cloud.close()


async def send(cloud, arn, body="body", **more):
    await cloud.targets.send(
        arn, body, account=ME.account, region=ME.region, source_arn=SOURCE, **more
    )


async def refused(cloud, arn, **more):
    with pytest.raises(AwsError) as caught:
        await send(cloud, arn, **more)
    return caught.value


async def test_to_a_queue(cloud):
    await cloud.make_queue()
    attributes = {"a": {"DataType": "String", "StringValue": "1"}}
    await send(cloud, queue_arn("q"), attributes=attributes)
    (message,) = await cloud.messages(MessageAttributeNames=["All"])
    assert message["Body"] == "body"
    assert message["MessageAttributes"]["a"]["StringValue"] == "1"


async def test_to_a_fifo_queue(cloud):
    await cloud.make_queue("q.fifo", FifoQueue="true")
    await send(cloud, queue_arn("q.fifo"), group="g", deduplication_id="d")
    assert len(await cloud.messages("q.fifo")) == 1
    assert (await refused(cloud, queue_arn("q.fifo"))).code == "MissingParameter"


async def test_to_a_topic(cloud):
    await send(cloud, TOPIC, subject="Title")
    said = {"TopicArn": TOPIC, "Message": "body", "Subject": "Title"}
    assert cloud.sns.calls == [("Publish", ME.account, ME.region, said)]


async def test_to_a_topic_of_another_region(cloud):
    await send(cloud, "arn:aws:sns:eu-west-1:123456789012:t")
    ((_, account, region, _),) = cloud.sns.calls
    assert (account, region) == (ME.account, "eu-west-1")


@pytest.mark.parametrize(("suffix", "qualifier"), [("", None), (":7", "7"), (":live", "live")])
async def test_to_a_function(cloud, suffix, qualifier):
    await send(cloud, FUNCTION + suffix, "ä")
    ((operation, _, _, said),) = cloud.functions.calls
    assert operation == "Invoke"
    assert said["FunctionName"] == FUNCTION
    assert said.get("Qualifier") == qualifier
    assert said["InvocationType"] == "Event"
    assert said["Payload"] == "ä".encode()


async def test_the_answer_is_let_go_of(cloud):
    ended = []

    class Answer(targets.Invoker):
        async def call(self, *arguments):
            output = await super().call(*arguments)
            output.on_end = lambda: ended.append(arguments[2])
            return output

    cloud.targets._invoker = Answer(cloud.running)
    await send(cloud, FUNCTION)
    assert ended == ["Invoke"]


@pytest.mark.parametrize("arn", ["arn:aws:events:us-east-1:000000000000:event-bus/default", "q"])
async def test_to_nothing_that_takes_events(cloud, arn):
    error = await refused(cloud, arn)
    assert error.code == "InvalidDestination"
    assert arn in error.message
    assert not targets.is_worth_retrying(error)


async def test_errors_of_the_destination_are_raised(cloud):
    assert (await refused(cloud, queue_arn("none"))).code == "QueueDoesNotExist"
    cloud.sns.errors = [missing()]
    assert (await refused(cloud, TOPIC)).code == "NotFound"


@pytest.mark.parametrize("arn", [queue_arn("q"), TOPIC, FUNCTION])
async def test_a_service_that_does_not_run_may_run_later(cloud, arn):
    for name in ("sqs", "sns", "lambda"):
        del cloud.running[name]
    cloud.targets.queues = None
    error = await refused(cloud, arn)
    assert error.status == 503
    assert targets.is_worth_retrying(error)


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        (AwsError("InternalError", "", 500), True),
        (AwsError("ServiceUnavailable", "", 503), True),
        (AwsError("TooManyRequestsException", "", 429), True),
        (AwsError("ThrottlingException", "", 400), True),
        (AwsError("Throttled", "", 400), True),
        (AwsError("QueueDoesNotExist", "", 400), False),
        (AwsError("ResourceNotFoundException", "", 404), False),
        (AwsError("AccessDenied", "", 403), False),
    ],
    ids=lambda value: value.code if isinstance(value, AwsError) else str(value),
)
def test_what_is_worth_retrying(error, wanted):
    assert targets.is_worth_retrying(error) is wanted


async def test_has(cloud):
    await cloud.make_queue()
    assert await cloud.targets.has(queue_arn("q"), ME)
    assert not await cloud.targets.has(queue_arn("none"), ME)
    assert await cloud.targets.has(TOPIC, ME)
    assert await cloud.targets.has(FUNCTION, ME)
    assert not await cloud.targets.has("nonsense", ME)
    cloud.sns.errors = cloud.functions.errors = [missing(), missing()]
    assert not await cloud.targets.has(TOPIC, ME)
    assert not await cloud.targets.has(FUNCTION, ME)
    assert [(name, said) for name, _, _, said in cloud.sns.calls] == [
        ("GetTopicAttributes", {"TopicArn": TOPIC})
    ]


async def test_has_does_not_take_trouble_for_absence(cloud):
    cloud.sns.errors = [AwsError("InternalError", "", 500)]
    with pytest.raises(AwsError):
        await cloud.targets.has(TOPIC, ME)


async def test_has_waits_for_a_service_that_is_still_being_opened(cloud):
    sns = cloud.running.pop("sns")
    opening = cloud.targets.opening = asyncio.Event()
    asked = asyncio.ensure_future(cloud.targets.has(TOPIC, ME))
    await settle()
    assert not asked.done()
    cloud.running["sns"] = sns
    opening.set()
    assert await asked


async def test_has_nothing_of_a_service_that_does_not_run(cloud):
    del cloud.running["sns"]
    cloud.targets.queues = None
    assert not await cloud.targets.has(TOPIC, ME)
    assert not await cloud.targets.has(queue_arn("q"), ME)


@pytest.mark.parametrize(
    ("arn", "wanted"),
    [
        (queue_arn("q"), ("sqs", "us-east-1", "000000000000", "q")),
        (FUNCTION + ":live", ("lambda", "us-east-1", "000000000000", "function:work:live")),
        ("arn:aws:s3:::bucket", ("s3", "", "", "bucket")),
        ("arn:aws:sqs", ("", "", "", "")),
        ("", ("", "", "", "")),
    ],
)
def test_parse(arn, wanted):
    assert targets.parse(arn) == wanted
