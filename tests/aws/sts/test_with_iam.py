"""STS beside the real IAM, as the cloud opens them."""

import contextlib

import pytest

from homeport.aws.protocol.call import Call
from homeport.clock import VirtualClock
from homeport.edge import http
from homeport.serve.opening import Opening
from homeport.serve.services import iam, sts
from homeport.stack.settings import Settings
from homeport.storage.quota import Quota

ACCOUNT = "123456789012"
TRUST = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",'
    ' "Principal": {"AWS": "*"}}]}'
)


class Cloud:
    """The two services as the cloud opens them."""

    def __init__(self, running):
        self.running = running

    async def __call__(self, service, operation, by="test", account=ACCOUNT, **params):
        request = http.Request("POST", "/", "", {"host": "localhost"}, http.BytesBody())
        call = Call(service, operation, account, "us-east-1", "id", request, by)
        result = self.running[service].operations[operation](call, params)
        return result if isinstance(result, dict) else await result


@contextlib.asynccontextmanager
async def opened(folder, *modules):
    async with contextlib.AsyncExitStack() as stack:
        opening = Opening(stack, Settings(), folder, VirtualClock(), Quota(None))
        for module in modules:
            await module.open(opening)
        yield Cloud(opening.running)


@pytest.fixture
async def cloud(tmp_path):
    # STS first: whom it asks may be opened later.
    async with opened(tmp_path, sts, iam) as made:
        yield made


async def user(cloud):
    """A new user, and its access key."""
    made = (await cloud("iam", "CreateUser", UserName="u", Path="/team/"))["User"]
    key = (await cloud("iam", "CreateAccessKey", UserName="u"))["AccessKey"]
    return made, key["AccessKeyId"]


async def test_the_key_of_a_user_is_known_whatever_account_the_request_says(cloud):
    made, key = await user(cloud)
    identity = await cloud("sts", "GetCallerIdentity", by=key, account="000000000000")
    assert identity == {"UserId": made["UserId"], "Account": ACCOUNT, "Arn": made["Arn"]}
    info = await cloud("sts", "GetAccessKeyInfo", AccessKeyId=key)
    assert info == {"Account": ACCOUNT}


async def test_a_deleted_key_is_nobodys(cloud):
    _, key = await user(cloud)
    await cloud("iam", "DeleteAccessKey", UserName="u", AccessKeyId=key)
    with pytest.raises(Exception, match="InvalidClientTokenId"):
        await cloud("sts", "GetCallerIdentity", by=key)


async def test_a_key_that_is_not_active_is_refused_until_it_is_again(cloud):
    made, key = await user(cloud)
    for status in ("Inactive", "Active"):
        await cloud("iam", "UpdateAccessKey", UserName="u", AccessKeyId=key, Status=status)
        if status == "Inactive":
            with pytest.raises(Exception, match="InvalidClientTokenId"):
                await cloud("sts", "GetCallerIdentity", by=key)
            with pytest.raises(Exception, match="InvalidClientTokenId"):
                await cloud("iam", "GetUser", by=key)
    identity = await cloud("sts", "GetCallerIdentity", by=key)
    assert identity["Arn"] == made["Arn"]


async def assume(cloud, arn, **more):
    return await cloud("sts", "AssumeRole", RoleArn=arn, RoleSessionName="session", **more)


async def test_a_role_is_assumed_with_its_own_id_and_limit(cloud):
    role = await cloud(
        "iam", "CreateRole", RoleName="r", Path="/a/", AssumeRolePolicyDocument=TRUST
    )
    answer = await assume(cloud, role["Role"]["Arn"])
    assert answer["AssumedRoleUser"]["AssumedRoleId"] == f"{role['Role']['RoleId']}:session"
    with pytest.raises(Exception, match="MaxSessionDuration"):
        await assume(cloud, role["Role"]["Arn"], DurationSeconds=3601)
    # Another path is another role, which IAM does not know.
    other = await assume(cloud, f"arn:aws:iam::{ACCOUNT}:role/b/r", DurationSeconds=3601)
    assert other["AssumedRoleUser"]["AssumedRoleId"] != answer["AssumedRoleUser"]["AssumedRoleId"]


async def test_without_iam_every_role_can_be_assumed(tmp_path):
    async with opened(tmp_path, sts) as cloud:
        answer = await assume(cloud, f"arn:aws:iam::{ACCOUNT}:role/r")
        assert answer["AssumedRoleUser"]["Arn"].endswith(":assumed-role/r/session")


async def test_both_are_there_after_a_restart(tmp_path):
    async with opened(tmp_path, sts, iam) as cloud:
        made, key = await user(cloud)
        session = await cloud("sts", "GetSessionToken", by=key)
    async with opened(tmp_path, sts, iam) as cloud:
        identity = await cloud("sts", "GetCallerIdentity", by=session["Credentials"]["AccessKeyId"])
        assert identity["Arn"] == made["Arn"]
