"""Policies of functions: test_permission_exceptions, test_add_lambda_permission_fields, test_remove_multi_permissions,
test_lambda_permission_fn_versioning."""

import json

import pytest
from tests.aws.lambda_.conftest import ARN

GIVEN = {"Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}


async def add(client, sid="s3", name="f", **more):
    params = GIVEN | {"FunctionName": name, "StatementId": sid} | more
    return (await client("AddPermission", **params))["Statement"]


STATEMENTS = {
    "wildcard": (
        {"Principal": "*", "SourceAccount": "111111111111"},
        (
            '"Principal":"*","Action":"lambda:InvokeFunction","Resource":"ARN",'
            '"Condition":{"StringEquals":{"AWS:SourceAccount":"111111111111"}}'
        ),
    ),
    "service": (
        {"SourceArn": "arn:aws:s3:::b"},
        (
            '"Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"ARN",'
            '"Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::b"}}'
        ),
    ),
    "account": (
        {"Principal": "111111111111"},
        '"Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"lambda:InvokeFunction","Resource":"ARN"',
    ),
    "arn": (
        {"Principal": "arn:aws:iam::111111111111:user/u"},
        '"Principal":{"AWS":"arn:aws:iam::111111111111:user/u"},"Action":"lambda:InvokeFunction","Resource":"ARN"',
    ),
    "optional": (
        {
            "Principal": "*",
            "Action": "lambda:InvokeFunctionUrl",
            "SourceAccount": "111111111111",
            "SourceArn": "arn:aws:s3:::b",
            "FunctionUrlAuthType": "NONE",
            "PrincipalOrgID": "o-1234567890",
        },
        (
            '"Principal":"*","Action":"lambda:InvokeFunctionUrl","Resource":"ARN","Condition":{"StringEquals":'
            '{"AWS:SourceAccount":"111111111111","lambda:FunctionUrlAuthType":"NONE","aws:PrincipalOrgID":"o-1234567890"},'
            '"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::b"}}'
        ),
    ),
    "token": (
        {"Principal": "*", "EventSourceToken": "amzn1.ask.skill.x"},
        (
            '"Principal":"*","Action":"lambda:InvokeFunction","Resource":"ARN",'
            '"Condition":{"StringEquals":{"lambda:EventSourceToken":"amzn1.ask.skill.x"}}'
        ),
    ),
    "url": (
        {"Principal": "*", "InvokedViaFunctionUrl": True},
        (
            '"Principal":"*","Action":"lambda:InvokeFunction","Resource":"ARN",'
            '"Condition":{"Bool":{"lambda:InvokedViaFunctionUrl":"true"}}'
        ),
    ),
}


@pytest.mark.parametrize("name", STATEMENTS)
async def test_statements(client, name):
    given, text = STATEMENTS[name]
    await client.make()
    expected = f'{{"Sid":"s3","Effect":"Allow",{text.replace("ARN", f"{ARN}f")}}}'
    assert await add(client, **given) == expected
    policy = await client("GetPolicy", FunctionName="f")
    assert policy["Policy"] == (
        f'{{"Version":"2012-10-17","Id":"default","Statement":[{expected}]}}'
    )


async def test_adding_and_removing(client):
    await client.make()
    await add(client, "a")
    first = await client("GetPolicy", FunctionName="f")
    await add(client, "b")
    both = await client("GetPolicy", FunctionName="f")
    assert first["RevisionId"] != both["RevisionId"]
    assert [each["Sid"] for each in json.loads(both["Policy"])["Statement"]] == ["a", "b"]
    error = await client.refused("RemovePermission", FunctionName="f", StatementId="none")
    assert error.message == "Statement none is not found in resource policy."
    for sid in ("a", "b"):
        assert await client("RemovePermission", FunctionName="f", StatementId=sid) == {}
    error = await client.refused("GetPolicy", FunctionName="f")
    assert (error.status, error.message) == (404, "The resource you requested does not exist.")
    error = await client.refused("RemovePermission", FunctionName="f", StatementId="a")
    assert error.message == "No policy is associated with the given resource."


ADDED = {
    "add_permission_fn_qualifier_latest": (
        {"Qualifier": "$LATEST"},
        "We currently do not support adding policies for $LATEST.",
    ),
    "add_permission_principal_invalid": (
        {"Principal": "invalid.nonaws.com"},
        "The provided principal was invalid. Please check the principal and try again.",
    ),
    "add_permission_fn_doesnotexist": ({"FunctionName": "none"}, f"Function not found: {ARN}none"),
    "add_permission_fn_alias_doesnotexist": (
        {"Qualifier": "none"},
        f"Cannot find alias arn: {ARN}f:none",
    ),
    "add_permission_fn_version_doesnotexist": (
        {"Qualifier": "42"},
        f"Function not found: {ARN}f:42",
    ),
    "add_permission_fn_qualifier_valid_doesnotexist": (
        {"Qualifier": "with-$-but"},
        f"Function not found: {ARN}f:with-$-but",
    ),
    "add_permission_conflicting_statement_id": (
        {"StatementId": "there"},
        (
            "The statement id (there) provided already exists. "
            "Please provide a new statement id, or remove the existing statement."
        ),
    ),
    "add_permission_alias_revision_exception": (
        {"RevisionId": "wrong"},
        (
            "The Revision Id provided does not match the latest Revision Id. "
            "Call the GetPolicy API to retrieve the latest Revision Id"
        ),
    ),
}


@pytest.mark.parametrize("name", ADDED)
async def test_what_cannot_be_added(client, name):
    given, text = ADDED[name]
    await client.make()
    await add(client, "there")
    params = GIVEN | {"FunctionName": "f", "StatementId": "new"} | given
    assert (await client.refused("AddPermission", **params)).message == text


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"FunctionName": "none"}, f"No policy found for: {ARN}none"),
        ({"Qualifier": "none"}, f"Cannot find alias arn: {ARN}f:none"),
    ],
)
async def test_what_cannot_be_removed(client, given, text):
    await client.make()
    params = {"FunctionName": "f", "StatementId": "s"} | given
    assert (await client.refused("RemovePermission", **params)).message == text


async def test_each_qualifier_has_a_policy_of_its_own(client):
    await client.make(Publish=True)
    await client("CreateAlias", FunctionName="f", Name="live", FunctionVersion="1")
    await add(client, "function")
    await add(client, "alias", Qualifier="live")
    await add(client, "version", Qualifier="1")

    async def sids(**more):
        policy = await client("GetPolicy", FunctionName="f", **more)
        return [
            (each["Sid"], each["Resource"]) for each in json.loads(policy["Policy"])["Statement"]
        ]

    assert await sids() == [("function", f"{ARN}f")]
    assert await sids(Qualifier="live") == [("alias", f"{ARN}f:live")]
    assert await sids(Qualifier="1") == [("version", f"{ARN}f:1")]
    await client("DeleteAlias", FunctionName="f", Name="live")
    await client("CreateAlias", FunctionName="f", Name="live", FunctionVersion="1")
    await client.refused("GetPolicy", FunctionName="f", Qualifier="live")


async def test_a_policy_has_a_limit(client):
    await client.make()
    long = {"SourceArn": "arn:aws:s3:::" + "b" * 9000}
    await add(client, "a", **long)
    await add(client, "b", **long)
    error = await client.refused(
        "AddPermission", FunctionName="f", StatementId="c", **(GIVEN | long)
    )
    assert (error.code, error.status) == ("PolicyLengthExceededException", 400)
    assert error.message.endswith("is bigger than the limit (20480).")


async def test_the_revision_of_an_alias_stands_for_that_of_a_policy_it_has_not_yet(client):
    await client.make(Publish=True)
    alias = await client("CreateAlias", FunctionName="f", Name="live", FunctionVersion="1")
    given = {"Qualifier": "live", "RevisionId": alias["RevisionId"]}
    await add(client, "one", **given)
    error = await client.refused(
        "AddPermission", **GIVEN, FunctionName="f", StatementId="two", **given
    )
    assert error.code == "PreconditionFailedException"
    known = (await client("GetPolicy", FunctionName="f", Qualifier="live"))["RevisionId"]
    await add(client, "two", Qualifier="live", RevisionId=known)
