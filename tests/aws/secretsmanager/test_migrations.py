"""A database of the first schema is read and counted as before."""

from homeport.aws.secretsmanager.store import schema
from homeport.storage.db import Database

ROWS = (
    "INSERT INTO secret VALUES (7, '000000000000', 'us-east-1', 's', 'aBcDeF', 1.5, 1.5, NULL, NULL, NULL, '{}', 'null', NULL)",
    "INSERT INTO version VALUES (7, 1, '%s', 1.5, NULL, 'DefaultEncryptionKey', 'old', NULL, '[\"AWSPREVIOUS\"]')"
    % ("a" * 32),
    "INSERT INTO version VALUES (7, 2, '%s', 1.5, NULL, 'DefaultEncryptionKey', NULL, X'00FF', '[\"AWSCURRENT\"]')"
    % ("b" * 32),
)


async def test_values_of_the_first_schema_are_there(client):
    await client.manager.close()
    client.path = client.path.with_name("before.db")
    before = Database(client.path, schema.MIGRATIONS[:1])
    for row in ROWS:
        await before.write(lambda connection, row=row: connection.execute(row))
    ((used,),) = before.query("SELECT bytes FROM totals")
    await before.close()
    await client.restart()
    assert client.quota.used == used == 1024 + 6 + 3 + 2 + 2 * 128
    assert await client.value(VersionStage="AWSPREVIOUS") == "old"
    assert (await client("GetSecretValue", SecretId="s"))["SecretBinary"] == b"\x00\xff"
    await client("DeleteSecret", SecretId="s", ForceDeleteWithoutRecovery=True)
    assert client.quota.used == 0
    assert client.manager.db.query("SELECT count(*) FROM value") == [(0,)]
