"""boto3 over a real socket: how answers and errors look on the wire."""

import asyncio

import pytest
from botocore.exceptions import ClientError
from tests.aws.iam.conftest import DOCUMENT, TRUST

TOO_SHORT = "Member must have length greater than or equal to 1"


async def error_of(function, **params):
    with pytest.raises(ClientError) as caught:
        await asyncio.to_thread(lambda: function(**params))
    return caught.value.response["Error"]


@pytest.mark.parametrize(
    ("operation", "params", "text"),
    [
        (
            "create_role",
            {"RoleName": "r" * 65, "AssumeRolePolicyDocument": TRUST},
            (
                f"1 validation error detected: Value '{'r' * 65}' at 'roleName' failed to satisfy "
                "constraint: Member must have length less than or equal to 64"
            ),
        ),
        (
            "list_roles",
            {"MaxItems": 1001},
            (
                "1 validation error detected: Value '1001' at 'maxItems' failed to satisfy "
                "constraint: Member must have value less than or equal to 1000"
            ),
        ),
        (
            "put_role_policy",
            {"RoleName": "", "PolicyName": "", "PolicyDocument": DOCUMENT},
            (
                "2 validation errors detected: "
                f"Value '' at 'roleName' failed to satisfy constraint: {TOO_SHORT}; "
                f"Value '' at 'policyName' failed to satisfy constraint: {TOO_SHORT}"
            ),
        ),
        (
            "update_role",
            {"RoleName": "r", "MaxSessionDuration": 100},
            (
                "1 validation error detected: Value '100' at 'maxSessionDuration' failed to satisfy "
                "constraint: Member must have value greater than or equal to 3600"
            ),
        ),
        (
            "update_role",
            {"RoleName": "a/b"},
            (
                "The specified value for roleName is invalid. It must contain only alphanumeric "
                "characters and/or the following: +=,.@_-"
            ),
        ),
    ],
    ids=["length", "page", "both", "duration", "name"],
)
async def test_constraints(iam, operation, params, text):
    error = await error_of(getattr(iam, operation), **params)
    assert error == {"Type": "Sender", "Code": "ValidationError", "Message": text}


@pytest.mark.parametrize(
    ("operation", "params", "code"),
    [
        ("get_user", {"UserName": "none"}, "NoSuchEntity"),
        (
            "create_policy",
            {"PolicyName": "p", "PolicyDocument": "{}"},
            "MalformedPolicyDocument",
        ),
        (
            "attach_role_policy",
            {"RoleName": "r", "PolicyArn": "x" * 20},
            "ValidationError",
        ),
    ],
    ids=["missing", "document", "arn"],
)
async def test_errors_have_the_codes_of_the_wire(iam, operation, params, code):
    assert (await error_of(getattr(iam, operation), **params))["Code"] == code


async def test_documents_are_read_by_boto3_and_times_have_whole_seconds(iam):
    made = await asyncio.to_thread(
        lambda: iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    )
    assert made["Role"]["AssumeRolePolicyDocument"]["Version"] == "2012-10-17"
    assert made["Role"]["CreateDate"].microsecond == 0


async def test_the_region_does_not_matter(iam, client):
    await asyncio.to_thread(lambda: iam.create_user(UserName="u"))
    assert (await client("GetUser", UserName="u"))["User"]["UserName"] == "u"


async def test_the_summary_is_a_map_of_numbers(iam):
    answer = await asyncio.to_thread(iam.get_account_summary)
    assert answer["SummaryMap"]["Users"] == 0


async def test_the_details_are_read_by_boto3(iam):
    def run():
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
        iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=DOCUMENT)
        pages = iam.get_paginator("get_account_authorization_details").paginate()
        return pages.build_full_result()

    found = await asyncio.to_thread(run)
    (role,) = found["RoleDetailList"]
    assert role["RolePolicyList"][0]["PolicyDocument"]["Version"] == "2012-10-17"


async def test_what_is_not_there_says_so(iam):
    error = await error_of(
        iam.simulate_custom_policy, PolicyInputList=[DOCUMENT], ActionNames=["s3:GetObject"]
    )
    assert error["Code"] == "NotImplemented"
    assert "iam.SimulateCustomPolicy" in error["Message"]
