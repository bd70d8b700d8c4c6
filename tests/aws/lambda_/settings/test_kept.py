import pytest
from tests.aws.lambda_.conftest import ARN, zipped


async def test_the_account(client):
    """test_account_settings, test_account_settings_total_code_size"""
    await client.make()
    settings = await client("GetAccountSettings")
    assert settings["AccountLimit"] == {
        "TotalCodeSize": 80_530_636_800,
        "CodeSizeUnzipped": 262_144_000,
        "CodeSizeZipped": 52_428_800,
        "ConcurrentExecutions": 1000,
        "UnreservedConcurrentExecutions": 1000,
    }
    size = len(zipped())
    assert settings["AccountUsage"] == {"TotalCodeSize": size, "FunctionCount": 1}
    await client("PublishVersion", FunctionName="f")
    await client("PublishLayerVersion", LayerName="l", Content={"ZipFile": zipped()})
    usage = (await client("GetAccountSettings"))["AccountUsage"]
    assert usage == {"TotalCodeSize": 3 * size, "FunctionCount": 1}


async def test_code_storage_is_limited(client, monkeypatch):
    from homeport.aws.lambda_ import limits

    monkeypatch.setattr(limits, "TOTAL_CODE", 2 * len(zipped()))
    await client.make("a")
    await client("PublishVersion", FunctionName="a")
    await client("UpdateFunctionConfiguration", FunctionName="a", Description="x")
    error = await client.refused("PublishVersion", FunctionName="a")
    assert (error.code, error.message) == (
        "CodeStorageExceededException",
        "Code storage limit exceeded.",
    )
    assert await client.refused("PublishLayerVersion", LayerName="l", Content={"ZipFile": zipped()})
    await client("DeleteFunction", FunctionName="a", Qualifier="1")
    await client("PublishVersion", FunctionName="a")


async def test_recursion(client):
    """test_put_function_recursion_config_allow"""
    await client.make()
    one = {"FunctionName": "f"}
    assert await client("GetFunctionRecursionConfig", **one) == {"RecursiveLoop": "Terminate"}
    allow = {"RecursiveLoop": "Allow"}
    assert await client("PutFunctionRecursionConfig", **one, **allow) == allow
    assert await client("GetFunctionRecursionConfig", **one) == allow


async def test_runtime_management(client):
    await client.make()
    one = {"FunctionName": "f"}
    auto = {"UpdateRuntimeOn": "Auto", "FunctionArn": f"{ARN}f"}
    assert await client("GetRuntimeManagementConfig", **one) == auto
    arn = "arn:aws:lambda:us-east-1::runtime:abc"
    manual = {"UpdateRuntimeOn": "Manual", "RuntimeVersionArn": arn}
    await client("PutRuntimeManagementConfig", **one, **manual)
    assert await client("GetRuntimeManagementConfig", **one) == manual | {"FunctionArn": f"{ARN}f"}
    error = await client.refused("PutRuntimeManagementConfig", UpdateRuntimeOn="Manual", **one)
    assert error.status == 400


async def test_no_function_is_signed(client):
    await client.make()
    found = await client("GetFunctionCodeSigningConfig", FunctionName="f")
    assert found == {"FunctionName": "f"}


@pytest.mark.parametrize(
    "operation",
    [
        "GetFunctionRecursionConfig",
        "GetRuntimeManagementConfig",
        "GetFunctionCodeSigningConfig",
    ],
)
async def test_of_no_function(client, operation):
    error = await client.refused(operation, FunctionName="none")
    assert error.message == f"Function not found: {ARN}none"
