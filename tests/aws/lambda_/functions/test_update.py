import asyncio

import pytest
from tests.aws.lambda_.conftest import ARN, ROLE, zipped

from homeport.aws.lambda_.code.objects import NoImage
from homeport.aws.protocol.call import AwsError

REVISION = (
    "The Revision Id provided does not match the latest Revision Id. "
    "Call the GetFunction/GetAlias API to retrieve the latest Revision Id"
)


async def get(client, **more):
    return await client("GetFunctionConfiguration", FunctionName="f", **more)


async def test_what_is_given_changes_and_the_rest_stays(client, clock):
    before = await client.make(Description="d", Timeout=7)
    await clock.advance(1.5)
    after = await client(
        "UpdateFunctionConfiguration",
        FunctionName="f",
        MemorySize=512,
        Runtime="python3.11",
        EphemeralStorage={"Size": 1024},
        TracingConfig={"Mode": "Active"},
        DeadLetterConfig={"TargetArn": "arn:aws:sqs:us-east-1:000000000000:q"},
        VpcConfig={"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
    )
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {
        "MemorySize",
        "Runtime",
        "EphemeralStorage",
        "TracingConfig",
        "DeadLetterConfig",
        "VpcConfig",
        "LastModified",
        "RevisionId",
        "RuntimeVersionConfig",
    }
    assert after["LastModified"] == "2023-11-14T22:13:21.500+0000"
    assert after["VpcConfig"] == {
        "SubnetIds": ["subnet-1"],
        "SecurityGroupIds": ["sg-1"],
        "VpcId": "",
    }
    assert await get(client) == after
    version = client.resolve().version
    assert (version.memory_mb, version.timeout_s, version.runtime) == (512, 7, "python3.11")
    assert version.dead_letter_arn == "arn:aws:sqs:us-east-1:000000000000:q"


async def test_a_redundant_update_has_a_new_revision(client):
    """test_redundant_updates"""
    await client.make()
    first = await client("UpdateFunctionConfiguration", FunctionName="f", Description="d")
    second = await client("UpdateFunctionConfiguration", FunctionName="f", Description="d")
    assert first["RevisionId"] != second["RevisionId"]


async def test_an_environment_is_replaced_as_a_whole_and_can_be_emptied(client):
    await client.make(Environment={"Variables": {"AA": "1", "BB": "2"}})
    await client(
        "UpdateFunctionConfiguration", FunctionName="f", Environment={"Variables": {"CC": "3"}}
    )
    assert client.resolve().version.environment == {"CC": "3"}
    after = await client("UpdateFunctionConfiguration", FunctionName="f", Environment={})
    assert after["Environment"] == {"Variables": {}}


async def test_logging(client):
    """test_advanced_logging_configuration_format_switch"""
    await client.make()
    given = {"LogFormat": "JSON", "LogGroup": "group"}
    after = await client("UpdateFunctionConfiguration", FunctionName="f", LoggingConfig=given)
    levels = {"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"}
    assert after["LoggingConfig"] == given | levels
    after = await client(
        "UpdateFunctionConfiguration",
        FunctionName="f",
        LoggingConfig={"ApplicationLogLevel": "DEBUG"},
    )
    assert after["LoggingConfig"] == given | levels | {"ApplicationLogLevel": "DEBUG"}
    after = await client(
        "UpdateFunctionConfiguration", FunctionName="f", LoggingConfig={"LogFormat": "Text"}
    )
    nothing = {"ApplicationLogLevel": None, "SystemLogLevel": None}
    assert after["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "group"} | nothing


async def test_new_code(client):
    before = await client.make(files={"a": "old"})
    after = await client(
        "UpdateFunctionCode",
        FunctionName="f",
        ZipFile=zipped({"a": "new"}),
        Architectures=["arm64"],
    )
    assert after["CodeSha256"] != before["CodeSha256"]
    assert after["Architectures"] == ["arm64"]
    code = await client.lambda_.functions.code(client.resolve().version)
    assert (code.task / "a").read_text() == "new"


async def test_a_dry_run_changes_nothing(client, tmp_path):
    before = await client.make(files={"a": "old"})
    told = await client(
        "UpdateFunctionCode", FunctionName="f", ZipFile=zipped({"a": "new"}), DryRun=True
    )
    assert told["CodeSha256"] != before["CodeSha256"]
    assert await get(client) == before
    files = [path for path in (tmp_path / "lambda" / "files").rglob("*") if path.is_file()]
    assert len(files) == 1


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("UpdateFunctionConfiguration", {"Description": "x"}),
        ("UpdateFunctionCode", {"ZipFile": zipped({"a": "new"})}),
        ("PublishVersion", {}),
    ],
)
async def test_revisions(client, operation, more, tmp_path):
    made = await client.make()
    error = await client.refused(operation, FunctionName="f", RevisionId="wrong", **more)
    assert (error.code, error.status, error.message) == (
        "PreconditionFailedException",
        412,
        REVISION,
    )
    files = [path for path in (tmp_path / "lambda" / "files").rglob("*") if path.is_file()]
    assert len(files) == 1
    await client(operation, FunctionName="f", RevisionId=made["RevisionId"], **more)


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("UpdateFunctionConfiguration", {}),
        ("UpdateFunctionCode", {"ZipFile": zipped()}),
        ("PublishVersion", {}),
    ],
)
async def test_of_a_function_that_is_not_there(client, operation, more):
    error = await client.refused(operation, FunctionName="none", **more)
    assert (error.code, error.message) == (
        "ResourceNotFoundException",
        f"Function not found: {ARN}none",
    )


class Registry:
    async def digest(self, uri):
        if "none" in uri:
            raise NoImage(f"There is no {uri}.")
        return f"sha256:{'ab' * 32}"


IMAGE = {"PackageType": "Image", "Code": {"ImageUri": "localhost:5000/team/app:latest"}}


def image(**more):
    return {"FunctionName": "f", "Role": ROLE, **IMAGE, **more}


async def test_a_function_from_an_image(client):
    """test_lambda_image_crud"""
    client.lambda_.images = Registry()
    made = await client(
        "CreateFunction",
        **image(ImageConfig={"Command": ["a"], "EntryPoint": ["b"], "WorkingDirectory": "/w"}),
    )
    assert (made["PackageType"], made["CodeSize"], made["CodeSha256"]) == ("Image", 0, "ab" * 32)
    assert made["ImageConfigResponse"] == {
        "ImageConfig": {"Command": ["a"], "EntryPoint": ["b"], "WorkingDirectory": "/w"}
    }
    assert {"Runtime", "Handler"}.isdisjoint(made)
    got = await client("GetFunction", FunctionName="f")
    assert got["Code"] == {
        "RepositoryType": "ECR",
        "ImageUri": "localhost:5000/team/app:latest",
        "ResolvedImageUri": f"localhost:5000/team/app@sha256:{'ab' * 32}",
    }
    version = client.resolve().version
    assert (version.image.command, version.image.digest) == (("a",), f"sha256:{'ab' * 32}")
    code = await client.lambda_.functions.code(version)
    assert (code.task, code.layers) == (None, ())
    after = await client("UpdateFunctionCode", FunctionName="f", ImageUri="localhost:5000/b")
    assert after["ImageConfigResponse"] == made["ImageConfigResponse"]


@pytest.mark.parametrize(
    ("more", "text"),
    [
        (
            {"Code": {"ImageUri": "none"}},
            "Source image none does not exist. Provide a valid source image.",
        ),
        ({"Code": {"ZipFile": zipped()}}, "Please provide a source for function code."),
        (
            {"Handler": "a.b"},
            "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.",
        ),
    ],
)
async def test_images_that_are_refused(client, more, text):
    client.lambda_.images = Registry()
    error = await client.refused("CreateFunction", **image(**more))
    assert (error.code, error.message) == ("InvalidParameterValueException", text)


async def test_without_a_registry_there_are_no_images(client):
    assert (await client.refused("CreateFunction", **image())).status == 501


async def test_a_package_stays_of_its_type(client):
    """image-to-zipfile-error, zipfile-to-image-error"""
    client.lambda_.images = Registry()
    await client("CreateFunction", **image(FunctionName="image"))
    await client.make("zip")
    error = await client.refused("UpdateFunctionCode", FunctionName="image", ZipFile=zipped())
    assert error.message == (
        "Please provide ImageUri when updating a function with packageType Image."
    )
    error = await client.refused("UpdateFunctionCode", FunctionName="zip", ImageUri="localhost/a")
    assert error.message == (
        "Please don't provide ImageUri when updating a function with packageType Zip."
    )


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"Timeout": 901}, "'timeout'"),
        ({"EphemeralStorage": {"Size": 10_241}}, "'ephemeralStorage.size'"),
    ],
    ids=["timeout", "storage"],
)
async def test_what_the_model_allows_and_lambda_does_not(client, given, text):
    with pytest.raises(AwsError) as caught:
        await client.make(**given)
    assert caught.value.code == "ValidationException"
    assert text in caught.value.message


async def test_of_two_who_know_the_same_revision_one_wins(client, tmp_path):
    made = await client.make()
    known = {"FunctionName": "f", "RevisionId": made["RevisionId"]}
    results = await asyncio.gather(
        *(client("UpdateFunctionCode", ZipFile=zipped({"a": text}), **known) for text in "abc"),
        return_exceptions=True,
    )
    refused = [result for result in results if isinstance(result, AwsError)]
    assert [error.code for error in refused] == ["PreconditionFailedException"] * 2
    files = [path for path in (tmp_path / "lambda" / "files").rglob("*") if path.is_file()]
    assert len(files) == 1
