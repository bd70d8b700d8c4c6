"""Queues themselves: names, attributes, lists, purge, delete, accounts and regions."""

import asyncio
import json

import pytest

from homeport.aws.sqs.store.messages import SWEEP


async def test_a_queue_has_the_defaults_of_aws(client, clock):
    url = await client.make()
    now = str(int(clock.now()))
    assert await client.attributes(url) == {
        "ApproximateNumberOfMessages": "0",
        "ApproximateNumberOfMessagesDelayed": "0",
        "ApproximateNumberOfMessagesNotVisible": "0",
        "CreatedTimestamp": now,
        "DelaySeconds": "0",
        "LastModifiedTimestamp": now,
        "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "345600",
        "QueueArn": "arn:aws:sqs:us-east-1:000000000000:q",
        "ReceiveMessageWaitTimeSeconds": "0",
        "SqsManagedSseEnabled": "true",
        "VisibilityTimeout": "30",
    }


async def test_a_fifo_queue_has_four_attributes_more(client):
    url = await client.make("q.fifo", ContentBasedDeduplication="true")
    names = ["FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"]
    assert await client.attributes(url, *names) == {
        "FifoQueue": "true",
        "ContentBasedDeduplication": "true",
        "DeduplicationScope": "queue",
        "FifoThroughputLimit": "perQueue",
    }


async def test_the_url_has_the_host_of_the_request(client):
    assert await client.make() == "http://localhost:4566/000000000000/q"


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:4566/000000000000/q",
        "http://sqs.us-east-1.localhost.localstack.cloud:4566/000000000000/q",
        "http://localhost:4566/queue/us-east-1/000000000000/q",
        "https://sqs.us-east-1.amazonaws.com/000000000000/q",
        "q",
    ],
)
async def test_every_form_of_url_leads_to_the_queue(client, url):
    await client.make()
    await client.send(url, "m")
    assert await client.bodies(url) == ["m"]


async def test_the_path_leads_to_the_queue_where_no_url_is_given(client):
    await client.make()
    await client("SendMessage", "/000000000000/q", MessageBody="m")
    assert await client.bodies("q") == ["m"]
    error = await client.refused("SendMessage", MessageBody="m")
    assert error.code == "QueueDoesNotExist"
    error = await client.refused("SendMessage", QueueUrl="", MessageBody="m")
    assert error.code == "QueueDoesNotExist"


async def test_creating_again_gives_the_same_queue_unless_an_attribute_differs(client):
    url = await client.make(DelaySeconds="1")
    assert await client.make() == url
    assert await client.make(DelaySeconds="1", VisibilityTimeout="30") == url
    error = await client.refused("CreateQueue", QueueName="q", Attributes={"DelaySeconds": "2"})
    assert (error.code, error.message) == (
        "QueueNameExists",
        "A queue already exists with the same name and a different value for attribute DelaySeconds",
    )


@pytest.mark.parametrize(
    ("name", "attributes", "message"),
    [
        (
            "a" * 81,
            {},
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
        ),
        (
            "",
            {},
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
        ),
        (
            "a.fifo",
            {},
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
        ),
        (
            "a",
            {"FifoQueue": "true"},
            (
                "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, "
                "must end with .fifo suffix and be 1 to 80 in length."
            ),
        ),
        (
            "a" * 76 + ".fifo",
            {"FifoQueue": "true"},
            (
                "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, "
                "must end with .fifo suffix and be 1 to 80 in length."
            ),
        ),
    ],
)
async def test_wrong_names_are_refused(client, name, attributes, message):
    error = await client.refused("CreateQueue", QueueName=name, Attributes=attributes)
    assert (error.code, error.message) == ("InvalidParameterValue", message)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DelaySeconds", "901"),
        ("DelaySeconds", "-1"),
        ("DelaySeconds", "1.5"),
        ("DelaySeconds", ""),
        ("DelaySeconds", "٣"),
        ("MaximumMessageSize", "1023"),
        ("MaximumMessageSize", "1048577"),
        ("MessageRetentionPeriod", "59"),
        ("MessageRetentionPeriod", "1209601"),
        ("ReceiveMessageWaitTimeSeconds", "21"),
        ("VisibilityTimeout", "43201"),
        ("VisibilityTimeout", "9" * 5000),
        ("KmsDataKeyReusePeriodSeconds", "59"),
        ("SqsManagedSseEnabled", "yes"),
        ("Policy", "no json"),
        ("Policy", "[" * 8000),
        ("Policy", "{}"),
    ],
)
async def test_wrong_values_are_refused(client, name, value):
    error = await client.refused("CreateQueue", QueueName="q", Attributes={name: value})
    assert error.code == "InvalidAttributeValue"
    assert error.message == f"Invalid value for the parameter {name}."


@pytest.mark.parametrize(
    ("queue", "name", "value", "code", "message"),
    [
        ("q", "Fifo", "true", "InvalidAttributeName", "Unknown Attribute Fifo."),
        ("q", "FifoQueue", "true", "InvalidAttributeName", "Unknown Attribute FifoQueue."),
        ("q", "QueueArn", "arn", "InvalidAttributeName", "Unknown Attribute QueueArn."),
        (
            "q.fifo",
            "FifoQueue",
            "false",
            "InvalidAttributeValue",
            "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.",
        ),
        (
            "q",
            "DeduplicationScope",
            "queue",
            "InvalidAttributeName",
            "You can specify the DeduplicationScope only when FifoQueue is set to true.",
        ),
        (
            "q.fifo",
            "FifoThroughputLimit",
            "perMessageGroupId",
            "InvalidAttributeValue",
            "The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup.",
        ),
    ],
)
async def test_attributes_that_a_queue_has_not_are_refused(
    client, queue, name, value, code, message
):
    url = await client.make(queue)
    error = await client.refused("SetQueueAttributes", QueueUrl=url, Attributes={name: value})
    assert (error.code, error.message) == (code, message)


async def test_changed_attributes_hold_from_then_on_and_after_a_restart(client, clock):
    url = await client.make()
    await clock.advance(5)
    await client("SetQueueAttributes", QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
    await client.restart()
    found = await client.attributes(url, "VisibilityTimeout", "LastModifiedTimestamp")
    assert found == {
        "VisibilityTimeout": "1",
        "LastModifiedTimestamp": str(int(clock.now())),
    }
    await client.send(url)
    await client.receive(url)
    await clock.advance(1)
    assert await client.bodies(url) == ["body"]


async def test_one_kind_of_encryption_excludes_the_other(client):
    url = await client.make(KmsMasterKeyId="key")
    names = ("KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled")
    assert await client.attributes(url, *names) == {
        "KmsMasterKeyId": "key",
        "KmsDataKeyReusePeriodSeconds": "300",
        "SqsManagedSseEnabled": "false",
    }
    error = await client.refused(
        "SetQueueAttributes", QueueUrl=url, Attributes={"SqsManagedSseEnabled": "true"}
    )
    assert (error.code, error.message) == (
        "InvalidAttributeName",
        "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
    )


async def test_unknown_attributes_cannot_be_asked_for(client):
    url = await client.make()
    error = await client.refused("GetQueueAttributes", QueueUrl=url, AttributeNames=["Nope"])
    assert (error.code, error.message) == ("InvalidAttributeName", "Unknown Attribute Nope.")
    assert await client("GetQueueAttributes", QueueUrl=url) == {"Attributes": {}}


async def test_queues_are_listed_by_prefix_and_pages(client):
    for name in ("b1", "a", "b2", "b3", "c"):
        await client.make(name)
    every = await client("ListQueues")
    assert [url.rpartition("/")[2] for url in every["QueueUrls"]] == ["a", "b1", "b2", "b3", "c"]
    first = await client("ListQueues", QueueNamePrefix="b", MaxResults=2)
    assert [url[-2:] for url in first["QueueUrls"]] == ["b1", "b2"]
    rest = await client(
        "ListQueues", QueueNamePrefix="b", MaxResults=2, NextToken=first["NextToken"]
    )
    assert [url[-2:] for url in rest["QueueUrls"]] == ["b3"]
    assert "NextToken" not in rest
    assert await client("ListQueues", QueueNamePrefix="z") == {}


async def test_wrong_pages_are_refused(client):
    for params in ({"MaxResults": 0}, {"MaxResults": 1001}, {"NextToken": "%"}):
        assert (await client.refused("ListQueues", **params)).code == "InvalidParameterValue"


async def test_the_url_of_a_queue_is_found_by_name_and_owner(client):
    url = await client.make()
    assert await client("GetQueueUrl", QueueName="q") == {"QueueUrl": url}
    stranger = client.other(account="111111111111")
    found = await stranger("GetQueueUrl", QueueName="q", QueueOwnerAWSAccountId="000000000000")
    assert found == {"QueueUrl": url}
    error = await stranger.refused("GetQueueUrl", QueueName="q")
    assert (error.code, error.message) == (
        "QueueDoesNotExist",
        "The specified queue does not exist.",
    )


async def test_accounts_and_regions_are_kept_apart(client):
    others = [client.other(account="111111111111"), client.other(region="eu-west-1")]
    for other in others:
        await other.make()
    url = await client.make()
    await client.send(url, "mine")
    for other in others:
        assert await other.bodies("q") == []
        assert len((await other("ListQueues"))["QueueUrls"]) == 1
    assert await client.bodies("q") == ["mine"]


async def test_a_deleted_queue_is_gone_and_its_name_is_free(client):
    url = await client.make()
    await client.send(url)
    await client("DeleteQueue", QueueUrl=url)
    for operation in ("DeleteQueue", "ReceiveMessage", "ListQueueTags"):
        assert (await client.refused(operation, QueueUrl=url)).code == "QueueDoesNotExist"
    await client.make(VisibilityTimeout="5")
    assert await client.bodies(url) == []


async def test_purged_messages_are_gone_and_their_rows_are_swept(client, clock):
    url = await client.make()
    for start in range(0, SWEEP + 100, 10):
        entries = [{"Id": str(n), "MessageBody": str(n)} for n in range(start, start + 10)]
        await client("SendMessageBatch", QueueUrl=url, Entries=entries)
    (message,) = await client.receive(url, 1)
    await client("PurgeQueue", QueueUrl=url)
    assert await client.bodies(url) == []
    await client.send(url, "after")
    await client.delete(url, message)
    await client.sqs.sweep()
    assert client.sqs.db.query("SELECT body FROM message") == [("after",)]
    assert client.sqs.db.query("SELECT count(*) FROM partition") == [(1,)]


async def test_a_queue_is_purged_once_a_minute(client, clock):
    url = await client.make()
    await client("PurgeQueue", QueueUrl=url)
    error = await client.refused("PurgeQueue", QueueUrl=url)
    assert (error.code, error.status, error.message) == (
        "PurgeQueueInProgress",
        403,
        "Only one PurgeQueue operation on q is allowed every 60 seconds.",
    )
    await clock.advance(60)
    await client("PurgeQueue", QueueUrl=url)


@pytest.mark.parametrize("name", ["q", "q.fifo"])
async def test_messages_go_at_the_end_of_their_retention(client, clock, name):
    url = await client.make(name, MessageRetentionPeriod="60")
    more = {"MessageGroupId": "g", "MessageDeduplicationId": "1"} if name != "q" else {}
    await client.send(url, "old", **more)
    await clock.advance(30)
    more = more and more | {"MessageDeduplicationId": "2"}
    await client.send(url, "new", **more)
    await clock.advance(30)
    assert (await client.attributes(url))["ApproximateNumberOfMessages"] == "1"
    assert await client.bodies(url) == ["new"]


async def test_a_living_message_is_found_behind_many_old_ones(client, clock):
    url = await client.make(MessageRetentionPeriod="60")
    for start in range(0, 4 * SWEEP, 10):
        entries = [{"Id": str(n), "MessageBody": "old"} for n in range(start, start + 10)]
        await client("SendMessageBatch", QueueUrl=url, Entries=entries)
    await clock.advance(60)
    await client.send(url, "new")
    assert await client.bodies(url) == ["new"]


async def test_nobody_needs_to_look_for_old_messages_to_go(client, clock):
    url = await client.make(MessageRetentionPeriod="60")
    await client.send(url)
    await clock.advance(61)
    await client.sqs.sweep()
    assert client.sqs.db.query("SELECT count(*) FROM message") == [(0,)]


async def test_a_shorter_retention_holds_for_messages_that_are_there(client, clock):
    url = await client.make()
    await client.send(url)
    await clock.advance(100)
    await client("SetQueueAttributes", QueueUrl=url, Attributes={"MessageRetentionPeriod": "60"})
    assert await client.bodies(url) == []


async def test_tags_are_added_changed_and_taken_away(client):
    url = (await client("CreateQueue", QueueName="q", tags={"a": "1", "b": "2"}))["QueueUrl"]
    await client("TagQueue", QueueUrl=url, Tags={"b": "3", "c": ""})
    await client("UntagQueue", QueueUrl=url, TagKeys=["a", "nope"])
    assert await client("ListQueueTags", QueueUrl=url) == {"Tags": {"b": "3", "c": ""}}


async def test_too_many_tags_are_refused(client):
    url = await client.make()
    tags = {str(number): "" for number in range(51)}
    error = await client.refused("TagQueue", QueueUrl=url, Tags=tags)
    assert error.code == "InvalidParameterValue"
    assert await client("ListQueueTags", QueueUrl=url) == {}


async def test_permissions_are_statements_of_the_policy(client):
    url = await client.make()
    add = {"QueueUrl": url, "AWSAccountIds": ["111111111111"], "Actions": ["ReceiveMessage"]}
    await client("AddPermission", Label="one", **add)
    policy = json.loads((await client.attributes(url, "Policy"))["Policy"])
    assert policy == {
        "Version": "2008-10-17",
        "Id": "arn:aws:sqs:us-east-1:000000000000:q/SQSDefaultPolicy",
        "Statement": [
            {
                "Sid": "one",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
                "Action": "SQS:ReceiveMessage",
                "Resource": "arn:aws:sqs:us-east-1:000000000000:q",
            }
        ],
    }
    error = await client.refused("AddPermission", Label="one", **add)
    assert error.message == "Value one for parameter Label is invalid. Reason: Already exists."
    await client("RemovePermission", QueueUrl=url, Label="one")
    assert await client.attributes(url, "Policy") == {}
    error = await client.refused("RemovePermission", QueueUrl=url, Label="one")
    assert error.message == "Value one for parameter Label is invalid. Reason: can't find label."


async def test_concurrent_changes_of_one_queue_do_not_undo_each_other(client):
    url = await client.make()
    await asyncio.gather(
        *(client("TagQueue", QueueUrl=url, Tags={str(n): ""}) for n in range(20)),
        client("SetQueueAttributes", QueueUrl=url, Attributes={"DelaySeconds": "7"}),
    )
    assert len((await client("ListQueueTags", QueueUrl=url))["Tags"]) == 20
    assert (await client.attributes(url))["DelaySeconds"] == "7"


async def test_concurrent_creates_make_one_queue(client):
    urls = await asyncio.gather(*(client.make() for _ in range(10)))
    assert len(set(urls)) == 1
    assert len((await client("ListQueues"))["QueueUrls"]) == 1


async def test_numbers_come_back_without_zeros_in_front(client):
    url = await client.make(DelaySeconds="05")
    assert (await client.attributes(url))["DelaySeconds"] == "5"
    assert await client.make(DelaySeconds="005") == url


async def test_attributes_to_set_must_be_named(client):
    url = await client.make()
    error = await client.refused("SetQueueAttributes", QueueUrl=url, Attributes={})
    assert (error.code, error.message) == (
        "MissingParameter",
        "The request must contain the parameter Attribute.Name.",
    )


async def test_tags_of_aws_are_reserved(client):
    url = await client.make()
    error = await client.refused("TagQueue", QueueUrl=url, Tags={"aws:x": "1"})
    assert error.code == "InvalidParameterValue"
