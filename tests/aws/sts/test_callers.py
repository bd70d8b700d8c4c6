"""Who a caller is: by session, by user, by account; before and after a restart, until the session expires."""

import asyncio

import pytest
from tests.aws.sts.conftest import ACCOUNT

from homeport.aws.signing import access_keys
from homeport.aws.sts import limits, schema, session, store
from homeport.aws.sts.directory import User
from homeport.aws.sts.sts import SWEEP_AGAIN_S
from homeport.errors import StorageFull
from homeport.storage.db import Database

ASSUMED = f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/session"


@pytest.mark.parametrize("account", ["000000000000", ACCOUNT])
async def test_any_other_key_is_the_account_itself(client, account):
    assert await client("GetCallerIdentity", account=account) == {
        "UserId": account,
        "Account": account,
        "Arn": f"arn:aws:iam::{account}:root",
    }


async def test_a_session_is_known_after_a_restart(client):
    answer = await client.assume()
    await client.restart()
    assert await client("GetCallerIdentity", by=answer["Credentials"]["AccessKeyId"]) == {
        "UserId": answer["AssumedRoleUser"]["AssumedRoleId"],
        "Account": ACCOUNT,
        "Arn": ASSUMED,
    }


async def test_a_session_ends_on_time(client, clock):
    key = await client.key(DurationSeconds=900)
    await clock.advance(899)
    assert await client.arn(key) == ASSUMED
    await clock.advance(1)
    error = await client.refused("GetCallerIdentity", by=key)
    assert (error.code, error.status, error.message) == (
        "ExpiredToken",
        403,
        "The security token included in the request is expired",
    )


def kept(client):
    return client.sts.db.read(store.count)


async def test_what_has_expired_is_removed_by_the_clock(client, clock):
    for duration_s in (900, 1800, 3600):
        await client.assume(DurationSeconds=duration_s)
    seen = []
    for _ in range(4):
        await clock.advance(900)
        await client.sts._sweeping
        seen.append(kept(client))
    assert seen == [2, 1, 1, 0]


async def test_what_expired_while_nothing_ran_is_removed_after_the_start(client, clock):
    await client.assume(DurationSeconds=900)
    await client.sts.close()
    await clock.advance(1000)
    await client.open()
    await clock.advance(0)
    await client.sts._sweeping
    assert kept(client) == 0


async def test_sessions_are_limited(client, monkeypatch):
    monkeypatch.setattr(limits, "SESSIONS", 2)
    await client.assume()
    await client.assume()
    error = await client.refused(
        "AssumeRole", RoleArn="arn:aws:iam::123456789012:role/r", RoleSessionName="ab"
    )
    assert (error.code, error.message) == ("Throttling", "Rate exceeded")


async def test_two_begin_sessions_at_the_limit_and_one_is_refused(client, monkeypatch):
    monkeypatch.setattr(limits, "SESSIONS", 1)
    made = await asyncio.gather(client.assume(), client.assume(), return_exceptions=True)
    assert sorted(type(each).__name__ for each in made) == ["AwsError", "dict"]
    assert kept(client) == 1


async def test_the_sweep_waits_for_a_disk_that_refuses(client, clock, monkeypatch):
    await client.assume(DurationSeconds=900)

    async def refuse(_):
        raise StorageFull("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(client.sts.db, "write", refuse)
        await clock.advance(900)
    assert kept(client) == 1
    await clock.advance(SWEEP_AGAIN_S)
    await client.sts._sweeping
    assert kept(client) == 0


async def test_sessions_count_towards_the_quota(client, clock):
    client.quota.limit = 2 * 1100
    await client.assume()
    await client.assume()
    used = client.quota.used
    with pytest.raises(StorageFull):
        await client.assume()
    await client.restart()
    assert (client.quota.used, kept(client)) == (used, 2)
    await clock.advance(3600)
    await client.sts._sweeping
    assert (client.quota.used, kept(client)) == (0, 0)


async def test_sessions_of_the_first_schema_are_there_and_counted(client, clock):
    made = session.new(session.ROLE, session.Identity(ACCOUNT, ASSUMED, "id"), clock.now() + 900)
    await client.sts.close()
    client.path = client.path.with_name("before.db")
    before = Database(client.path, schema.MIGRATIONS[:1])
    await before.write(lambda connection: store.insert(connection, made))
    await before.close()
    await client.open()
    assert await client.arn(made.access_key) == ASSUMED
    assert (kept(client), client.quota.used) == (1, 1024 + 2)


async def test_the_key_of_a_user_is_that_user(client):
    key = access_keys.new("AKIA", ACCOUNT)
    client.directory.users[key] = User("AIDA1", f"arn:aws:iam::{ACCOUNT}:user/u")
    assert await client("GetCallerIdentity", by=key) == {
        "UserId": "AIDA1",
        "Account": ACCOUNT,
        "Arn": f"arn:aws:iam::{ACCOUNT}:user/u",
    }
    client.directory.users.clear()
    error = await client.refused("GetCallerIdentity", by=key)
    assert (error.code, error.status) == ("InvalidClientTokenId", 403)


async def test_a_session_of_a_user_is_that_user(client):
    key = access_keys.new("AKIA", ACCOUNT)
    client.directory.users[key] = User("AIDA1", f"arn:aws:iam::{ACCOUNT}:user/u")
    made = await client("GetSessionToken", by=key)
    assert await client.arn(made["Credentials"]["AccessKeyId"]) == f"arn:aws:iam::{ACCOUNT}:user/u"


async def test_the_secret_of_a_session_can_be_had_for_signatures(client, clock):
    made = (await client.assume())["Credentials"]
    assert client.sts.secret_of(made["AccessKeyId"]) == made["SecretAccessKey"]
    assert client.sts.secret_of("test") is None
    await clock.advance(3600)
    assert client.sts.secret_of(made["AccessKeyId"]) is None


@pytest.mark.parametrize(
    ("key", "account"),
    [
        (access_keys.new("AKIA", ACCOUNT, 1), ACCOUNT),
        ("AKIAIOSFODNN7EXAMPLE", "000000000000"),
    ],
    ids=["ours", "other"],
)
async def test_a_key_tells_its_account(client, key, account):
    assert await client("GetAccessKeyInfo", AccessKeyId=key) == {"Account": account}
