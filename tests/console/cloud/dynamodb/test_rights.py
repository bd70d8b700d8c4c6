"""Who may only look: every row that changes something refuses, and no page shows a way to it."""

from __future__ import annotations

import pytest
from tests.console.cloud import pressing
from tests.console.cloud.dynamodb.conftest import city_index

from homeport.console.cloud.dynamodb import section, values

ON = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}}
KEY = {"id": {"S": "a"}, "at": {"N": "1"}}
SELECTS = "/dynamodb/partiql"
"""It is for everybody, as it looks at each statement itself."""
PAGES = (
    "",
    "?by=query&pk=a",
    "/indexes",
    "/stream",
    "/stream?from=oldest",
    "/backups",
    "/settings",
    f"/item?key={values.encode_key(KEY)}",
)


def test_what_changes_something_needs_the_right_to():
    rows = pressing.changing(section.ROWS)
    assert [row.path for row in rows if row.needs != "cloud_write"] == [SELECTS]
    assert {row.needs for row in section.ROWS} == {"cloud", "cloud_write"}


@pytest.mark.parametrize(
    "row",
    [row for row in pressing.changing(section.ROWS) if row.path != SELECTS],
    ids=lambda row: f"{row.method} {row.path}",
)
async def test_a_reader_is_refused(reader, client, make, row):
    name = make(f"-{section.ROWS.index(row)}")
    client.put_item(TableName=name, Item=KEY)
    assert await pressing.refused(reader, row, name) == 403
    assert client.scan(TableName=name)["Items"] == [KEY]


@pytest.mark.parametrize(
    "path", ["/dynamodb/new", "/dynamodb/tables/{}/import", "/dynamodb/tables/{}/item"]
)
async def test_a_reader_gets_no_form(reader, make, path):
    name = make(f"-{len(path)}")
    assert (await reader.get(path.format(name))).status == 403


async def full(client, make, ending):
    name = make(ending, **city_index(), **ON)
    client.put_item(TableName=name, Item=KEY)
    client.create_backup(TableName=name, BackupName="its-own")
    client.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    arn = client.describe_table(TableName=name)["Table"]["TableArn"]
    client.tag_resource(ResourceArn=arn, Tags=[{"Key": "team", "Value": "blue"}])
    return name


@pytest.mark.parametrize("end", PAGES)
async def test_a_reader_sees_no_way_to_change_something(reader, visitor, client, make, end):
    name = await full(client, make, f"-{PAGES.index(end)}")
    page = await reader.get(f"/dynamodb/tables/{name}{end}")
    assert page.status == 200
    assert pressing.ways_to_change(page) == set()
    everything = pressing.ways_to_change(await visitor.get(f"/dynamodb/tables/{name}{end}"))
    assert everything != set()


async def test_a_reader_sees_no_way_to_make_a_table(reader, visitor):
    assert pressing.ways_to_change(await reader.get("/dynamodb")) == set()
    assert pressing.ways_to_change(await visitor.get("/dynamodb")) == {"Create a table"}


async def test_a_reader_sees_all_that_there_is(reader, client, make):
    name = await full(client, make, "")
    path = f"/dynamodb/tables/{name}"
    assert (await reader.get(path)).rows()[0][:2] == ["a", "1"]
    assert (await reader.get(f"{path}/indexes")).rows()[0][0] == "by-city"
    assert (await reader.get(f"{path}/backups")).rows()[0][0] == "its-own"
    assert (await reader.get(f"{path}/settings")).rows() == [["team", "blue"]]
    assert (await reader.get(f"{path}/export?form=csv")).body == b"id,at\r\na,1\r\n"
