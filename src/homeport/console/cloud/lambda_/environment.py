"""The environment of a function. Its values may be secrets, so they are shown only to who asks by a button.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

from __future__ import annotations

import json

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.lambda_ import function as its
from homeport.console.cloud.lambda_.function import Function
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http

LIMIT = 4096
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
TELLING = 4
"""Characters of a value that a sentence does not hold by chance."""


def variables(function: Function) -> dict[str, str]:
    """Its variables."""
    found: dict[str, str] = function.said.get("Environment", {}).get("Variables", {})
    return found


async def show(visit: Visit) -> http.Response:
    """The names of the variables, without what they are."""
    function = await its.find(visit)
    return _page(visit, function, is_shown=False)


async def reveal(visit: Visit) -> http.Response:
    """The names with their values: a POST, so that no link, history or cache leads to them. Who may not change them may not see them."""
    function = await its.find(visit)
    return _page(visit, function, is_shown=True)


def _page(visit: Visit, function: Function, *, is_shown: bool) -> http.Response:
    rows = sorted(variables(function).items())
    failed = function.said.get("Environment", {}).get("Error", {})
    return visit.page(
        "cloud/lambda/environment.html",
        **its.frame(function, "Environment"),
        rows=[(name, value if is_shown else "", len(value)) for name, value in rows],
        is_shown=is_shown,
        failed=failed.get("Message", ""),
        bytes=sum(len(f"{name}{value}".encode()) for name, value in rows),
        layers=function.said.get("Layers", []),
    )


async def change(visit: Visit) -> http.Response:
    """Sets a variable, or takes one away, where nobody else has changed the function meanwhile."""
    function = await its.find(visit)
    name = visit.form.needed("name", "A name")
    there = dict(variables(function))
    if visit.form.has("remove"):
        if name not in there:
            raise Trouble(f"There is no variable {name}.", status=404)
        del there[name]
    else:
        there[name] = visit.form.text("value").replace("\r\n", "\n")
    try:
        await visit.cloud.call(
            "lambda",
            "UpdateFunctionConfiguration",
            FunctionName=function.name,
            Environment={"Variables": there},
            RevisionId=function.said["RevisionId"],
        )
    except Trouble as trouble:
        raise _without_values(trouble, there) from None
    did = "taken away" if visit.form.has("remove") else "set"
    return visit.go(f"{function.path}/environment", said=f"{name} was {did}.")


def _without_values(trouble: Trouble, there: dict[str, str]) -> Trouble:
    """A refusal that tells no value: where they are too long, the cloud's own words hold all of them, as JSON."""
    if "String measured:" in trouble.what:
        what = f"All of them have {LIMIT} bytes at most, with their names."
    elif any(_tells(trouble.what, value) for value in there.values() if len(value) >= TELLING):
        what = "Why is not shown here, as it tells what they are."
    else:
        return trouble
    return Trouble(f"The variables were refused. {what}", hint=trouble.hint, status=trouble.status)


def _tells(text: str, value: str) -> bool:
    forms = (json.dumps(value, ensure_ascii=is_plain)[1:-1] for is_plain in (True, False))
    return value in text or any(form in text for form in forms)


async def layers(visit: Visit) -> http.Response:
    """Adds a layer behind the others, or takes one away."""
    function = await its.find(visit)
    arn = visit.form.needed("layer", "The layer")
    there = [each["Arn"] for each in function.said.get("Layers", [])]
    there = [each for each in there if each != arn] if visit.form.has("remove") else [*there, arn]
    await visit.cloud.call(
        "lambda",
        "UpdateFunctionConfiguration",
        FunctionName=function.name,
        Layers=there,
        RevisionId=function.said["RevisionId"],
    )
    return visit.go(f"{function.path}/environment", said="The layers were changed.")


ROWS = (
    Row("GET", "/lambda/functions/{function}/environment", show, "cloud"),
    Row("POST", "/lambda/functions/{function}/environment/values", reveal, "cloud_write"),
    Row("POST", "/lambda/functions/{function}/environment", change, "cloud_write"),
    Row("POST", "/lambda/functions/{function}/layers", layers, "cloud_write"),
)
