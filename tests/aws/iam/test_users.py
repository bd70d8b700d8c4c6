import pytest
from tests.aws.iam.conftest import DOCUMENT

from homeport.aws.signing import access_keys


async def test_a_user_is_told_with_its_tags(client, clock):
    user = await client.user("u", Path="/a/", Tags=[{"Key": "k", "Value": "v"}])
    assert user.pop("UserId").startswith("AIDA")
    assert user == {
        "Path": "/a/",
        "UserName": "u",
        "Arn": "arn:aws:iam::000000000000:user/a/u",
        "CreateDate": int(clock.now()),
        "Tags": [{"Key": "k", "Value": "v"}],
    }
    (listed,) = (await client("ListUsers", PathPrefix="/a/"))["Users"]
    assert "Tags" not in listed


async def test_who_calls_is_the_user_of_the_key(client):
    await client.user("u")
    key = (await client("CreateAccessKey", UserName="u"))["AccessKey"]
    by_key = client.other(access_key=key["AccessKeyId"])
    assert (await by_key("GetUser"))["User"]["UserName"] == "u"
    (listed,) = (await by_key("ListAccessKeys"))["AccessKeyMetadata"]
    assert listed["AccessKeyId"] == key["AccessKeyId"]


async def test_who_calls_with_any_other_key_is_the_account(client):
    user = (await client("GetUser"))["User"]
    assert (user["UserId"], user["Arn"]) == ("000000000000", "arn:aws:iam::000000000000:root")
    assert "UserName" not in user
    assert (await client.refused("CreateAccessKey")).code == "ValidationError"


async def test_who_calls_with_a_session_is_no_user(client):
    error = await client.other(access_key="ASIAQAAAAAAAAAAAAAAA").refused("GetUser")
    assert (error.code, error.message) == (
        "ValidationError",
        "Must specify userName when calling with non-User credentials",
    )


async def test_a_renamed_user_keeps_what_it_has(client):
    await client.user("u")
    await client("PutUserPolicy", UserName="u", PolicyName="p", PolicyDocument=DOCUMENT)
    await client("UpdateUser", UserName="u", NewUserName="V", NewPath="/new/")
    assert (await client("GetUser", UserName="v"))["User"]["Arn"].endswith(":user/new/V")
    assert (await client("ListUserPolicies", UserName="V"))["PolicyNames"] == ["p"]
    await client("UpdateUser", UserName="V", NewUserName="v")
    await client.user("w")
    error = await client.refused("UpdateUser", UserName="v", NewUserName="W")
    assert (error.code, error.message) == (
        "EntityAlreadyExistsException",
        "User with name W already exists.",
    )


@pytest.mark.parametrize(
    ("operation", "params", "text"),
    [
        (
            "AttachUserPolicy",
            {"PolicyArn": "arn:aws:iam::aws:policy/A"},
            "must detach all policies first.",
        ),
        (
            "PutUserPolicy",
            {"PolicyName": "p", "PolicyDocument": DOCUMENT},
            "must delete policies first.",
        ),
        ("AddUserToGroup", {"GroupName": "g"}, "must remove users from group first."),
        ("CreateAccessKey", {}, "must delete access keys first."),
    ],
    ids=["attached", "inline", "group", "key"],
)
async def test_a_user_in_use_cannot_be_deleted(client, operation, params, text):
    await client.user()
    await client.group()
    await client(operation, UserName="u", **params)
    error = await client.refused("DeleteUser", UserName="u")
    assert (error.code, error.message) == (
        "DeleteConflictException",
        f"Cannot delete entity, {text}",
    )


async def test_keys_are_limited_switched_off_and_deleted(client, clock):
    await client.user()
    first = (await client("CreateAccessKey", UserName="u"))["AccessKey"]
    assert (first["Status"], first["SecretAccessKey"]) == ("Active", "secret")
    await client("CreateAccessKey", UserName="u")
    error = await client.refused("CreateAccessKey", UserName="u")
    assert error.message == "Cannot exceed quota for AccessKeysPerUser: 2"
    id_ = first["AccessKeyId"]
    assert client.iam.secret_of(id_) == "secret"
    await client("UpdateAccessKey", UserName="u", AccessKeyId=id_, Status="Inactive")
    assert client.iam.secret_of(id_) is None
    (listed, _) = (await client("ListAccessKeys", UserName="u"))["AccessKeyMetadata"]
    assert listed == {
        "UserName": "u",
        "AccessKeyId": id_,
        "Status": "Inactive",
        "CreateDate": int(clock.now()),
    }
    await client("DeleteAccessKey", UserName="u", AccessKeyId=id_)
    error = await client.refused("DeleteAccessKey", UserName="u", AccessKeyId=id_)
    assert error.message == f"The Access Key with id {id_} cannot be found."


async def test_a_key_that_was_never_used(client):
    await client.user()
    key = (await client("CreateAccessKey", UserName="u"))["AccessKey"]["AccessKeyId"]
    assert await client("GetAccessKeyLastUsed", AccessKeyId=key) == {
        "UserName": "u",
        "AccessKeyLastUsed": {"ServiceName": "N/A", "Region": "N/A"},
    }
    assert (await client.refused("GetAccessKeyLastUsed", AccessKeyId="x")).status == 404


@pytest.mark.parametrize("operation", ["GetLoginProfile", "DeleteLoginProfile"])
async def test_nobody_can_log_in(client, operation):
    await client.user()
    error = await client.refused(operation, UserName="u")
    assert error.message == "Login Profile for User u cannot be found."


async def test_lists_of_what_cannot_be_made_need_a_user(client):
    error = await client.refused("ListMFADevices", UserName="none")
    assert error.message == "The user with name none cannot be found."


async def test_a_key_is_known_in_its_own_account_only(client):
    await client.user()
    key = (await client("CreateAccessKey", UserName="u"))["AccessKey"]["AccessKeyId"]
    assert (await client("GetAccessKeyLastUsed", AccessKeyId=key))["UserName"] == "u"
    error = await client.other("111111111111").refused("GetAccessKeyLastUsed", AccessKeyId=key)
    assert (error.code, error.message) == (
        "NoSuchEntityException",
        f"The Access Key with id {key} cannot be found.",
    )


async def test_a_key_that_holds_no_longer_is_nobodys(client):
    await client.user()
    key = (await client("CreateAccessKey", UserName="u"))["AccessKey"]["AccessKeyId"]
    by_key = client.other(access_key=key)
    assert client.iam.secret_of(key) == "secret"
    await client("UpdateAccessKey", UserName="u", AccessKeyId=key, Status="Inactive")
    assert client.iam.secret_of(key) is None
    gone = client.other(access_key=access_keys.new("AKIA", "000000000000", 1))
    for caller in (by_key, gone):
        for operation in ("GetUser", "ListAccessKeys", "CreateAccessKey"):
            error = await caller.refused(operation)
            assert (error.code, error.status, error.message) == (
                "InvalidClientTokenId",
                403,
                "The security token included in the request is invalid.",
            )
