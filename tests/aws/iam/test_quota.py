"""What is kept counts towards the quota of the cloud: any history of it, and a database of the first schema."""

import pytest
from tests.aws.iam.conftest import DOCUMENT, Client

from homeport.aws.iam.store import schema
from homeport.errors import StorageFull
from homeport.storage.db import Database


def counted(client):
    """The bytes as the rows tell them, without the sum that triggers keep."""
    queries = (
        "SELECT coalesce(sum(1024 + length(settings) + length(tags)), 0) FROM entity",
        "SELECT coalesce(sum(128 + length(document)), 0) FROM policy_version",
        "SELECT coalesce(sum(128 + length(document)), 0) FROM inline_policy",
    )
    return sum(client.iam.db.query_one(query)[0] for query in queries)


async def test_each_step_is_counted(client):
    arn = await client.policy()
    for operation, params in (
        ("CreateUser", {"UserName": "u", "Tags": [{"Key": "k", "Value": "v" * 50}]}),
        ("PutUserPolicy", {"UserName": "u", "PolicyName": "p", "PolicyDocument": DOCUMENT}),
        ("PutUserPolicy", {"UserName": "u", "PolicyName": "p", "PolicyDocument": DOCUMENT + " "}),
        ("UntagUser", {"UserName": "u", "TagKeys": ["k"]}),
        ("CreatePolicyVersion", {"PolicyArn": arn, "PolicyDocument": DOCUMENT}),
        ("DeletePolicyVersion", {"PolicyArn": arn, "VersionId": "v2"}),
        ("DeletePolicy", {"PolicyArn": arn}),
        ("DeleteUserPolicy", {"UserName": "u", "PolicyName": "p"}),
    ):
        await client(operation, **params)
        assert client.quota.used == counted(client) > 0
    await client.restart()
    assert client.quota.used == counted(client)
    await client("DeleteUser", UserName="u")
    assert client.quota.used == 0


async def test_what_has_no_room_is_refused_and_leaves_nothing(client):
    await client.role()
    client.quota.limit = client.quota.used + 500
    with pytest.raises(StorageFull):
        await client.user()
    assert (await client("ListUsers"))["Users"] == []
    assert client.quota.used == counted(client)
    await client("DeleteRole", RoleName="r")
    await client.user()


async def test_a_database_of_the_first_schema_is_counted(tmp_path, clock):
    before = Database(tmp_path / "iam.db", schema.MIGRATIONS[:1])
    row = "INSERT INTO entity VALUES (1, '000000000000', 'user', 'u', 'U', '/', 'AIDA1', 1, '{}', '{}', NULL)"
    await before.write(lambda connection: connection.execute(row))
    await before.close()
    client = await Client(tmp_path / "iam.db", clock).open()
    assert client.quota.used == counted(client) == 1024 + 4
    await client("DeleteUser", UserName="u")
    assert client.quota.used == 0
    await client.iam.close()
