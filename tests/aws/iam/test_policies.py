import json
from urllib.parse import unquote

import pytest
from tests.aws.iam.conftest import DOCUMENT

from homeport.aws.iam.engine import documents, managed

BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


async def test_a_new_policy_is_told_as_recorded(client, clock):
    made = await client("CreatePolicy", PolicyName="p", PolicyDocument=DOCUMENT, Description="d")
    policy = made["Policy"]
    assert policy.pop("PolicyId").startswith("ANPA")
    assert policy == {
        "PolicyName": "p",
        "Arn": "arn:aws:iam::000000000000:policy/p",
        "Path": "/",
        "DefaultVersionId": "v1",
        "AttachmentCount": 0,
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": True,
        "CreateDate": int(clock.now()),
        "UpdateDate": int(clock.now()),
    }
    assert (await client("GetPolicy", PolicyArn=policy["Arn"]))["Policy"]["Description"] == "d"


async def test_a_name_is_taken_whatever_its_path(client):
    await client.policy("p")
    error = await client.refused(
        "CreatePolicy", PolicyName="P", Path="/x/", PolicyDocument=DOCUMENT
    )
    assert (error.code, error.message) == (
        "EntityAlreadyExistsException",
        "A policy called P already exists. Duplicate names are not allowed.",
    )


async def test_a_policy_has_a_limit(client):
    names = [f"arn:aws:s3:::bucket-{number:04d}" for number in range(250)]
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": names}
    long = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    assert documents.size(long) > 6144
    error = await client.refused("CreatePolicy", PolicyName="p", PolicyDocument=long)
    assert (error.code, error.message) == (
        "LimitExceededException",
        "Cannot exceed quota for PolicySize: 6144",
    )


async def test_numbers_of_versions_are_not_used_again(client, clock):
    arn = await client.policy()
    await clock.advance(10)
    made = await client("CreatePolicyVersion", PolicyArn=arn, PolicyDocument=DOCUMENT)
    assert made["PolicyVersion"] == {
        "VersionId": "v2",
        "IsDefaultVersion": False,
        "CreateDate": int(clock.now()),
    }
    await client("DeletePolicyVersion", PolicyArn=arn, VersionId="v2")
    made = await client("CreatePolicyVersion", PolicyArn=arn, PolicyDocument=DOCUMENT)
    assert made["PolicyVersion"]["VersionId"] == "v3"
    assert (await client("GetPolicy", PolicyArn=arn))["Policy"]["UpdateDate"] == int(clock.now())


async def test_the_default_version_is_the_one_that_counts(client):
    arn = await client.policy()
    await client("CreatePolicyVersion", PolicyArn=arn, PolicyDocument=DOCUMENT)
    await client("SetDefaultPolicyVersion", PolicyArn=arn, VersionId="v2")
    assert (await client("GetPolicy", PolicyArn=arn))["Policy"]["DefaultVersionId"] == "v2"
    error = await client.refused("DeletePolicyVersion", PolicyArn=arn, VersionId="v2")
    assert (error.code, error.message) == (
        "DeleteConflictException",
        "Cannot delete the default version of a policy.",
    )
    error = await client.refused("DeletePolicy", PolicyArn=arn)
    assert error.message == (
        "This policy has more than one version. Before you delete a policy, you must delete the "
        "policy's versions. The default version is deleted with the policy."
    )


async def test_versions_are_limited(client):
    arn = await client.policy()
    for _ in range(4):
        await client("CreatePolicyVersion", PolicyArn=arn, PolicyDocument=DOCUMENT)
    error = await client.refused("CreatePolicyVersion", PolicyArn=arn, PolicyDocument=DOCUMENT)
    assert error.message == (
        "A managed policy can have up to 5 versions. Before you create a new version, "
        "you must delete an existing version."
    )


async def test_a_version_that_is_not_there(client):
    arn = await client.policy()
    for operation in ("GetPolicyVersion", "DeletePolicyVersion", "SetDefaultPolicyVersion"):
        error = await client.refused(operation, PolicyArn=arn, VersionId="v9")
        assert error.message == f"Policy {arn} version v9 does not exist or is not attachable."


async def test_an_attached_policy_cannot_be_deleted(client):
    arn = await client.policy()
    await client.role()
    await client("AttachRolePolicy", RoleName="r", PolicyArn=arn)
    error = await client.refused("DeletePolicy", PolicyArn=arn)
    assert error.message == "Cannot delete a policy attached to entities."
    await client("DetachRolePolicy", RoleName="r", PolicyArn=arn)
    await client("DeletePolicy", PolicyArn=arn)
    error = await client.refused("GetPolicy", PolicyArn=arn)
    assert (error.code, error.message) == ("NoSuchEntityException", f"Policy {arn} was not found.")


async def test_policies_of_aws_are_shown(client):
    policy = (await client("GetPolicy", PolicyArn=BASIC))["Policy"]
    assert policy["Path"] == "/service-role/"
    assert policy["PolicyId"].startswith("ANPA")
    version = await client("GetPolicyVersion", PolicyArn=BASIC, VersionId="v1")
    document = json.loads(unquote(version["PolicyVersion"]["Document"]))
    assert document["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": "*",
        }
    ]


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("DeletePolicy", {}),
        ("CreatePolicyVersion", {"PolicyDocument": DOCUMENT}),
        ("TagPolicy", {"Tags": [{"Key": "a", "Value": "b"}]}),
    ],
    ids=["delete", "version", "tag"],
)
async def test_policies_of_aws_are_changed_by_nobody(client, operation, params):
    error = await client.refused(operation, PolicyArn=BASIC, **params)
    assert (error.code, error.message) == (
        ("NoSuchEntityException", f"Policy {BASIC} was not found.")
        if operation == "TagPolicy"
        else ("InvalidInputException", f"Policy {BASIC} is managed by AWS and cannot be changed.")
    )


async def test_an_unknown_policy_of_aws_is_there_once_somebody_has_it(client):
    arn = "arn:aws:iam::aws:policy/service-role/SomethingNew"
    assert (await client.refused("GetPolicy", PolicyArn=arn)).code == "NoSuchEntityException"
    await client.role()
    await client("AttachRolePolicy", RoleName="r", PolicyArn=arn)
    policy = (await client("GetPolicy", PolicyArn=arn))["Policy"]
    assert (policy["PolicyName"], policy["AttachmentCount"]) == ("SomethingNew", 1)
    error = await client.refused("GetPolicyVersion", PolicyArn=arn, VersionId="v1")
    assert error.code == "NoSuchEntityException"


async def names(client, **params):
    found, page = [], await client("ListPolicies", **params)
    while True:
        found += [policy["PolicyName"] for policy in page["Policies"]]
        if not page["IsTruncated"]:
            return found
        page = await client("ListPolicies", **params, Marker=page["Marker"])


async def test_lists_have_scopes_and_filters(client):
    arn = await client.policy("Own")
    await client.policy("sub", Path="/x/")
    await client.role()
    await client("AttachRolePolicy", RoleName="r", PolicyArn=arn)
    await client("AttachRolePolicy", RoleName="r", PolicyArn=BASIC)
    assert await names(client, Scope="Local") == ["Own", "sub"]
    assert await names(client, Scope="Local", PathPrefix="/x/") == ["sub"]
    assert await names(client, OnlyAttached=True) == ["AWSLambdaBasicExecutionRole", "Own"]
    assert len(await names(client, Scope="AWS", MaxItems=7)) == len(managed.all_known())
    every = await names(client, MaxItems=3)
    assert len(every) == len(managed.all_known()) + 2
    assert every == sorted(every, key=str.lower)


def test_the_known_policies_of_aws_could_be_made_here():
    for policy in managed.all_known():
        assert managed.is_managed(policy.arn)
        documents.check_managed(managed.document(policy.arn))
        assert documents.size(managed.document(policy.arn)) <= 6144
