import json
from urllib.parse import unquote

import pytest
from tests.aws.iam.conftest import DOCUMENT, TRUST

from homeport.aws.iam import limits
from homeport.aws.iam.principals import service_linked_roles


async def make(client, service="batch", **more):
    made = await client(
        "CreateServiceLinkedRole", AWSServiceName=f"{service}.amazonaws.com", **more
    )
    return made["Role"]


async def test_a_role_is_named_after_its_service(client):
    role = await make(client, Description="d")
    assert role["RoleName"] == "AWSServiceRoleForBatch"
    assert role["Path"] == "/aws-service-role/batch.amazonaws.com/"
    assert role["Description"] == "d"
    trust = json.loads(unquote(role["AssumeRolePolicyDocument"]))
    assert trust["Statement"][0]["Principal"] == {"Service": "batch.amazonaws.com"}
    error = await client.refused("CreateServiceLinkedRole", AWSServiceName="batch.amazonaws.com")
    assert (error.code, error.message) == (
        "InvalidInputException",
        "Service role name AWSServiceRoleForBatch has been taken in this account, please try a different suffix.",
    )


async def test_suffixes(client):
    role = await make(client, "autoscaling", CustomSuffix="x")
    assert role["RoleName"] == "AWSServiceRoleForAutoScaling_x"
    error = await client.refused(
        "CreateServiceLinkedRole", AWSServiceName="rds.amazonaws.com", CustomSuffix="x"
    )
    assert error.message == "Custom suffix is not allowed for rds.amazonaws.com"


@pytest.mark.parametrize("service", ["rds", "../x.amazonaws.com", ".amazonaws.com"])
async def test_what_is_no_service(client, service):
    error = await client.refused("CreateServiceLinkedRole", AWSServiceName=service)
    assert (error.code, error.message) == (
        "InvalidInputException",
        f"Service name {service} is not valid.",
    )


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("DeleteRole", {}),
        ("UpdateAssumeRolePolicy", {"PolicyDocument": TRUST}),
        ("AttachRolePolicy", {"PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
        ("PutRolePolicy", {"PolicyName": "p", "PolicyDocument": DOCUMENT}),
        ("DeleteRolePolicy", {"PolicyName": "p"}),
        ("PutRolePermissionsBoundary", {"PermissionsBoundary": "arn:aws:iam::aws:policy/P"}),
        ("DeleteRolePermissionsBoundary", {}),
        ("AddRoleToInstanceProfile", {"InstanceProfileName": "i"}),
    ],
    ids=["delete", "trust", "attach", "put", "drop", "boundary", "no-boundary", "profile"],
)
async def test_it_is_changed_by_nobody(client, operation, params):
    role = await make(client)
    await client("CreateInstanceProfile", InstanceProfileName="i")
    error = await client.refused(operation, RoleName=role["RoleName"], **params)
    assert (error.code, error.status, error.message) == (
        "UnmodifiableEntityException",
        400,
        (
            "Cannot perform the operation on the protected role 'AWSServiceRoleForBatch' - "
            "this role is only modifiable by AWS"
        ),
    )


async def test_its_description_and_tags_are_the_accounts_own(client):
    named = {"RoleName": (await make(client))["RoleName"]}
    for operation in ("UpdateRole", "UpdateRoleDescription"):
        await client(operation, **named, Description=operation)
        assert (await client("GetRole", **named))["Role"]["Description"] == operation
    await client("TagRole", **named, Tags=[{"Key": "k", "Value": "v"}])
    assert (await client("ListRoleTags", **named))["Tags"] == [{"Key": "k", "Value": "v"}]


async def test_it_has_the_policy_of_its_service(client):
    name = (await make(client))["RoleName"]
    arn = "arn:aws:iam::aws:policy/aws-service-role/BatchServiceRolePolicy"
    attached = await client("ListAttachedRolePolicies", RoleName=name)
    assert attached["AttachedPolicies"] == [
        {"PolicyName": "BatchServiceRolePolicy", "PolicyArn": arn}
    ]
    assert (await client("GetPolicy", PolicyArn=arn))["Policy"]["AttachmentCount"] == 1
    error = await client.refused("DetachRolePolicy", RoleName=name, PolicyArn=arn)
    assert error.code == "UnmodifiableEntityException"
    await client("DeleteServiceLinkedRole", RoleName=name)
    assert (await client.refused("GetPolicy", PolicyArn=arn)).status == 404


@pytest.mark.parametrize("service", sorted(service_linked_roles.known()))
async def test_every_service_has_its_role(client, service):
    role = await make(client, service)
    stored = await client("GetRole", RoleName=role["RoleName"])
    assert stored["Role"]["Arn"] == role["Arn"]
    listed = (await client("ListAttachedRolePolicies", RoleName=role["RoleName"]))[
        "AttachedPolicies"
    ]
    assert len(listed) == (service_linked_roles.known()[service][1] is not None)
    if service not in (
        "autoscaling",
        "connect",
        "custom-resource.application-autoscaling",
        "lexv2",
    ):
        error = await client.refused(
            "CreateServiceLinkedRole",
            AWSServiceName=f"{service}.amazonaws.com",
            CustomSuffix="x",
        )
        assert error.message == f"Custom suffix is not allowed for {service}.amazonaws.com"


async def test_a_service_that_is_not_known_has_a_role_in_its_form(client):
    role = await make(client, "new-thing", CustomSuffix="x")
    assert role["RoleName"] == "AWSServiceRoleForNewThing_x"
    attached = await client("ListAttachedRolePolicies", RoleName=role["RoleName"])
    assert attached["AttachedPolicies"] == []


async def test_it_is_deleted_by_a_task(client):
    role = await make(client)
    made = await client("DeleteServiceLinkedRole", RoleName=role["RoleName"])
    task = made["DeletionTaskId"]
    assert task.startswith("task/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch/")
    await client.restart()
    status = await client("GetServiceLinkedRoleDeletionStatus", DeletionTaskId=task)
    assert status == {"Status": "SUCCEEDED"}
    assert (await client.refused("GetRole", RoleName=role["RoleName"])).status == 404
    unknown = await client.refused("GetServiceLinkedRoleDeletionStatus", DeletionTaskId=task[:-1])
    assert unknown.code == "NoSuchEntityException"


async def test_old_tasks_are_forgotten(client, monkeypatch):
    monkeypatch.setattr(limits, "DELETION_TASKS", 2)
    tasks = []
    for _ in range(3):
        role = await make(client)
        made = await client("DeleteServiceLinkedRole", RoleName=role["RoleName"])
        tasks.append(made["DeletionTaskId"])
    await client.refused("GetServiceLinkedRoleDeletionStatus", DeletionTaskId=tasks[0])
    for task in tasks[1:]:
        await client("GetServiceLinkedRoleDeletionStatus", DeletionTaskId=task)


async def test_a_plain_role_is_none(client):
    await client.role()
    assert (await client.refused("DeleteServiceLinkedRole", RoleName="r")).status == 404
    error = await client.refused(
        "CreateRole", RoleName="s", AssumeRolePolicyDocument=TRUST, Path="/aws-service-role/x/"
    )
    assert (error.code, error.message) == (
        "ValidationError",
        "Operation is not permitted on roles with the prefix /aws-service-role/.",
    )
