"""Two who change the same thing at once: each limit and each name holds for both together."""

import asyncio

import pytest
from tests.aws.iam.conftest import DOCUMENT, TRUST

from homeport.aws.iam import limits

OIDC = "https://x.example"


async def both(client, operation, *params):
    """How many of some calls made at once succeed, and the codes of the others."""
    calls = (client(operation, **each) for each in params)
    answers = await asyncio.gather(*calls, return_exceptions=True)
    codes = {answer.code for answer in answers if not isinstance(answer, dict)}
    return sum(isinstance(answer, dict) for answer in answers), codes


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("CreateRole", {"RoleName": "x", "AssumeRolePolicyDocument": TRUST}),
        ("CreateUser", {"UserName": "x"}),
        ("CreateGroup", {"GroupName": "x"}),
        ("CreatePolicy", {"PolicyName": "x", "PolicyDocument": DOCUMENT}),
        ("CreateInstanceProfile", {"InstanceProfileName": "x"}),
        ("CreateOpenIDConnectProvider", {"Url": OIDC}),
        ("CreateAccountAlias", {"AccountAlias": "xyz"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_one_of_two_gets_a_name(client, operation, params):
    assert await both(client, operation, params, params) == (1, {"EntityAlreadyExistsException"})


async def test_one_of_two_gets_the_last_place(client):
    arn = await client.policy()
    await client.user()
    await client.role()
    await client("CreateInstanceProfile", InstanceProfileName="i")
    for _ in range(limits.ACCESS_KEYS_PER_USER - 1):
        await client("CreateAccessKey", UserName="u")
    for _ in range(limits.POLICY_VERSIONS - 2):
        await client("CreatePolicyVersion", PolicyArn=arn, PolicyDocument=DOCUMENT)
    for number in range(limits.ATTACHED_POLICIES - 1):
        named = f"arn:aws:iam::aws:policy/P{number}"
        await client("AttachUserPolicy", UserName="u", PolicyArn=named)
    more = [{"UserName": "u", "PolicyArn": f"arn:aws:iam::aws:policy/{name}"} for name in "XY"]
    version = {"PolicyArn": arn, "PolicyDocument": DOCUMENT}
    profile = {"InstanceProfileName": "i", "RoleName": "r"}
    for operation, params in (
        ("CreateAccessKey", [{"UserName": "u"}] * 2),
        ("CreatePolicyVersion", [version] * 2),
        ("AttachUserPolicy", more),
        ("AddRoleToInstanceProfile", [profile] * 2),
    ):
        assert await both(client, operation, *params) == (1, {"LimitExceededException"})


async def test_versions_made_at_once_have_numbers_of_their_own(client):
    arn = await client.policy()
    made = await asyncio.gather(
        *(client("CreatePolicyVersion", PolicyArn=arn, PolicyDocument=DOCUMENT) for _ in range(4))
    )
    ids = [each["PolicyVersion"]["VersionId"] for each in made]
    assert sorted(ids) == ["v2", "v3", "v4", "v5"]


async def test_what_is_attached_is_not_deleted_at_the_same_time(client):
    arn = await client.policy()
    await client.role()
    attached, deleted = await asyncio.gather(
        client("AttachRolePolicy", RoleName="r", PolicyArn=arn),
        client("DeletePolicy", PolicyArn=arn),
        return_exceptions=True,
    )
    assert attached == {}
    assert deleted.code == "DeleteConflictException"


async def test_tags_put_at_once_are_all_there(client):
    await client.role()
    tags = [[{"Key": key, "Value": ""}] for key in "abc"]
    await asyncio.gather(*(client("TagRole", RoleName="r", Tags=each) for each in tags))
    assert [tag["Key"] for tag in (await client("ListRoleTags", RoleName="r"))["Tags"]] == list(
        "abc"
    )
