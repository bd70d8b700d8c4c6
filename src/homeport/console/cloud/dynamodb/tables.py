"""All tables: a list to search, and making and deleting one.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
"""

from __future__ import annotations

from typing import Any

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.dynamodb import table as its
from homeport.console.cloud.dynamodb.table import Table
from homeport.console.routing import Row
from homeport.console.visit import Fields, Visit
from homeport.edge import http

LISTED = 2500
"""Tables that a search looks through: the default quota of an account, https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html"""
PAGE = 25
"""Rows; each is asked for by itself."""
INDEX_LINES = 3
KINDS = ("S", "N", "B")
PROJECTIONS = ("ALL", "KEYS_ONLY", "INCLUDE")
VIEWS = ("NEW_AND_OLD_IMAGES", "NEW_IMAGE", "OLD_IMAGE", "KEYS_ONLY")
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html"""


async def show(visit: Visit) -> http.Response:
    """The tables of the account and region."""
    text, offset = visit.query.text("search").strip(), visit.query.number("offset", 0, 0, 10**6)

    def work(client: Any) -> tuple[int, list[Table]]:
        names = [name for name in _names(client) if text.lower() in name.lower()]
        shown = [described(client, name) for name in names[offset : offset + PAGE]]
        return len(names), [table for table in shown if table is not None]

    total, found = await visit.cloud.use("dynamodb", work)
    return visit.page(
        "cloud/dynamodb/tables.html",
        part="rows",
        search=text,
        tables=found,
        total=total,
        offset=offset,
        page=PAGE,
    )


def _names(client: Any) -> list[str]:
    names: list[str] = []
    more: dict[str, str] = {}
    while len(names) < LISTED:
        answer = client.list_tables(Limit=100, **more)
        names += answer["TableNames"]
        if "LastEvaluatedTableName" not in answer:
            break
        more = {"ExclusiveStartTableName": answer["LastEvaluatedTableName"]}
    return names


def described(client: Any, name: str) -> Table | None:
    """A table; None where it has gone meanwhile."""
    try:
        return its.read(client.describe_table(TableName=name)["Table"])
    except client.exceptions.ResourceNotFoundException:
        return None


def endpoint(visit: Visit) -> str:
    """By which programs reach the cloud."""
    return visit.cloud.public_url or "http://localhost:4566"


async def ask(visit: Visit) -> http.Response:
    """The form of a new table."""
    return _form(visit, visit.form)


def _form(visit: Visit, filled: Fields, wrong: Trouble | None = None) -> http.Response:
    return visit.page(
        "cloud/dynamodb/new.html",
        status=wrong.status if wrong else 200,
        filled=filled,
        wrong=wrong,
        index_lines=range(INDEX_LINES),
        kinds=[("S", "String"), ("N", "Number"), ("B", "Binary")],
        projections=[("ALL", "all attributes"), ("KEYS_ONLY", "keys only")],
        views=VIEWS,
    )


async def make(visit: Visit) -> http.Response:
    """Makes one; what was filled in stays where it is refused."""
    form = visit.form
    try:
        wanted = definition(form)
        expiry = form.text("ttl").strip()

        def work(client: Any) -> None:
            client.create_table(**wanted)
            if expiry:
                client.get_waiter("table_exists").wait(
                    TableName=wanted["TableName"], WaiterConfig={"Delay": 1, "MaxAttempts": 20}
                )
                client.update_time_to_live(
                    TableName=wanted["TableName"],
                    TimeToLiveSpecification={"Enabled": True, "AttributeName": expiry},
                )

        await visit.cloud.use("dynamodb", work)
    except Trouble as trouble:
        return _form(visit, form, trouble)
    name = wanted["TableName"]
    return visit.go(its.address(name), said=f"The table {name} was made.")


def definition(form: Fields) -> dict[str, Any]:
    """The members of CreateTable. Raises `Trouble`."""
    kinds: dict[str, str] = {}
    wanted: dict[str, Any] = {
        "TableName": form.needed("name", "A name"),
        "KeySchema": _schema(kinds, _key(form, "pk", "A partition key"), _key(form, "sk", "")),
    }
    wanted |= {member: each for member, each in _indexes(form, kinds).items() if each}
    wanted["AttributeDefinitions"] = [
        {"AttributeName": name, "AttributeType": kind} for name, kind in kinds.items()
    ]
    wanted |= throughput(form)
    view = form.choice("stream", VIEWS, "")
    if view:
        wanted["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": view}
    if form.has("protected"):
        wanted["DeletionProtectionEnabled"] = True
    return wanted


def _key(form: Fields, name: str, label: str) -> tuple[str, str]:
    text = form.needed(name, label) if label else form.text(name).strip()
    return text, form.choice(f"{name}_type", KINDS, "S")


def _schema(kinds: dict[str, str], *keys: tuple[str, str]) -> list[dict[str, str]]:
    made = []
    for (name, kind), role in zip(keys, ("HASH", "RANGE"), strict=True):
        if not name:
            continue
        if kinds.setdefault(name, kind) != kind:
            raise Trouble(f"{name} cannot be of two types.", hint="Choose the same one everywhere.")
        made.append({"AttributeName": name, "KeyType": role})
    return made


def _indexes(form: Fields, kinds: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    made: dict[str, list[dict[str, Any]]] = {
        "GlobalSecondaryIndexes": [],
        "LocalSecondaryIndexes": [],
    }
    for at in range(INDEX_LINES):
        name = form.text(f"i{at}_name").strip()
        if not name:
            continue
        is_local = form.text(f"i{at}_kind") == "local"
        first = _key(form, "pk", "") if is_local else _key(form, f"i{at}_pk", f"The key of {name}")
        index: dict[str, Any] = {
            "IndexName": name,
            "KeySchema": _schema(kinds, first, _key(form, f"i{at}_sk", "")),
            "Projection": projection(form, f"i{at}_"),
        }
        if not is_local:
            index |= {k: v for k, v in throughput(form).items() if k != "BillingMode"}
        made["LocalSecondaryIndexes" if is_local else "GlobalSecondaryIndexes"].append(index)
    return made


def projection(form: Fields, prefix: str = "") -> dict[str, Any]:
    """Which attributes an index holds: names where some are named."""
    names = [each.strip() for each in form.text(f"{prefix}names").split(",") if each.strip()]
    if names:
        return {"ProjectionType": "INCLUDE", "NonKeyAttributes": names}
    return {"ProjectionType": form.choice(f"{prefix}projection", PROJECTIONS[:2], "ALL")}


def throughput(form: Fields) -> dict[str, Any]:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-mode.html"""
    if form.text("billing") != "provisioned":
        return {"BillingMode": "PAY_PER_REQUEST"}
    return {
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": {
            "ReadCapacityUnits": form.number("read_units", 5, 1, 10**6),
            "WriteCapacityUnits": form.number("write_units", 5, 1, 10**6),
        },
    }


async def delete(visit: Visit) -> http.Response:
    """Deletes a table, whose name has to be written once more."""
    name = visit.names["table"]
    visit.form.agrees(name, "table")
    await visit.cloud.call("dynamodb", "DeleteTable", TableName=name)
    return visit.go("/dynamodb", said=f"The table {name} was deleted with all its items.")


ROWS = (
    Row("GET", "/dynamodb", show, "cloud"),
    Row("GET", "/dynamodb/new", ask, "cloud_write"),
    Row("POST", "/dynamodb/new", make, "cloud_write"),
    Row("POST", "/dynamodb/tables/{table}/delete", delete, "cloud_write"),
)
