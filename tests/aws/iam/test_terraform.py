"""The calls that Terraform's AWS provider makes for a Lambda function's role and its policies, in their order.

https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service/iam (role.go, policy.go, role_policy_attachment.go)
"""

import asyncio
import json

import pytest
from botocore.exceptions import ClientError
from tests.aws.iam.conftest import DOCUMENT, TRUST

BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def run(function, *args):
    return asyncio.to_thread(function, *args)


async def test_the_life_of_a_role_for_a_function(iam):
    await run(_life_of_a_role, iam)


def _life_of_a_role(iam):
    made = iam.create_role(
        RoleName="fn",
        Path="/",
        AssumeRolePolicyDocument=TRUST,
        MaxSessionDuration=3600,
        Tags=[{"Key": "env", "Value": "dev"}],
    )["Role"]
    assert made["Arn"] == "arn:aws:iam::000000000000:role/fn"
    assert made["AssumeRolePolicyDocument"] == json.loads(TRUST)
    iam.get_waiter("role_exists").wait(RoleName="fn", WaiterConfig={"Delay": 0, "MaxAttempts": 1})
    read = iam.get_role(RoleName="fn")["Role"]
    assert read == made | {"MaxSessionDuration": 3600, "RoleLastUsed": {}}
    assert iam.list_role_policies(RoleName="fn")["PolicyNames"] == []
    assert iam.list_attached_role_policies(RoleName="fn")["AttachedPolicies"] == []

    iam.attach_role_policy(RoleName="fn", PolicyArn=BASIC)
    iam.put_role_policy(RoleName="fn", PolicyName="inline", PolicyDocument=DOCUMENT)
    attached = iam.list_attached_role_policies(RoleName="fn")["AttachedPolicies"]
    assert attached == [{"PolicyName": "AWSLambdaBasicExecutionRole", "PolicyArn": BASIC}]
    inline = iam.get_role_policy(RoleName="fn", PolicyName="inline")
    assert inline["PolicyDocument"] == json.loads(DOCUMENT)

    iam.update_assume_role_policy(
        RoleName="fn", PolicyDocument=TRUST.replace("lambda", "ecs-tasks")
    )
    iam.update_role(RoleName="fn", Description="for fn", MaxSessionDuration=7200)
    iam.tag_role(RoleName="fn", Tags=[{"Key": "env", "Value": "prod"}])
    read = iam.get_role(RoleName="fn")["Role"]
    assert (read["Description"], read["MaxSessionDuration"]) == ("for fn", 7200)
    assert read["Tags"] == [{"Key": "env", "Value": "prod"}]
    assert "ecs-tasks" in json.dumps(read["AssumeRolePolicyDocument"])

    _refuses_to_be_deleted(iam)
    iam.detach_role_policy(RoleName="fn", PolicyArn=BASIC)
    assert iam.list_instance_profiles_for_role(RoleName="fn")["InstanceProfiles"] == []
    iam.delete_role_policy(RoleName="fn", PolicyName="inline")
    iam.delete_role(RoleName="fn")
    with pytest.raises(iam.exceptions.NoSuchEntityException) as caught:
        iam.get_role(RoleName="fn")
    assert caught.value.response["Error"] == {
        "Type": "Sender",
        "Code": "NoSuchEntity",
        "Message": "The role with name fn cannot be found.",
    }


def _refuses_to_be_deleted(iam):
    with pytest.raises(iam.exceptions.DeleteConflictException) as caught:
        iam.delete_role(RoleName="fn")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409


async def test_the_life_of_a_policy(iam):
    await run(_life_of_a_policy, iam)


def _life_of_a_policy(iam):
    made = iam.create_policy(PolicyName="p", Path="/", PolicyDocument=DOCUMENT)["Policy"]
    arn = made["Arn"]
    iam.get_waiter("policy_exists").wait(PolicyArn=arn, WaiterConfig={"Delay": 0, "MaxAttempts": 1})
    read = iam.get_policy(PolicyArn=arn)["Policy"]
    assert read == made | {"Tags": []}
    version = iam.get_policy_version(PolicyArn=arn, VersionId=read["DefaultVersionId"])
    assert version["PolicyVersion"]["Document"] == json.loads(DOCUMENT)
    for _ in range(4):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=DOCUMENT, SetAsDefault=True)
    with pytest.raises(iam.exceptions.LimitExceededException):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=DOCUMENT, SetAsDefault=True)
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    assert [each["VersionId"] for each in versions] == ["v5", "v4", "v3", "v2", "v1"]
    for each in versions:
        if not each["IsDefaultVersion"]:
            iam.delete_policy_version(PolicyArn=arn, VersionId=each["VersionId"])
    iam.delete_policy(PolicyArn=arn)
    with pytest.raises(iam.exceptions.NoSuchEntityException) as caught:
        iam.get_policy(PolicyArn=arn)
    assert caught.value.response["Error"]["Message"] == f"Policy {arn} was not found."


async def test_the_life_of_a_user_with_force_destroy(iam):
    await run(_life_of_a_user, iam)


def _life_of_a_user(iam):
    iam.create_user(UserName="u")
    iam.get_waiter("user_exists").wait(UserName="u", WaiterConfig={"Delay": 0, "MaxAttempts": 1})
    key = iam.create_access_key(UserName="u")["AccessKey"]
    for name in ("list_mfa_devices", "list_ssh_public_keys", "list_signing_certificates"):
        assert getattr(iam, name)(UserName="u")["IsTruncated"] is False
    assert iam.list_service_specific_credentials(UserName="u")["ServiceSpecificCredentials"] == []
    assert iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"] == []
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.delete_login_profile(UserName="u")
    for found in iam.list_access_keys(UserName="u")["AccessKeyMetadata"]:
        assert found["AccessKeyId"] == key["AccessKeyId"]
        iam.delete_access_key(UserName="u", AccessKeyId=found["AccessKeyId"])
    iam.delete_user(UserName="u")
    with pytest.raises(ClientError):
        iam.get_user(UserName="u")


async def test_a_paginator_sees_each_role_once(iam):
    def walk():
        for number in range(25):
            iam.create_role(RoleName=f"r{number:02d}", AssumeRolePolicyDocument=TRUST)
        pages = iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 7})
        return [[role["RoleName"] for role in page["Roles"]] for page in pages]

    pages = await run(walk)
    assert [len(page) for page in pages] == [7, 7, 7, 4]
    assert [name for page in pages for name in page] == [f"r{number:02d}" for number in range(25)]
