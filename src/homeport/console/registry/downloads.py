"""Blobs and manifests as files: streamed through, whatever their size."""

from __future__ import annotations

import urllib.parse

from homeport.console.asking.registry import check
from homeport.console.asking.troubles import Trouble
from homeport.console.asking.wire import Reply
from homeport.console.registry.reading import address
from homeport.console.registry.source import content
from homeport.console.routing import Row
from homeport.console.serving import headers
from homeport.console.visit import Visit
from homeport.edge import http

NAME = 128
"""Characters of the name of a file."""
_ERROR_BYTES = 64 * 1024


async def blob(visit: Visit) -> http.Response:
    """A layer, or the file of an artifact."""
    place = address.parse(f"{visit.query.text('repository')}@{visit.query.text('digest')}")
    opened = await visit.registry.open("GET", f"/v2/{place.name}/blobs/{place.reference}")
    if opened.status in content.REDIRECTS:
        return _elsewhere(opened.headers.get("Location", ""))
    if opened.status != 200:
        said = b""
        async for piece in opened.body:
            said += piece
            if len(said) > _ERROR_BYTES:
                break
        check(Reply(opened.status, opened.headers, said))
        raise Trouble(f"The registry answered {opened.status}.", status=502)
    name = visit.query.text("name") or place.reference.replace(":", "-")
    sent = _fields(name)
    if opened.headers.get("Content-Length", "").isdecimal():
        sent.append(("Content-Length", opened.headers["Content-Length"]))
    return http.Response(200, sent, opened.body)


async def manifest(visit: Visit) -> http.Response:
    """A manifest, byte by byte as it was pushed."""
    place = address.parse(f"{visit.query.text('repository')}@{visit.query.text('digest')}")
    found = await content.Content(visit.registry).manifest(place.name, place.reference)
    return http.Response(200, _fields(f"{place.reference.replace(':', '-')}.json"), found.content)


def _elsewhere(location: str) -> http.Response:
    """The store of another registry gives the bytes itself, to whoever has its signed address."""
    if urllib.parse.urlsplit(location).scheme not in {"http", "https"}:
        raise Trouble("The registry sends its clients to an address that is none.", status=502)
    return http.Response(307, [("Location", location)])


def _fields(name: str) -> http.Headers:
    """A file is saved, never shown: whoever pushed it may have put a page with scripts into it.

    https://www.rfc-editor.org/rfc/rfc6266#section-4.3
    """
    last = name.rpartition("/")[2]
    kept = "".join(each if each.isalnum() or each in "._-+" else "_" for each in last)[-NAME:]
    shown = kept.lstrip(".") or "blob"
    plain = shown.encode("ascii", errors="replace").decode().replace("?", "_")
    given = f'attachment; filename="{plain}"'
    if plain != shown:
        given += f"; filename*=UTF-8''{urllib.parse.quote(shown, safe='')}"
    return [
        ("Content-Type", "application/octet-stream"),
        ("Content-Disposition", given),
        ("Content-Security-Policy", headers.SANDBOX),
    ]


ROWS = (
    Row("GET", "/registry/blob", blob),
    Row("GET", "/registry/manifest", manifest),
)
