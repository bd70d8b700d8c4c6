"""Deleting items: first what goes is named, then it goes.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
"""

from __future__ import annotations

from typing import Any

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.dynamodb import items, values
from homeport.console.cloud.dynamodb import table as its
from homeport.console.cloud.dynamodb.table import Table
from homeport.console.cloud.dynamodb.values import Item
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http

KEYS = 300
"""Of one form: a page of items has no more."""
BATCH = 25
TRIES = 5


async def delete(visit: Visit) -> http.Response:
    """Asks, and where it is sure deletes."""
    table = await its.find(visit)
    keys = [table.key(values.decode_key(text)) for text in visit.form.all("key")[:KEYS]]
    if not keys:
        raise Trouble("No item was ticked.", hint="Tick what is to go.")
    back = visit.form.text("back")
    if not back.startswith(f"{table.path}?"):
        back = table.path
    if not visit.form.has("sure"):
        return visit.page(
            "cloud/dynamodb/delete.html",
            **its.frame(table, "Items", "Delete"),
            keys=[(values.encode_key(key), items.named(key)) for key in keys],
            back=back,
        )
    await visit.cloud.use("dynamodb", lambda client: _delete(client, table, keys))
    number = f"{len(keys)} items were" if len(keys) > 1 else f"The item {items.named(keys[0])} was"
    return visit.go(back, said=f"{number} deleted.")


def _delete(client: Any, table: Table, keys: list[Item]) -> None:
    for at in range(0, len(keys), BATCH):
        requests = [
            {"DeleteRequest": {"Key": values.to_boto(key)}} for key in keys[at : at + BATCH]
        ]
        write(client, table.name, requests)


def write(client: Any, table: str, requests: list[dict[str, Any]]) -> None:
    """A batch, and once more what a busy cloud has left of it. Raises `Trouble` where it leaves something for ever."""
    for _ in range(TRIES):
        answer = client.batch_write_item(RequestItems={table: requests})
        requests = answer.get("UnprocessedItems", {}).get(table, [])
        if not requests:
            return
    raise Trouble(
        f"The local AWS is too busy: {len(requests)} items of this batch are left.",
        hint="Try again in a moment.",
        status=503,
    )


ROWS = (Row("POST", "/dynamodb/tables/{table}/items/delete", delete, "cloud_write"),)
