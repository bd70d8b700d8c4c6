"""No statement walks a table: what it reads is what it returns."""

SMALL = ("CONSTANT ROW", "SCAN totals")


async def test_no_statement_walks_a_table(client):
    seen = set()
    connections = (client.manager.db._writer, client.manager.db._reader)
    for connection in connections:
        connection.set_trace_callback(seen.add)
    await everything(client)
    for connection in connections:
        connection.set_trace_callback(None)
    checked = 0
    for statement in seen:
        if statement.split(" ")[0] not in {"SELECT", "UPDATE", "DELETE", "INSERT"}:
            continue
        checked += 1
        for *_, detail in client.manager.db._reader.execute(f"EXPLAIN QUERY PLAN {statement}"):
            is_walk = "SCAN" in detail or "TEMP B-TREE" in detail
            assert not is_walk or any(part in detail for part in SMALL), (statement, detail)
    assert checked > 15


async def everything(client):
    await client.make("b")
    await client.make("a", Tags=[{"Key": "k", "Value": "v"}])
    version = await client.put("w", "a")
    await client.value("a")
    await client.value("a", VersionId=version)
    await client("UpdateSecret", SecretId="a", Description="d")
    await client(
        "UpdateSecretVersionStage", SecretId="a", VersionStage="x", MoveToVersionId=version
    )
    await client("ListSecrets")
    for order in ("created-date", "last-accessed-date", "last-changed-date", "name"):
        for direction in ("asc", "desc"):
            await client.names(SortBy=order, SortOrder=direction, MaxResults=1)
    await client("ListSecretVersionIds", SecretId="a", IncludeDeprecated=True)
    await client("ListSecretVersionIds", SecretId="a")
    await client("DeleteSecret", SecretId="a")
    await client.manager._remove_ended()
    await client("RestoreSecret", SecretId="a")
    await client("DeleteSecret", SecretId="a", ForceDeleteWithoutRecovery=True)
