import pytest

from homeport.aws.signing import access_keys
from homeport.aws.sts.directory import User

ACCOUNT = "123456789012"


async def lasts_s(client, clock, operation, **params):
    made = await client(operation, **params)
    return made["Credentials"]["Expiration"] - int(clock.now())


async def test_the_account_itself_gets_an_hour_at_most(client, clock):
    assert await lasts_s(client, clock, "GetSessionToken") == 3600
    assert await lasts_s(client, clock, "GetSessionToken", DurationSeconds=129600) == 3600
    assert await lasts_s(client, clock, "GetSessionToken", DurationSeconds=900) == 900


async def test_a_user_gets_twelve_hours_or_what_it_asks_for(client, clock):
    key = access_keys.new("AKIA", ACCOUNT)
    client.directory.users[key] = User("AIDA1", f"arn:aws:iam::{ACCOUNT}:user/u")
    assert await lasts_s(client, clock, "GetSessionToken", by=key) == 43200
    assert await lasts_s(client, clock, "GetSessionToken", by=key, DurationSeconds=129600) == 129600


async def test_a_federated_user_has_its_own_name(client):
    made = await client("GetFederationToken", account=ACCOUNT, Name="bob")
    arn = f"arn:aws:sts::{ACCOUNT}:federated-user/bob"
    assert made["FederatedUser"] == {"FederatedUserId": f"{ACCOUNT}:bob", "Arn": arn}
    assert made["PackedPolicySize"] == 0
    assert await client.arn(made["Credentials"]["AccessKeyId"]) == arn


@pytest.mark.parametrize("operation", ["GetSessionToken", "GetFederationToken"])
async def test_credentials_of_a_session_give_no_further_ones(client, operation):
    key = await client.key()
    error = await client.refused(operation, by=key, Name="bob")
    assert (error.code, error.status, error.message) == (
        "AccessDenied",
        403,
        f"Cannot call {operation} with session credentials",
    )
