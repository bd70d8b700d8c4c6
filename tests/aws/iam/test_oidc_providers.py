import pytest

URL = "https://token.actions.githubusercontent.com"
ARN = "arn:aws:iam::000000000000:oidc-provider/token.actions.githubusercontent.com"


async def make(client, url=URL, **more):
    return await client(
        "CreateOpenIDConnectProvider", Url=url, ClientIDList=["sts.amazonaws.com"], **more
    )


async def test_a_provider_is_kept_without_the_scheme_of_its_url(client, clock):
    assert await make(client) == {"OpenIDConnectProviderArn": ARN}
    assert await client("GetOpenIDConnectProvider", OpenIDConnectProviderArn=ARN) == {
        "Url": "token.actions.githubusercontent.com",
        "ClientIDList": ["sts.amazonaws.com"],
        "ThumbprintList": [],
        "CreateDate": int(clock.now()),
        "Tags": [],
    }
    listed = await client("ListOpenIDConnectProviders")
    assert listed == {"OpenIDConnectProviderList": [{"Arn": ARN}]}
    error = await client.refused("CreateOpenIDConnectProvider", Url=URL)
    assert (error.code, error.message) == (
        "EntityAlreadyExistsException",
        f"Provider with url {URL} already exists.",
    )


async def test_a_provider_with_a_path(client):
    made = await make(client, "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC")
    arn = made["OpenIDConnectProviderArn"]
    assert arn.endswith(":oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC")
    await client("GetOpenIDConnectProvider", OpenIDConnectProviderArn=arn)


async def test_clients_and_thumbprints_are_changed(client):
    await make(client)
    named = {"OpenIDConnectProviderArn": ARN}
    for client_id in ("a", "a"):
        await client("AddClientIDToOpenIDConnectProvider", **named, ClientID=client_id)
    await client("RemoveClientIDFromOpenIDConnectProvider", **named, ClientID="sts.amazonaws.com")
    await client("RemoveClientIDFromOpenIDConnectProvider", **named, ClientID="none")
    await client("UpdateOpenIDConnectProviderThumbprint", **named, ThumbprintList=["f" * 40])
    found = await client("GetOpenIDConnectProvider", **named)
    assert (found["ClientIDList"], found["ThumbprintList"]) == (["a"], ["f" * 40])


async def test_limits(client):
    await make(client)
    error = await client.refused(
        "UpdateOpenIDConnectProviderThumbprint",
        OpenIDConnectProviderArn=ARN,
        ThumbprintList=["f" * 40] * 6,
    )
    assert error.message == "Thumbprint list must contain fewer than 5 entries."
    error = await client.refused(
        "CreateOpenIDConnectProvider",
        Url="https://x.y",
        ClientIDList=[str(number) for number in range(101)],
    )
    assert error.message == "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100"


async def test_a_deleted_provider_is_gone(client):
    await make(client)
    await client("DeleteOpenIDConnectProvider", OpenIDConnectProviderArn=ARN)
    error = await client.refused("GetOpenIDConnectProvider", OpenIDConnectProviderArn=ARN)
    assert error.message == f"OpenIDConnect Provider not found for arn {ARN}"


@pytest.mark.parametrize(
    "url",
    [
        "http://a.b",
        "https://",
        "a.b",
        "https://a b",
        "https://a:1/b",
        "https://a/b?c",
        "https://a#b",
    ],
)
async def test_what_is_no_url_of_a_provider(client, url):
    error = await client.refused("CreateOpenIDConnectProvider", Url=url)
    assert (error.code, error.message) == (
        "ValidationError",
        "Invalid Open ID Connect Provider URL",
    )
