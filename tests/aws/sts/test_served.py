"""boto3 over a real socket."""

import asyncio

import pytest
from botocore.exceptions import ClientError
from tests.aws.sts.conftest import ROLE, token

NAME_RULE = (
    "1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy "
    r"constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*"
)
DURATION_RULE = (
    "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy "
    "constraint: Member must have value greater than or equal to 900"
)


async def test_boto3_assumes_a_role_and_is_it(connect):
    def run():
        made = connect().assume_role(RoleArn=ROLE, RoleSessionName="session")
        assert made["Credentials"]["Expiration"].tzinfo is not None
        assert "PackedPolicySize" not in made
        given = made["Credentials"]
        other = connect(
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )
        return other.get_caller_identity()["Arn"], made["AssumedRoleUser"]["Arn"]

    caller, assumed = await asyncio.to_thread(run)
    assert caller == assumed


async def test_the_account_is_that_of_the_key(connect):
    sts = connect(aws_access_key_id="111111111111")
    identity = await asyncio.to_thread(sts.get_caller_identity)
    assert identity["Account"] == "111111111111"


async def test_a_web_identity_needs_no_signature(connect):
    sts = connect()
    answer = await asyncio.to_thread(
        lambda: sts.assume_role_with_web_identity(
            RoleArn=ROLE, RoleSessionName="session", WebIdentityToken=token(aud="a")
        )
    )
    assert answer["Audience"] == "a"


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"RoleSessionName": "Session1:2"}, NAME_RULE),
        ({"RoleSessionName": "ab", "DurationSeconds": 899}, DURATION_RULE),
    ],
    ids=["name", "duration"],
)
async def test_constraints_of_the_model_are_refused_as_recorded(connect, params, text):
    sts = connect()
    with pytest.raises(ClientError) as caught:
        await asyncio.to_thread(lambda: sts.assume_role(RoleArn=ROLE, **params))
    assert caught.value.response["Error"] == {
        "Type": "Sender",
        "Code": "ValidationError",
        "Message": text,
    }


async def test_errors_have_the_codes_of_the_wire(connect):
    sts = connect()
    with pytest.raises(sts.exceptions.MalformedPolicyDocumentException) as caught:
        await asyncio.to_thread(
            lambda: sts.assume_role(RoleArn=ROLE, RoleSessionName="ab", Policy="{")
        )
    assert caught.value.response["Error"]["Code"] == "MalformedPolicyDocument"
