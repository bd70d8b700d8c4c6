import pytest
from tests.aws.iam.conftest import DOCUMENT


async def test_users_are_put_into_groups(client):
    group = await client.group("g", Path="/a/")
    assert group["GroupId"].startswith("AGPA")
    for name in ("b", "A", "c"):
        await client.user(name)
        await client("AddUserToGroup", GroupName="g", UserName=name)
    await client("AddUserToGroup", GroupName="g", UserName="a")
    found = await client("GetGroup", GroupName="g")
    assert found["Group"] == group
    assert [user["UserName"] for user in found["Users"]] == ["A", "b", "c"]
    (of_user,) = (await client("ListGroupsForUser", UserName="b"))["Groups"]
    assert of_user == group
    await client("RemoveUserFromGroup", GroupName="g", UserName="b")
    assert (await client("ListGroupsForUser", UserName="b"))["Groups"] == []


async def test_users_of_a_group_are_paged(client):
    await client.group()
    for name in ("a", "b", "c"):
        await client.user(name)
        await client("AddUserToGroup", GroupName="g", UserName=name)
    first = await client("GetGroup", GroupName="g", MaxItems=2)
    rest = await client("GetGroup", GroupName="g", Marker=first["Marker"])
    assert [user["UserName"] for user in first["Users"] + rest["Users"]] == ["a", "b", "c"]


async def test_a_user_is_in_so_many_groups_at_most(client):
    await client.user()
    for number in range(11):
        await client.group(f"g{number}")
    for number in (*range(10), 0):
        await client("AddUserToGroup", GroupName=f"g{number}", UserName="u")
    error = await client.refused("AddUserToGroup", GroupName="g10", UserName="u")
    assert error.message == "Cannot exceed quota for GroupsPerUser: 10"


async def test_a_group_is_renamed(client):
    await client.group()
    await client("UpdateGroup", GroupName="g", NewGroupName="h", NewPath="/x/")
    (group,) = (await client("ListGroups"))["Groups"]
    assert group["Arn"] == "arn:aws:iam::000000000000:group/x/h"


@pytest.mark.parametrize(
    ("operation", "params", "text"),
    [
        (
            "AttachGroupPolicy",
            {"PolicyArn": "arn:aws:iam::aws:policy/A"},
            "must detach all policies first.",
        ),
        (
            "PutGroupPolicy",
            {"PolicyName": "p", "PolicyDocument": DOCUMENT},
            "must delete policies first.",
        ),
        ("AddUserToGroup", {"UserName": "u"}, "must remove users from group first."),
    ],
    ids=["attached", "inline", "user"],
)
async def test_a_group_in_use_cannot_be_deleted(client, operation, params, text):
    await client.user()
    await client.group()
    await client(operation, GroupName="g", **params)
    error = await client.refused("DeleteGroup", GroupName="g")
    assert (error.code, error.message) == (
        "DeleteConflictException",
        f"Cannot delete entity, {text}",
    )


async def test_a_group_that_is_not_there(client):
    error = await client.refused("GetGroup", GroupName="none")
    assert error.message == "The group with name none cannot be found."
