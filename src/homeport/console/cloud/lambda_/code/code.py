"""The code of a function: its files, one of them to edit, and new packages for it.

https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html
"""

from __future__ import annotations

import asyncio
import urllib.parse
from typing import Any

from homeport.console.asking.troubles import Trouble
from homeport.console.asking.wire import LIMIT
from homeport.console.cloud.lambda_ import function as its
from homeport.console.cloud.lambda_.code import packages
from homeport.console.cloud.lambda_.code.packages import Package
from homeport.console.cloud.lambda_.function import Function
from homeport.console.rendering import filters
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http

UPLOAD = 10 * 2**20
"""Bytes of a zip that is sent through the console, which holds it in memory; AWS's own console asks for S3 above that:
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


async def show(visit: Visit) -> http.Response:
    """The files, and the one that is opened: that of the handler, if none is named."""
    return await page(visit)


async def page(
    visit: Visit, *, wrong: Trouble | None = None, written: str | None = None
) -> http.Response:
    """The page of the code; `written` is a text that could not be deployed."""
    version = visit.query.text("version")
    function = await its.find(visit, version)
    name = visit.query.text("file") or (visit.form.text("file") if wrong else "")
    async with visit.cloud.alone:
        package, why = await _package(visit, function)
        name = name or _first(function, package)
        text = package.text(name) if package is not None and name else None
        files = package.entries if package is not None else []
        unpacked = package.unpacked if package is not None else 0
        package = None
    return visit.page(
        "cloud/lambda/code.html",
        status=wrong.status if wrong else 200,
        **its.frame(function, "Code"),
        version=version if version != "$LATEST" else "",
        files=files[: packages.FILES],
        hidden=max(0, len(files) - packages.FILES),
        unpacked=unpacked,
        why=why,
        file=name,
        text=text,
        written=written if written is not None else text.text if text else "",
        may_edit=bool(text and text.is_whole and visit.may_write_cloud and not version),
        upload=UPLOAD,
        wrong=wrong,
    )


def _first(function: Function, package: Package | None) -> str:
    if package is None:
        return ""
    named = [name for name in function.handler_files if package.has(name)]
    return named[0] if named else next((each.name for each in package.entries), "")


async def _package(visit: Visit, function: Function) -> tuple[Package | None, str]:
    """The package, or why there is none to be seen."""
    if not function.location:
        return None, "" if function.is_image else "The local AWS gives no address of the package."
    size = int(function.said.get("CodeSize", 0))
    if size > LIMIT:
        return None, f"The package has {size // 2**20} MiB: too many to be shown."
    try:
        return await asyncio.to_thread(Package, await fetch(visit, function.location)), ""
    except Trouble as trouble:
        return None, trouble.what


async def fetch(visit: Visit, location: str) -> bytes:
    """A package by the address that the cloud gives, asked only of the cloud itself, whatever host stands in it. Raises `Trouble`."""
    reply = await visit.cloud.ask("GET", _path(location))
    _check(reply.status)
    return reply.body


def _path(location: str) -> str:
    parts = urllib.parse.urlsplit(location)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _check(status: int) -> None:
    if status != 200:
        raise Trouble(
            f"The local AWS answered {status} for the package.",
            hint="Load the page again: its address holds for ten minutes.",
            status=502,
        )


async def deploy(visit: Visit) -> http.Response:
    """Packs the function anew with one file changed, where its code is still what was shown."""
    function = await its.find(visit)
    name, text = visit.form.needed("file", "The file"), visit.form.text("text")
    # Browsers end lines by CR LF: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#constructing-entry-list
    text = text.replace("\r\n", "\n")
    try:
        if visit.form.text("sha256") != function.said.get("CodeSha256"):
            raise Trouble(
                "Somebody else has deployed other code since this was shown.",
                hint="What you wrote stands below. Copy it, and load the page again.",
                status=409,
            )
        async with visit.cloud.alone:
            await _change(visit, function, name, text)
    except Trouble as trouble:
        return await page(visit, wrong=trouble, written=text)
    address = filters.with_query(function.path, file=name)
    return visit.go(address, said=f"{name} was changed and deployed.")


async def _change(visit: Visit, function: Function, name: str, text: str) -> None:
    package = Package(await fetch(visit, function.location))
    former = package.text(name)
    if former is not None and "\r\n" in former.text:
        text = text.replace("\n", "\r\n")
    # Up to 64 MiB are packed anew: nobody else waits for that.
    made = await asyncio.to_thread(package.changed, name, text, visit.clock.now())
    await _update(visit, function, ZipFile=made, RevisionId=function.said.get("RevisionId"))


async def _update(visit: Visit, function: Function, **code: Any) -> None:
    given = {name: value for name, value in code.items() if value}
    await visit.cloud.call("lambda", "UpdateFunctionCode", FunctionName=function.name, **given)


async def upload(visit: Visit) -> http.Response:
    """A zip as the body of a PUT."""
    function = await its.find(visit)
    data = await visit.request.body.read(UPLOAD)
    if not data:
        raise Trouble("The file is empty.", hint="Choose a zip.")
    await _update(visit, function, ZipFile=data)
    return visit.go(function.path, said=f"A package of {len(data):,} bytes was deployed.")


async def from_s3(visit: Visit) -> http.Response:
    """A zip that lies in a bucket, or another image."""
    function = await its.find(visit)
    if function.is_image:
        image = visit.form.needed("image", "The image")
        await _update(visit, function, ImageUri=image)
        return visit.go(function.path, said=f"The function is {image} now.")
    await _update(
        visit,
        function,
        S3Bucket=visit.form.needed("bucket", "The bucket"),
        S3Key=visit.form.needed("key", "The key"),
        S3ObjectVersion=visit.form.text("object_version").strip(),
    )
    return visit.go(function.path, said="The package was deployed from S3.")


async def download(visit: Visit) -> http.Response:
    """The package."""
    function = await its.find(visit, visit.query.text("version"))
    if not function.location:
        raise Trouble(f"{function.name} has no package.", status=404)
    headers = [
        ("Content-Type", "application/zip"),
        ("Content-Disposition", f'attachment; filename="{filters.segment(function.name)}.zip"'),
    ]
    opened = await visit.cloud.open(_path(function.location))
    _check(opened.status)
    return http.Response(200, headers, opened.body)


ROWS = (
    Row("GET", "/lambda/functions/{function}", show, "cloud"),
    Row("GET", "/lambda/functions/{function}/package", download, "cloud"),
    Row("POST", "/lambda/functions/{function}/code", deploy, "cloud_write"),
    Row("PUT", "/lambda/functions/{function}/code", upload, "cloud_write", body="raw"),
    Row("POST", "/lambda/functions/{function}/code/from", from_s3, "cloud_write"),
)
