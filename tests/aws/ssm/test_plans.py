"""No statement walks a table: what it reads is what it returns."""

SMALL = ("CONSTANT ROW", "SCAN totals")


async def test_no_statement_walks_a_table(client):
    seen = set()
    connections = (client.ssm.db._writer, client.ssm.db._reader)
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
        for *_, detail in client.ssm.db._reader.execute(f"EXPLAIN QUERY PLAN {statement}"):
            is_walk = "SCAN" in detail or "TEMP B-TREE" in detail
            assert not is_walk or any(part in detail for part in SMALL), (statement, detail)
    assert checked > 15


async def everything(client):
    await client.put("/a/b", Tags=[{"Key": "k", "Value": "v"}])
    await client.again("/a/b")
    await client("LabelParameterVersion", Name="/a/b", Labels=["l"])
    await client.get("/a/b:l")
    await client.get("/a/b:1")
    await client("GetParameterHistory", Name="/a/b", MaxResults=1)
    await client("GetParametersByPath", Path="/a", Recursive=True)
    await client("DescribeParameters")
    resource = {"ResourceType": "Parameter", "ResourceId": "/a/b"}
    await client("RemoveTagsFromResource", **resource, TagKeys=["k"])
    await client("UnlabelParameterVersion", Name="/a/b", ParameterVersion=2, Labels=["l"])
    await client("DeleteParameters", Names=["/a/b"])
