"""Function URLs: test_url_config_lifecycle, test_url_config_exceptions, test_url_config_deletion_without_qualifier."""

import re

import pytest
from tests.aws.lambda_.conftest import ARN

from homeport.aws.lambda_.model import Function
from homeport.aws.lambda_.settings import urls
from homeport.aws.lambda_.store.urls import Url
from homeport.aws.protocol.call import Call
from homeport.edge import http


@pytest.fixture
async def made(client):
    await client.make(Publish=True)
    await client("CreateAlias", FunctionName="f", Name="live", FunctionVersion="1")
    return client


async def test_the_life_of_a_url(made, clock):
    one = {"FunctionName": "f"}
    created = await made("CreateFunctionUrlConfig", AuthType="NONE", **one)
    url = created["FunctionUrl"]
    assert re.fullmatch(r"http://[a-z0-9]{32}\.lambda-url\.us-east-1\.localhost:4566/", url)
    base = {
        "FunctionUrl": url,
        "FunctionArn": f"{ARN}f",
        "AuthType": "NONE",
        "CreationTime": "2023-11-14T22:13:20.000000Z",
    }
    assert created == base
    times = {"LastModifiedTime": base["CreationTime"], "InvokeMode": "BUFFERED"}
    assert await made("GetFunctionUrlConfig", **one) == base | times
    error = await made.refused("CreateFunctionUrlConfig", AuthType="NONE", **one)
    assert (error.status, error.message) == (
        409,
        (
            f"Failed to create function url config for [functionArn = {ARN}f]. "
            "Error message:  FunctionUrlConfig exists for this Lambda function"
        ),
    )
    await clock.advance(1)
    after = await made("UpdateFunctionUrlConfig", AuthType="AWS_IAM", **one)
    assert after == base | {
        "AuthType": "AWS_IAM",
        "LastModifiedTime": "2023-11-14T22:13:21.000000Z",
    }
    assert await made("DeleteFunctionUrlConfig", **one) == {}
    error = await made.refused("GetFunctionUrlConfig", **one)
    assert (error.status, error.message) == (404, "The resource you requested does not exist.")


async def test_an_alias_has_its_own(made):
    cors = {"AllowOrigins": ["*"], "MaxAge": 5}
    await made("CreateFunctionUrlConfig", FunctionName="f", AuthType="NONE")
    second = await made(
        "CreateFunctionUrlConfig",
        FunctionName="f",
        Qualifier="live",
        AuthType="NONE",
        Cors=cors,
        InvokeMode="RESPONSE_STREAM",
    )
    assert (second["Cors"], second["InvokeMode"]) == (cors, "RESPONSE_STREAM")
    page = await made("ListFunctionUrlConfigs", FunctionName="f")
    arns = [each["FunctionArn"] for each in page["FunctionUrlConfigs"]]
    assert arns == [f"{ARN}f", f"{ARN}f:live"]
    first = await made("ListFunctionUrlConfigs", FunctionName="f", MaxItems=1)
    rest = await made("ListFunctionUrlConfigs", FunctionName="f", Marker=first["NextMarker"])
    assert [each["FunctionArn"] for each in rest["FunctionUrlConfigs"]] == [f"{ARN}f:live"]
    await made("DeleteFunctionUrlConfig", FunctionName="f")
    await made.refused("GetFunctionUrlConfig", FunctionName="f")
    await made("GetFunctionUrlConfig", FunctionName="f", Qualifier="live")


async def test_the_host_leads_to_the_function(made):
    await made("CreateFunctionUrlConfig", FunctionName="f:live", AuthType="NONE")
    url = await made("GetFunctionUrlConfig", FunctionName="f:live")
    id_ = url["FunctionUrl"].removeprefix("http://").partition(".")[0]
    found = made.lambda_.url(id_)
    assert (found.function.name, found.qualifier, found.arn) == ("f", "live", f"{ARN}f:live")
    assert found.body["AuthType"] == "NONE"
    assert made.lambda_.url("none") is None
    await made("DeleteFunction", FunctionName="f")
    assert made.lambda_.url(id_) is None


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost.localstack.cloud:4566", "localhost.localstack.cloud:4566"),
        ("aws.home", "aws.home"),
        ("127.0.0.1:4566", "localhost:4566"),
        ("[::1]:4566", "localhost:4566"),
        ("127.0.0.1", "localhost"),
    ],
)
def test_a_url_is_below_the_name_that_the_client_used(host, expected):
    request = http.Request("GET", "/", "", {"host": host}, http.BytesBody(), scheme="https")
    call = Call("lambda", "GetFunctionUrlConfig", "0" * 12, "eu-west-1", "id", request)
    url = Url("x", Function("0" * 12, "eu-west-1", "f"), "", {})
    assert urls.address(call, url) == f"https://x.lambda-url.eu-west-1.{expected}/"


NOT_FOUND = "The resource you requested does not exist."
NO_FUNCTION = "Function does not exist"


@pytest.mark.parametrize(
    ("operation", "name", "qualifier", "text"),
    [
        ("Create", "none", None, NO_FUNCTION),
        ("Create", "f", "none", NO_FUNCTION),
        ("Update", "none", None, NO_FUNCTION),
        ("Update", "f", "none", NO_FUNCTION),
        ("Update", "f", None, NOT_FOUND),
        ("Get", "none", None, NOT_FOUND),
        ("Get", "f", "none", NOT_FOUND),
        ("Delete", "none", None, NOT_FOUND),
        ("Delete", "f", None, NOT_FOUND),
    ],
)
async def test_what_is_not_there(made, operation, name, qualifier, text):
    params = {"FunctionName": name} | ({"Qualifier": qualifier} if qualifier else {})
    if operation == "Create":
        params["AuthType"] = "NONE"
    error = await made.refused(f"{operation}FunctionUrlConfig", **params)
    assert (error.status, error.message) == (404, text)


async def test_a_list_of_no_function(made):
    error = await made.refused("ListFunctionUrlConfigs", FunctionName="none")
    assert error.message == NO_FUNCTION


async def label(client, **params):
    made = await client("CreateFunctionUrlConfig", AuthType="NONE", **params)
    return made["FunctionUrl"].removeprefix("http://").partition(".")[0]


async def test_a_tag_names_the_url_of_a_function_and_of_its_aliases(client):
    await client.make(Publish=True, Tags={urls.CUSTOM_ID: "my-id"})
    await client("CreateAlias", FunctionName="f", Name="live", FunctionVersion="1")
    assert await label(client, FunctionName="f") == "my-id"
    assert await label(client, FunctionName="f", Qualifier="live") == "my-id-live"
    assert client.lambda_.url("my-id").function.name == "f"


@pytest.mark.parametrize("tag", ["my-id", "Not A Label!", "-a", "a-", "a.b", "UP", "a" * 64, ""])
async def test_a_tag_that_is_no_free_label_names_nothing(client, tag):
    await client.make("other", Tags={urls.CUSTOM_ID: "my-id"})
    assert await label(client, FunctionName="other") == "my-id"
    await client.make(Tags={urls.CUSTOM_ID: tag})
    assert re.fullmatch(r"[0-9a-f]{32}", await label(client, FunctionName="f"))
    assert client.lambda_.url("my-id").function.name == "other"
