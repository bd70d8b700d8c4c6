"""New functions: from a template, a zip, a zip in S3, or an image.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
"""

from __future__ import annotations

import sys
from typing import Any

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.lambda_ import function as its
from homeport.console.cloud.lambda_.code import packages, starters
from homeport.console.cloud.lambda_.code.code import UPLOAD
from homeport.console.routing import Row
from homeport.console.visit import Fields, Visit
from homeport.edge import http

ROLE = "arn:aws:iam::{}:role/lambda"
"""The form of one is asked for; whether it is there, and what it allows, is not looked at."""


async def ask(visit: Visit) -> http.Response:
    """The form."""
    return await _form(visit, None)


async def _form(visit: Visit, wrong: Trouble | None) -> http.Response:
    known = await runtimes(visit)
    return visit.page(
        "cloud/lambda/new.html",
        status=wrong.status if wrong else 200,
        filled=visit.form,
        wrong=wrong,
        runtimes=known,
        templated=[name for name in known if starters.of(name)],
        default=f"python3.{sys.version_info.minor}",
        role=ROLE.format(visit.cloud.scope.account),
        upload=UPLOAD,
    )


async def runtimes(visit: Visit) -> list[str]:
    """All names that there are, as the packaged model of AWS lists them, the newest first."""

    def work(client: Any) -> list[str]:
        return list(client.meta.service_model.shape_for("Runtime").enum)

    names = await visit.cloud.use("lambda", work)
    families = ("python", "nodejs", "ruby", "provided", "java", "dotnet")
    wanted = [name for name in names if name.startswith(families) and "edge" not in name]
    return sorted(wanted, key=lambda name: (_family(name, families), -_number(name)))


def _family(name: str, families: tuple[str, ...]) -> int:
    return next(at for at, family in enumerate(families) if name.startswith(family))


def _number(name: str) -> float:
    digits = "".join(c if c.isdigit() else " " for c in name).split()
    return sum((int(part) / 1000.0**at for at, part in enumerate(digits[:3])), 0.0)


async def make(visit: Visit) -> http.Response:
    """Makes one; what was filled in stays where it is refused."""
    try:
        wanted = definition(visit.form, visit.clock.now(), visit.cloud.scope.account)
        await visit.cloud.call("lambda", "CreateFunction", **wanted)
    except Trouble as trouble:
        return await _form(visit, trouble)
    name = wanted["FunctionName"]
    return visit.go(its.address(name), said=f"The function {name} was made.")


def definition(form: Fields, now: float, account: str) -> dict[str, Any]:
    """The members of CreateFunction. Raises `Trouble`."""
    wanted = settings(form, account)
    if form.text("from") == "image":
        return {
            **wanted,
            "PackageType": "Image",
            "Code": {"ImageUri": form.needed("image", "The image")},
        }
    runtime = form.needed("runtime", "A runtime")
    wanted["Runtime"] = runtime
    if form.text("from") == "s3":
        bucket, key = form.needed("bucket", "The bucket"), form.needed("key", "The key")
        code: dict[str, Any] = {"S3Bucket": bucket, "S3Key": key}
        return {**wanted, "Handler": form.needed("handler", "The handler"), "Code": code}
    starter = starters.of(runtime)
    if starter is None:
        raise Trouble(
            f"There is no template for {runtime}: its language is compiled first.",
            hint="Upload a zip of the compiled function.",
        )
    return {
        **wanted,
        "Handler": starter.handler,
        "Code": {"ZipFile": packages.of_files(starter.files, now)},
    }


def settings(form: Fields, account: str) -> dict[str, Any]:
    """What all functions have."""
    return {
        "FunctionName": form.needed("name", "A name"),
        "Role": form.text("role").strip() or ROLE.format(account),
        "Timeout": form.number("timeout", 3, 1, 900),
        "MemorySize": form.number("memory", 128, 128, 10_240),
    }


async def upload(visit: Visit) -> http.Response:
    """A new function of a zip, which is the body of a PUT; what it is to be stands in the address."""
    query = visit.query
    wanted = settings(query, visit.cloud.scope.account)
    wanted |= {
        "Runtime": query.needed("runtime", "A runtime"),
        "Handler": query.needed("handler", "The handler"),
    }
    data = await visit.request.body.read(UPLOAD)
    if not data:
        raise Trouble("The file is empty.", hint="Choose a zip.")
    await visit.cloud.call("lambda", "CreateFunction", **wanted, Code={"ZipFile": data})
    name = wanted["FunctionName"]
    return visit.go(its.address(name), said=f"The function {name} was made.")


ROWS = (
    Row("GET", "/lambda/new", ask, "cloud_write"),
    Row("POST", "/lambda/new", make, "cloud_write"),
    Row("PUT", "/lambda/new", upload, "cloud_write", body="raw"),
)
