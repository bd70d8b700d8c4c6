"""Aliases: test_alias_lifecycle, test_notfound_and_invalid_routingconfigs, test_non_existent_alias_update."""

import pytest
from tests.aws.lambda_.conftest import ARN


@pytest.fixture
async def two(client):
    """A function with two versions."""
    await client.make(Publish=True)
    await client("UpdateFunctionConfiguration", FunctionName="f", Description="2")
    await client("PublishVersion", FunctionName="f")
    return client


def weights(**given):
    return {"AdditionalVersionWeights": {name.removeprefix("v"): n for name, n in given.items()}}


async def test_the_life_of_an_alias(two):
    made = await two(
        "CreateAlias",
        FunctionName="f",
        Name="live",
        FunctionVersion="1",
        Description="d",
        RoutingConfig=weights(v2=0.2),
    )
    assert made == {
        "AliasArn": f"{ARN}f:live",
        "Name": "live",
        "FunctionVersion": "1",
        "Description": "d",
        "RoutingConfig": weights(v2=0.2),
        "RevisionId": made["RevisionId"],
    }
    assert await two("GetAlias", FunctionName="f", Name="live") == made
    after = await two(
        "UpdateAlias", FunctionName="f", Name="live", RoutingConfig=weights(), FunctionVersion="2"
    )
    assert (after["FunctionVersion"], after["Description"]) == ("2", "d")
    assert "RoutingConfig" not in {name for name, value in after.items() if value}
    assert after["RevisionId"] != made["RevisionId"]
    got = await two("GetFunction", FunctionName="f", Qualifier="live")
    assert got["Configuration"]["Version"] == "2"
    assert got["Configuration"]["FunctionArn"] == f"{ARN}f:live"
    assert await two("DeleteAlias", FunctionName="f", Name="live") == {}
    assert await two("DeleteAlias", FunctionName="f", Name="live") == {}
    error = await two.refused("GetAlias", FunctionName="f", Name="live")
    assert (error.status, error.message) == (404, f"Cannot find alias arn: {ARN}f:live")
    error = await two.refused("GetFunction", FunctionName="f", Qualifier="live")
    assert error.message == f"Function not found: {ARN}f:live"


CASES = {
    "routing_config_exc_toomany": (
        {"RoutingConfig": weights(v2=0.1, v3=0.1)},
        "Number of items in AdditionalVersionWeights cannot be greater than 1",
    ),
    "routing_config_exc_sameversion": (
        {"RoutingConfig": weights(v1=0.5)},
        "Invalid function version 1. Function version 1 is already included in routing configuration.",
    ),
    "target_version_doesnotexist": ({"FunctionVersion": "10"}, f"Function not found: {ARN}f:10"),
    "routing_config_exc_version_doesnotexist": (
        {"RoutingConfig": weights(v10=0.5)},
        f"Function not found: {ARN}f:10",
    ),
    "target_version_exc_version_latest": (
        {"FunctionVersion": "$LATEST", "RoutingConfig": weights(v1=0.5)},
        "$LATEST is not supported for an alias pointing to more than 1 version",
    ),
    "routing_config_exc_fn_doesnotexist": (
        {"FunctionName": "unknown"},
        f"Function not found: {ARN}unknown:1",
    ),
    "routing_config_exc_already_exist": ({"Name": "there"}, f"Alias already exists: {ARN}f:there"),
}


@pytest.mark.parametrize("name", CASES)
async def test_what_is_refused(two, name):
    given, text = CASES[name]
    await two("CreateAlias", FunctionName="f", Name="there", FunctionVersion="1")
    params = {"FunctionName": "f", "Name": "new", "FunctionVersion": "1"} | given
    error = await two.refused("CreateAlias", **params)
    blame = {} if name == "target_version_exc_version_latest" else {"Type": "User"}
    assert (error.message, error.fields) == (text, blame)


async def test_latest_can_have_an_alias_and_no_weights_are_none(two):
    made = await two("CreateAlias", FunctionName="f", Name="a", FunctionVersion="$LATEST")
    assert made["FunctionVersion"] == "$LATEST"
    made = await two(
        "CreateAlias", FunctionName="f", Name="b", FunctionVersion="1", RoutingConfig=weights()
    )
    assert "RoutingConfig" not in made


async def test_an_update_of_what_is_not_there_or_was_changed(two):
    error = await two.refused("UpdateAlias", FunctionName="f", Name="none")
    assert error.message == f"Alias not found: {ARN}f:none"
    made = await two("CreateAlias", FunctionName="f", Name="a", FunctionVersion="1")
    error = await two.refused("UpdateAlias", FunctionName="f", Name="a", RevisionId="wrong")
    assert error.status == 412
    await two("UpdateAlias", FunctionName="f", Name="a", RevisionId=made["RevisionId"])


async def test_lists(two):
    for name, version in (("b", "1"), ("a", "2"), ("c", "1")):
        await two("CreateAlias", FunctionName="f", Name=name, FunctionVersion=version)

    async def names(**more):
        page = await two("ListAliases", FunctionName="f", **more)
        return [alias["Name"] for alias in page["Aliases"]], page.get("NextMarker")

    assert await names() == (["a", "b", "c"], None)
    assert await names(FunctionVersion="1") == (["b", "c"], None)
    page, marker = await names(MaxItems=2)
    assert page == ["a", "b"]
    assert await names(MaxItems=2, Marker=marker) == (["c"], None)


@pytest.mark.parametrize(("drawn", "version"), [(0.0, "2"), (0.19, "2"), (0.2, "1"), (0.99, "1")])
async def test_weights_are_drawn_at_each_invocation(two, drawn, version):
    await two(
        "CreateAlias",
        FunctionName="f",
        Name="live",
        FunctionVersion="1",
        RoutingConfig=weights(v2=0.2),
    )
    two.draws.next = drawn
    resolved = two.resolve("f", "live")
    assert resolved.version.version == version
    assert (resolved.invoked_arn, resolved.qualifier) == (f"{ARN}f:live", "live")


async def test_a_changed_alias_is_seen_at_once(two):
    await two("CreateAlias", FunctionName="f", Name="live", FunctionVersion="1")
    assert two.resolve("f:live").version.version == "1"
    await two("UpdateAlias", FunctionName="f", Name="live", FunctionVersion="2")
    assert two.resolve("f:live").version.version == "2"
