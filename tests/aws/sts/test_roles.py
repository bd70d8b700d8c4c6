import pytest
from tests.aws.sts.conftest import ACCOUNT, ROLE

from homeport.aws.sts.directory import Role

HOUR = 3600


async def test_a_role_gives_credentials_in_the_form_of_aws(client, clock):
    answer = await client.assume()
    credentials, user = answer["Credentials"], answer["AssumedRoleUser"]
    assert credentials["AccessKeyId"].startswith("ASIA")
    assert len(credentials["SecretAccessKey"]) == 40
    assert credentials["SessionToken"].startswith("FwoGZXIvYXdzE")
    assert credentials["Expiration"] == int(clock.now()) + HOUR
    # The path of a role is not in the ARN of its sessions.
    assert user["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/session"
    role_id, _, name = user["AssumedRoleId"].partition(":")
    assert (role_id[:4], len(role_id), name) == ("AROA", 21, "session")
    assert answer["PackedPolicySize"] is None


async def test_a_role_that_iam_does_not_know_has_always_the_same_id(client):
    ids = [(await client.assume())["AssumedRoleUser"]["AssumedRoleId"] for _ in range(2)]
    assert ids[0] == ids[1]


async def test_a_role_that_iam_knows_gives_its_id_and_its_longest_session(client, clock):
    client.directory.roles[ROLE] = Role("AROA12345678901234567", 2 * HOUR)
    answer = await client.assume(DurationSeconds=2 * HOUR)
    assert answer["AssumedRoleUser"]["AssumedRoleId"] == "AROA12345678901234567:session"
    assert answer["Credentials"]["Expiration"] == int(clock.now()) + 2 * HOUR
    error = await client.refused(
        "AssumeRole", RoleArn=ROLE, RoleSessionName="ab", DurationSeconds=2 * HOUR + 1
    )
    assert (error.code, error.message) == (
        "ValidationError",
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    )


@pytest.mark.parametrize(
    "arn",
    [
        "nothing-valid-in-here",
        "arn::b:::something/test-role",
        "arn:a::::something/test-role",
        "arn:a:::something/test-role",
        "arn:a:a::aaaaaaaaaa:",
    ],
)
async def test_what_is_no_arn_is_refused_as_recorded(client, arn):
    error = await client.refused("AssumeRole", RoleArn=arn, RoleSessionName="session")
    assert (error.code, error.status, error.message) == (
        "ValidationError",
        400,
        f"{arn} is invalid",
    )


@pytest.mark.parametrize("arn", ["arn:aws:iam::123456789012:user/u", "arn:aws:s3:::bucket/role/r"])
async def test_what_is_no_role_cannot_be_assumed(client, arn):
    error = await client.refused("AssumeRole", RoleArn=arn, RoleSessionName="session")
    assert (error.code, error.status) == ("AccessDenied", 403)
    assert error.message == (
        "User: arn:aws:iam::000000000000:root is not authorized to perform: sts:AssumeRole "
        f"on resource: {arn}"
    )


async def test_a_session_name_is_ascii(client):
    error = await client.refused("AssumeRole", RoleArn=ROLE, RoleSessionName="häfen")
    assert error.message == (
        "1 validation error detected: Value 'häfen' at 'roleSessionName' failed to satisfy "
        r"constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*"
    )


async def test_a_role_assumed_by_a_role_lasts_an_hour_at_most(client):
    key = await client.key()
    other = f"arn:aws:iam::{ACCOUNT}:role/other"
    answer = await client.assume(other, by=key)
    assert answer["AssumedRoleUser"]["Arn"].endswith("assumed-role/other/session")
    error = await client.refused(
        "AssumeRole", by=key, RoleArn=other, RoleSessionName="ab", DurationSeconds=HOUR + 1
    )
    assert (error.code, error.message) == (
        "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
    )


async def test_a_source_identity_goes_over_to_the_next_role(client):
    first = await client.assume(SourceIdentity="alice")
    assert first["SourceIdentity"] == "alice"
    second = await client.assume(by=first["Credentials"]["AccessKeyId"])
    assert second["SourceIdentity"] == "alice"


TAG = {"Key": "Team", "Value": "red"}


@pytest.mark.parametrize(
    ("tags", "transitive", "text"),
    [
        (
            [TAG],
            ["other"],
            "The specified transitive tag key must be included in the requested tags.",
        ),
        (
            [TAG, {"Key": "team", "Value": "x"}],
            [],
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
        ),
    ],
    ids=["transitive", "duplicate"],
)
async def test_session_tags_are_refused_as_recorded(client, tags, transitive, text):
    error = await client.refused(
        "AssumeRole",
        RoleArn=ROLE,
        RoleSessionName="session",
        Tags=tags,
        TransitiveTagKeys=transitive,
    )
    assert (error.code, error.message) == ("InvalidParameterValue", text)


async def test_a_transitive_tag_cannot_be_set_again(client):
    key = await client.key(Tags=[TAG], TransitiveTagKeys=["team"])
    text = (
        "One of the specified transitive tag keys can't be set because it conflicts with a "
        "transitive tag key from the calling session."
    )
    for _ in range(2):
        error = await client.refused(
            "AssumeRole",
            by=key,
            RoleArn=ROLE,
            RoleSessionName="session",
            Tags=[{"Key": "TEAM", "Value": "blue"}],
        )
        assert error.message == text
        # It goes on to every role after that.
        key = await client.key(by=key)


async def test_tags_have_letters_numbers_and_some_marks(client):
    await client.assume(Tags=[{"Key": "größe:1", "Value": "a b/c@d"}])
    error = await client.refused(
        "AssumeRole",
        RoleArn=ROLE,
        RoleSessionName="session",
        Tags=[TAG, {"Key": "a", "Value": "*"}],
    )
    assert "Value '*' at 'tags.2.member.value' failed to satisfy constraint" in error.message


async def test_a_session_policy_is_json(client):
    error = await client.refused("AssumeRole", RoleArn=ROLE, RoleSessionName="session", Policy="{")
    assert (error.code, error.message) == (
        "MalformedPolicyDocumentException",
        "This policy contains invalid Json",
    )
    deep = await client.refused(
        "AssumeRole", RoleArn=ROLE, RoleSessionName="session", Policy="[" * 100_000
    )
    assert deep.code == "MalformedPolicyDocumentException"
    error = await client.refused("AssumeRole", RoleArn=ROLE, RoleSessionName="session", Policy="[]")
    assert error.message == "Syntax errors in policy."
    policy = '{"Version": "2012-10-17", "Statement": []}'
    answer = await client.assume(Policy=policy)
    assert 0 < answer["PackedPolicySize"] <= 100


LONG = '{"Statement": []}'.ljust(2_100)
MANY = [{"Key": f"k{number}", "Value": "v" * 200} for number in range(11)]


@pytest.mark.parametrize(
    ("params", "percent"),
    [({"Policy": LONG}, 103), ({"Tags": MANY}, 109)],
    ids=["policy", "tags"],
)
async def test_what_is_packed_has_a_limit(client, params, percent):
    error = await client.refused("AssumeRole", RoleArn=ROLE, RoleSessionName="session", **params)
    assert (error.code, error.message) == (
        "PackedPolicyTooLargeException",
        f"Packed policy consumes {percent}% of allotted space, please use smaller policy.",
    )


async def test_policies_by_arn_are_ten_at_most(client):
    arns = [{"arn": "arn:aws:iam::aws:policy/X"}] * 11
    error = await client.refused("AssumeRole", RoleArn=ROLE, RoleSessionName="ab", PolicyArns=arns)
    assert "at 'policyArns' failed to satisfy constraint: Member must have" in error.message
    answer = await client.assume(PolicyArns=arns[:10])
    assert answer["PackedPolicySize"] == 13


async def test_tags_do_not_grow_from_role_to_role(client):
    key = await client.key(Tags=MANY[:6], TransitiveTagKeys=[tag["Key"] for tag in MANY[:6]])
    more = MANY[6:]
    error = await client.refused(
        "AssumeRole", by=key, RoleArn=ROLE, RoleSessionName="session", Tags=more
    )
    assert error.code == "PackedPolicyTooLargeException"
    assert (await client.assume(by=key))["PackedPolicySize"] == 60
