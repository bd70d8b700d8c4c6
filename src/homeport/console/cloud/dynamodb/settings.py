"""The settings of a table: capacity, stream, time to live, protection, tags, and deleting it."""

from __future__ import annotations

from typing import Any

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.dynamodb import table as its
from homeport.console.cloud.dynamodb import tables
from homeport.console.cloud.dynamodb.table import Table
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http


async def show(visit: Visit) -> http.Response:
    """All of them."""
    table = await its.find(visit)

    def work(client: Any) -> tuple[dict[str, Any], list[dict[str, str]]]:
        expiry = client.describe_time_to_live(TableName=table.name)["TimeToLiveDescription"]
        return expiry, client.list_tags_of_resource(ResourceArn=table.arn).get("Tags", [])

    expiry, tags = await visit.cloud.use("dynamodb", work)
    return visit.page(
        "cloud/dynamodb/settings.html",
        **its.frame(table, "Settings"),
        expiry=expiry if expiry.get("TimeToLiveStatus") in {"ENABLED", "ENABLING"} else {},
        tags=sorted(tags, key=lambda tag: tag["Key"]),
        views=tables.VIEWS,
        capacity=table.said.get("ProvisionedThroughput", {}),
        is_protected=bool(table.said.get("DeletionProtectionEnabled")),
        endpoint=tables.endpoint(visit),
    )


def _back(visit: Visit, table: Table, said: str) -> http.Response:
    return visit.go(f"{table.path}/settings", said=said)


async def capacity(visit: Visit) -> http.Response:
    """On demand or provisioned."""
    table = await its.find(visit)
    wanted = tables.throughput(visit.form)
    if wanted["BillingMode"] == "PROVISIONED" and table.is_on_demand:
        its_globals = [each for each in table.indexes if each.is_global]
        if its_globals:
            wanted["GlobalSecondaryIndexUpdates"] = [
                {
                    "Update": {
                        "IndexName": each.name,
                        "ProvisionedThroughput": wanted["ProvisionedThroughput"],
                    }
                }
                for each in its_globals
            ]
    await visit.cloud.call("dynamodb", "UpdateTable", TableName=table.name, **wanted)
    return _back(visit, table, "The capacity was changed.")


async def stream(visit: Visit) -> http.Response:
    """On with what it tells, or off."""
    table = await its.find(visit)
    view = visit.form.choice("view", tables.VIEWS, "")
    wanted: dict[str, Any] = {"StreamEnabled": bool(view)}
    if view:
        wanted["StreamViewType"] = view
    await visit.cloud.call(
        "dynamodb", "UpdateTable", TableName=table.name, StreamSpecification=wanted
    )
    return _back(visit, table, f"The stream was switched {'on' if view else 'off'}.")


async def expiry(visit: Visit) -> http.Response:
    """The attribute by which items expire."""
    table = await its.find(visit)
    is_on = visit.form.text("on") == "yes"
    name = visit.form.needed("attribute", "The attribute")
    await visit.cloud.call(
        "dynamodb",
        "UpdateTimeToLive",
        TableName=table.name,
        TimeToLiveSpecification={"Enabled": is_on, "AttributeName": name},
    )
    return _back(visit, table, f"Items {'expire by' if is_on else 'no longer expire by'} {name}.")


async def protection(visit: Visit) -> http.Response:
    """Whether it can be deleted."""
    table = await its.find(visit)
    is_on = visit.form.text("on") == "yes"
    await visit.cloud.call(
        "dynamodb", "UpdateTable", TableName=table.name, DeletionProtectionEnabled=is_on
    )
    return _back(visit, table, f"The table is {'' if is_on else 'no longer '}protected.")


async def tag(visit: Visit) -> http.Response:
    """Sets a tag, or takes one away."""
    table = await its.find(visit)
    key = visit.form.text("key")
    if not key:
        raise Trouble("A tag needs a key.", hint="Fill it in.")
    if visit.form.has("remove"):
        await visit.cloud.call("dynamodb", "UntagResource", ResourceArn=table.arn, TagKeys=[key])
        return _back(visit, table, f"The tag {key} was taken away.")
    value = visit.form.text("value")
    await visit.cloud.call(
        "dynamodb", "TagResource", ResourceArn=table.arn, Tags=[{"Key": key, "Value": value}]
    )
    return _back(visit, table, f"The tag {key} was set.")


ROWS = (
    Row("GET", "/dynamodb/tables/{table}/settings", show, "cloud"),
    Row("POST", "/dynamodb/tables/{table}/settings/capacity", capacity, "cloud_write"),
    Row("POST", "/dynamodb/tables/{table}/settings/stream", stream, "cloud_write"),
    Row("POST", "/dynamodb/tables/{table}/settings/expiry", expiry, "cloud_write"),
    Row("POST", "/dynamodb/tables/{table}/settings/protection", protection, "cloud_write"),
    Row("POST", "/dynamodb/tables/{table}/settings/tag", tag, "cloud_write"),
)
