"""What breaks the model, word for word as AWS says it; each case is named for its record in LocalStack's
test_lambda_api.snapshot.json."""

import pytest
from tests.aws.lambda_.conftest import ROLE, zipped

RUNTIMES = (
    "nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x, nodejs22.x, java25, python3.10, python3.11, "
    "java21, ruby3.3, ruby3.4, ruby3.2, python3.8, python3.9, java17, nodejs16.x, dotnet10, dotnet8, java11, dotnet6, "
    "nodejs18.x, provided.al2, java8.al2"
)
ARCHITECTURES = "Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]"


def create(**more):
    return "CreateFunction", {"FunctionName": "f", "Role": ROLE, "Code": {"ZipFile": b""}, **more}


def alias(**more):
    return "CreateAlias", {"FunctionName": "f", "Name": "a", "FunctionVersion": "1", **more}


def layer(**more):
    return "PublishLayerVersion", {"LayerName": "l", "Content": {"ZipFile": zipped()}, **more}


CASES = {
    "invalid_role_arn_exc": (
        create(Role="r1"),
        [
            (
                "Value 'r1' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: "
                r"arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+"
            )
        ],
    ),
    "multiple_architectures": (
        create(Architectures=["x86_64", "arm64"]),
        [
            (
                "Value '[x86_64, arm64]' at 'architectures' failed to satisfy constraint: "
                "Member must have length less than or equal to 1"
            )
        ],
    ),
    "uppercase_architecture": (
        create(Architectures=["X86_64"]),
        [f"Value '[X86_64]' at 'architectures' failed to satisfy constraint: {ARCHITECTURES}"],
    ),
    "create_function_invalid_snapstart_apply": (
        create(SnapStart={"ApplyOn": "invalidOption"}),
        [
            (
                "Value 'invalidOption' at 'snapStart.applyOn' failed to satisfy constraint: "
                "Member must satisfy enum value set: [PublishedVersions, None]"
            )
        ],
    ),
    "invoke_function_invalid_invoke_type": (
        ("CreateFunctionUrlConfig", {"FunctionName": "f", "AuthType": "NONE", "InvokeMode": "NO"}),
        [
            (
                "Value 'NO' at 'invokeMode' failed to satisfy constraint: "
                "Member must satisfy enum value set: [RESPONSE_STREAM, BUFFERED]"
            )
        ],
    ),
    "list_functions_invalid_functionversion": (
        ("ListFunctions", {"FunctionVersion": "invalid"}),
        [
            "Value 'invalid' at 'functionVersion' failed to satisfy constraint: Member must satisfy enum value set: [ALL]"
        ],
    ),
    "routing_config_exc_toohigh": (
        alias(RoutingConfig={"AdditionalVersionWeights": {"2": 2.0}}),
        [
            (
                "Value '{2=2.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: "
                "Map value must satisfy constraint: [Member must have value less than or equal to 1.0, "
                "Member must have value greater than or equal to 0.0, Member must not be null]"
            )
        ],
    ),
    "routing_config_exc_version_latest": (
        alias(RoutingConfig={"AdditionalVersionWeights": {"$LATEST": 0.5}}),
        [
            (
                "Value '{$LATEST=0.5}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: "
                "Map keys must satisfy constraint: [Member must have length less than or equal to 1024, "
                "Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]"
            )
        ],
    ),
    "add_permission_invalid_statement_id": (
        (
            "AddPermission",
            {
                "FunctionName": "f",
                "StatementId": "example.com",
                "Action": "lambda:InvokeFunction",
                "Principal": "s3.amazonaws.com",
            },
        ),
        [
            (
                "Value 'example.com' at 'statementId' failed to satisfy constraint: "
                "Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)"
            )
        ],
    ),
    "publish_layer_version_exc_partially_invalid_values": (
        layer(
            CompatibleRuntimes=["invalidruntime", "invalidruntime2", "nodejs20.x"],
            CompatibleArchitectures=["invalidarch", "x86_64"],
        ),
        [
            (
                "Value '[invalidruntime, invalidruntime2, nodejs20.x]' at 'compatibleRuntimes' failed to satisfy constraint: "
                f"Member must satisfy enum value set: [{RUNTIMES}]"
            ),
            f"Value '[invalidarch, x86_64]' at 'compatibleArchitectures' failed to satisfy constraint: {ARCHITECTURES}",
        ],
    ),
    "layer_permission_action_invalid": (
        (
            "AddLayerVersionPermission",
            {
                "LayerName": "l",
                "VersionNumber": 1,
                "StatementId": "s",
                "Action": "*",
                "Principal": "*",
            },
        ),
        [
            (
                "Value '*' at 'action' failed to satisfy constraint: "
                "Member must satisfy regular expression pattern: lambda:GetLayerVersion"
            )
        ],
    ),
    "invalid_starting_position": (
        (
            "CreateEventSourceMapping",
            {
                "FunctionName": "f",
                "EventSourceArn": "arn:aws:kinesis:us-east-1:000000000000:stream/s",
                "StartingPosition": "invalid",
            },
        ),
        [
            (
                "Value 'invalid' at 'startingPosition' failed to satisfy constraint: "
                "Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]"
            )
        ],
    ),
    "put_recursion_invalid_value_error": (
        ("PutFunctionRecursionConfig", {"FunctionName": "f", "RecursiveLoop": "InvalidValue"}),
        [
            (
                "Value 'InvalidValue' at 'recursiveLoop' failed to satisfy constraint: "
                "Member must satisfy enum value set: [Terminate, Allow]"
            )
        ],
    ),
    "put_provisioned_invalid_param_0": (
        (
            "PutProvisionedConcurrencyConfig",
            {"FunctionName": "f", "Qualifier": "1", "ProvisionedConcurrentExecutions": 0},
        ),
        [
            (
                "Value '0' at 'provisionedConcurrentExecutions' failed to satisfy constraint: "
                "Member must have value greater than or equal to 1"
            )
        ],
    ),
    "create_function_url_config_qualifier_version": (
        ("CreateFunctionUrlConfig", {"FunctionName": "f", "Qualifier": "1", "AuthType": "NONE"}),
        [
            (
                "Value '1' at 'qualifier' failed to satisfy constraint: "
                r"Member must satisfy regular expression pattern: ((?!^\d+$)^[0-9a-zA-Z-_]+$)"
            )
        ],
    ),
    "create-response-invalid-format-subnet-id": (
        create(VpcConfig={"SubnetIds": ["bad"]}),
        [
            (
                "Value '[bad]' at 'vpcConfig.subnetIds' failed to satisfy constraint: Member must satisfy constraint: "
                "[Member must have length less than or equal to 1024, Member must have length greater than or equal to 0, "
                "Member must satisfy regular expression pattern: subnet-[0-9a-z]*, Member must not be null]"
            )
        ],
    ),
    "create_alias_number_exception": (
        alias(Name="2024"),
        [
            (
                "Value '2024' at 'name' failed to satisfy constraint: "
                "Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)"
            )
        ],
    ),
    "environment variables are not shown": (
        create(Environment={"Variables": {"a-b": "secret"}}),
        [
            (
                "Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: "
                "[Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]"
            )
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
async def test_texts(client, name):
    (operation, params), texts = CASES[name]
    error = await client.refused(operation, **params)
    assert (error.code, error.status) == ("ValidationException", 400)
    plural = "" if len(texts) == 1 else "s"
    assert error.message == f"{len(texts)} validation error{plural} detected: {'; '.join(texts)}"


@pytest.mark.parametrize("runtime", ["non-existent-runtime", "PYTHON3.9", "custom"])
@pytest.mark.parametrize("operation", ["CreateFunction", "UpdateFunctionConfiguration"])
async def test_runtimes_are_refused_in_words_of_their_own(client, operation, runtime):
    """invalid_runtime_exc, uppercase_runtime_exc"""
    await client.make("there")
    params = {"FunctionName": "there", "Runtime": runtime}
    if operation == "CreateFunction":
        params |= {
            "FunctionName": "new",
            "Role": ROLE,
            "Handler": "a.b",
            "Code": {"ZipFile": zipped()},
        }
    error = await client.refused(operation, **params)
    assert (error.code, error.status) == ("InvalidParameterValueException", 400)
    assert error.message == (
        f"Value {runtime} at 'runtime' failed to satisfy constraint: "
        f"Member must satisfy enum value set: [{RUNTIMES}] or be a valid ARN"
    )


@pytest.mark.parametrize("runtime", ["python3.7", "nodejs14.x", "go1.x", "ruby2.7", "provided"])
async def test_runtimes_that_aws_takes_no_more_are_taken(client, runtime):
    assert (await client.make(Runtime=runtime))["Runtime"] == runtime
