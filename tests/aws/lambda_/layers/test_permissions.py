"""Policies of layer versions: test_layer_policy_exceptions, test_layer_policy_lifecycle."""

import pytest
from tests.aws.lambda_.conftest import zipped

LAYER = "arn:aws:lambda:us-east-1:000000000000:layer:l"
ONE = {"LayerName": "l", "VersionNumber": 1}
GIVEN = {**ONE, "Action": "lambda:GetLayerVersion", "Principal": "*"}


@pytest.fixture
async def made(client):
    await client("PublishLayerVersion", LayerName="l", Content={"ZipFile": zipped()})
    return client


def statement(sid):
    return (
        f'{{"Sid":"{sid}","Effect":"Allow","Principal":"*","Action":"lambda:GetLayerVersion",'
        f'"Resource":"{LAYER}:1"}}'
    )


async def test_the_life_of_a_policy(made):
    error = await made.refused("GetLayerVersionPolicy", **ONE)
    assert error.message == "No policy is associated with the given resource."
    first = await made("AddLayerVersionPermission", StatementId="s1", **GIVEN)
    assert first["Statement"] == statement("s1")
    got = await made("GetLayerVersionPolicy", **ONE)
    assert got == {
        "Policy": f'{{"Version":"2012-10-17","Id":"default","Statement":[{statement("s1")}]}}',
        "RevisionId": first["RevisionId"],
    }
    revision = {"RevisionId": first["RevisionId"]}
    await made("AddLayerVersionPermission", StatementId="s2", **GIVEN, **revision)
    for sid in ("s1", "s2"):
        assert await made("RemoveLayerVersionPermission", StatementId=sid, **ONE) == {}
    await made.refused("GetLayerVersionPolicy", **ONE)


async def test_an_organization(made):
    added = await made(
        "AddLayerVersionPermission", StatementId="s", OrganizationId="o-1234567890", **GIVEN
    )
    assert (
        '"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1234567890"}}' in added["Statement"]
    )


CONFLICT = "The statement id (s1) provided already exists. Please provide a new statement id, or remove the existing statement."
REVISION = (
    "The Revision Id provided does not match the latest Revision Id. "
    "Call the GetLayerPolicy API to retrieve the latest Revision Id"
)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"StatementId": "s1"}, CONFLICT),
        ({"StatementId": "s2", "RevisionId": "wrong"}, REVISION),
        (
            {"StatementId": "s2", "VersionNumber": 2},
            f"Layer version {LAYER}:2 does not exist.",
        ),
        (
            {"StatementId": "s2", "LayerName": "l-none"},
            f"Layer version {LAYER}-none:1 does not exist.",
        ),
    ],
)
async def test_what_cannot_be_added(made, given, text):
    await made("AddLayerVersionPermission", StatementId="s1", **GIVEN)
    error = await made.refused("AddLayerVersionPermission", **(GIVEN | given))
    assert error.message == text


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"StatementId": "none"}, "Statement none is not found in resource policy."),
        ({"StatementId": "s1", "RevisionId": "wrong"}, REVISION),
        ({"StatementId": "s1", "VersionNumber": 2}, f"Layer version {LAYER}:2 does not exist."),
    ],
)
async def test_what_cannot_be_removed(made, given, text):
    await made("AddLayerVersionPermission", StatementId="s1", **GIVEN)
    error = await made.refused("RemoveLayerVersionPermission", **(ONE | given))
    assert error.message == text
