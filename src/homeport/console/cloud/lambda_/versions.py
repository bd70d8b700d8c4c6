"""Versions and aliases.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
"""

from __future__ import annotations

from typing import Any

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.lambda_ import function as its
from homeport.console.routing import Row
from homeport.console.visit import Fields, Visit
from homeport.edge import http

PAGE = 50


async def show(visit: Visit) -> http.Response:
    """Both lists."""
    function = await its.find(visit)
    marker = visit.query.text("after")

    def work(client: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        more = {"Marker": marker} if marker else {}
        versions = client.list_versions_by_function(
            FunctionName=function.name, MaxItems=PAGE, **more
        )
        return versions, client.list_aliases(FunctionName=function.name, MaxItems=PAGE)

    versions, aliases = await visit.cloud.use("lambda", work)
    return visit.page(
        "cloud/lambda/versions.html",
        **its.frame(function, "Versions"),
        versions=[(each, its.moment(each["LastModified"])) for each in versions["Versions"]],
        after=versions.get("NextMarker", ""),
        aliases=aliases["Aliases"],
        has_more_aliases="NextMarker" in aliases,
    )


async def publish(visit: Visit) -> http.Response:
    """A version of the code as it is now."""
    function = await its.find(visit)
    about = visit.form.text("description").strip()
    answer = await visit.cloud.call(
        "lambda", "PublishVersion", FunctionName=function.name, Description=about
    )
    return visit.go(f"{function.path}/versions", said=f"This is version {answer['Version']}.")


async def delete(visit: Visit) -> http.Response:
    """Deletes a version."""
    function = await its.find(visit)
    number = visit.form.number("version", 0, 1, 10**9)
    await visit.cloud.call(
        "lambda", "DeleteFunction", FunctionName=function.name, Qualifier=str(number)
    )
    return visit.go(f"{function.path}/versions", said=f"Version {number} was deleted.")


async def alias(visit: Visit) -> http.Response:
    """Makes an alias, or leads one elsewhere; with a weight part of the calls go to another version."""
    function = await its.find(visit)
    wanted = definition(visit.form)
    operation = "UpdateAlias" if visit.form.has("there") else "CreateAlias"
    await visit.cloud.call("lambda", operation, FunctionName=function.name, **wanted)
    name, version = wanted["Name"], wanted["FunctionVersion"]
    return visit.go(f"{function.path}/versions", said=f"{name} is version {version}.")


def definition(form: Fields) -> dict[str, Any]:
    """The members of CreateAlias. Raises `Trouble`."""
    wanted: dict[str, Any] = {
        "Name": form.needed("name", "A name"),
        "FunctionVersion": form.needed("version", "The version"),
    }
    other, text = form.text("other").strip(), form.text("weight").strip()
    weights: dict[str, float] = {}
    if other:
        try:
            share = float(text)
        except ValueError as error:
            raise Trouble("The share of the other version is a number of percent.") from error
        if not 0 <= share <= 100:
            raise Trouble("The share of the other version is 0 to 100 percent.")
        weights[other] = share / 100
    wanted["RoutingConfig"] = {"AdditionalVersionWeights": weights}
    return wanted


async def remove_alias(visit: Visit) -> http.Response:
    """Removes an alias."""
    function = await its.find(visit)
    name = visit.form.needed("name", "The alias")
    await visit.cloud.call("lambda", "DeleteAlias", FunctionName=function.name, Name=name)
    return visit.go(f"{function.path}/versions", said=f"The alias {name} was removed.")


ROWS = (
    Row("GET", "/lambda/functions/{function}/versions", show, "cloud"),
    Row("POST", "/lambda/functions/{function}/versions", publish, "cloud_write"),
    Row("POST", "/lambda/functions/{function}/versions/delete", delete, "cloud_write"),
    Row("POST", "/lambda/functions/{function}/aliases", alias, "cloud_write"),
    Row("POST", "/lambda/functions/{function}/aliases/remove", remove_alias, "cloud_write"),
)
