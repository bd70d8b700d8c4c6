"""PartiQL, indexes, backups and settings of a table."""

from __future__ import annotations

import asyncio
import urllib.parse

import pytest
from tests.console.cloud.dynamodb.conftest import city_index


def put(client, name, number=3):
    for at in range(number):
        client.put_item(TableName=name, Item={"id": {"S": f"<i>{at}"}, "at": {"N": str(at)}})


async def test_a_statement_that_reads_has_an_address(visitor, client, make):
    name = make()
    put(client, name)
    statement = f'SELECT id, "at" FROM "{name}" WHERE "at" >= 1'
    page = await visitor.post("/dynamodb/partiql", {"statement": statement})
    assert sorted(row[1] for row in page.rows()) == ["<i>1", "<i>2"]
    again = await visitor.get(page.links["Link to this"])
    assert again.rows() == page.rows()


async def test_pages_of_a_statement(visitor, client, make):
    name = make()
    put(client, name, 130)
    path, number = "/dynamodb/partiql?statement=" + urllib.parse.quote(f'SELECT * FROM "{name}"'), 0
    while path:
        page = await visitor.get(path)
        number += len(page.rows())
        path = page.links.get("Next")
    assert number == 130


async def test_a_statement_that_changes_something_is_run_only_by_the_button(visitor, client, make):
    name = make()
    put(client, name)
    statement = f'DELETE FROM "{name}" WHERE id = \'<i>0\' AND "at" = 0'
    page = await visitor.get("/dynamodb/partiql?statement=" + urllib.parse.quote(statement))
    assert page.status == 400
    assert client.scan(TableName=name)["Count"] == 3
    page = await visitor.post("/dynamodb/partiql", {"statement": statement})
    assert "The statement was run." in page.text
    assert client.scan(TableName=name)["Count"] == 2


async def test_a_reader_only_selects(reader, client, make):
    name = make()
    put(client, name)
    page = await reader.post("/dynamodb/partiql", {"statement": f'SELECT * FROM "{name}"'})
    assert len(page.rows()) == 3
    for statement in (
        f'DELETE FROM "{name}" WHERE id = \'<i>0\' AND "at" = 0',
        "--\nSELECT 1",
        "x",
    ):
        assert (await reader.post("/dynamodb/partiql", {"statement": statement})).status == 403
    assert client.scan(TableName=name)["Count"] == 3


@pytest.mark.parametrize("statement", ["SELECT", "SELECT * FROM nowhere", "SELECT " + "x" * 9000])
async def test_a_wrong_statement_is_said_and_stays(visitor, statement):
    page = await visitor.post("/dynamodb/partiql", {"statement": statement})
    assert page.status == 400
    assert page.find("div", class_="wrong").text
    assert page.form("/dynamodb/partiql")["statement"] == statement


async def test_an_index_is_added_and_removed(visitor, client, make):
    name = make()
    put(client, name)
    path = f"/dynamodb/tables/{name}/indexes"
    assert "The table has no index." in (await visitor.get(path)).text
    wanted = {
        "name": "by-city",
        "pk": "city",
        "pk_type": "S",
        "sk": "at",
        "sk_type": "N",
        "names": "a",
    }
    page = await visitor.follow(await visitor.post(path, wanted))
    assert page.rows()[0][:4] == ["by-city", "global", "city (S), at (N)", "keys and a"]
    index = client.describe_table(TableName=name)["Table"]["GlobalSecondaryIndexes"][0]
    assert index["Projection"]["NonKeyAttributes"] == ["a"]
    assert (await visitor.get(page.links["by-city"])).status == 200
    page = await visitor.follow(await visitor.post(f"{path}/remove", {"name": "by-city"}))
    assert "GlobalSecondaryIndexes" not in client.describe_table(TableName=name)["Table"]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"name": "", "pk": "x"}, "A name is missing."),
        ({"name": "i", "pk": ""}, "A partition key is missing."),
        ({"name": "i", "pk": "id", "pk_type": "N"}, "id is of the type S already"),
        ({"name": "a b!", "pk": "x", "pk_type": "S"}, "UpdateTable was refused"),
        ({"name": "i", "pk": "x", "pk_type": "S"}, "Invalid length for parameter"),
    ],
)
async def test_a_wrong_index_is_said_and_stays(visitor, make, wanted, said):
    name = make("".join(each if each.isalnum() else "-" for each in said))
    path = f"/dynamodb/tables/{name}/indexes"
    page = await visitor.post(path, wanted)
    assert page.status == 400
    assert said in page.find("div", class_="wrong").text
    assert page.form(path)["pk"] == wanted["pk"]


async def test_a_backup_is_made_restored_and_deleted(visitor, client, make):
    name = make()
    put(client, name)
    path = f"/dynamodb/tables/{name}/backups"
    assert "The table has no backup." in (await visitor.get(path)).text
    page = await visitor.follow(await visitor.post(path, {"name": "before"}))
    assert page.rows()[0][0] == "before"
    backup = page.form(f"{path}/restore")["backup"]
    for _ in range(200):  # it is CREATING until it holds all items, and is not restored before
        status = client.describe_backup(BackupArn=backup)["BackupDescription"]["BackupDetails"]
        if status["BackupStatus"] == "AVAILABLE":
            break
        await asyncio.sleep(0.05)
    client.delete_item(TableName=name, Key={"id": {"S": "<i>0"}, "at": {"N": "0"}})
    page = await visitor.post(f"{path}/restore", {"backup": backup, "target": f"{name}-then"})
    assert page.location == f"/dynamodb/tables/{name}-then"
    client.get_waiter("table_exists").wait(TableName=f"{name}-then", WaiterConfig={"Delay": 1})
    assert client.scan(TableName=f"{name}-then")["Count"] == 3
    await visitor.follow(await visitor.post(f"{path}/delete", {"backup": backup}))
    assert client.list_backups(TableName=name)["BackupSummaries"] == []


async def test_a_backup_of_another_table_is_refused(visitor, client, make):
    name, other = make("-a"), make("-b")
    arn = client.create_backup(TableName=other, BackupName="its-own")["BackupDetails"]["BackupArn"]
    page = await visitor.post(f"/dynamodb/tables/{name}/backups/delete", {"backup": arn})
    assert page.status == 400
    assert len(client.list_backups(TableName=other)["BackupSummaries"]) == 1


async def test_recovery_to_any_second(visitor, client, make):
    name = make()
    path = f"/dynamodb/tables/{name}/backups"
    assert "Off: what is changed" in (await visitor.get(path)).text
    page = await visitor.follow(await visitor.post(f"{path}/recovery", {"on": "yes"}))
    assert "Kept from" in page.text
    put(client, name)
    page = await visitor.post(f"{path}/recover", {"target": f"{name}-then", "at": ""})
    assert page.status == 303, page.text
    client.get_waiter("table_exists").wait(TableName=f"{name}-then", WaiterConfig={"Delay": 1})
    assert client.scan(TableName=f"{name}-then")["Count"] == 3
    page = await visitor.post(f"{path}/recover", {"target": f"{name}-never", "at": "yesterday"})
    assert "“yesterday” is no time." in page.text
    page = await visitor.post(
        f"{path}/recover", {"target": f"{name}-never", "at": "2001-01-01T00:00:00"}
    )
    assert page.status == 400
    await visitor.post(f"{path}/recovery", {"on": "no"})
    said = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    assert said["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "DISABLED"


async def test_the_settings_of_a_table_are_changed(visitor, client, make):
    name = make(**city_index())
    path = f"/dynamodb/tables/{name}/settings"

    async def change(what, **values):
        page = await visitor.post(f"{path}/{what}", values)
        return (await visitor.follow(page)).text

    def now():
        return client.describe_table(TableName=name)["Table"]

    await change("capacity", billing="provisioned", read_units="7", write_units="8")
    assert now()["ProvisionedThroughput"]["ReadCapacityUnits"] == 7
    assert now()["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["WriteCapacityUnits"] == 8
    assert "on demand" in await change("capacity", billing="ondemand")
    assert "new image" in await change("stream", view="NEW_IMAGE")
    assert now()["StreamSpecification"]["StreamViewType"] == "NEW_IMAGE"
    await change("stream", view="")
    assert "StreamSpecification" not in now()
    assert "Items whose until has passed" in await change("expiry", attribute="until", on="yes")
    await change("protection", on="yes")
    assert now()["DeletionProtectionEnabled"] is True
    assert "no longer protected" in await change("protection", on="no")


async def test_tags(visitor, client, make):
    name = make()
    path = f"/dynamodb/tables/{name}/settings"
    arn = client.describe_table(TableName=name)["Table"]["TableArn"]
    page = await visitor.follow(await visitor.post(f"{path}/tag", {"key": "a b", "value": "x=y"}))
    assert page.rows()[0][:2] == ["a b", "x=y"]
    assert client.list_tags_of_resource(ResourceArn=arn)["Tags"] == [{"Key": "a b", "Value": "x=y"}]
    await visitor.post(f"{path}/tag", {"key": "a b", "remove": "yes"})
    assert client.list_tags_of_resource(ResourceArn=arn)["Tags"] == []
    assert (await visitor.post(f"{path}/tag", {"key": ""})).status == 400
