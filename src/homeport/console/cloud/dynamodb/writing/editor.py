"""One item: looked at, made, changed where it is still what was shown, deleted.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
"""

from __future__ import annotations

import hashlib
import json
import urllib.parse
from typing import Any

from homeport.console.asking.troubles import Trouble, denied, missing
from homeport.console.cloud.dynamodb import items, values
from homeport.console.cloud.dynamodb import table as its
from homeport.console.cloud.dynamodb.finding.expressions import Expressions
from homeport.console.cloud.dynamodb.table import Table
from homeport.console.cloud.dynamodb.values import Item
from homeport.console.cloud.dynamodb.writing import plain
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http

FORMS = ("plain", "typed")
COMPARED = 100
"""Attributes that a condition compares: an expression has 300 operators and 4 KB at most.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters"""
FORM_BYTES = 2 * 2**20
"""What the console takes of a form: `homeport.console.console`."""
CHANGED = "Somebody else has changed this item since it was shown."


async def show(visit: Visit) -> http.Response:
    """An item, or the form of a new one, which may begin as a copy."""
    table = await its.find(visit)
    form = visit.query.choice("form", FORMS, "plain")
    key = values.decode_key(visit.query.text("key")) if visit.query.has("key") else None
    if key is None:
        if not visit.may_write_cloud:
            raise denied("You may look at the local AWS, not change it.")
        return _page(visit, table, text=_blank(table, form), form=form)
    key = table.key(key)
    item = await _get(visit, table, key)
    if item is None:
        raise missing(
            f"{table.name} has no item {items.named(key)}.",
            "It may have been deleted, or have expired.",
        )
    shown = "" if visit.query.has("copy") else digest(item)
    return _page(visit, table, text=_text(item, form), form=form, key=key, item=item, shown=shown)


def _blank(table: Table, form: str) -> str:
    item = {key.name: {key.kind: "0" if key.kind == "N" else ""} for key in table.keys}
    return _text(item, form)


def _text(item: Item, form: str) -> str:
    return plain.dump(item) if form == "plain" else values.dump(item)


def _page(
    visit: Visit,
    table: Table,
    *,
    text: str,
    form: str,
    key: Item | None = None,
    item: Item | None = None,
    shown: str = "",
    wrong: Trouble | None = None,
    others: list[tuple[str, str]] | None = None,
) -> http.Response:
    """The form; `shown` tells which item it changes, and is empty where it makes a new one."""
    return visit.page(
        "cloud/dynamodb/item.html",
        status=wrong.status if wrong else 200,
        **its.frame(table, "Items", "Item" if shown else "New item"),
        key=values.encode_key(key) if key else "",
        named=items.named(key) if key else "",
        text=text,
        form=form,
        is_new=not shown,
        bytes=values.size(item) if item else None,
        shown=shown,
        # What a browser sends of it, with its CSRF token: https://url.spec.whatwg.org/#application/x-www-form-urlencoded
        fits=len(urllib.parse.quote_plus(text)) < FORM_BYTES - 2**16,
        wrong=wrong,
        others=others or [],
    )


def digest(item: Item) -> str:
    """What tells an item from any other."""
    text = json.dumps(item, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


async def _get(visit: Visit, table: Table, key: Item) -> Item | None:
    answer = await visit.cloud.call(
        "dynamodb",
        "GetItem",
        TableName=table.name,
        Key=values.to_boto(table.key(key)),
        ConsistentRead=True,
    )
    return values.checked(values.from_boto(answer["Item"])) if "Item" in answer else None


def read(form: str, text: str) -> Item:
    """An item as it was written. Raises `Trouble`."""
    return plain.load(text) if form == "plain" else values.load(text)


async def save(visit: Visit) -> http.Response:
    """Writes a new item where there is none of its key, or changes one that is still what was shown."""
    table = await its.find(visit)
    form = visit.form.choice("form", FORMS, "plain")
    text, shown = visit.form.text("item"), visit.form.text("shown")
    key: Item | None = None
    there: Item | None = None
    try:
        if shown:
            key = table.key(values.decode_key(visit.form.text("key")))
            there = await _get(visit, table, key)
        item = read(form, text)
        if shown:
            await _change(visit, table, there, item, shown)
        else:
            await _create(visit, table, item)
    except Trouble as trouble:
        # What was written stays in the form, whatever was wrong with it.
        others: list[tuple[str, str]] = []
        if trouble.status == 409:
            others = _differences(there, shown, text, form)
            key, shown = (key, digest(there)) if there else (None, "")
        return _page(
            visit,
            table,
            text=text,
            form=form,
            key=key,
            item=there,
            shown=shown,
            wrong=trouble,
            others=others,
        )
    encoded = values.encode_key(table.key(item))
    said = f"The item {items.named(table.key(item))} was {'changed' if shown else 'made'}."
    return visit.go(f"{table.path}/item?key={encoded}", said=said)


def _differences(there: Item | None, shown: str, text: str, form: str) -> list[tuple[str, str]]:
    """What is there now, beside what was written, where somebody else was quicker."""
    if there is None or digest(there) == shown:
        return []
    try:
        mine = read(form, text)
    except Trouble:
        mine = {}
    return [
        (name, values.show(there[name]) if name in there else "(not there)")
        for name in dict.fromkeys([*there, *mine])
        if there.get(name) != mine.get(name)
    ]


async def _create(visit: Visit, table: Table, item: Item) -> None:
    key = table.key(item)
    try:
        await visit.cloud.call(
            "dynamodb",
            "PutItem",
            TableName=table.name,
            Item=values.to_boto(item),
            ConditionExpression="attribute_not_exists(#k)",
            ExpressionAttributeNames={"#k": table.names[0]},
        )
    except Trouble as trouble:
        raise _because(
            trouble,
            f"There is an item {items.named(key)} already.",
            "Give another key, or open that item to change it.",
        ) from trouble


async def _change(visit: Visit, table: Table, there: Item | None, item: Item, shown: str) -> None:
    if there is None:
        raise Trouble(
            "The item has been deleted meanwhile.", hint="Make it as a new one.", status=409
        )
    if table.key(item) != table.key(there):
        raise Trouble(
            "The key of an item never changes.", hint="Make a copy with another key instead."
        )
    if digest(there) != shown:
        raise Trouble(CHANGED, hint=_MERGE, status=409)
    request = update(there, item)
    if request is None:
        return
    try:
        await visit.cloud.call(
            "dynamodb",
            "UpdateItem",
            TableName=table.name,
            Key=values.to_boto(table.key(there)),
            **request,
        )
    except Trouble as trouble:
        raise _because(trouble, CHANGED, _MERGE) from trouble


_MERGE = (
    "Nothing was written. What is there now stands below: take it over, or save once more over it."
)


def _because(trouble: Trouble, what: str, hint: str) -> Trouble:
    """A condition that does not hold, in words."""
    if "ConditionalCheckFailed" in trouble.hint:
        return Trouble(what, hint=hint, status=409)
    return trouble


def update(there: Item, item: Item) -> dict[str, Any] | None:
    """The members of UpdateItem that make one item of the other, where it is still that one; None where nothing changes.

    Only what was changed is written, so whatever a program does to other attributes meanwhile stays.
    """
    into = Expressions()
    changed = [name for name in item if item[name] != there.get(name)]
    removed = [name for name in there if name not in item]
    if not changed and not removed:
        return None
    parts = []
    if changed:
        pairs = [f"{into.name(name)} = {into.value(item[name])}" for name in changed]
        parts.append(f"SET {', '.join(pairs)}")
    if removed:
        parts.append(f"REMOVE {', '.join(map(into.name, removed))}")
    compared = dict.fromkeys([*changed, *removed, *(there if len(there) <= COMPARED else ())])
    conditions = [
        f"{into.name(name)} = {into.value(there[name])}"
        if name in there
        else f"attribute_not_exists({into.name(name)})"
        for name in compared
    ]
    request = {
        "UpdateExpression": " ".join(parts),
        "ConditionExpression": " AND ".join(conditions),
        "ExpressionAttributeNames": into.names,
    }
    if into.values:
        request["ExpressionAttributeValues"] = values.to_boto(into.values)
    return request


ROWS = (
    Row("GET", "/dynamodb/tables/{table}/item", show, "cloud"),
    Row("POST", "/dynamodb/tables/{table}/item", save, "cloud_write"),
)
