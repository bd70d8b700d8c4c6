"""The list of tables, and making and deleting one."""

from __future__ import annotations

import pytest


async def test_what_there_is_of_a_table(visitor, client, make):
    name = make()
    client.put_item(TableName=name, Item={"id": {"S": "a"}, "at": {"N": "1"}})
    page = await visitor.get(f"/dynamodb?search={name.upper()}")
    assert page.status == 200
    assert page.rows() == [[name, "active", "id (S), at (N)", "1", "7 B", "0", "on demand", "off"]]
    assert page.links[name] == f"/dynamodb/tables/{name}"


async def test_a_search_sends_the_rows_alone(visitor, make):
    name = make()
    page = await visitor.get(f"/dynamodb?search={name}", is_part=True)
    assert not page.all("html")
    assert [row[0] for row in page.rows()] == [name]


async def test_nothing_found_is_said(visitor):
    page = await visitor.get("/dynamodb?search=%3Cscript%3E")
    assert "No table has “<script>” in its name." in page.text
    assert page.all("table") == []


async def test_no_table_of_a_region_is_said(visitor):
    page = await visitor.get("/in/000000000000/ap-south-2/dynamodb")
    assert "There is no table in account 000000000000, region ap-south-2." in page.text


async def test_more_tables_than_a_page_has(visitor, make):
    names = [make(f"{at:03}", sort="") for at in range(30)]
    first = await visitor.get("/dynamodb?search=test_more_tables")
    second = await visitor.get(first.links["Next"])
    shown = [row[0] for page in (first, second) for row in page.rows()]
    assert shown == names
    assert "26–30 of 30" in second.text


async def test_a_table_is_made_with_all_that_was_chosen(visitor, client):
    page = await visitor.post(
        "/dynamodb/new",
        {
            "name": "made-whole",
            "pk": "id",
            "pk_type": "S",
            "sk": "at",
            "sk_type": "N",
            "i0_name": "by-city",
            "i0_kind": "global",
            "i0_pk": "city",
            "i0_pk_type": "B",
            "i0_names": "a, b",
            "i1_name": "by-size",
            "i1_kind": "local",
            "i1_sk": "size",
            "i1_sk_type": "N",
            "i1_projection": "KEYS_ONLY",
            "billing": "provisioned",
            "read_units": "7",
            "write_units": "3",
            "stream": "KEYS_ONLY",
            "ttl": "until",
            "protected": "1",
        },
    )
    assert "The table made-whole was made." in (await visitor.follow(page)).said()
    said = client.describe_table(TableName="made-whole")["Table"]
    assert said["KeySchema"] == [
        {"AttributeName": "id", "KeyType": "HASH"},
        {"AttributeName": "at", "KeyType": "RANGE"},
    ]
    kinds = {each["AttributeName"]: each["AttributeType"] for each in said["AttributeDefinitions"]}
    assert kinds == {"id": "S", "at": "N", "city": "B", "size": "N"}
    index, local = said["GlobalSecondaryIndexes"][0], said["LocalSecondaryIndexes"][0]
    assert index["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a", "b"]}
    assert index["ProvisionedThroughput"]["ReadCapacityUnits"] == 7
    assert local["KeySchema"][0]["AttributeName"] == "id"
    assert local["Projection"] == {"ProjectionType": "KEYS_ONLY"}
    assert said["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    assert said["DeletionProtectionEnabled"] is True
    expiry = client.describe_time_to_live(TableName="made-whole")["TimeToLiveDescription"]
    assert expiry["AttributeName"] == "until"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "A name is missing."),
        ({"name": "x!"}, "CreateTable was refused"),
        ({"pk": " "}, "A partition key is missing."),
        ({"sk": "id", "sk_type": "N"}, "id cannot be of two types."),
        ({"read_units": "-1", "billing": "provisioned"}, "read_units must be a whole number"),
        ({"i0_name": "x"}, "The key of x is missing."),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_filled_in_stays(visitor, change, said):
    filled = {"name": "never-made", "pk": "id", "pk_type": "S", "i2_name": "", **change}
    page = await visitor.post("/dynamodb/new", filled)
    assert page.status == 400
    assert said in page.find("div", class_="wrong").text
    assert page.form("/dynamodb/new")["name"] == change.get("name", "never-made")


async def test_a_name_that_is_taken_is_said(visitor, make):
    page = await visitor.post("/dynamodb/new", {"name": make(), "pk": "id"})
    assert page.status == 400
    assert "Table already exists" in page.text


async def test_a_table_is_deleted_once_its_name_is_written(visitor, client, make):
    name = make()
    client.put_item(TableName=name, Item={"id": {"S": "a"}, "at": {"N": "1"}})
    page = await visitor.get(f"/dynamodb/tables/{name}/settings")
    assert "1 item (7 B)" in page.find("details", id="delete-table").text
    refused = await visitor.post(f"/dynamodb/tables/{name}/delete", {"sure": name.upper()})
    assert refused.status == 400
    assert client.describe_table(TableName=name)["Table"]
    page = await visitor.post(f"/dynamodb/tables/{name}/delete", {"sure": name})
    assert "deleted with all its items" in (await visitor.follow(page)).said()[0]
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_table(TableName=name)


async def test_a_protected_table_is_not_deleted(visitor, client, make):
    name = make(DeletionProtectionEnabled=True)
    page = await visitor.get(f"/dynamodb/tables/{name}/settings")
    assert page.all("details", id="delete-table") == []
    refused = await visitor.post(f"/dynamodb/tables/{name}/delete", {"sure": name})
    assert refused.status == 400
    assert client.describe_table(TableName=name)["Table"]


async def test_a_table_that_is_not_there(visitor):
    for end in ("", "/indexes", "/stream", "/backups", "/import", "/settings", "/item?key=e30"):
        page = await visitor.get(f"/dynamodb/tables/nowhere{end}")
        assert page.status == 400, end
        assert "Table: nowhere not found" in page.text or "resource not found" in page.text


@pytest.mark.parametrize("name", ["%3Cscript%3E", "a%2Fb", "%25", "🚢", "x" * 1024])
async def test_names_that_no_table_has(visitor, name):
    page = await visitor.get(f"/dynamodb/tables/{name}")
    assert page.status in {400, 404}
    assert page.find("h1").text == "This did not work"


READER_POSTS = [
    "/dynamodb/new",
    "/dynamodb/tables/{}/delete",
    "/dynamodb/tables/{}/item",
    "/dynamodb/tables/{}/items/delete",
    "/dynamodb/tables/{}/indexes",
    "/dynamodb/tables/{}/indexes/remove",
    "/dynamodb/tables/{}/backups",
    "/dynamodb/tables/{}/backups/delete",
    "/dynamodb/tables/{}/backups/restore",
    "/dynamodb/tables/{}/backups/recovery",
    "/dynamodb/tables/{}/backups/recover",
    "/dynamodb/tables/{}/import",
    "/dynamodb/tables/{}/settings/capacity",
    "/dynamodb/tables/{}/settings/stream",
    "/dynamodb/tables/{}/settings/expiry",
    "/dynamodb/tables/{}/settings/protection",
    "/dynamodb/tables/{}/settings/tag",
]


async def test_a_reader_looks_and_changes_nothing(reader, client, make):
    name = make()
    client.put_item(TableName=name, Item={"id": {"S": "a"}, "at": {"N": "1"}})
    before = client.describe_table(TableName=name)["Table"]
    for end in ("", "/indexes", "/stream", "/backups", "/settings"):
        page = await reader.get(f"/dynamodb/tables/{name}{end}")
        assert page.status == 200
        forms = [each for each in page.all("form") if each.attributes.get("method") == "post"]
        actions = {each.attributes["action"] for each in forms}
        assert actions - {"/logout", f"/dynamodb/tables/{name}/items/delete"} == set()
        assert not {"Delete", "New item", "Delete the table"} & set(page.buttons())
        assert "Import" not in page.links
    for path in READER_POSTS:
        assert (await reader.post(path.format(name))).status == 403, path
    assert (await reader.get(f"/dynamodb/tables/{name}/item")).status == 403
    assert (await reader.get("/dynamodb/new")).status == 403
    assert client.describe_table(TableName=name)["Table"] == before
    assert client.scan(TableName=name)["Count"] == 1
