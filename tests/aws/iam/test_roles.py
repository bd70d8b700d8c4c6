import json
from urllib.parse import unquote

import pytest
from tests.aws.iam.conftest import DOCUMENT, TRUST

from homeport.aws.iam.engine.entity import ROLE


async def test_a_new_role_is_told_as_recorded(client, clock):
    role = await client.role("R", Path="/team/", Tags=[{"Key": "a", "Value": "b"}])
    assert unquote(role.pop("AssumeRolePolicyDocument")) == TRUST
    role_id = role.pop("RoleId")
    assert (role_id[:4], len(role_id), role_id.isalnum()) == ("AROA", 21, True)
    assert role == {
        "Path": "/team/",
        "RoleName": "R",
        "Arn": "arn:aws:iam::000000000000:role/team/R",
        "CreateDate": int(clock.now()),
        "Tags": [{"Key": "a", "Value": "b"}],
    }


async def test_lists_tell_neither_tags_nor_boundary(client):
    arn = await client.policy()
    made = await client.role(
        Description="d", Tags=[{"Key": "a", "Value": "b"}], PermissionsBoundary=arn
    )
    boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
    assert made["PermissionsBoundary"] == boundary
    (listed,) = (await client("ListRoles"))["Roles"]
    assert listed.keys() == {
        "Path",
        "RoleName",
        "RoleId",
        "Arn",
        "CreateDate",
        "AssumeRolePolicyDocument",
        "Description",
        "MaxSessionDuration",
    }


async def test_names_differ_in_more_than_case(client):
    await client.role("Role")
    error = await client.refused(
        "CreateRole", RoleName="rOLE", AssumeRolePolicyDocument=TRUST, Path="/other/"
    )
    assert (error.code, error.status, error.message) == (
        "EntityAlreadyExistsException",
        409,
        "Role with name rOLE already exists.",
    )
    assert (await client("GetRole", RoleName="ROLE"))["Role"]["RoleName"] == "Role"


async def test_accounts_are_apart(client):
    await client.role()
    other = client.other("111111111111")
    assert (await other("ListRoles"))["Roles"] == []
    assert (await other.role())["Arn"] == "arn:aws:iam::111111111111:role/r"


@pytest.mark.parametrize(
    ("params", "text"),
    [
        (
            {"RoleName": "a b"},
            (
                "The specified value for roleName is invalid. It must contain only alphanumeric "
                "characters and/or the following: +=,.@_-"
            ),
        ),
        (
            {"RoleName": "r", "Path": "no"},
            (
                "The specified value for path is invalid. It must begin and end with / and contain "
                "only alphanumeric characters and/or / characters."
            ),
        ),
        (
            {"RoleName": "r", "AssumeRolePolicyDocument": TRUST + "\u20ac"},
            (
                "The specified value for assumeRolePolicyDocument is invalid. It must contain only "
                "printable ASCII characters."
            ),
        ),
    ],
    ids=["name", "path", "document"],
)
async def test_characters_are_checked(client, params, text):
    error = await client.refused("CreateRole", **{"AssumeRolePolicyDocument": TRUST} | params)
    assert (error.code, error.status, error.message) == ("ValidationError", 400, text)


async def test_a_trust_policy_has_a_limit(client):
    names = [f"arn:aws:iam::{number:012d}:root" for number in range(80)]
    long = json.loads(TRUST)
    long["Statement"][0]["Principal"] = {"AWS": names}
    await client.role()
    for operation, name in (
        ("CreateRole", "AssumeRolePolicyDocument"),
        ("UpdateAssumeRolePolicy", "PolicyDocument"),
    ):
        error = await client.refused(operation, **{"RoleName": "r", name: json.dumps(long)})
        assert (error.code, error.message) == (
            "LimitExceededException",
            "Cannot exceed quota for ACLSizePerRole: 2048",
        )


async def test_an_update_sets_what_it_names(client):
    await client.role(Description="before", MaxSessionDuration=7200)
    await client("UpdateRole", RoleName="r")
    role = (await client("GetRole", RoleName="r"))["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("before", 3600)
    await client("UpdateRole", RoleName="r", Description="", MaxSessionDuration=43200)
    role = (await client("GetRole", RoleName="r"))["Role"]
    assert ("Description" in role, role["MaxSessionDuration"]) == (False, 43200)
    after = await client("UpdateRoleDescription", RoleName="r", Description="after")
    assert after["Role"]["Description"] == "after"


@pytest.mark.parametrize(
    ("operation", "params", "text"),
    [
        (
            "AttachRolePolicy",
            {"PolicyArn": "arn:aws:iam::aws:policy/AnyName"},
            "Cannot delete entity, must detach all policies first.",
        ),
        (
            "PutRolePolicy",
            {"PolicyName": "p", "PolicyDocument": DOCUMENT},
            "Cannot delete entity, must delete policies first.",
        ),
        (
            "AddRoleToInstanceProfile",
            {"InstanceProfileName": "i"},
            "Cannot delete entity, must remove roles from instance profile first.",
        ),
    ],
    ids=["attached", "inline", "profile"],
)
async def test_a_role_in_use_cannot_be_deleted(client, operation, params, text):
    await client.role()
    await client("CreateInstanceProfile", InstanceProfileName="i")
    await client(operation, RoleName="r", **params)
    error = await client.refused("DeleteRole", RoleName="r")
    assert (error.code, error.status, error.message) == ("DeleteConflictException", 409, text)


@pytest.mark.parametrize(
    "operation", ["GetRole", "DeleteRole", "UpdateRole", "ListRolePolicies", "ListRoleTags"]
)
async def test_a_role_that_is_not_there(client, operation):
    error = await client.refused(operation, RoleName="none")
    assert (error.code, error.status, error.message) == (
        "NoSuchEntityException",
        404,
        "The role with name none cannot be found.",
    )


async def test_roles_are_limited(client, monkeypatch):
    await client.role()
    monkeypatch.setattr("homeport.aws.iam.principals.roles.ROLE", ROLE._replace(limit=1))
    error = await client.refused("CreateRole", RoleName="s", AssumeRolePolicyDocument=TRUST)
    assert (error.code, error.message) == (
        "LimitExceededException",
        "Cannot exceed quota for RolesPerAccount: 1",
    )
