"""What calls a function, whom it tells, its versions, environment and settings."""

from __future__ import annotations

import asyncio
import json

import pytest
from tests.console.cloud.lambda_.conftest import RUNTIME, path

SECRET = "s3cret <value>"


async def follow(visitor, location, **values):
    page = await visitor.post(location, values)
    assert page.status == 303, page.text
    return await visitor.follow(page)


async def test_a_queue_is_read_switched_off_and_taken_away(visitor, standing, client, make):
    name = make()
    sqs = standing.client("sqs")
    url = sqs.create_queue(QueueName="read-by-a-function")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    sources = path(name, "/sources")
    page = await visitor.get(sources)
    assert "The function reads no queue and no stream." in page.text
    assert arn in [each.attributes["value"] for each in page.find("datalist").all("option")]
    page = await follow(
        visitor,
        sources,
        source=arn,
        batch="7",
        window="1",
        enabled="1",
        partial="1",
        filter='{"body": {"kind": ["<a>"]}}',
    )
    row = page.rows()[0]
    assert row[0] == "read-by-a-function"
    assert page.links[row[0]] == "/sqs/q/read-by-a-function"
    assert row[1] in {"creating", "enabled"}
    assert row[2] == "7, or after 1 s"
    assert row[3] == '{"body": {"kind": ["<a>"]}}'
    made = client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"][0]
    assert made["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    await follow(visitor, f"{sources}/switch", uuid=made["UUID"], on="no")
    for _ in range(50):
        if client.get_event_source_mapping(UUID=made["UUID"])["State"] == "Disabled":
            break
        await asyncio.sleep(0.1)
    assert "Switch on" in (await visitor.get(sources)).buttons()
    await follow(visitor, f"{sources}/remove", uuid=made["UUID"])
    for _ in range(50):
        if not client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the mapping stays")


async def test_a_stream_is_offered_and_read(visitor, standing, client, make):
    name = make()
    dynamodb = standing.client("dynamodb")
    said = dynamodb.create_table(
        TableName="read-by-a-function",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    arn = said["TableDescription"]["LatestStreamArn"]
    page = await visitor.get(path(name, "/sources"))
    assert arn in [each.attributes["value"] for each in page.find("datalist").all("option")]
    await follow(visitor, path(name, "/sources"), source=arn, position="TRIM_HORIZON", batch="5")
    made = client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"][0]
    assert made["StartingPosition"] == "TRIM_HORIZON"


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"source": ""}, "The queue or stream is missing."),
        (
            {"source": "arn:aws:sqs:us-east-1:000000000000:x", "filter": "{"},
            "The filter is not JSON.",
        ),
        (
            {"source": "arn:aws:sqs:us-east-1:000000000000:x", "filter": "[]"},
            "A filter is a JSON object.",
        ),
        ({"source": "arn:aws:sqs:us-east-1:000000000000:x", "batch": "0"}, "batch must be"),
        ({"source": "nonsense"}, "was refused"),
    ],
)
async def test_a_wrong_source_is_said_and_stays(visitor, make, wanted, said):
    name = make(str(len(said)))
    page = await visitor.post(path(name, "/sources"), wanted)
    assert page.status == 400
    assert said in page.find("div", class_="wrong").text
    assert page.find("input", id="source").attributes["value"] == wanted["source"]


async def test_versions_and_aliases(visitor, client, make):
    name = make()
    versions = path(name, "/versions")
    assert "The function has no alias." in (await visitor.get(versions)).text
    page = await follow(visitor, versions, description="<first>")
    assert "This is version 1." in page.said()
    client.update_function_configuration(FunctionName=name, Description="other")
    await follow(visitor, versions, description="second")
    page = await follow(
        visitor, path(name, "/aliases"), name="live", version="1", other="2", weight="12.5"
    )
    assert page.rows()[0][:3] == ["live", "1", "12.5 % to version 2"]
    assert client.get_alias(FunctionName=name, Name="live")["RoutingConfig"] == {
        "AdditionalVersionWeights": {"2": 0.125}
    }
    page = await follow(
        visitor, path(name, "/aliases"), name="live", version="2", other="", weight="", there="yes"
    )
    assert page.rows()[0][:3] == ["live", "2", "none"]
    assert "<first>" in page.rows(1)[1][1]
    await follow(visitor, path(name, "/aliases/remove"), name="live")
    await follow(visitor, path(name, "/versions/delete"), version="1")
    found = client.list_versions_by_function(FunctionName=name)["Versions"]
    assert [each["Version"] for each in found] == ["$LATEST", "2"]
    for wrong in (
        {"name": "x", "version": "1", "other": "2", "weight": "much"},
        {"name": "x", "version": "1", "other": "2", "weight": "101"},
    ):
        assert (await visitor.post(path(name, "/aliases"), wrong)).status == 400


async def test_values_of_the_environment_are_hidden_until_somebody_asks(visitor, client, make):
    name = make(Environment={"Variables": {"TOKEN": SECRET}})
    for end in (
        "",
        "/test",
        "/environment",
        "/settings",
        "/versions",
        "/logs",
        "/events",
        "/access",
        "/sources",
    ):
        page = await visitor.get(path(name, end))
        assert b"s3cret" not in page.body, end
    page = await visitor.get(path(name, "/environment"))
    assert page.rows()[0][:2] == ["TOKEN", "hidden, 14 characters"]
    assert (await visitor.get(path(name, "/environment/values"))).status == 405
    page = await visitor.post(path(name, "/environment/values"))
    assert page.rows()[0][:2] == ["TOKEN", SECRET]
    assert page.headers["cache-control"] == "no-store"


async def test_the_environment_is_changed(visitor, client, make):
    name = make(Environment={"Variables": {"KEPT": SECRET}})

    def now():
        return (
            client.get_function_configuration(FunctionName=name)
            .get("Environment", {})
            .get("Variables")
        )

    await follow(visitor, path(name, "/environment"), name="NEW", value="two\r\nlines = 1")
    assert now() == {"KEPT": SECRET, "NEW": "two\nlines = 1"}
    await follow(visitor, path(name, "/environment"), name="KEPT", remove="yes")
    assert now() == {"NEW": "two\nlines = 1"}
    assert (
        await visitor.post(path(name, "/environment"), {"name": "GONE", "remove": "yes"})
    ).status == 404
    page = await visitor.post(path(name, "/environment"), {"name": "LARGE", "value": "x" * 5000})
    assert page.status == 400
    assert "xxxxx" not in page.text
    assert now() == {"NEW": "two\nlines = 1"}


async def test_events_out_and_concurrency(visitor, standing, client, make):
    name = make()
    url = standing.client("sqs").create_queue(QueueName="failures-of-a-function")["QueueUrl"]
    queue = f"arn:aws:sqs:us-east-1:000000000000:{url.rpartition('/')[2]}"
    events = path(name, "/events")
    assert "nowhere" in (await visitor.get(events)).text
    page = await follow(visitor, events, retries="1", age="120", success="", failure=queue)
    assert queue in page.text
    said = client.get_function_event_invoke_config(FunctionName=name)
    assert (said["MaximumRetryAttempts"], said["MaximumEventAgeInSeconds"]) == (1, 120)
    assert said["DestinationConfig"]["OnFailure"]["Destination"] == queue
    await follow(visitor, events, reset="yes")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_function_event_invoke_config(FunctionName=name)
    page = await follow(visitor, path(name, "/concurrency"), reserved="3")
    assert "at most 3" in page.text
    assert client.get_function_concurrency(FunctionName=name)["ReservedConcurrentExecutions"] == 3
    await follow(visitor, path(name, "/concurrency"), reserved="")
    assert "ReservedConcurrentExecutions" not in client.get_function_concurrency(FunctionName=name)


async def test_a_url(visitor, standing, client, make):
    name = make()
    page = await follow(visitor, path(name, "/url"), auth="NONE")
    shown = page.find("code").text
    assert shown.startswith(standing.stack.endpoint.partition("://")[0])
    assert standing.stack.endpoint.partition("://")[2] in shown
    assert client.get_function_url_config(FunctionName=name)["AuthType"] == "NONE"
    page = await follow(visitor, path(name, "/url/remove"))
    assert "The function has no URL." in page.text


async def test_the_policy(visitor, client, make):
    name = make()
    wanted = {
        "sid": "from-s3",
        "principal": "s3.amazonaws.com",
        "action": "lambda:InvokeFunction",
        "source": "arn:aws:s3:::bucket",
    }
    page = await follow(visitor, path(name, "/policy"), **wanted)
    assert page.rows()[0][:3] == ["from-s3", "s3.amazonaws.com", "lambda:InvokeFunction"]
    policy = json.loads(client.get_policy(FunctionName=name)["Policy"])
    assert policy["Statement"][0]["Condition"]["ArnLike"]["AWS:SourceArn"] == "arn:aws:s3:::bucket"
    page = await follow(visitor, path(name, "/policy/remove"), sid="from-s3")
    assert "The function has no policy." in page.text


async def test_settings_and_tags(visitor, client, make):
    name = make()
    wanted = {
        "description": "<new>",
        "runtime": RUNTIME,
        "handler": "app.handler",
        "memory": "512",
        "timeout": "30",
        "storage": "1024",
    }
    form = (await visitor.get(path(name, "/settings"))).form(path(name, "/settings"))
    page = await follow(visitor, path(name, "/settings"), **{**form, **wanted})
    assert "<new>" in page.text
    said = client.get_function_configuration(FunctionName=name)
    assert (said["Description"], said["MemorySize"], said["Timeout"]) == ("<new>", 512, 30)
    assert said["EphemeralStorage"]["Size"] == 1024
    stale = await visitor.post(path(name, "/settings"), {**form, **wanted, "memory": "128"})
    assert stale.status in {400, 409, 412}
    assert client.get_function_configuration(FunctionName=name)["MemorySize"] == 512
    page = await follow(visitor, path(name, "/tags"), key="a b", value="x=<y>")
    assert page.rows()[0][:2] == ["a b", "x=<y>"]
    await follow(visitor, path(name, "/tags"), key="a b", remove="yes")
    assert client.get_function(FunctionName=name).get("Tags", {}) == {}
