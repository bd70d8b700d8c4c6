"""CreateSecret, UpdateSecret, DescribeSecret, DeleteSecret, RestoreSecret, tags, policies."""

import asyncio
import re

import pytest

from homeport.aws.secretsmanager import errors, limits
from homeport.aws.secretsmanager.secretsmanager import SWEEP_AGAIN_S
from homeport.errors import StorageFull

MARKED = "You can't perform this operation on the secret because it was marked for deletion."
DAY_S = 86_400


async def test_a_secret_is_described_as_aws_does(client, clock):
    made = await client.make("a/b", "v", Description="d", Tags=[{"Key": "k", "Value": "w"}])
    prefix = "arn:aws:secretsmanager:us-east-1:000000000000:secret:a/b-"
    assert re.fullmatch(prefix + "[A-Za-z0-9]{6}", made["ARN"])
    assert made["Name"] == "a/b"
    await client.restart()
    assert await client("DescribeSecret", SecretId="a/b") == {
        "ARN": made["ARN"],
        "Name": "a/b",
        "Description": "d",
        "CreatedDate": clock.now(),
        "LastChangedDate": clock.now(),
        "Tags": [{"Key": "k", "Value": "w"}],
        "VersionIdsToStages": {made["VersionId"]: ["AWSCURRENT"]},
    }


@pytest.mark.parametrize("name", ["s", "/a/b_c+d=e.f@g-h!", "name-a1b2c3"])
async def test_a_secret_is_found_by_name_and_by_arn(client, name):
    arn = (await client.make(name))["ARN"]
    assert await client.value(name) == "v"
    assert await client.value(arn) == "v"
    other = client.other(region="eu-west-1")
    assert await other.value(arn) == "v"
    for wrong in (arn[:-6] + "xxxxxx", arn.replace("us-east-1", "eu-west-1")):
        error = await client.refused("GetSecretValue", SecretId=wrong)
        assert (error.code, error.message) == (
            "ResourceNotFoundException",
            "Secrets Manager can't find the specified secret.",
        )


async def test_an_arn_without_its_end_leads_to_the_secret(client):
    arn = (await client.make("name"))["ARN"]
    assert await client.value(arn[:-7]) == "v"


async def test_a_short_arn_that_looks_like_a_whole_one_leads_nowhere(client):
    arn = (await client.make("name-a1b2c3"))["ARN"]
    error = await client.refused("GetSecretValue", SecretId=arn[:-7])
    assert error.code == "ResourceNotFoundException"


@pytest.mark.parametrize("name", ["Inv Name", " Inv Name", " Inv*Name? ", " Inv *?!]Name\\-", "ä"])
async def test_names_that_are_none(client, name):
    for operation, params in [
        ("CreateSecret", {"Name": name}),
        ("DeleteSecret", {"SecretId": name}),
        ("DescribeSecret", {"SecretId": name}),
        ("GetSecretValue", {"SecretId": name}),
        ("ListSecretVersionIds", {"SecretId": name}),
        ("PutSecretValue", {"SecretId": name, "SecretString": "v"}),
        ("TagResource", {"SecretId": name, "Tags": []}),
        ("UntagResource", {"SecretId": name, "TagKeys": []}),
        ("UpdateSecret", {"SecretId": name}),
    ]:
        error = await client.refused(operation, **params)
        assert (error.code, error.message) == ("ValidationException", errors.INVALID_NAME.message)


async def test_a_secret_is_made_once_for_a_token(client):
    token = {"ClientRequestToken": "t" * 32}
    made = await client.make(**token)
    assert await client.make(**token) == made
    for value, more in [("other", token), ("v", {})]:
        error = await client.refused("CreateSecret", Name="s", SecretString=value, **more)
        assert (error.code, error.message) == (
            "ResourceExistsException",
            "The operation failed because the secret s already exists.",
        )


@pytest.mark.parametrize("operation", ["CreateSecret", "UpdateSecret", "PutSecretValue"])
async def test_a_token_must_be_there(client, operation):
    await client.make("there")
    name = {"Name": "new"} if operation == "CreateSecret" else {"SecretId": "there"}
    error = await client.refused(operation, **name, SecretString="v", ClientRequestToken=None)
    assert (error.code, error.message) == (
        "InvalidRequestException",
        "You must provide a ClientRequestToken value. We recommend a UUID-type value.",
    )


@pytest.mark.parametrize(
    ("more", "code", "text"),
    [
        (
            {"SecretString": "a", "SecretBinary": b"b"},
            "InvalidParameterException",
            "You can't specify both a binary secret value and a string secret value in the same secret.",
        ),
        (
            {"SecretString": "\ud800"},
            "InvalidParameterException",
            "The secret string is no Unicode text.",
        ),
        (
            {"SecretString": "x" * 65_537},
            "ValidationException",
            "length less than or equal to 65536",
        ),
        ({"SecretBinary": b""}, "ValidationException", "length greater than or equal to 1"),
        ({"ClientRequestToken": "short"}, "ValidationException", "at 'clientRequestToken' failed"),
        ({"ClientRequestToken": "ä" * 32}, "InvalidRequestException", errors.NO_TOKEN.message),
        ({"Description": "\ud800"}, "InvalidParameterException", "The Description is no Unicode"),
        (
            {"Tags": [{"Key": "aws:x", "Value": ""}]},
            "InvalidParameterException",
            "The tag key 'aws:x' is not allowed.",
        ),
        (
            {"Tags": [{"Value": "x"}]},
            "InvalidParameterException",
            "The tag key '' is not allowed.",
        ),
        (
            {"Tags": [{"Key": str(n)} for n in range(51)]},
            "InvalidParameterException",
            "A secret can have no more than 50 tags.",
        ),
        (
            {"AddReplicaRegions": [{"Region": "eu-west-1"}]},
            "NotImplemented",
            "Homeport does not replicate secrets.",
        ),
    ],
    ids=[
        *("both", "surrogate", "long", "empty", "short", "token", "description"),
        *("aws", "no-key", "tags", "replica"),
    ],
)
async def test_secrets_that_are_refused(client, more, code, text):
    error = await client.refused("CreateSecret", Name="s", **more)
    assert (error.code, text in error.message) == (code, True)
    assert await client.names() == []


async def test_an_update_changes_what_it_says(client, clock):
    await client.make(Description="d", KmsKeyId="k")
    await clock.advance(10)
    assert "VersionId" not in await client("UpdateSecret", SecretId="s", Description="e")
    described = await client("DescribeSecret", SecretId="s")
    assert (described["Description"], described["KmsKeyId"]) == ("e", "k")
    assert described["LastChangedDate"] == clock.now()
    assert "VersionId" in await client("UpdateSecret", SecretId="s", SecretString="w")
    assert await client.stages() == {"w": ["AWSCURRENT"], "v": ["AWSPREVIOUS"]}


async def test_an_empty_text_takes_a_setting_away(client):
    await client.make(Description="d", KmsKeyId="k")
    await client("UpdateSecret", SecretId="s", Description="", KmsKeyId="")
    described = await client("DescribeSecret", SecretId="s")
    assert described.keys().isdisjoint({"Description", "KmsKeyId"})
    error = await client.refused("UpdateSecret", SecretId="s", Description="\ud800")
    assert (error.code, error.message) == (
        "InvalidParameterException",
        "The Description is no Unicode text.",
    )


async def test_two_make_the_same_secret_at_once(client):
    made = await asyncio.gather(
        *(client.make(value=value) for value in "ab"), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in made) == ["AwsError", "dict"]
    assert len(await client.stages()) == 1
    answers = await asyncio.gather(*(client.make("t", ClientRequestToken="t" * 32) for _ in "ab"))
    assert answers[0] == answers[1]


async def test_two_put_values_at_once(client):
    await client.make(value="0")
    await asyncio.gather(*(client.put(value) for value in "12"))
    assert await client.stages() == {"2": ["AWSCURRENT"], "1": ["AWSPREVIOUS"]}
    same = {"ClientRequestToken": "t" * 32}
    await asyncio.gather(*(client.put("3", **same) for _ in "ab"))
    assert await client.stages() == {"3": ["AWSCURRENT"], "2": ["AWSPREVIOUS"]}


async def test_a_secret_without_a_value(client):
    assert (await client("CreateSecret", Name="s")).keys() == {"ARN", "Name"}
    assert "VersionIdsToStages" not in await client("DescribeSecret", SecretId="s")
    error = await client.refused("GetSecretValue", SecretId="s")
    assert error.message == (
        "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT"
    )
    await client.put("v", VersionStages=["x"])
    assert await client.stages() == {"v": ["AWSCURRENT", "x"]}


async def test_a_deleted_secret_can_be_restored(client, clock):
    await client.make()
    answer = await client("DeleteSecret", SecretId="s")
    assert answer["DeletionDate"] == clock.now() + 30 * DAY_S
    assert (await client("DescribeSecret", SecretId="s"))["DeletedDate"] == clock.now()
    for operation, params in [
        ("GetSecretValue", {}),
        ("PutSecretValue", {"SecretString": "w"}),
        ("UpdateSecret", {"Description": "x"}),
        ("DeleteSecret", {}),
        ("TagResource", {"Tags": []}),
        ("UntagResource", {"TagKeys": []}),
        ("GetResourcePolicy", {}),
    ]:
        error = await client.refused(operation, SecretId="s", **params)
        assert (error.code, error.message) == ("InvalidRequestException", MARKED)
    error = await client.refused("CreateSecret", Name="s", SecretString="v")
    assert error.message == (
        "You can't create this secret because a secret with this name is already scheduled for deletion."
    )
    assert await client.names() == []
    assert await client.names(IncludePlannedDeletion=True) == ["s"]
    await client.restart()
    await client("RestoreSecret", SecretId="s")
    assert await client.value() == "v"
    assert "DeletedDate" not in await client("DescribeSecret", SecretId="s")
    await client("RestoreSecret", SecretId="s")


async def swept(client):
    """The sweep that the clock has begun is done, however long the disk takes."""
    while client.manager._sweeping is not None:
        await asyncio.wait([client.manager._sweeping])


@pytest.mark.parametrize("restarts", [False, True])
async def test_a_deleted_secret_is_gone_at_the_end_of_its_window(client, clock, restarts):
    await client.make()
    await client.make("t")
    await client("DeleteSecret", SecretId="s", RecoveryWindowInDays=7)
    await client("DeleteSecret", SecretId="t", RecoveryWindowInDays=8)
    if restarts:
        await client.restart()
    await clock.advance(7 * DAY_S - 1)
    await client("DescribeSecret", SecretId="s")
    await clock.advance(1)
    assert (
        await client.refused("DescribeSecret", SecretId="s")
    ).code == "ResourceNotFoundException"
    await swept(client)
    assert client.manager.db.query("SELECT name FROM secret") == [("t",)]
    assert client.manager.db.query("SELECT count(*) FROM version") == [(1,)]
    await client.make("s", "new")
    assert await client.value() == "new"


async def test_the_end_of_a_window_waits_for_a_disk_that_refuses(client, clock, monkeypatch):
    await client.make()
    await client("DeleteSecret", SecretId="s", RecoveryWindowInDays=7)

    async def refuse(_):
        raise StorageFull("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(client.manager.db, "write", refuse)
        await clock.advance(7 * DAY_S)
    assert client.manager.db.query("SELECT name FROM secret") == [("s",)]
    await clock.advance(SWEEP_AGAIN_S)
    await swept(client)
    assert client.manager.db.query("SELECT name FROM secret") == []


async def test_a_secret_is_deleted_at_once(client, clock):
    arn = (await client.make())["ARN"]
    await client("DeleteSecret", SecretId="s")
    answer = await client("DeleteSecret", SecretId="s", ForceDeleteWithoutRecovery=True)
    assert answer == {"ARN": arn, "Name": "s", "DeletionDate": clock.now()}
    assert (await client.refused("RestoreSecret", SecretId="s")).code == "ResourceNotFoundException"
    assert (await client.make())["ARN"] != arn
    answer = await client("DeleteSecret", SecretId="none", ForceDeleteWithoutRecovery=True)
    assert answer["Name"] == "none"
    assert (await client.refused("DeleteSecret", SecretId="none")).code == (
        "ResourceNotFoundException"
    )


@pytest.mark.parametrize(
    ("params", "text"),
    [
        (
            {"RecoveryWindowInDays": 6},
            "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
        ),
        (
            {"RecoveryWindowInDays": 31},
            "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
        ),
        (
            {"RecoveryWindowInDays": 7, "ForceDeleteWithoutRecovery": True},
            "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
        ),
    ],
    ids=["short", "long", "both"],
)
async def test_windows_that_are_none(client, params, text):
    await client.make()
    error = await client.refused("DeleteSecret", SecretId="s", **params)
    assert (error.code, error.message) == ("InvalidParameterException", text)


async def test_tags(client):
    await client.make(Tags=[{"Key": "a", "Value": "1"}])
    await client("TagResource", SecretId="s", Tags=[{"Key": "b", "Value": "2"}, {"Key": "c"}])
    await client("UntagResource", SecretId="s", TagKeys=["a", "none"])
    assert (await client("DescribeSecret", SecretId="s"))["Tags"] == [
        {"Key": "b", "Value": "2"},
        {"Key": "c", "Value": ""},
    ]
    await client("UntagResource", SecretId="s", TagKeys=["b", "c"])
    assert (await client("DescribeSecret", SecretId="s"))["Tags"] == []
    many = [{"Key": str(number), "Value": ""} for number in range(51)]
    error = await client.refused("TagResource", SecretId="s", Tags=many)
    assert error.code == "InvalidParameterException"


async def test_a_policy_is_kept(client):
    await client.make()
    assert "ResourcePolicy" not in await client("GetResourcePolicy", SecretId="s")
    await client("PutResourcePolicy", SecretId="s", ResourcePolicy='{"Statement": []}')
    answer = await client("GetResourcePolicy", SecretId="s")
    assert answer["ResourcePolicy"] == '{"Statement": []}'
    await client("DeleteResourcePolicy", SecretId="s")
    assert "ResourcePolicy" not in await client("GetResourcePolicy", SecretId="s")
    for policy in ("x", "[]", '"\ud800"', "[" * 20_000):
        error = await client.refused("PutResourcePolicy", SecretId="s", ResourcePolicy=policy)
        assert error.code == "MalformedPolicyDocumentException"


async def test_accounts_and_regions_are_kept_apart(client):
    await client.make()
    for other in (client.other(region="eu-west-1"), client.other(account="111111111111")):
        assert (await other.refused("DescribeSecret", SecretId="s")).code == (
            "ResourceNotFoundException"
        )
        assert await other.names() == []


async def test_there_can_be_too_many(client, monkeypatch):
    monkeypatch.setattr(limits, "SECRETS", 1)
    await client.make()
    error = await client.refused("CreateSecret", Name="t", SecretString="v")
    assert error.code == "LimitExceededException"


async def test_values_count_towards_the_quota(client):
    client.quota.limit = 1500
    await client.make("s", "x" * 100)
    with pytest.raises(StorageFull):
        await client.make("t", "x" * 100)
    await client.restart()
    assert client.quota.used == 1024 + 6 + 228
    await client("UpdateSecret", SecretId="s", Description="d" * 100)
    await client("PutResourcePolicy", SecretId="s", ResourcePolicy="{}")
    await client("TagResource", SecretId="s", Tags=[{"Key": "k", "Value": "v"}])
    assert client.quota.used == 1024 + 119 + 10 + 2 + 228
    await client("DeleteSecret", SecretId="s", ForceDeleteWithoutRecovery=True)
    assert client.quota.used == 0
