"""Each button of the pages of a table, pressed as it is shown."""

from __future__ import annotations

import asyncio
import datetime

import pytest
from tests.console.cloud.dynamodb.conftest import city_index
from tests.console.cloud.pressing import press

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.dynamodb import backups, indexes, tables
from homeport.console.cloud.dynamodb import table as its
from homeport.console.visit import Fields


def said(client, name):
    return client.describe_table(TableName=name)["Table"]


async def pressed(visitor, path, text, /, *number, **filled):
    page = await visitor.get(path)
    return await visitor.follow(await press(visitor, page, text, *number, **filled))


async def test_a_table_is_made_and_deleted(visitor, client):
    page = await pressed(visitor, "/dynamodb/new", "Create the table", name="pressed-1", pk="id")
    assert page.said() == ["The table pressed-1 was made."]
    made = said(client, "pressed-1")
    assert made["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert made["AttributeDefinitions"] == [{"AttributeName": "id", "AttributeType": "S"}]
    assert "StreamSpecification" not in made
    assert made["DeletionProtectionEnabled"] is False
    page = await visitor.get("/dynamodb/tables/pressed-1/settings")
    wrong = await press(visitor, page, "Delete the table", sure="pressed")
    assert wrong.status == 400
    page = await press(visitor, page, "Delete the table", sure="pressed-1")
    assert page.location == "/dynamodb"
    assert (await visitor.follow(page)).said() == [
        "The table pressed-1 was deleted with all its items."
    ]


@pytest.mark.parametrize("kind", ["S", "N", "B"])
async def test_a_table_of_each_type_of_key(visitor, client, kind):
    name = f"pressed-{kind}"
    filled = {"name": name, "pk": "id", "pk_type": kind, "sk": "at", "sk_type": kind}
    await pressed(visitor, "/dynamodb/new", "Create the table", **filled)
    kinds = {each["AttributeType"] for each in said(client, name)["AttributeDefinitions"]}
    assert kinds == {kind}


async def test_what_was_filled_in_is_chosen_again(visitor):
    filled = {
        "name": "pressed-never",
        "pk": "id",
        "sk": "id",
        "sk_type": "N",
        "i0_name": "by-x",
        "i0_kind": "local",
        "i2_projection": "KEYS_ONLY",
        "billing": "provisioned",
        "read_units": "7",
        "stream": "OLD_IMAGE",
        "ttl": "until",
        "protected": "1",
    }
    page = await visitor.get("/dynamodb/new")
    page = await press(visitor, page, "Create the table", **filled)
    assert page.status == 400
    again = await press(visitor, page, "Create the table", sk="at", name="x")
    assert "CreateTable was refused" in again.find("div", class_="wrong").text
    chosen = {
        each.attributes["name"]: each.find("option", selected="").attributes["value"]
        for each in again.find("main").all("select")
        if each.all("option", selected="")
    }
    assert {name: chosen[name] for name in chosen.keys() & filled.keys()} == {
        name: value for name, value in filled.items() if name in chosen
    }
    assert chosen["stream"] == "OLD_IMAGE"
    assert "checked" in again.find("input", id="protected").attributes
    assert again.find("input", name="ttl").attributes["value"] == "until"
    assert "open" in again.find("main").find("details").attributes


async def test_indexes_by_their_buttons(visitor, client, make):
    name = make()
    path = f"/dynamodb/tables/{name}/indexes"
    page = await pressed(visitor, path, "Add the index", name="by-x", pk="x", pk_type="N")
    assert page.said() == ["The index by-x is being made."]
    assert page.rows()[0][:4] == ["by-x", "global", "x (N)", "all attributes"]
    page = await visitor.get(page.links["by-x"])
    assert "selected" in page.find("select", id="index").all("option")[1].attributes
    for _ in range(100):
        if said(client, name)["GlobalSecondaryIndexes"][0]["IndexStatus"] == "ACTIVE":
            break
        await asyncio.sleep(0.05)
    page = await pressed(visitor, path, "Remove the index")
    assert page.said() == ["The index by-x is being removed."]


async def test_a_local_index_stays_as_long_as_its_table(visitor, client, make):
    name = make(
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "N"},
            {"AttributeName": "size", "AttributeType": "N"},
        ],
        LocalSecondaryIndexes=[
            {
                "IndexName": "by-size",
                "KeySchema": [
                    {"AttributeName": "id", "KeyType": "HASH"},
                    {"AttributeName": "size", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )
    page = await visitor.get(f"/dynamodb/tables/{name}/indexes")
    row = page.rows()[0]
    assert row[:5] == ["by-size", "local", "id (S), size (N)", "keys only", "active"]
    assert row[-1] == "with the table"
    assert "Remove the index" not in page.buttons()


def test_an_index_of_a_provisioned_table_is_provisioned():
    table = its.read({"TableName": "x", "KeySchema": [], "AttributeDefinitions": []})
    made = indexes.wanted(table, Fields("name=i&pk=a"))["GlobalSecondaryIndexUpdates"][0]["Create"]
    assert made["ProvisionedThroughput"] == {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    assert "BillingMode" not in made
    free = its.read(
        {
            "TableName": "x",
            "KeySchema": [],
            "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        }
    )
    made = indexes.wanted(free, Fields("name=i&pk=a"))["GlobalSecondaryIndexUpdates"][0]["Create"]
    assert made == {
        "IndexName": "i",
        "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }


async def test_capacity(visitor, client, make):
    name = make(**city_index())
    path = f"/dynamodb/tables/{name}/settings"
    filled = {"billing": "provisioned", "read_units": "7", "write_units": "8"}
    page = await pressed(visitor, path, "Save the capacity", **filled)
    assert page.said() == ["The capacity was changed."]
    assert "7 read and 8 write units a second" in page.text
    page = await pressed(visitor, path, "Save the capacity", read_units="9")
    assert said(client, name)["ProvisionedThroughput"]["ReadCapacityUnits"] == 9
    assert said(client, name)["ProvisionedThroughput"]["WriteCapacityUnits"] == 8
    await pressed(visitor, path, "Save the capacity", billing="ondemand")
    assert said(client, name)["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


@pytest.mark.parametrize("view", tables.VIEWS)
async def test_a_stream_of_each_kind(visitor, client, make, view):
    name = make(f"-{view}")
    path = f"/dynamodb/tables/{name}/settings"
    page = await pressed(visitor, path, "Switch the stream on", view=view)
    assert page.said() == ["The stream was switched on."]
    assert said(client, name)["StreamSpecification"]["StreamViewType"] == view
    assert view.replace("_", " ").lower() in page.text
    page = await pressed(visitor, path, "Switch the stream off")
    assert page.said() == ["The stream was switched off."]
    assert "StreamSpecification" not in said(client, name)


async def test_time_to_live(visitor, client, make):
    name = make()
    path = f"/dynamodb/tables/{name}/settings"
    page = await pressed(visitor, path, "Let items expire", attribute="until")
    assert page.said() == ["Items expire by until."]
    expiry = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert (expiry["TimeToLiveStatus"], expiry["AttributeName"]) == ("ENABLED", "until")
    page = await visitor.get(path)
    assert "Let items expire" not in page.buttons()
    page = await press(visitor, page, "Let no item expire")
    if page.status == 303:
        assert (await visitor.follow(page)).said() == ["Items no longer expire by until."]
    else:
        # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html: once an hour
        assert "UpdateTimeToLive was refused" in page.text


async def test_protection(visitor, client, make):
    name = make()
    path = f"/dynamodb/tables/{name}/settings"
    page = await pressed(visitor, path, "Protect it from being deleted")
    assert page.said() == ["The table is protected."]
    assert "Delete the table" not in page.buttons()
    page = await pressed(visitor, path, "Take the protection away")
    assert page.said() == ["The table is no longer protected."]
    assert "Delete the table" in page.buttons()


async def test_tags_by_their_buttons(visitor, client, make):
    name = make()
    path = f"/dynamodb/tables/{name}/settings"
    await pressed(visitor, path, "Set the tag", key="z", value="last=1")
    page = await pressed(visitor, path, "Set the tag", key="a b", value="")
    assert page.said() == ["The tag a b was set."]
    assert [row[:2] for row in page.rows()] == [["a b", ""], ["z", "last=1"]]
    page = await pressed(visitor, path, "Remove", 1)
    assert page.said() == ["The tag z was taken away."]
    assert [row[0] for row in page.rows()] == ["a b"]


async def available(client, name):
    """Waits until a table's backups hold their items."""
    for _ in range(200):
        found = client.list_backups(TableName=name)["BackupSummaries"]
        if all(each["BackupStatus"] == "AVAILABLE" for each in found):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the backup stays CREATING")


async def test_backups_by_their_buttons(visitor, client, make):
    name = make()
    client.put_item(TableName=name, Item={"id": {"S": "a"}, "at": {"N": "1"}})
    path = f"/dynamodb/tables/{name}/backups"
    page = await visitor.get(path)
    today = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-")
    assert page.find("input", id="backup-name").attributes["value"].startswith(f"{name}-{today}")
    page = await pressed(visitor, path, "Create the backup", name="first")
    assert page.said() == ["The backup first was made."]
    await available(client, name)
    target = f"{name}-restored"
    page = await visitor.get(path)
    page = await visitor.follow(await press(visitor, page, "Restore", target=target))
    assert page.said() == [f"{target} is being made from the backup."]
    client.get_waiter("table_exists").wait(TableName=target, WaiterConfig={"Delay": 1})
    assert client.scan(TableName=target)["Count"] == 1
    page = await pressed(visitor, path, "Delete")
    assert page.said() == ["The backup was deleted."]
    assert client.list_backups(TableName=name)["BackupSummaries"] == []


async def test_recovery(visitor, client, make):
    name = make()
    path = f"/dynamodb/tables/{name}/backups"
    assert "Create the table" not in (await visitor.get(path)).buttons()
    page = await pressed(visitor, path, "Switch it on")
    assert page.said() == ["The history of changes is kept from now on."]
    target = f"{name}-then"
    page = await press(visitor, page, "Create the table", target=target)
    assert (await visitor.follow(page)).said() == [f"{target} is being made as {name} was."]
    page = await pressed(visitor, path, "Switch it off")
    assert page.said() == ["The history of changes is no longer kept."]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("1970-01-01T00:01", 60.0),
        ("1970-01-01T00:00:01", 1.0),
        ("1970-01-01T01:00:00+01:00", 0.0),
    ],
)
def test_a_time_without_a_zone_is_utc(text, at):
    assert backups.moment(text).timestamp() == at


@pytest.mark.parametrize("text", ["now", "31.01.2026", "x" * 500])
def test_what_is_no_time_is_said(text):
    with pytest.raises(Trouble, match="is no time") as raised:
        backups.moment(text)
    assert len(raised.value.what) < 60


async def test_items_are_imported_as_text(visitor, client, make):
    name = make()
    path = f"/dynamodb/tables/{name}/import"
    page = await pressed(visitor, path, "Import the text", items='{"id": "a", "at": 1}')
    assert page.said() == ["1 item written."]
    page = await visitor.get(path)
    assert page.find("form", data_file="").attributes["action"] == path
    wrong = await press(visitor, page, "Import the text", items="[1]")
    assert wrong.find("div", class_="wrong").find("li").text.startswith("Item 1: An item is")


async def test_an_item_is_made_and_changed(visitor, client, make):
    name = make()
    path = f"/dynamodb/tables/{name}/item"
    page = await pressed(visitor, path, "Create the item", item='{"id": "a", "at": 1}')
    assert page.said() == ["The item id = a, at = 1 was made."]
    page = await press(visitor, page, "Save the changes", item='{"id": "a", "at": 1, "n": 2}')
    assert (await visitor.follow(page)).said() == ["The item id = a, at = 1 was changed."]
    page = await pressed(
        visitor,
        f"{path}?form=typed",
        "Create the item",
        item='{"id": {"S": "b"}, "at": {"N": "1"}}',
    )
    assert page.said() == ["The item id = b, at = 1 was made."]


async def test_ticked_items_are_deleted(visitor, client, make):
    name = make()
    for at in range(3):
        client.put_item(TableName=name, Item={"id": {"S": "k"}, "at": {"N": str(at)}})
    page = await visitor.get(f"/dynamodb/tables/{name}?page=25&by=query&pk=k")
    boxes = [each.attributes["value"] for each in page.all("input", type="checkbox", name="key")]
    labels = [each.attributes["aria-label"] for each in page.all("input", name="key")]
    assert labels == [f"Tick id = k, at = {at}" for at in range(3)]
    asked = await press(visitor, page, "Delete the ticked items (0)", key=boxes[1])
    assert "Delete 1 item?" in asked.text
    assert asked.links["Cancel"] == f"/dynamodb/tables/{name}?by=query&pk=k&page=25"
    page = await visitor.follow(await press(visitor, asked, "Delete 1 item"))
    assert page.said() == ["The item id = k, at = 1 was deleted."]
    assert [row[2] for row in page.rows()] == ["0", "2"]


async def test_a_statement_is_run(visitor, make):
    page = await visitor.get("/dynamodb/partiql")
    page = await press(visitor, page, "Run", statement=f'SELECT * FROM "{make()}"')
    assert page.status == 200
    assert "No item fits." in page.text


async def test_ways_lead_up(visitor, client, make):
    name = make()
    client.put_item(TableName=name, Item={"id": {"S": "a"}, "at": {"N": "1"}})
    path = f"/dynamodb/tables/{name}"
    for end, ways, here in (
        ("", ["DynamoDB"], name),
        ("/settings", ["DynamoDB", name], "Settings"),
        ("/item", ["DynamoDB", name], "New item"),
    ):
        crumbs = (await visitor.get(path + end)).find("nav", class_="crumbs")
        assert [each.text for each in crumbs.all("a")] == ways
        assert crumbs.find("span", aria_current="page").text == here
    page = await visitor.get("/dynamodb")
    assert page.links["Create a table"] == "/dynamodb/new"
    page = await visitor.get(f"/dynamodb?search={name}")
    assert page.find("caption").text == "1 table in account 000000000000, us-east-1"


@pytest.mark.parametrize("is_on", [True, False])
async def test_a_stream_tells_of_what_is_deleted(visitor, client, make, is_on):
    stream = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}}
    name = make(f"-{is_on}", **(stream if is_on else {}))
    client.put_item(TableName=name, Item={"id": {"S": "a"}, "at": {"N": "1"}})
    page = await visitor.get(f"/dynamodb/tables/{name}")
    box = page.find("input", name="key").attributes["value"]
    asked = await press(visitor, page, "Delete the ticked items (0)", key=box)
    assert ("its stream tells of it" in asked.text) is is_on
