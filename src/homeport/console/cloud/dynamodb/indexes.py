"""The indexes of a table: looked at, added, removed.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.OnlineOps.html
"""

from __future__ import annotations

from typing import Any

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.dynamodb import table as its
from homeport.console.cloud.dynamodb import tables
from homeport.console.cloud.dynamodb.table import Table
from homeport.console.routing import Row
from homeport.console.visit import Fields, Visit
from homeport.edge import http


async def show(visit: Visit) -> http.Response:
    """All of them."""
    return _page(visit, await its.find(visit))


def _page(visit: Visit, table: Table, wrong: Trouble | None = None) -> http.Response:
    return visit.page(
        "cloud/dynamodb/indexes.html",
        status=wrong.status if wrong else 200,
        **its.frame(table, "Indexes"),
        filled=visit.form,
        wrong=wrong,
        kinds=[("S", "String"), ("N", "Number"), ("B", "Binary")],
        projections=[("ALL", "all attributes"), ("KEYS_ONLY", "keys only")],
    )


async def add(visit: Visit) -> http.Response:
    """Adds a global index, which is filled from the items that are there."""
    table = await its.find(visit)
    try:
        request = wanted(table, visit.form)
        await visit.cloud.call("dynamodb", "UpdateTable", **request)
    except Trouble as trouble:
        return _page(visit, table, trouble)
    name = request["GlobalSecondaryIndexUpdates"][0]["Create"]["IndexName"]
    return visit.go(f"{table.path}/indexes", said=f"The index {name} is being made.")


def wanted(table: Table, form: Fields) -> dict[str, Any]:
    """The members of UpdateTable. Raises `Trouble` where an attribute would be of two types."""
    kinds = {
        each["AttributeName"]: each["AttributeType"]
        for each in table.said.get("AttributeDefinitions", [])
    }
    index: dict[str, Any] = {
        "IndexName": form.needed("name", "A name"),
        "KeySchema": [],
        "Projection": tables.projection(form),
    }
    for field, role in (("pk", "HASH"), ("sk", "RANGE")):
        name = form.needed("pk", "A partition key") if field == "pk" else form.text("sk").strip()
        if not name:
            continue
        kind = form.choice(f"{field}_type", tables.KINDS, "S")
        if kinds.setdefault(name, kind) != kind:
            raise Trouble(f"{name} is of the type {kinds[name]} already, in a key of this table.")
        index["KeySchema"].append({"AttributeName": name, "KeyType": role})
    if not table.is_on_demand:
        index |= {k: v for k, v in tables.throughput(form).items() if k != "BillingMode"}
        index.setdefault("ProvisionedThroughput", {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5})
    return {
        "TableName": table.name,
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": kind} for name, kind in kinds.items()
        ],
        "GlobalSecondaryIndexUpdates": [{"Create": index}],
    }


async def remove(visit: Visit) -> http.Response:
    """Removes a global one; local ones stay as long as their table."""
    table = await its.find(visit)
    name = visit.form.needed("name", "The index")
    await visit.cloud.call(
        "dynamodb",
        "UpdateTable",
        TableName=table.name,
        GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": name}}],
    )
    return visit.go(f"{table.path}/indexes", said=f"The index {name} is being removed.")


ROWS = (
    Row("GET", "/dynamodb/tables/{table}/indexes", show, "cloud"),
    Row("POST", "/dynamodb/tables/{table}/indexes", add, "cloud_write"),
    Row("POST", "/dynamodb/tables/{table}/indexes/remove", remove, "cloud_write"),
)
