"""Layers: test_layer_exceptions, test_layer_lifecycle, test_layer_function_exceptions, test_layer_function_quota_exception."""

import pytest
from tests.aws.lambda_.conftest import ROLE, zipped

from homeport.aws.lambda_ import limits

LAYER = "arn:aws:lambda:us-east-1:000000000000:layer:"


async def publish(client, name="l", files=None, **more):
    return await client(
        "PublishLayerVersion", LayerName=name, Content={"ZipFile": zipped(files)}, **more
    )


async def use(client, *layers):
    return await client("UpdateFunctionConfiguration", FunctionName="f", Layers=list(layers))


async def test_the_life_of_a_layer(client):
    given = {
        "Description": "d",
        "LicenseInfo": "MIT",
        "CompatibleRuntimes": ["python3.12"],
        "CompatibleArchitectures": ["x86_64"],
    }
    first = await publish(client, **given)
    assert {name: value for name, value in first.items() if name != "Content"} == {
        "LayerArn": f"{LAYER}l",
        "LayerVersionArn": f"{LAYER}l:1",
        "Version": 1,
        "CreatedDate": "2023-11-14T22:13:20.000+0000",
        **given,
    }
    assert first["Content"]["CodeSize"] == len(zipped())
    second = await publish(client, CompatibleRuntimes=[])
    assert second["CompatibleRuntimes"] == []
    assert "CompatibleArchitectures" not in second
    got = await client("GetLayerVersion", LayerName=f"{LAYER}l", VersionNumber=1)
    assert got == first
    assert await client("GetLayerVersionByArn", Arn=f"{LAYER}l:1") == first
    listed = await client("ListLayerVersions", LayerName="l")
    assert [each["Version"] for each in listed["LayerVersions"]] == [2, 1]
    for number in (1, 2, 2):
        assert await client("DeleteLayerVersion", LayerName="l", VersionNumber=number) == {}
    assert await client("ListLayerVersions", LayerName="l") == {"LayerVersions": []}
    assert (await publish(client))["Version"] == 3


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("GetLayerVersion", {"LayerName": "none", "VersionNumber": 1}),
        ("GetLayerVersion", {"LayerName": "l", "VersionNumber": 2}),
        ("GetLayerVersion", {"LayerName": "l", "VersionNumber": 2**70}),
        ("GetLayerVersionByArn", {"Arn": f"{LAYER}l:9"}),
    ],
    ids=["layer", "version", "large", "arn"],
)
async def test_what_is_not_there(client, operation, params):
    await publish(client)
    error = await client.refused(operation, **params)
    assert (error.status, error.message) == (404, "The resource you requested does not exist.")


@pytest.mark.parametrize("operation", ["GetLayerVersion", "DeleteLayerVersion"])
@pytest.mark.parametrize("number", [0, -1])
async def test_numbers_begin_with_one(client, operation, number):
    error = await client.refused(operation, LayerName="l", VersionNumber=number)
    assert error.message == "Layer Version Cannot be less than 1"


async def test_lists_are_of_what_fits(client):
    await publish(client, "a", CompatibleRuntimes=["python3.12"])
    await publish(client, "a", CompatibleRuntimes=["nodejs22.x"])
    await publish(client, "b", CompatibleArchitectures=["arm64"])

    async def layers(**more):
        page = await client("ListLayers", **more)
        return [
            (each["LayerName"], each["LatestMatchingVersion"]["Version"]) for each in page["Layers"]
        ]

    assert await layers() == [("a", 2), ("b", 1)]
    assert await layers(CompatibleRuntime="python3.12") == [("a", 1)]
    assert await layers(CompatibleArchitecture="arm64") == [("b", 1)]
    assert await layers(CompatibleRuntime="java21") == []
    page = await client("ListLayers", MaxItems=1)
    page = await client("ListLayers", Marker=page["NextMarker"])
    assert [each["LayerName"] for each in page["Layers"]] == ["b"]
    page = await client("ListLayerVersions", LayerName="a", MaxItems=1)
    page = await client("ListLayerVersions", LayerName="a", Marker=page["NextMarker"])
    assert [each["Version"] for each in page["LayerVersions"]] == [1]


async def test_a_function_over_layers(client):
    await client.make()
    for name in ("x", "y"):
        await publish(client, name, {"lib/a": name})
    after = await use(client, f"{LAYER}x:1", f"{LAYER}y:1")
    size = len(zipped({"lib/a": "x"}))
    assert after["Layers"] == [
        {"Arn": f"{LAYER}x:1", "CodeSize": size},
        {"Arn": f"{LAYER}y:1", "CodeSize": size},
    ]
    code = await client.lambda_.functions.code(client.resolve().version)
    assert [(path / "lib" / "a").read_text() for path in code.layers] == ["x", "y"]
    client.lambda_.functions.release(code)
    assert "Layers" not in await use(client)


async def test_a_deleted_layer_stays_with_the_functions_that_use_it(client, tmp_path):
    await client.make()
    await publish(client, "x", {"a": "x"})
    await use(client, f"{LAYER}x:1")
    await client("DeleteLayerVersion", LayerName="x", VersionNumber=1)
    await client.restart()
    after = await client("UpdateFunctionConfiguration", FunctionName="f", Description="d")
    assert after["Layers"][0]["Arn"] == f"{LAYER}x:1"
    assert (await use(client, f"{LAYER}x:1"))["Layers"]
    code = await client.lambda_.functions.code(client.resolve().version)
    assert (code.layers[0] / "a").read_text() == "x"
    client.lambda_.functions.release(code)
    await use(client)
    files = [path for path in (tmp_path / "lambda" / "files").rglob("*") if path.is_file()]
    assert len(files) == 1


def same(one, two):
    return (
        "Two different versions of the same layer are not allowed to be referenced in the same function. "
        f"{LAYER}{one} and {LAYER}{two} are versions of the same layer."
    )


@pytest.mark.parametrize(
    ("layers", "text"),
    [
        (["l:1", "l:2"], same("l:1", "l:2")),
        (["l:1", "l:1"], same("l:1", "l:1")),
        (["none:1"], f"Layer version {LAYER}none:1 does not exist."),
        (["l:9"], f"Layer version {LAYER}l:9 does not exist."),
        (["a:1", "b:1", "c:1", "d:1", "e:1", "f:1"], "Cannot reference more than 5 layers."),
    ],
    ids=["two-versions", "twice", "no-layer", "no-version", "six"],
)
async def test_layers_that_a_function_cannot_have(client, layers, text):
    await client.make()
    await publish(client)
    await publish(client)
    named = [f"{LAYER}{layer}" for layer in layers]
    error = await client.refused("UpdateFunctionConfiguration", FunctionName="f", Layers=named)
    assert (error.code, error.message) == ("InvalidParameterValueException", text)


async def test_a_layer_of_another_region(client):
    await client.make()
    arn = "arn:aws:lambda:eu-west-1:000000000000:layer:l:1"
    text = "Layers are not in the same region as the function. Layers are expected to be in region us-east-1."
    error = await client.refused("UpdateFunctionConfiguration", FunctionName="f", Layers=[arn])
    assert error.message == text
    # Said before the name is looked at, which is taken.
    code = {"Runtime": "python3.12", "Handler": "a.b", "Code": {"ZipFile": zipped()}}
    error = await client.refused(
        "CreateFunction", FunctionName="f", Role=ROLE, Layers=[arn], **code
    )
    assert error.message == text


async def test_all_together_have_a_limit(client, monkeypatch):
    await client.make(files={"a": "x" * 600})
    await publish(client, "l", {"b": "y" * 500})
    monkeypatch.setattr(limits, "UNZIPPED", 1000)
    error = await client.refused(
        "UpdateFunctionConfiguration", FunctionName="f", Layers=[f"{LAYER}l:1"]
    )
    assert error.message == (
        "Function code combined with layers exceeds the maximum allowed size of 1000 bytes. "
        "The actual size is 1100 bytes."
    )


async def test_another_accounts_layer(client):
    await publish(client.other(account="111111111111"), "l", {"a": "1"})
    theirs = "arn:aws:lambda:us-east-1:111111111111:layer:l"
    await client.make(Layers=[f"{theirs}:1"])
    assert (await client("GetLayerVersion", LayerName=theirs, VersionNumber=1))["Version"] == 1
    for operation in ("PublishLayerVersion", "DeleteLayerVersion"):
        more = {"Content": {"ZipFile": zipped()}} if operation[0] == "P" else {"VersionNumber": 1}
        assert (await client.refused(operation, LayerName=theirs, **more)).status == 403


async def test_a_layer_of_another_region_is_not_there(client):
    await publish(client)
    elsewhere = client.other(region="eu-west-1")
    error = await elsewhere.refused("GetLayerVersion", LayerName=f"{LAYER}l", VersionNumber=1)
    assert error.status == 404
