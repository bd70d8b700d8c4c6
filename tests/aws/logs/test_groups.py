"""Log groups: create, delete, describe, list, and their settings."""

import pytest

GROUP = {
    "logGroupName": "g",
    "creationTime": 1_750_000_000_000,
    "metricFilterCount": 0,
    "arn": "arn:aws:logs:us-east-1:000000000000:log-group:g:*",
    "logGroupArn": "arn:aws:logs:us-east-1:000000000000:log-group:g",
    "storedBytes": 0,
    "logGroupClass": "STANDARD",
    "deletionProtectionEnabled": False,
}


async def names(client, **params):
    answer = await client("DescribeLogGroups", **params)
    return [group["logGroupName"] for group in answer["logGroups"]], answer.get("nextToken")


async def test_a_group_is_described_as_aws_does(client):
    await client.make()
    assert await client("DescribeLogGroups") == {"logGroups": [GROUP]}


async def test_all_that_a_group_is_made_with_is_given_back(client):
    await client(
        "CreateLogGroup",
        logGroupName="g",
        kmsKeyId="arn:aws:kms:us-east-1:000000000000:key/k",
        tags={"a": "b"},
        logGroupClass="INFREQUENT_ACCESS",
        deletionProtectionEnabled=True,
    )
    await client.restart()
    assert await client.group() == GROUP | {
        "kmsKeyId": "arn:aws:kms:us-east-1:000000000000:key/k",
        "logGroupClass": "INFREQUENT_ACCESS",
        "deletionProtectionEnabled": True,
    }
    assert await client("ListTagsLogGroup", logGroupName="g") == {"tags": {"a": "b"}}


async def test_a_name_is_taken_once_in_each_account_and_region(client):
    await client.make()
    await client.other(region="eu-west-1").make()
    await client.other(account="111111111111").make()
    error = await client.refused("CreateLogGroup", logGroupName="g")
    assert error.code == "ResourceAlreadyExistsException"
    assert error.message == "The specified log group already exists"


@pytest.mark.parametrize(
    ("params", "text"),
    [
        (
            {"logGroupName": "x" * 513},
            "Invalid LogGroup or LogStream, both must have length less than or equal to 512.",
        ),
        (
            {"logGroupName": "a b"},
            (
                "1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: "
                r"Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+"
            ),
        ),
        (
            {},
            (
                "1 validation error detected: Value null at 'logGroupName' failed to satisfy constraint: "
                "Member must not be null"
            ),
        ),
    ],
    ids=["long", "space", "none"],
)
async def test_names_that_are_none(client, params, text):
    error = await client.refused("CreateLogGroup", **params)
    assert (error.code, error.message, error.status) == ("InvalidParameterException", text, 400)


async def test_groups_are_listed_page_by_page_in_order_of_their_bytes(client):
    for name in ["b", "a", "B", "/aws/lambda/x", "a-b", "a/b"]:
        await client.make(name)
    seen, token = await names(client, limit=4)
    assert seen == ["/aws/lambda/x", "B", "a", "a-b"]
    assert await names(client, nextToken=token) == (["a/b", "b"], None)
    assert await names(client, logGroupNamePrefix="a") == (["a", "a-b", "a/b"], None)
    seen, token = await names(client, logGroupNamePrefix="a", limit=2)
    assert seen == ["a", "a-b"]
    assert await names(client, logGroupNamePrefix="a", nextToken=token) == (["a/b"], None)


async def test_a_pattern_is_found_anywhere_in_the_name(client):
    for name in ["DataLogs", "aws/DataLogs", "GroupDataLogs", "datalogs", "Data/log/s"]:
        await client.make(name)
    seen, _ = await names(client, logGroupNamePattern="DataLogs")
    assert seen == ["DataLogs", "GroupDataLogs", "aws/DataLogs"]
    seen, token = await names(client, logGroupNamePattern="DataLogs", limit=1)
    assert seen == ["DataLogs"]
    seen, _ = await names(client, logGroupNamePattern="DataLogs", nextToken=token)
    assert seen == ["GroupDataLogs", "aws/DataLogs"]


async def test_prefix_and_pattern_exclude_each_other(client):
    error = await client.refused(
        "DescribeLogGroups", logGroupNamePrefix="a", logGroupNamePattern="b"
    )
    assert error.message == (
        "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."
    )


async def test_groups_by_class_and_by_identifiers(client):
    await client.make("a")
    await client("CreateLogGroup", logGroupName="b", logGroupClass="INFREQUENT_ACCESS")
    assert await names(client, logGroupClass="INFREQUENT_ACCESS") == (["b"], None)
    arn = "arn:aws:logs:us-east-1:000000000000:log-group:a"
    assert await names(client, logGroupIdentifiers=["b", arn, "none"]) == (["a", "b"], None)


@pytest.mark.parametrize("token", ["?", "x", "ä", "8J+Y"])
async def test_a_token_that_no_answer_gave(client, token):
    error = await client.refused("DescribeLogStreams", logGroupName="g", nextToken=token)
    assert error.code in {"InvalidParameterException", "ResourceNotFoundException"}
    await client.make()
    error = await client.refused("DescribeLogStreams", logGroupName="g", nextToken=token)
    assert error.message == "The specified nextToken is invalid."


async def test_list_log_groups_by_alternatives(client):
    for name in ["/aws/lambda/a", "/app/lambda", "other"]:
        await client.make(name)
    answer = await client("ListLogGroups", logGroupNamePattern="^/aws|the")
    assert answer == {
        "logGroups": [
            {
                "logGroupName": name,
                "logGroupArn": f"arn:aws:logs:us-east-1:000000000000:log-group:{name}",
                "logGroupClass": "STANDARD",
            }
            for name in ["/aws/lambda/a", "other"]
        ]
    }
    page = await client("ListLogGroups", limit=1)
    assert [group["logGroupName"] for group in page["logGroups"]] == ["/app/lambda"]
    rest = await client("ListLogGroups", nextToken=page["nextToken"])
    assert len(rest["logGroups"]) == 2


@pytest.mark.parametrize(
    ("values", "is_found"),
    [
        (None, True),
        (["prod"], True),
        (["!prod"], False),
        (["pr*"], True),
        (["*od"], True),
        (["*ro*"], True),
        (["!*xx*"], True),
        (["test", "prod"], True),
        (["test"], False),
    ],
)
async def test_list_log_groups_by_tags(client, values, is_found):
    await client("CreateLogGroup", logGroupName="g", tags={"stage": "prod"})
    wanted = {"key": "stage"} | ({} if values is None else {"values": values})
    answer = await client("ListLogGroups", logGroupTags=[wanted])
    assert bool(answer["logGroups"]) is is_found
    assert (await client("ListLogGroups", logGroupTags=[{"key": "none"}]))["logGroups"] == []


async def test_a_deleted_group_takes_everything_with_it(client):
    await client.make("g", "s")
    await client.put((client.now, "m"))
    await client("DeleteLogGroup", logGroupName="g")
    assert (await client.refused("DeleteLogGroup", logGroupName="g")).message == (
        "The specified log group does not exist."
    )
    await client.make("g", "s")
    assert await client.messages() == []
    await client.logs.sweep()
    assert client.logs.db.query("SELECT count(*) FROM event") == [(0,)]
    assert client.logs.db.query("SELECT count(*) FROM log_stream") == [(1,)]


async def test_what_is_protected_is_not_deleted(client):
    await client.make("g", "s")
    await client(
        "PutLogGroupDeletionProtection", logGroupIdentifier="g", deletionProtectionEnabled=True
    )
    assert (await client.refused("DeleteLogGroup", logGroupName="g")).code == "ValidationException"
    error = await client.refused("DeleteLogStream", logGroupName="g", logStreamName="s")
    assert error.code == "ValidationException"
    await client(
        "PutLogGroupDeletionProtection", logGroupIdentifier="g", deletionProtectionEnabled=False
    )
    await client("DeleteLogGroup", logGroupName="g")


async def test_a_key_is_kept(client):
    await client.make()
    arn = "arn:aws:logs:us-east-1:000000000000:log-group:g"
    await client("AssociateKmsKey", logGroupName="g", kmsKeyId="k")
    assert (await client.group())["kmsKeyId"] == "k"
    await client("DisassociateKmsKey", resourceIdentifier=arn)
    assert "kmsKeyId" not in await client.group()


async def test_tags_by_both_kinds_of_operation(client):
    await client("CreateLogGroup", logGroupName="g", tags={"env": "testing1"})
    arn = "arn:aws:logs:us-east-1:000000000000:log-group:g"
    await client("TagResource", resourceArn=arn, tags={"test1": "val1", "test2": "val2"})
    await client("TagLogGroup", logGroupName="g", tags={"test3": "val3"})
    every = {"env": "testing1", "test1": "val1", "test2": "val2", "test3": "val3"}
    assert await client("ListTagsLogGroup", logGroupName="g") == {"tags": every}
    assert await client("ListTagsForResource", resourceArn=arn) == {"tags": every}
    await client("UntagLogGroup", logGroupName="g", tags=["test1", "env"])
    await client("UntagResource", resourceArn=arn, tagKeys=["test3"])
    assert await client("ListTagsForResource", resourceArn=arn) == {"tags": {"test2": "val2"}}


async def test_an_arn_of_all_streams_is_refused_as_aws_does(client):
    await client.make()
    arn = "arn:aws:logs:us-east-1:000000000000:log-group:g:*"
    error = await client.refused("ListTagsForResource", resourceArn=arn)
    assert "failed to satisfy constraint: Member must satisfy regular" in error.message
    await client("AssociateKmsKey", resourceIdentifier=arn, kmsKeyId="k")


async def test_tags_that_are_refused(client):
    await client.make()
    arn = "arn:aws:logs:us-east-1:000000000000:log-group:g"
    many = {str(number): "" for number in range(50)}
    await client("TagResource", resourceArn=arn, tags=many)
    error = await client.refused("TagResource", resourceArn=arn, tags={"more": ""})
    assert error.code == "TooManyTagsException"
    error = await client.refused("TagLogGroup", logGroupName="g", tags={"more": ""})
    assert error.code == "InvalidParameterException"
    error = await client.refused("CreateLogGroup", logGroupName="h", tags={"aws:x": ""})
    assert error.code == "InvalidParameterException"


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:logs:us-east-1:000000000000:log-group:none",
        "arn:aws:logs:eu-west-1:000000000000:log-group:g",
        "arn:aws:logs:us-east-1:111111111111:log-group:g",
        "arn:aws:sqs:us-east-1:000000000000:g",
        "g",
    ],
)
async def test_tags_of_what_is_not_there(client, arn):
    await client.make()
    error = await client.refused("ListTagsForResource", resourceArn=arn)
    assert (error.code, error.message) == (
        "ResourceNotFoundException",
        "The specified resource does not exist.",
    )


async def test_policies_of_an_account_are_kept(client):
    for number in range(10):
        answer = await client(
            "PutResourcePolicy", policyName=f"p{number}", policyDocument='{"Statement": []}'
        )
    assert answer["resourcePolicy"]["policyName"] == "p9"
    error = await client.refused("PutResourcePolicy", policyName="x", policyDocument="{}")
    assert (error.code, error.message) == ("LimitExceededException", "Resource limit exceeded.")
    await client("PutResourcePolicy", policyName="p9", policyDocument="{}")
    await client.restart()
    page = await client("DescribeResourcePolicies", limit=9)
    rest = await client("DescribeResourcePolicies", nextToken=page["nextToken"])
    assert [(each["policyName"], each["policyDocument"]) for each in rest["resourcePolicies"]] == [
        ("p9", "{}")
    ]
    await client("DeleteResourcePolicy", policyName="p9")
    error = await client.refused("DeleteResourcePolicy", policyName="p9")
    assert error.message == "Policy with name [p9] does not exist."


@pytest.mark.parametrize(
    "params",
    [{"policyDocument": "{}"}, {"policyName": "p"}, {"policyName": "p", "policyDocument": "[]"}],
    ids=["name", "document", "list"],
)
async def test_policies_that_are_none(client, params):
    error = await client.refused("PutResourcePolicy", **params)
    assert error.code == "InvalidParameterException"
