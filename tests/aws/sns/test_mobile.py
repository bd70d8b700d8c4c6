"""Telephones; texts as recorded of AWS: `TestSNSPlatformApplicationCrud`, `TestSNSPlatformEndpointCrud`, `TestSNSSMS` in

https://github.com/localstack/localstack/blob/main/tests/aws/services/sns/test_sns.snapshot.json
"""

import asyncio

import pytest

APP = "arn:aws:sns:us-east-1:000000000000:app/ADM/name"
SECRETS = {"PlatformPrincipal": "p", "PlatformCredential": "c"}


@pytest.fixture
async def app(client):
    made = await client(
        "CreatePlatformApplication", Name="name", Platform="ADM", Attributes=SECRETS
    )
    return made["PlatformApplicationArn"]


async def endpoint(client, token="token_1", **more):
    said = {"PlatformApplicationArn": APP, "Token": token}
    return (await client("CreatePlatformEndpoint", **said, **more))["EndpointArn"]


async def test_applications(client, app):
    assert app == APP
    asked = {"PlatformApplicationArn": app}
    assert (await client("GetPlatformApplicationAttributes", **asked))["Attributes"] == {
        "Enabled": "true"
    }
    await client(
        "SetPlatformApplicationAttributes", **asked, Attributes={"EventEndpointCreated": "t"}
    )
    listed = await client("ListPlatformApplications")
    assert listed["PlatformApplications"] == [
        {
            "PlatformApplicationArn": app,
            "Attributes": {"Enabled": "true", "EventEndpointCreated": "t"},
        }
    ]
    await endpoint(client)
    await client("DeletePlatformApplication", **asked)
    await client("DeletePlatformApplication", **asked)
    for operation in ("GetPlatformApplicationAttributes", "ListEndpointsByPlatformApplication"):
        assert await client.said(operation, **asked) == "PlatformApplication does not exist"
    assert client.sns.db.query("SELECT * FROM endpoint") == []


@pytest.mark.parametrize(
    ("name", "platform", "attributes", "text"),
    [
        ("", "ADM", SECRETS, "Invalid parameter:  Reason: cannot be empty"),
        ("@name", "ADM", SECRETS, "Invalid parameter: @name Reason: must contain only characters 'a'-'z', 'A'-'Z', '0'-'9', '_', '-', and '.'"),
        ("a" * 257, "ADM", SECRETS, f"Invalid parameter: {'a' * 257} Reason: must be at most 256 characters long"),
        ("name", "AAA", SECRETS, "Invalid parameter: Platform Reason: AAA is not supported"),
        ("name", "ADM", {"PlatformPrincipal": "p"}, "Invalid parameter: Attributes Reason: PlatformPrincipal attribute provided without PlatformCredential"),
        ("name", "ADM", {"PlatformCredential": "p"}, "Invalid parameter: Attributes Reason: PlatformCredential attribute provided without PlatformPrincipal"),
    ],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
async def test_applications_that_are_refused(client, name, platform, attributes, text):
    said = {"Name": name, "Platform": platform, "Attributes": attributes}
    assert await client.said("CreatePlatformApplication", **said) == text


async def test_arns_of_applications(client):
    operation = "GetPlatformApplicationAttributes"
    said = await client.said(operation, PlatformApplicationArn="x")
    assert (
        said
        == "Invalid parameter: PlatformApplicationArn Reason: An ARN must have at least 6 elements, not 1"
    )
    said = await client.said(operation, PlatformApplicationArn="arn:aws:sns:us-east-1:0:app")
    assert "Wrong number of slashes" in said
    assert (
        await client.said(operation, PlatformApplicationArn=APP)
        == "PlatformApplication does not exist"
    )


async def test_endpoints(client, app):
    arn = await endpoint(client)
    assert await endpoint(client) == arn
    assert arn.startswith("arn:aws:sns:us-east-1:000000000000:endpoint/ADM/name/")
    said = await client.said(
        "CreatePlatformEndpoint", PlatformApplicationArn=app, Token="token_1", CustomUserData="x"
    )
    assert said == (
        f"Invalid parameter: Token Reason: Endpoint {arn} already exists with the same Token, but different attributes."
    )
    await client(
        "SetEndpointAttributes",
        EndpointArn=arn,
        Attributes={"Enabled": "false", "CustomUserData": "d"},
    )
    found = await client("GetEndpointAttributes", EndpointArn=arn)
    expected = {"Enabled": "false", "Token": "token_1", "CustomUserData": "d"}
    assert found["Attributes"] == expected
    listed = await client("ListEndpointsByPlatformApplication", PlatformApplicationArn=app)
    assert listed["Endpoints"] == [{"EndpointArn": arn, "Attributes": expected}]
    for _ in range(2):
        await client("DeleteEndpoint", EndpointArn=arn)
    assert await client.said("GetEndpointAttributes", EndpointArn=arn) == "Endpoint does not exist"


@pytest.mark.parametrize(
    ("attributes", "text"),
    [
        ({"PlatformPrincipal": "x"}, "Invalid attribute name: PlatformPrincipal"),
        ({"InvalidKey": "x"}, "Invalid attribute name: InvalidKey"),
        ({"CustomUserData": "x" * 2049}, "Invalid value for attribute: CustomUserData: must be at most 2048 bytes long in UTF-8 encoding"),
        ({"Enabled": "x"}, "Invalid value for attribute: Enabled"),
    ],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
async def test_attributes_of_endpoints_that_are_refused(client, app, attributes, text):
    arn = await endpoint(client)
    for operation, said in (
        ("SetEndpointAttributes", {"EndpointArn": arn}),
        ("CreatePlatformEndpoint", {"PlatformApplicationArn": app, "Token": "t"}),
    ):
        assert (
            await client.said(operation, **said, Attributes=attributes)
            == f"Invalid parameter: Attributes Reason: {text}"
        )


async def test_arns_of_endpoints(client, app):
    said = await client.said("GetEndpointAttributes", EndpointArn=APP)
    assert (
        said
        == "Invalid parameter: EndpointArn Reason: Wrong number of slashes in relative portion of the ARN."
    )


async def test_a_message_for_a_device_is_kept(client, app):
    arn = await endpoint(client)
    await client(
        "Publish", TargetArn=arn, Message='{"default": "d", "ADM": "a"}', MessageStructure="json"
    )
    ((receiver, document),) = client.sns.db.query("SELECT receiver, document FROM note")
    assert receiver == arn
    assert '"Message": "a"' in document
    await client("SetEndpointAttributes", EndpointArn=arn, Attributes={"Enabled": "False"})
    error = await client.refused("Publish", TargetArn=arn, Message="m", MessageStructure="json")
    assert (error.code, error.message) == ("EndpointDisabled", "Endpoint is disabled")


async def test_settings_of_text_messages(client):
    """`test_set_get_sms_attributes`"""
    values = {
        "DefaultSMSType": "Promotional",
        "DefaultSenderID": "LSTest",
        "DeliveryStatusSuccessSamplingRate": "100",
    }
    await client("SetSMSAttributes", attributes=values)
    found = await client("GetSMSAttributes")
    assert found["attributes"] == values | {"MonthlySpendLimit": "1"}
    some = await client("GetSMSAttributes", attributes=["DefaultSMSType"])
    assert some["attributes"] == {"DefaultSMSType": "Promotional"}


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("InvalidAttribute", "x", "InvalidAttribute is not a valid attribute"),
        ("DefaultSenderID", "TooLongSenderID", "DefaultSendID is not a valid attribute"),
        ("DefaultSenderID", "123456789", "DefaultSendID is not a valid attribute"),
        ("DefaultSMSType", "x", "DefaultSMSType is invalid"),
    ],
)
async def test_settings_that_are_refused(client, name, value, text):
    error = await client.refused("SetSMSAttributes", attributes={name: value})
    assert (error.code, error.message) == ("InvalidParameter", text)


def opt_out(client, number):
    def work(connection):
        connection.execute(
            "INSERT INTO phone (account, region, number, kind, state) VALUES ('000000000000', 'us-east-1', ?, 'opted-out', '')",
            (number,),
        )

    return client.sns.db.write(work)


async def test_phones_that_want_nothing(client):
    number = "+15550000001"
    await opt_out(client, number)
    assert await client("CheckIfPhoneNumberIsOptedOut", phoneNumber=number) == {"isOptedOut": True}
    assert (await client("ListPhoneNumbersOptedOut"))["phoneNumbers"] == [number]
    assert (await client.refused("Publish", PhoneNumber=number, Message="m")).code == "OptedOut"
    for _ in range(2):
        await client("OptInPhoneNumber", phoneNumber=number)
    assert await client("CheckIfPhoneNumberIsOptedOut", phoneNumber=number) == {"isOptedOut": False}
    await client("Publish", PhoneNumber=number, Message="m")
    said = await client.said("OptInPhoneNumber", phoneNumber="x")
    assert said == "Invalid parameter: PhoneNumber Reason: input incorrectly formatted"


async def test_lists_of_phones_have_pages(client):
    for number in range(101):
        await opt_out(client, f"+1555{number:07}")
    first = await client("ListPhoneNumbersOptedOut")
    second = await client("ListPhoneNumbersOptedOut", nextToken=first["nextToken"])
    assert (len(first["phoneNumbers"]), len(second["phoneNumbers"])) == (100, 1)


async def test_the_sandbox(client):
    number = "+15550000001"
    assert await client("GetSMSSandboxAccountStatus") == {"IsInSandbox": False}
    await client("CreateSMSSandboxPhoneNumber", PhoneNumber=number)
    listed = await client("ListSMSSandboxPhoneNumbers", MaxResults=1)
    assert listed["PhoneNumbers"] == [{"PhoneNumber": number, "Status": "Pending"}]
    error = await client.refused(
        "VerifySMSSandboxPhoneNumber", PhoneNumber=number, OneTimePassword="x"
    )
    assert error.code == "VerificationException"
    await client("VerifySMSSandboxPhoneNumber", PhoneNumber=number, OneTimePassword="123456")
    assert (await client("ListSMSSandboxPhoneNumbers"))["PhoneNumbers"][0]["Status"] == "Verified"
    await client("DeleteSMSSandboxPhoneNumber", PhoneNumber=number)
    error = await client.refused("DeleteSMSSandboxPhoneNumber", PhoneNumber=number)
    assert error.code == "ResourceNotFound"


async def test_an_endpoint_that_is_gone_is_not_subscribed(client, topic):
    arn = await client.device()
    await client.subscribe(endpoint=arn, protocol="application")
    await client("DeleteEndpoint", EndpointArn=arn)
    said = await client.said("Subscribe", TopicArn=topic, Protocol="application", Endpoint=arn)
    assert (
        said == f"Invalid parameter: Endpoint Reason: Endpoint does not exist for endpoint arn{arn}"
    )
    # The subscription stays: `test_delete_platform_endpoint_with_subscription`.
    assert len((await client("ListSubscriptions"))["Subscriptions"]) == 1


async def test_one_endpoint_for_a_device_however_often_it_is_made(client, app):
    made = await asyncio.gather(
        *(client("CreatePlatformEndpoint", Token="t", PlatformApplicationArn=app) for _ in range(5))
    )
    assert len({one["EndpointArn"] for one in made}) == 1


async def test_the_token_of_another_endpoint_is_refused(client, app):
    first = await client("CreatePlatformEndpoint", Token="t1", PlatformApplicationArn=app)
    second = await client("CreatePlatformEndpoint", Token="t2", PlatformApplicationArn=app)
    error = await client.refused("SetEndpointAttributes", **second, Attributes={"Token": "t1"})
    assert error.code == "InvalidParameter"
    assert first["EndpointArn"] in error.message
    await client("SetEndpointAttributes", **first, Attributes={"Token": "t1"})


async def test_what_is_deleted_meanwhile_stays_deleted(client, app):
    made = await client("CreatePlatformEndpoint", Token="t", PlatformApplicationArn=app)
    results = await asyncio.gather(
        client("DeleteEndpoint", **made),
        client("SetEndpointAttributes", **made, Attributes={"CustomUserData": "x"}),
        client("DeletePlatformApplication", PlatformApplicationArn=app),
        client(
            "SetPlatformApplicationAttributes",
            PlatformApplicationArn=app,
            Attributes={"SuccessFeedbackRoleArn": "x"},
        ),
        client("CreatePlatformEndpoint", Token="u", PlatformApplicationArn=app),
        return_exceptions=True,
    )
    codes = [getattr(one, "code", None) for one in results]
    assert codes == [None, "NotFound", None, "NotFound", "NotFound"]
    assert client.sns.db.query("SELECT count(*) FROM endpoint") == [(0,)]
    assert client.sns.db.query("SELECT count(*) FROM application") == [(0,)]
