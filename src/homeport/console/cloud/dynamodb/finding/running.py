"""Runs what a page of items asks for, in bounded work.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from homeport.console.cloud.dynamodb import values
from homeport.console.cloud.dynamodb.finding import search as searches
from homeport.console.cloud.dynamodb.finding.search import Asked, Search
from homeport.console.cloud.dynamodb.table import Table
from homeport.console.cloud.dynamodb.values import Item
from homeport.console.visit import Visit

REQUESTS = 10
"""Of one page, where a filter leaves out most of what is read."""
READ = 1000
"""Items that one of them reads."""


@dataclass
class Found:
    """A page of items, and what it cost."""

    items: list[Item] = field(default_factory=list)
    read: int = 0
    units: float = 0.0
    requests: int = 0
    next: str = ""
    """Where it goes on; empty where this is the end."""


async def run(visit: Visit, table: Table, search: Search, request: Asked) -> Found:
    """One page. With a filter it reads on until the page is full, up to 10,000 items.

    `Limit` counts what is read, not what a filter leaves over:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html#DDB-Scan-request-Limit
    """

    def work(client: Any) -> Found:
        call = client.query if request.operation == "Query" else client.scan
        found, changes = Found(), _first(request)
        while True:
            answer = call(**request.boto(**changes))
            found.items += [values.from_boto(each) for each in answer["Items"]]
            found.read += answer["ScannedCount"]
            found.units += answer.get("ConsumedCapacity", {}).get("CapacityUnits", 0.0)
            found.requests += 1
            last = values.from_boto(answer.get("LastEvaluatedKey", {}))
            if _is_enough(request, found, search.page) or not last:
                return _cut(table, search, found, last)
            changes["ExclusiveStartKey"] = last

    return await visit.cloud.use("dynamodb", work)


def _first(request: Asked) -> dict[str, Any]:
    return {"Limit": READ} if request.filters else {}


def _is_enough(request: Asked, found: Found, page: int) -> bool:
    return not request.filters or len(found.items) >= page or found.requests >= REQUESTS


def _cut(table: Table, search: Search, found: Found, last: Item) -> Found:
    if len(found.items) > search.page:
        found.items = found.items[: search.page]
        last = searches.next_key(table, search, found.items[-1])
    found.next = values.encode_key(last) if last else ""
    return found
