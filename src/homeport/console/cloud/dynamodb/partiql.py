"""A box for PartiQL.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
"""

from __future__ import annotations

import re
from typing import Any

from homeport.console.asking.troubles import Trouble, denied
from homeport.console.cloud.dynamodb import values
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http

STATEMENT = 8192
"""Characters at most: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html"""
PAGE = 100
COLUMNS = 12
_READS = re.compile(r"\s*SELECT\b", re.IGNORECASE)


async def show(visit: Visit) -> http.Response:
    """The box; what a SELECT of the address finds, so that it can be linked to."""
    statement = visit.query.text("statement")
    if statement and not _READS.match(statement):
        return _page(
            visit, statement, wrong=Trouble("This changes something: run it by its button.")
        )
    if not statement:
        name = visit.query.text("table")
        return _page(visit, " ".join(("SELECT", "*", "FROM", f'"{name}"')) if name else "")
    try:
        answer = await _run(visit, statement, visit.query.text("next"))
    except Trouble as trouble:
        return _page(visit, statement, wrong=trouble)
    return _page(visit, statement, answer=answer)


async def run(visit: Visit) -> http.Response:
    """Runs a statement. What reads is led to its own address."""
    statement = visit.form.needed("statement", "A statement")
    if not _READS.match(statement) and not visit.may_write_cloud:
        raise denied("You may look at the local AWS, not change it.", "SELECT is for everybody.")
    try:
        answer = await _run(visit, statement, "")
    except Trouble as trouble:
        return _page(visit, statement, wrong=trouble)
    is_read = bool(_READS.match(statement))
    return _page(visit, statement, answer=answer, said="" if is_read else "The statement was run.")


async def _run(visit: Visit, statement: str, after: str) -> dict[str, Any]:
    if len(statement) > STATEMENT:
        raise Trouble(f"A statement has {STATEMENT:,} characters at most.")
    more: dict[str, Any] = {"NextToken": after} if after else {}
    if _READS.match(statement):
        more["Limit"] = PAGE
    return await visit.cloud.call(
        "dynamodb",
        "ExecuteStatement",
        Statement=statement,
        ReturnConsumedCapacity="TOTAL",
        **more,
    )


def _page(
    visit: Visit,
    statement: str,
    *,
    answer: dict[str, Any] | None = None,
    wrong: Trouble | None = None,
    said: str = "",
) -> http.Response:
    items = [values.from_boto(each) for each in (answer or {}).get("Items", [])]
    columns = values.columns(items, [], COLUMNS)
    return visit.page(
        "cloud/dynamodb/partiql.html",
        status=wrong.status if wrong else 200,
        statement=statement,
        columns=columns,
        rows=[
            [values.show(item[name]) if name in item else "" for name in columns] for item in items
        ],
        units=(answer or {}).get("ConsumedCapacity", {}).get("CapacityUnits"),
        next=(answer or {}).get("NextToken", ""),
        has_run=answer is not None,
        wrong=wrong,
        done=said,
    )


ROWS = (
    Row("GET", "/dynamodb/partiql", show, "cloud"),
    Row("POST", "/dynamodb/partiql", run, "cloud"),
)
