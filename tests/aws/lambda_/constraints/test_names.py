"""Names as AWS answered them in test_function_name_and_qualifier_validation, test_function_arns and
test_ops_with_arn_qualifier_mismatch of LocalStack's test_lambda_api.snapshot.json."""

import pytest
from tests.aws.lambda_.conftest import ARN

NAMESPACED = (
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?"
    r"([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?"
)
CREATED = (
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?"
    r"([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?"
)
QUALIFIER = r"\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+"
BAD_NAMES = [
    "*",
    "my-function!",
    "invalid-account:function:my-function",
    "arn:aws:lambda:invalid-region:111111111111:function:my-function",
    "arn:aws:ec2:us-east-1:111111111111:instance:i-1234567890abcdef0",
    "arn:aws:lambda:us-east-1:111111111111:function:my-function:1:2",
    "function:my-function:$LATEST:extra",
    "arn:aws:lambda::111111111111:function:my-function",
]


def told(value, place, rule):
    return f"Value '{value}' at '{place}' failed to satisfy constraint: {rule}"


def pattern(value, place, rule):
    return told(value, place, f"Member must satisfy regular expression pattern: {rule}")


@pytest.mark.parametrize("name", BAD_NAMES)
@pytest.mark.parametrize("operation", ["GetFunction", "DeleteFunction"])
async def test_bad_names(client, operation, name):
    error = await client.refused(operation, FunctionName=name)
    assert (error.code, error.status) == ("ValidationException", 400)
    assert (
        error.message == f"1 validation error detected: {pattern(name, 'functionName', NAMESPACED)}"
    )


@pytest.mark.parametrize("name", BAD_NAMES)
async def test_bad_names_of_new_functions(client, name):
    error = await client.refused(
        "CreateFunction", FunctionName=name, Role="arn:aws:iam::000000000000:role/r", Code={}
    )
    assert error.message == f"1 validation error detected: {pattern(name, 'functionName', CREATED)}"


async def test_two_things_at_once_the_later_member_first(client):
    name, qualifier = "arn:aws:lambda:invalid-region:111111111111:function:f", "a" * 129
    error = await client.refused("GetFunction", FunctionName=name, Qualifier=qualifier)
    length = told(qualifier, "qualifier", "Member must have length less than or equal to 128")
    assert error.message == (
        f"2 validation errors detected: {length}; {pattern(name, 'functionName', NAMESPACED)}"
    )


async def test_length_comes_before_the_pattern(client):
    name = "my-function!" * 20
    error = await client.refused(
        "CreateFunction", FunctionName=name, Role="arn:aws:iam::000000000000:role/r", Code={}
    )
    length = told(name, "functionName", "Member must have length less than or equal to 140")
    assert error.message == (
        f"2 validation errors detected: {length}; {pattern(name, 'functionName', CREATED)}"
    )


async def test_bad_qualifiers(client):
    error = await client.refused("GetFunction", FunctionName="f", Qualifier="invalid!")
    text = pattern("invalid!", "qualifier", QUALIFIER)
    assert error.message == f"1 validation error detected: {text}"


@pytest.mark.parametrize(
    ("name", "qualifier", "arn"),
    [
        ("f", None, f"{ARN}f"),
        ("function:f", None, f"{ARN}f"),
        ("000000000000:f", None, f"{ARN}f"),
        ("000000000000:function:f", None, f"{ARN}f"),
        ("us-east-1:000000000000:function:f", None, f"{ARN}f"),
        (f"{ARN}f", None, f"{ARN}f"),
        ("f", "$LATEST", f"{ARN}f:$LATEST"),
        ("f:$LATEST", None, f"{ARN}f:$LATEST"),
        (f"{ARN}f:1", None, f"{ARN}f:1"),
        (f"{ARN}f:live", "live", f"{ARN}f:live"),
        ("function:f:1", None, f"{ARN}f:1"),
    ],
)
async def test_all_forms_of_a_name(client, name, qualifier, arn):
    await client.make(Publish=True)
    await client("CreateAlias", FunctionName="f", Name="live", FunctionVersion="1")
    asked = {"FunctionName": name} | ({} if qualifier is None else {"Qualifier": qualifier})
    found = await client("GetFunctionConfiguration", **asked)
    assert found["FunctionArn"] == arn
    resolved = client.resolve(name, qualifier)
    assert (resolved.invoked_arn, resolved.version.version) == (arn, found["Version"])


@pytest.mark.parametrize(
    "operation", ["GetFunction", "DeleteFunction", "GetPolicy", "GetFunctionEventInvokeConfig"]
)
async def test_a_name_and_a_qualifier_that_differ(client, operation):
    error = await client.refused(operation, FunctionName="f:1", Qualifier="2")
    assert (error.code, error.message) == (
        "InvalidParameterValueException",
        "The derived qualifier from the function name does not match the specified qualifier.",
    )


@pytest.mark.parametrize(
    "operation",
    ["GetFunction", "GetFunctionUrlConfig", "GetFunctionConcurrency", "DeleteFunction"],
)
async def test_another_region(client, operation):
    """test_get_function_wrong_region"""
    name = "arn:aws:lambda:ap-southeast-1:000000000000:function:f"
    error = await client.refused(operation, FunctionName=name)
    assert (error.code, error.status) == ("ResourceNotFoundException", 404)
    assert error.message == (
        "Functions from 'ap-southeast-1' are not reachable in this region ('us-east-1')"
    )


async def test_another_account(client):
    """function_arn_other_account_exc: 403 AccessDeniedException"""
    name = "arn:aws:lambda:us-east-1:111111111111:function:f"
    error = await client.refused("GetFunction", FunctionName=name)
    assert (error.code, error.status) == ("AccessDeniedException", 403)


async def test_an_invocation_by_arn_reaches_another_account(client):
    await client.other(account="111111111111").make()
    resolved = client.resolve("arn:aws:lambda:us-east-1:111111111111:function:f")
    assert resolved.version.function.account == "111111111111"
