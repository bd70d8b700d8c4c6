"""Event sources of each kind, by what AWS takes of each.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
"""

from __future__ import annotations

import asyncio

import pytest
from tests.console.cloud.lambda_.conftest import path
from tests.console.cloud.pressing import press

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.lambda_.wiring import sources
from homeport.console.visit import Fields

QUEUE = "arn:aws:sqs:us-east-1:000000000000:jobs"
STREAM = "arn:aws:dynamodb:us-east-1:000000000000:table/orders/stream/2026-01-31T12:00:00.000"


def wanted(source, more=""):
    return sources.definition(Fields(f"source={source}{more}"))


def test_a_queue_has_no_place_to_begin():
    assert wanted(QUEUE, "&position=TRIM_HORIZON") == {"EventSourceArn": QUEUE, "Enabled": False}


@pytest.mark.parametrize("position", ["LATEST", "TRIM_HORIZON"])
def test_a_stream_begins_somewhere(position):
    made = wanted(STREAM, f"&position={position}&enabled=1")
    assert made == {"EventSourceArn": STREAM, "Enabled": True, "StartingPosition": position}
    assert wanted(STREAM, "&position=other")["StartingPosition"] == "LATEST"


@pytest.mark.parametrize("source", [QUEUE, STREAM])
def test_messages_and_records_that_failed_may_be_named(source):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html"""
    assert wanted(source, "&partial=1")["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert "FunctionResponseTypes" not in wanted(source)


def test_numbers_are_sent_where_they_are_filled_in():
    made = wanted(QUEUE, "&batch=+7+&window=300")
    assert (made["BatchSize"], made["MaximumBatchingWindowInSeconds"]) == (7, 300)
    made = wanted(QUEUE, "&batch=+&window=+")
    assert not {"BatchSize", "MaximumBatchingWindowInSeconds"} & set(made)
    for wrong in ("&batch=0", "&batch=10001", "&window=301", "&window=-1", "&batch=x"):
        with pytest.raises(Trouble, match="must be a whole number"):
            wanted(QUEUE, wrong)
    assert wanted(QUEUE, "&batch=10000")["BatchSize"] == 10_000
    assert wanted(QUEUE, "&batch=1&window=0")["MaximumBatchingWindowInSeconds"] == 0


def test_a_filter_is_sent_as_json():
    made = wanted(QUEUE, '&filter=+{"body":+{"a":+[1]}}+')
    assert made["FilterCriteria"] == {"Filters": [{"Pattern": '{"body": {"a": [1]}}'}]}
    assert "FilterCriteria" not in wanted(QUEUE, "&filter=+")


async def test_a_stream_is_named_after_its_table(visitor, standing, client, make):
    name = make()
    table = standing.client("dynamodb").create_table(
        TableName="orders-of-sources",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]
    page = await visitor.get(path(name, "/sources"))
    filled = {"source": table["LatestStreamArn"], "partial": "1", "position": "TRIM_HORIZON"}
    page = await visitor.follow(await press(visitor, page, "Add the event source", **filled))
    assert page.said() == ["The function reads the stream of orders-of-sources."]
    made = client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"][0]
    assert made["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert made["StartingPosition"] == "TRIM_HORIZON"
    assert "orders-of-sources" in page.rows()[0][0]


async def test_one_that_is_not_begun_waits(visitor, standing, client, make):
    name = make()
    standing.client("sqs").create_queue(QueueName="waits-of-sources")
    arn = "arn:aws:sqs:us-east-1:000000000000:waits-of-sources"
    await visitor.get(path(name, "/sources"))
    page = await visitor.post(path(name, "/sources"), {"source": arn})
    assert page.status == 303
    uuid = client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"][0]["UUID"]
    for _ in range(200):
        if client.get_event_source_mapping(UUID=uuid)["State"] == "Disabled":
            break
        await asyncio.sleep(0.05)
    page = await visitor.get(path(name, "/sources"))
    assert page.rows()[0][1] == "disabled"
    assert "Switch on" in page.buttons()
    assert "Switch off" not in page.buttons()


async def test_what_was_filled_in_stays(visitor, make):
    name = make()
    page = await visitor.get(path(name, "/sources"))
    filled = {
        "source": STREAM,
        "batch": "5",
        "window": "7",
        "position": "TRIM_HORIZON",
        "filter": "{",
        "partial": "1",
    }
    page = await press(visitor, page, "Add the event source", **filled)
    assert page.status == 400
    again = await press(visitor, page, "Add the event source", filter="[]")
    assert "A filter is a JSON object." in again.find("div", class_="wrong").text
    form = again.form(path(name, "/sources"))
    assert {field: form[field] for field in ("source", "batch", "window", "filter", "partial")} == {
        **{field: filled[field] for field in ("source", "batch", "window", "partial")},
        "filter": "[]",
    }
    chosen = again.find("select", id="f-position").find("option", selected="")
    assert chosen.attributes["value"] == "TRIM_HORIZON"


@pytest.mark.parametrize(
    ("arn", "named"),
    [
        (QUEUE, "jobs"),
        (STREAM, "the stream of orders"),
        ("arn:aws:kinesis:us-east-1:000000000000:stream/clicks", "the stream of clicks"),
        ("nonsense", "nonsense"),
    ],
)
def test_what_a_source_is_called(arn, named):
    assert sources._named(arn) == named
