import json

import pytest


async def policy(client):
    return json.loads((await client.topic_attributes())["Policy"])


async def add(client, topic, label="test", actions=("Publish",), accounts=("111111111111",)):
    await client(
        "AddPermission",
        TopicArn=topic,
        Label=label,
        AWSAccountId=list(accounts),
        ActionName=list(actions),
    )


async def test_a_permission_is_a_statement(client, topic):
    """`test_topic_add_permission`"""
    await add(client, topic)
    assert (await policy(client))["Statement"][1] == {
        "Sid": "test",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
        "Action": "SNS:Publish",
        "Resource": topic,
    }


async def test_several_actions_and_accounts(client, topic):
    await add(client, topic, actions=["Publish", "Subscribe"], accounts=["1" * 12, "2" * 12])
    statement = (await policy(client))["Statement"][1]
    assert statement["Action"] == ["SNS:Publish", "SNS:Subscribe"]
    assert len(statement["Principal"]["AWS"]) == 2


async def test_a_permission_is_removed(client, topic):
    before = await policy(client)
    await add(client, topic)
    await client("RemovePermission", TopicArn=topic, Label="test")
    await client("RemovePermission", TopicArn=topic, Label="test")
    assert await policy(client) == before


async def test_permissions_that_are_refused(client, topic):
    """`test_add_permission_errors`, `test_remove_permission_errors`"""
    await add(client, topic)
    same = {"TopicArn": topic, "Label": "test", "AWSAccountId": ["1" * 12]}
    said = await client.said("AddPermission", **same, ActionName=["Publish"])
    assert said == "Invalid parameter: Statement already exists"
    other = same | {"Label": "other"}
    said = await client.said("AddPermission", **other, ActionName=["Other"])
    assert said == "Invalid parameter: Policy statement action out of service scope!"
    gone = same | {"TopicArn": f"{topic}x"}
    assert (
        await client.said("AddPermission", **gone, ActionName=["Publish"]) == "Topic does not exist"
    )
    assert (
        await client.said("RemovePermission", TopicArn=f"{topic}x", Label="l")
        == "Topic does not exist"
    )


async def tags(client, topic):
    return (await client("ListTagsForResource", ResourceArn=topic))["Tags"]


async def test_tags(client):
    """`test_tags`"""
    listed = [{"Key": "k1", "Value": "v1"}, {"Key": "k2", "Value": "v2"}]
    topic = (await client("CreateTopic", Name="t", Tags=listed))["TopicArn"]
    assert await tags(client, topic) == listed
    await client("UntagResource", ResourceArn=topic, TagKeys=["k1", "other"])
    assert await tags(client, topic) == listed[1:]
    await client("TagResource", ResourceArn=topic, Tags=[{"Key": "k2", "Value": "v2b"}])
    await client.restart()
    assert await tags(client, topic) == [{"Key": "k2", "Value": "v2b"}]


@pytest.mark.parametrize(
    ("listed", "code", "text"),
    [
        (
            [("a", "1"), ("a", "2")],
            "InvalidParameter",
            "Invalid parameter: Duplicated keys are not allowed.",
        ),
        (
            [(f"k{n}", "") for n in range(51)],
            "TagLimitExceeded",
            "Could not complete request: tag quota of per resource exceeded",
        ),
        ([("", "1")], "InvalidParameter", "Invalid parameter: Tags Reason: Invalid tag key"),
        ([("aws:x", "1")], "InvalidParameter", "Invalid parameter: Tags Reason: Invalid tag key"),
        (
            [("a", "1" * 257)],
            "InvalidParameter",
            "Invalid parameter: Tags Reason: Invalid tag value",
        ),
    ],
    ids=["twice", "too many", "empty", "reserved", "long"],
)
async def test_tags_that_are_refused(client, topic, listed, code, text):
    pairs = [{"Key": key, "Value": value} for key, value in listed]
    error = await client.refused("TagResource", ResourceArn=topic, Tags=pairs)
    assert (error.code, error.message) == (code, text)


async def test_tags_of_nothing(client):
    arn = "arn:aws:sns:us-east-1:000000000000:none"
    error = await client.refused("ListTagsForResource", ResourceArn=arn)
    assert (error.code, error.message) == ("ResourceNotFound", "Resource does not exist")
