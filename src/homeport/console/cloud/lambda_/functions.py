"""All functions: a list to search.

https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
"""

from __future__ import annotations

from typing import Any

from homeport.console.cloud.lambda_ import function as its
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http

PAGE = 50
"""Of one answer."""
REQUESTS = 40
"""Of a search: 2,000 functions."""
SHOWN = 2 * PAGE
"""Of those that a search finds."""


async def show(visit: Visit) -> http.Response:
    """The functions of the account and region: a page of the list, or what a search finds in all of it."""
    text, marker = visit.query.text("search").strip(), visit.query.text("after")

    def work(client: Any) -> tuple[list[dict[str, Any]], str, bool]:
        if text:
            found, is_cut = _found(client, text.lower())
            return found, "", is_cut
        return *_page(client, marker), False

    found, after, is_cut = await visit.cloud.use("lambda", work)
    rows = [
        (each, its.address(each["FunctionName"]), its.moment(each["LastModified"]))
        for each in found
    ]
    return visit.page(
        "cloud/lambda/functions.html",
        part="rows",
        search=text,
        rows=rows,
        after=after,
        is_first=not marker,
        is_cut=is_cut,
    )


def _page(client: Any, marker: str) -> tuple[list[dict[str, Any]], str]:
    answer = client.list_functions(MaxItems=PAGE, **({"Marker": marker} if marker else {}))
    return answer["Functions"], answer.get("NextMarker", "")


def _found(client: Any, text: str) -> tuple[list[dict[str, Any]], bool]:
    """What fits, and whether there may be more."""
    found: list[dict[str, Any]] = []
    marker = ""
    for _ in range(REQUESTS):
        page, marker = _page(client, marker)
        found += [
            each
            for each in page
            if text in each["FunctionName"].lower() or text in each.get("Runtime", "")
        ]
        if not marker or len(found) > SHOWN:
            break
    return found[:SHOWN], bool(marker) or len(found) > SHOWN


async def delete(visit: Visit) -> http.Response:
    """Deletes a function with all its versions, whose name has to be written once more."""
    name = visit.names["function"]
    visit.form.agrees(name, "function")
    await visit.cloud.call("lambda", "DeleteFunction", FunctionName=name)
    return visit.go("/lambda", said=f"The function {name} was deleted. Its logs stay.")


ROWS = (
    Row("GET", "/lambda", show, "cloud"),
    Row("POST", "/lambda/functions/{function}/delete", delete, "cloud_write"),
)
