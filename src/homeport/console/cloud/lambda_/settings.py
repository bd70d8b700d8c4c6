"""The settings of a function, its tags, and deleting it.

https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
"""

from __future__ import annotations

from typing import Any

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.lambda_ import function as its
from homeport.console.cloud.lambda_.code import creating
from homeport.console.cloud.lambda_.function import Function
from homeport.console.routing import Row
from homeport.console.visit import Fields, Visit
from homeport.edge import http


async def show(visit: Visit) -> http.Response:
    """All of them."""
    return await _page(visit, await its.find(visit))


async def _page(visit: Visit, function: Function, wrong: Trouble | None = None) -> http.Response:
    return visit.page(
        "cloud/lambda/settings.html",
        status=wrong.status if wrong else 200,
        **its.frame(function, "Settings"),
        runtimes=await creating.runtimes(visit),
        tags=sorted(function.tags.items()),
        wrong=wrong,
        endpoint=visit.cloud.public_url or "http://localhost:4566",
    )


async def save(visit: Visit) -> http.Response:
    """Changes them, where nobody else has changed the function meanwhile."""
    function = await its.find(visit)
    try:
        wanted = definition(function, visit.form)
        await visit.cloud.call("lambda", "UpdateFunctionConfiguration", **wanted)
    except Trouble as trouble:
        return await _page(visit, function, trouble)
    return visit.go(f"{function.path}/settings", said="The settings were changed.")


def definition(function: Function, form: Fields) -> dict[str, Any]:
    """The members of UpdateFunctionConfiguration. Raises `Trouble`."""
    wanted: dict[str, Any] = {
        "FunctionName": function.name,
        "RevisionId": form.text("revision") or function.said["RevisionId"],
        "Description": form.text("description"),
        "Timeout": form.number("timeout", 3, 1, 900),
        "MemorySize": form.number("memory", 128, 128, 10_240),
        "EphemeralStorage": {"Size": form.number("storage", 512, 512, 10_240)},
    }
    if not function.is_image:
        wanted["Runtime"] = form.needed("runtime", "The runtime")
        wanted["Handler"] = form.needed("handler", "The handler")
    return wanted


async def tag(visit: Visit) -> http.Response:
    """Sets a tag, or takes one away."""
    function = await its.find(visit)
    key = visit.form.text("key")
    if not key:
        raise Trouble("A tag needs a key.", hint="Fill it in.")
    if visit.form.has("remove"):
        await visit.cloud.call("lambda", "UntagResource", Resource=function.arn, TagKeys=[key])
        return visit.go(f"{function.path}/settings", said=f"The tag {key} was taken away.")
    await visit.cloud.call(
        "lambda", "TagResource", Resource=function.arn, Tags={key: visit.form.text("value")}
    )
    return visit.go(f"{function.path}/settings", said=f"The tag {key} was set.")


ROWS = (
    Row("GET", "/lambda/functions/{function}/settings", show, "cloud"),
    Row("POST", "/lambda/functions/{function}/settings", save, "cloud_write"),
    Row("POST", "/lambda/functions/{function}/tags", tag, "cloud_write"),
)
