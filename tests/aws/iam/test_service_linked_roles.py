import json
from urllib.parse import unquote

import pytest
from tests.aws.iam.conftest import TRUST

from homeport.aws.iam import limits


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
    assert error.code == "InvalidInputException"


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("DeleteRole", {}),
        ("UpdateAssumeRolePolicy", {"PolicyDocument": TRUST}),
        ("AttachRolePolicy", {"PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
    ],
    ids=["delete", "trust", "attach"],
)
async def test_it_is_changed_by_nobody(client, operation, params):
    role = await make(client)
    error = await client.refused(operation, RoleName=role["RoleName"], **params)
    assert error.code == "UnmodifiableEntityException"


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
    assert error.code == "ValidationError"
