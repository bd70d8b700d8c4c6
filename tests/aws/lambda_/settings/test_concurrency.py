"""Reserved and provisioned concurrency: test_function_concurrency_exceptions, test_function_concurrency_limits,
test_provisioned_concurrency_exceptions, test_lambda_provisioned_lifecycle, test_provisioned_concurrency_limits."""

import pytest
from tests.aws.lambda_.conftest import ARN


async def reserve(client, count, name="f"):
    return await client(
        "PutFunctionConcurrency", FunctionName=name, ReservedConcurrentExecutions=count
    )


async def provision(client, count, qualifier="1", name="f"):
    return await client(
        "PutProvisionedConcurrencyConfig",
        FunctionName=name,
        Qualifier=qualifier,
        ProvisionedConcurrentExecutions=count,
    )


async def test_reserving(client):
    await client.make()
    function = client.resolve().version.function
    assert client.lambda_.functions.reserved(function) is None
    assert await reserve(client, 0) == {"ReservedConcurrentExecutions": 0}
    assert client.lambda_.functions.reserved(function) == 0
    assert (await client("GetFunction", FunctionName="f"))["Concurrency"] == {
        "ReservedConcurrentExecutions": 0
    }
    await reserve(client, 7)
    got = await client("GetFunctionConcurrency", FunctionName="f")
    assert got == {"ReservedConcurrentExecutions": 7}
    assert await client("DeleteFunctionConcurrency", FunctionName="f") == {}
    assert await client("GetFunctionConcurrency", FunctionName="f") == {}
    assert client.lambda_.functions.reserved(function) is None


async def test_a_hundred_stay_for_the_others(client):
    await client.make("a")
    await client.make("b")
    await reserve(client, 500, "a")
    await reserve(client, 400, "b")
    error = await client.refused(
        "PutFunctionConcurrency", FunctionName="b", ReservedConcurrentExecutions=401
    )
    assert (error.code, error.fields) == ("InvalidParameterValueException", {})
    assert error.message == (
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
        "below its minimum value of [100]."
    )
    settings = await client("GetAccountSettings")
    assert settings["AccountLimit"]["UnreservedConcurrentExecutions"] == 100
    await client.other(region="eu-west-1").make("b")
    await reserve(client.other(region="eu-west-1"), 900, "b")


@pytest.mark.parametrize(
    ("operation", "arn"),
    [
        ("PutFunctionConcurrency", f"{ARN}none:$LATEST"),
        ("GetFunctionConcurrency", f"{ARN}none"),
        ("DeleteFunctionConcurrency", f"{ARN}none"),
    ],
)
async def test_of_no_function(client, operation, arn):
    more = {"ReservedConcurrentExecutions": 1} if operation.startswith("Put") else {}
    error = await client.refused(operation, FunctionName="none", **more)
    assert error.message == f"Function not found: {arn}"


async def test_of_a_qualifier(client):
    error = await client.refused(
        "PutFunctionConcurrency", FunctionName=f"{ARN}f:1", ReservedConcurrentExecutions=1
    )
    assert error.message == (
        "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. "
        "Please specify either a function name or an unqualified function ARN."
    )


@pytest.fixture
async def aliased(client):
    await client.make(Publish=True)
    await client("CreateAlias", FunctionName="f", Name="live", FunctionVersion="1")
    return client


async def test_provisioning_is_kept(aliased):
    told = {
        "RequestedProvisionedConcurrentExecutions": 3,
        "AvailableProvisionedConcurrentExecutions": 3,
        "AllocatedProvisionedConcurrentExecutions": 3,
        "Status": "READY",
        "LastModified": "2023-11-14T22:13:20+0000",
    }
    assert await provision(aliased, 3) == told
    one = {"FunctionName": "f", "Qualifier": "1"}
    assert await aliased("GetProvisionedConcurrencyConfig", **one) == told
    listed = await aliased("ListProvisionedConcurrencyConfigs", FunctionName="f")
    assert listed == {"ProvisionedConcurrencyConfigs": [{"FunctionArn": f"{ARN}f:1", **told}]}
    assert await aliased("DeleteProvisionedConcurrencyConfig", **one) == {}
    assert await aliased("DeleteProvisionedConcurrencyConfig", **one) == {}
    error = await aliased.refused("GetProvisionedConcurrencyConfig", **one)
    assert (error.code, error.status, error.message) == (
        "ProvisionedConcurrencyConfigNotFoundException",
        404,
        "No Provisioned Concurrency Config found for this function",
    )


async def test_a_version_has_it_by_itself_or_by_an_alias(aliased):
    params = {"FunctionName": "f", "ProvisionedConcurrentExecutions": 1}
    await provision(aliased, 1, "1")
    error = await aliased.refused("PutProvisionedConcurrencyConfig", Qualifier="live", **params)
    assert error.message == (
        "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version"
    )
    await aliased("DeleteProvisionedConcurrencyConfig", FunctionName="f", Qualifier="1")
    await provision(aliased, 1, "live")
    error = await aliased.refused("PutProvisionedConcurrencyConfig", Qualifier="1", **params)
    assert error.message == "Version is pointed by a Provisioned Concurrency alias"
    await aliased("DeleteAlias", FunctionName="f", Name="live")
    error = await aliased.refused(
        "GetProvisionedConcurrencyConfig", FunctionName="f", Qualifier="live"
    )
    assert error.message == f"Cannot find alias arn: {ARN}f:live"
    await provision(aliased, 1, "1")


@pytest.mark.parametrize(
    ("name", "qualifier", "text"),
    [
        ("none", "noalias", f"Cannot find alias arn: {ARN}none:noalias"),
        ("f", "noalias", f"Cannot find alias arn: {ARN}f:noalias"),
        ("none", "1", f"Function not found: {ARN}none:1"),
        ("f", "10", f"Function not found: {ARN}f:10"),
    ],
)
@pytest.mark.parametrize("verb", ["Put", "Get", "Delete"])
async def test_what_is_not_there(aliased, verb, name, qualifier, text):
    more = {"ProvisionedConcurrentExecutions": 1} if verb == "Put" else {}
    operation = f"{verb}ProvisionedConcurrencyConfig"
    error = await aliased.refused(operation, FunctionName=name, Qualifier=qualifier, **more)
    assert error.message == text


async def test_latest_has_none(aliased):
    one = {"FunctionName": "f", "Qualifier": "$LATEST"}
    error = await aliased.refused("GetProvisionedConcurrencyConfig", **one)
    assert error.message == (
        "The function resource provided must be an alias or a published version."
    )
    error = await aliased.refused(
        "PutProvisionedConcurrencyConfig", ProvisionedConcurrentExecutions=1, **one
    )
    assert error.message == (
        "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
    )


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        (
            1001,
            "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [1000].",
        ),
        (
            901,
            (
                "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its "
                "minimum value of [100]."
            ),
        ),
    ],
)
async def test_there_must_be_room(aliased, wanted, text):
    error = await aliased.refused(
        "PutProvisionedConcurrencyConfig",
        FunctionName="f",
        Qualifier="1",
        ProvisionedConcurrentExecutions=wanted,
    )
    assert (error.message, error.fields) == (text, {})
    await provision(aliased, 900)
    await provision(aliased, 900)


async def test_what_is_reserved_bounds_what_is_provisioned(aliased):
    await reserve(aliased, 5)
    await provision(aliased, 5)
    error = await aliased.refused(
        "PutProvisionedConcurrencyConfig",
        FunctionName="f",
        Qualifier="1",
        ProvisionedConcurrentExecutions=6,
    )
    assert error.message == (
        "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function"
    )
    error = await aliased.refused(
        "PutFunctionConcurrency", FunctionName="f", ReservedConcurrentExecutions=4
    )
    assert error.status == 400
