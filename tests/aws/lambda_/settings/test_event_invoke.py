"""Event invoke configs: test_lambda_eventinvokeconfig_exceptions, test_lambda_eventinvokeconfig_lifecycle."""

import pytest
from tests.aws.lambda_.conftest import ARN

from homeport.aws.lambda_.invoking.functions import EventConfig


@pytest.fixture
async def made(client):
    await client.make(Publish=True)
    await client("CreateAlias", FunctionName="f", Name="live", FunctionVersion="1")
    return client


def to(arn, member="OnSuccess"):
    return {"DestinationConfig": {member: {"Destination": arn}}}


async def put(client, **more):
    return await client("PutFunctionEventInvokeConfig", **({"FunctionName": "f"} | more))


async def test_what_is_put_replaces_all(made):
    first = await put(made, MaximumRetryAttempts=1, MaximumEventAgeInSeconds=60)
    assert first == {
        "FunctionArn": f"{ARN}f:$LATEST",
        "LastModified": 1_700_000_000.0,
        "MaximumRetryAttempts": 1,
        "MaximumEventAgeInSeconds": 60,
        "DestinationConfig": {"OnSuccess": {}, "OnFailure": {}},
    }
    assert await made("GetFunctionEventInvokeConfig", FunctionName="f") == first
    second = await put(made, MaximumRetryAttempts=0)
    assert "MaximumEventAgeInSeconds" not in second


async def test_an_update_leaves_the_rest(made):
    await put(made, MaximumRetryAttempts=1, MaximumEventAgeInSeconds=60)
    after = await made("UpdateFunctionEventInvokeConfig", FunctionName="f", MaximumRetryAttempts=0)
    assert (after["MaximumRetryAttempts"], after["MaximumEventAgeInSeconds"]) == (0, 60)


async def test_what_an_invocation_is_told(made):
    queue = "arn:aws:sqs:us-east-1:000000000000:q"
    assert made.lambda_.functions.event_config(made.resolve()) == EventConfig()
    await put(made, MaximumRetryAttempts=0, **to(queue, "OnFailure"))
    told = made.lambda_.functions.event_config(made.resolve())
    assert told == EventConfig(retries=0, max_age_s=21_600, on_failure=queue)
    assert made.lambda_.functions.event_config(made.resolve("f:live")) == EventConfig()
    await put(made, Qualifier="live", MaximumEventAgeInSeconds=70)
    assert made.lambda_.functions.event_config(made.resolve("f:live")) == EventConfig(max_age_s=70)


REFUSED = {
    "put_functionname_name_notfound": (
        {"FunctionName": "none", "MaximumRetryAttempts": 1},
        "The function doesn't exist.",
    ),
    "put_alias_doesnotexist": (
        {"Qualifier": "none", "MaximumRetryAttempts": 1},
        "The function doesn't exist.",
    ),
    "put_functionname_nootherargs": (
        {},
        "You must specify at least one of error handling or destination setting.",
    ),
    "put_destination_lambda_doesntexist": (
        to(f"{ARN}none"),
        f"The destination ARN {ARN}none is invalid.",
    ),
    "put_destination_recursive": (
        to(f"{ARN}f"),
        "You can't specify the function as a destination for itself.",
    ),
    "put_destination_invalid_service_arn": (
        to("arn:aws:iam:us-east-1:000000000000:function:f"),
        (
            "The provided destination config DestinationConfig(onSuccess=OnSuccess(destination="
            "arn:aws:iam:us-east-1:000000000000:function:f), onFailure=null) is invalid."
        ),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_refused(made, name):
    given, text = REFUSED[name]
    error = await made.refused("PutFunctionEventInvokeConfig", **({"FunctionName": "f"} | given))
    assert error.message == text


async def test_another_function_as_a_destination(made):
    await made.make("other")
    after = await put(made, **to(f"{ARN}other"))
    assert after["DestinationConfig"] == {
        "OnSuccess": {"Destination": f"{ARN}other"},
        "OnFailure": {},
    }


async def test_each_qualifier_has_its_own(made):
    await put(made, MaximumRetryAttempts=0)
    await put(made, Qualifier="1", MaximumRetryAttempts=1)
    await put(made, FunctionName="f:live", MaximumRetryAttempts=2)
    page = await made("ListFunctionEventInvokeConfigs", FunctionName="f")
    assert [
        (each["FunctionArn"].removeprefix(ARN), each["MaximumRetryAttempts"])
        for each in page["FunctionEventInvokeConfigs"]
    ] == [("f:$LATEST", 0), ("f:1", 1), ("f:live", 2)]
    page = await made("ListFunctionEventInvokeConfigs", FunctionName="f", MaxItems=1)
    page = await made("ListFunctionEventInvokeConfigs", FunctionName="f", Marker=page["NextMarker"])
    assert len(page["FunctionEventInvokeConfigs"]) == 2
    for qualifier in ("$LATEST", "1", "live"):
        await made("DeleteFunctionEventInvokeConfig", FunctionName="f", Qualifier=qualifier)
    page = await made("ListFunctionEventInvokeConfigs", FunctionName="f")
    assert page == {"FunctionEventInvokeConfigs": []}


@pytest.mark.parametrize(
    ("operation", "given", "text"),
    [
        ("Get", {}, f"The function {ARN}f:$LATEST doesn't have an EventInvokeConfig"),
        ("Delete", {}, f"The function {ARN}f:$LATEST doesn't have an EventInvokeConfig"),
        ("Get", {"Qualifier": "x"}, f"The function {ARN}f:x doesn't have an EventInvokeConfig"),
        (
            "Get",
            {"FunctionName": "none"},
            f"The function {ARN}none:$LATEST doesn't have an EventInvokeConfig",
        ),
        (
            "Update",
            {"MaximumRetryAttempts": 1},
            f"The function {ARN}f:$LATEST doesn't have an EventInvokeConfig",
        ),
        (
            "Update",
            {"FunctionName": "none", "MaximumRetryAttempts": 1},
            "The function doesn't exist.",
        ),
    ],
)
async def test_what_is_not_there(made, operation, given, text):
    name = f"{operation}FunctionEventInvokeConfig"
    error = await made.refused(name, **({"FunctionName": "f"} | given))
    assert (error.status, error.message) == (404, text)


async def test_a_list_of_no_function(made):
    error = await made.refused("ListFunctionEventInvokeConfigs", FunctionName="none")
    assert error.message == "The function doesn't exist."
