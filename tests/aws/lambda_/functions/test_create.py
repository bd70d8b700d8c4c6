import base64
import hashlib

import pytest
from tests.aws.lambda_.conftest import ARN, ROLE, zipped


async def test_the_answer_has_what_was_given_and_the_defaults(client):
    made = await client.make(Description="d", Environment={"Variables": {"AB": "b"}})
    code = zipped()
    assert made == {
        "FunctionName": "f",
        "FunctionArn": f"{ARN}f",
        "Runtime": "python3.12",
        "Role": ROLE,
        "Handler": "index.handler",
        "CodeSize": len(code),
        "CodeSha256": base64.b64encode(hashlib.sha256(code).digest()).decode(),
        "Description": "d",
        "Timeout": 3,
        "MemorySize": 128,
        "LastModified": "2023-11-14T22:13:20.000+0000",
        "Version": "$LATEST",
        "Environment": {"Variables": {"AB": "b"}},
        "RevisionId": made["RevisionId"],
        "PackageType": "Zip",
        "Architectures": ["x86_64"],
        "EphemeralStorage": {"Size": 512},
        "LoggingConfig": {
            "LogFormat": "Text",
            "ApplicationLogLevel": None,
            "SystemLogLevel": None,
            "LogGroup": "/aws/lambda/f",
        },
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "TracingConfig": {"Mode": "PassThrough"},
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "RuntimeVersionConfig": made["RuntimeVersionConfig"],
    }
    assert made["RuntimeVersionConfig"]["RuntimeVersionArn"].startswith(
        "arn:aws:lambda:us-east-1::runtime:"
    )


async def test_a_name_can_be_had_once_for_each_account_and_region(client):
    await client.make()
    error = await client.refused(
        "CreateFunction",
        FunctionName="f",
        Role=ROLE,
        Runtime="python3.12",
        Handler="a.b",
        Code={"ZipFile": zipped()},
    )
    assert (error.code, error.status) == ("ResourceConflictException", 409)
    assert error.message == "Function already exist: f"
    await client.other(account="111111111111").make()
    await client.other(region="eu-west-1").make()


async def test_two_at_the_same_time_make_one(client, tmp_path):
    import asyncio

    results = await asyncio.gather(*(client.make() for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(result, dict) for result in results) == 1
    files = [path for path in (tmp_path / "lambda" / "files").rglob("*") if path.is_file()]
    assert len(files) == 1


@pytest.mark.parametrize(
    ("params", "text"),
    [
        (
            {"Runtime": None},
            "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
        ),
        (
            {"Code": {"ZipFile": zipped(), "S3Bucket": "bucket"}},
            "Please do not provide other FunctionCode parameters when providing a ZipFile.",
        ),
        ({"Code": {}}, "Please provide a source for function code."),
        (
            {"Code": {"ZipFile": b"no zip"}},
            "Could not unzip uploaded file. Please check your file, then try to upload again.",
        ),
        (
            {"Environment": {"Variables": {"AWS_REGION": "x", "A1": "b"}}},
            (
                "Lambda was unable to configure your environment variables because the environment variables you have provided "
                "contains reserved keys that are currently not supported for modification. "
                "Reserved keys used in this request: AWS_REGION"
            ),
        ),
        (
            {"FunctionName": "a" * 65},
            (
                f"1 validation error detected: Value '{'a' * 65}' at 'functionName' failed to satisfy constraint: "
                "Member must have length less than or equal to 64"
            ),
        ),
        (
            {"MemorySize": 10_241},
            "'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to 10240",
        ),
    ],
    ids=["runtime", "two-sources", "no-code", "no-zip", "reserved", "long-name", "memory"],
)
async def test_invalid_parameter_values(client, params, text):
    with pytest.raises(Exception) as caught:
        await client.make(**params)
    assert (caught.value.code, caught.value.message) == ("InvalidParameterValueException", text)
    assert caught.value.fields == {"Type": "User"}


async def test_an_environment_just_below_its_limit(client):
    """test_lambda_envvars_near_limit_succeeds: {"LARGE_VAR":"..."} of 4,096 bytes."""
    await client.make("f", Environment={"Variables": {"LARGE_VAR": "x" * (4096 - 16)}})
    error = await client.refused(
        "UpdateFunctionConfiguration",
        FunctionName="f",
        Environment={"Variables": {"LARGE_VAR": "x" * (4096 - 15)}},
    )
    assert error.message.startswith("Lambda was unable to configure your environment")
    assert 'exceeded the 4KB limit. String measured: {"LARGE_VAR":"xxx' in error.message


async def test_an_environment_that_no_process_can_have(client):
    await client.make("f")
    error = await client.refused(
        "UpdateFunctionConfiguration", FunctionName="f", Environment={"Variables": {"AB": "a\0b"}}
    )
    assert error.code == "InvalidParameterValueException"
    assert error.message.endswith("contains a null character.")


async def test_what_is_refused_leaves_no_file(client, tmp_path):
    await client.refused(
        "CreateFunction",
        FunctionName="f",
        Role=ROLE,
        Runtime="python3.12",
        Handler="a.b",
        Code={"ZipFile": b"no zip"},
    )
    assert not [path for path in (tmp_path / "lambda").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "member",
    [
        "AcceleratorConfig",
        "CapacityProviderConfig",
        "DurableConfig",
        "FileSystemConfigs",
        "TenancyConfig",
        "PublishTo",
    ],
)
async def test_what_is_not_there_is_refused_by_name(client, member):
    values = {
        "AcceleratorConfig": {"AcceleratorMemorySize": 1},
        "CapacityProviderConfig": {
            "LambdaManagedInstancesCapacityProviderConfig": {
                "CapacityProviderArn": "arn:aws:lambda:us-east-1:000000000000:capacity-provider:a"
            }
        },
        "DurableConfig": {"ExecutionTimeout": 5},
        "FileSystemConfigs": [
            {
                "Arn": "arn:aws:elasticfilesystem:us-east-1:000000000000:access-point/fsap-00000000000000000",
                "LocalMountPath": "/mnt/a",
            }
        ],
        "TenancyConfig": {"TenantIsolationMode": "PER_TENANT"},
        "PublishTo": "LATEST_PUBLISHED",
    }
    with pytest.raises(Exception) as caught:
        await client.make(**{member: values[member]})
    assert (caught.value.code, caught.value.status) == ("NotImplemented", 501)
    assert member in caught.value.message
