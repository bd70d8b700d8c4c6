"""Who may only look: every row that changes something refuses, and no page shows a way to it."""

from __future__ import annotations

import pytest
from tests.console.cloud import pressing
from tests.console.cloud.lambda_.conftest import PAGES, path

from homeport.console.cloud.lambda_ import section
from homeport.console.cloud.lambda_.code import packages

EVENTS = "/lambda/functions/{function}/test/events"
"""It changes nothing but what a login keeps."""
SHOWN = (*PAGES, "?file=app.py")


def test_what_changes_something_needs_the_right_to():
    rows = pressing.changing(section.ROWS)
    assert [row.path for row in rows if row.needs != "cloud_write"] == [EVENTS]
    assert {row.needs for row in section.ROWS} == {"cloud", "cloud_write"}


@pytest.mark.parametrize(
    "row",
    [row for row in pressing.changing(section.ROWS) if row.path != EVENTS],
    ids=lambda row: f"{row.method} {row.path}",
)
async def test_a_reader_is_refused(reader, client, make, row):
    name = make(f"-{section.ROWS.index(row)}")
    before = client.get_function_configuration(FunctionName=name)["RevisionId"]
    assert await pressing.refused(reader, row, name) == 403
    assert client.get_function_configuration(FunctionName=name)["RevisionId"] == before


async def test_a_reader_gets_no_form_of_a_new_function(reader):
    assert (await reader.get("/lambda/new")).status == 403


async def full(standing, client, make, ending):
    """A function with one of each thing that can be taken away."""
    layer = client.publish_layer_version(
        LayerName="of-rights", Content={"ZipFile": packages.of_files({"a": ""}, 0)}
    )
    name = make(
        ending,
        Environment={"Variables": {"TOKEN": "s3cret"}},
        Layers=[layer["LayerVersionArn"]],
        Tags={"team": "blue"},
    )
    queue = f"rights{ending}"
    standing.client("sqs").create_queue(QueueName=queue)
    client.create_event_source_mapping(
        FunctionName=name, EventSourceArn=f"arn:aws:sqs:us-east-1:000000000000:{queue}"
    )
    client.publish_version(FunctionName=name)
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    client.create_function_url_config(FunctionName=name, AuthType="NONE")
    client.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=1)
    client.add_permission(
        FunctionName=name,
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
    )
    return name


@pytest.mark.parametrize("end", SHOWN)
async def test_a_reader_sees_no_way_to_change_something(
    reader, visitor, standing, client, make, end
):
    name = await full(standing, client, make, f"-{SHOWN.index(end)}")
    page = await reader.get(path(name, end))
    assert page.status == 200
    assert pressing.ways_to_change(page) == set()
    if end != "/logs":
        assert pressing.ways_to_change(await visitor.get(path(name, end))) != set()


@pytest.mark.parametrize(
    "location", ["/lambda", "/lambda/layers", "/lambda/layers?layer=of-rights"]
)
async def test_a_reader_sees_no_way_to_make_something(
    reader, visitor, standing, client, make, location
):
    await full(standing, client, make, f"-{len(location)}")
    assert pressing.ways_to_change(await reader.get(location)) == set()
    assert pressing.ways_to_change(await visitor.get(location)) != set()


async def test_a_reader_sees_all_but_secrets(reader, standing, client, make):
    name = await full(standing, client, make, "")
    rows = {
        end: (await reader.get(path(name, end))).rows()[0]
        for end in ("/sources", "/versions", "/access")
    }
    assert rows["/sources"][0] == "rights"
    assert rows["/versions"][0] == "live"
    assert rows["/access"][0] == "s3"
    page = await reader.get(path(name, "/environment"))
    assert page.rows() == [["TOKEN", "hidden, 6 characters"]]
    assert b"s3cret" not in page.body
    page = await reader.get(path(name, "/test"))
    assert page.all("textarea") == []
    assert "You may look at the local AWS, not invoke functions." in page.text
