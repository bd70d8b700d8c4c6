"""All that was acknowledged is there after a restart; what was not leaves nothing behind."""

import asyncio

import pytest
from tests.aws.lambda_.conftest import ARN, zipped

from homeport import errors

QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"
LAYER = "arn:aws:lambda:us-east-1:000000000000:layer:l"
READS = [
    ("GetFunctionConfiguration", {"FunctionName": "f", "Qualifier": "live"}),
    ("ListVersionsByFunction", {"FunctionName": "f"}),
    ("ListAliases", {"FunctionName": "f"}),
    ("GetPolicy", {"FunctionName": "f"}),
    ("GetPolicy", {"FunctionName": "f", "Qualifier": "live"}),
    ("GetFunctionUrlConfig", {"FunctionName": "f"}),
    ("GetFunctionConcurrency", {"FunctionName": "f"}),
    ("GetFunctionEventInvokeConfig", {"FunctionName": "f"}),
    ("ListProvisionedConcurrencyConfigs", {"FunctionName": "f"}),
    ("GetFunctionRecursionConfig", {"FunctionName": "f"}),
    ("GetRuntimeManagementConfig", {"FunctionName": "f"}),
    ("ListTags", {"Resource": f"{ARN}f"}),
    ("ListEventSourceMappings", {}),
    ("ListLayers", {}),
    ("GetLayerVersionPolicy", {"LayerName": "l", "VersionNumber": 1}),
    ("GetAccountSettings", {}),
]


async def fill(client):
    await client(
        "PublishLayerVersion",
        LayerName="l",
        Content={"ZipFile": zipped({"l": "1"})},
        CompatibleRuntimes=["python3.12"],
    )
    await client.make(
        Layers=[f"{LAYER}:1"],
        Tags={"a": "b"},
        Environment={"Variables": {"AB": "1"}},
        VpcConfig={"SubnetIds": ["subnet-1"], "SecurityGroupIds": []},
        LoggingConfig={"LogFormat": "JSON"},
        Publish=True,
    )
    one = {"FunctionName": "f"}
    await client("UpdateFunctionConfiguration", Description="2", **one)
    await client("PublishVersion", **one)
    routing = {"AdditionalVersionWeights": {"2": 0.5}}
    await client("CreateAlias", Name="live", FunctionVersion="1", RoutingConfig=routing, **one)
    given = {"Action": "lambda:InvokeFunction", "Principal": "*", "StatementId": "s"}
    await client("AddPermission", **one, **given)
    await client("AddPermission", Qualifier="live", **one, **given)
    await client("CreateFunctionUrlConfig", AuthType="NONE", **one)
    await client("PutFunctionConcurrency", ReservedConcurrentExecutions=9, **one)
    await client("PutFunctionEventInvokeConfig", MaximumRetryAttempts=1, **one)
    await client(
        "PutProvisionedConcurrencyConfig", Qualifier="2", ProvisionedConcurrentExecutions=2, **one
    )
    await client("PutFunctionRecursionConfig", RecursiveLoop="Allow", **one)
    await client("PutRuntimeManagementConfig", UpdateRuntimeOn="FunctionUpdate", **one)
    await client("CreateEventSourceMapping", EventSourceArn=QUEUE, Tags={"t": "u"}, **one)
    await client(
        "AddLayerVersionPermission",
        LayerName="l",
        VersionNumber=1,
        StatementId="s",
        Action="lambda:GetLayerVersion",
        Principal="*",
    )


async def test_everything_is_there(client):
    await fill(client)
    before = [await client(operation, **params) for operation, params in READS]
    resolved = client.resolve("f:live")
    mappings = client.lambda_.mappings()
    await client.restart()
    assert [await client(operation, **params) for operation, params in READS] == before
    assert client.resolve("f:live") == resolved
    assert client.lambda_.mappings() == mappings
    code = await client.lambda_.functions.code(client.resolve("f").version)
    assert (code.layers[0] / "l").read_text() == "1"


async def test_the_url_of_a_package_outlives_a_restart(client):
    await client.make()
    url = (await client("GetFunction", FunctionName="f"))["Code"]["Location"]
    await client.restart()
    assert (await client("GetFunction", FunctionName="f"))["Code"]["Location"] == url


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("CreateFunction", None),
        ("UpdateFunctionCode", {"FunctionName": "f", "ZipFile": zipped({"a": "b"})}),
        ("PublishLayerVersion", {"LayerName": "l", "Content": {"ZipFile": zipped({"a": "b"})}}),
    ],
)
async def test_a_failed_commit_leaves_no_file(client, monkeypatch, operation, params):
    await client.make()

    async def full(work):
        raise errors.StorageFull("The disk is full.")

    monkeypatch.setattr(client.lambda_.db, "write", full)
    with pytest.raises(errors.StorageFull):
        await (client.make("g") if params is None else client(operation, **params))
    files = [path for path in (client.folder / "lambda").rglob("*") if path.is_file()]
    assert len(files) == 1


@pytest.mark.parametrize("turns", range(0, 30, 3))
async def test_a_client_that_goes_away_does_not_cut_a_change_in_half(client, turns):
    task = asyncio.ensure_future(client.make())
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await asyncio.gather(*client.lambda_._tasks)
    rows = client.lambda_.db.query("SELECT name FROM files")
    async with asyncio.timeout(5):
        # A file whose writer was cancelled is removed by a thread.
        while len(rows) != len(packages(client)):
            await asyncio.sleep(0.005)


def packages(client):
    return [path for path in (client.folder / "lambda" / "files").rglob("*") if path.is_file()]


async def test_a_change_tells_of_the_function(client):
    told = []
    client.lambda_.on_function_changed = told.append
    await client.make()
    function = client.resolve().version.function
    await client("UpdateFunctionConfiguration", FunctionName="f", Description="d")
    await client("DeleteFunction", FunctionName="f")
    await client.refused("DeleteFunction", FunctionName="f")
    assert told == [function] * 3
