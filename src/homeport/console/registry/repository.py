"""A repository: its tags, and what no tag leads to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from homeport.console.asking.troubles import Trouble
from homeport.console.registry import catalog, commands, image
from homeport.console.registry.reading import address
from homeport.console.registry.reading.address import Address
from homeport.console.registry.source import choosing, source
from homeport.console.registry.source.source import Repository, Rows, TagsQuery
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http
from homeport.registry.browsing import kinds

_PULLED = frozenset({"", kinds.IMAGE, kinds.INDEX, kinds.HELM})
PLATFORM = 128
"""Characters of a platform that is filtered by."""


async def show(visit: Visit) -> http.Response:
    """A repository, or an image of it: what the address names."""
    place = address.parse(visit.names["place"])
    if place.reference:
        return await image.show(visit, place)
    if visit.query.text("view") == "untagged":
        return await _untagged(visit, place)
    return await _tags(visit, place)


async def _tags(visit: Visit, place: Address) -> http.Response:
    wanted = asked(visit)
    origin = choosing.of(visit)
    found = await origin.tags(place.name, wanted)
    part = "rows" if visit.is_part else ""
    whole = await origin.repository(place.name)
    keep = {
        "search": wanted.search or None,
        "platform": wanted.platform or None,
        "kind": wanted.kind or None,
    }
    first = _first(found.rows)
    shown = Address(place.name, first.tag if first else "latest")
    values = _values(visit, whole, found) | {
        "wanted": wanted,
        "keep": keep,
        "sorted": {"sort": wanted.sort, "order": wanted.order},
        # A column in which each line says the same takes the room of the tags.
        "has_kinds": "kind" in found.columns and len(whole.kinds) > 1,
        "has_referrers": any(each.referrers for each in found.rows),
        "pull": lambda row: (
            commands.pull(visit, Address(place.name, row.tag), row.kind or "image")[0].text
        ),
        "commands": commands.pull(visit, shown, first.kind or "image" if first else "image"),
        "push": commands.push(visit, place.name) if not found.total else [],
    }
    return visit.page("registry/repository.html", part=part, **values)


def _first(rows: Sequence[source.Row]) -> source.Row | None:
    """The one whose commands are shown: a signature is pulled by nobody."""
    wanted = (each for each in rows if each.kind in _PULLED)
    return next(wanted, rows[0] if rows else None)


async def _untagged(visit: Visit, place: Address) -> http.Response:
    origin = choosing.of(visit)
    offset = visit.query.number("offset", 0, 0, catalog.MOST)
    whole = await origin.repository(place.name)
    found = await origin.untagged(place.name, visit.options.page, offset)
    if found is None:
        raise Trouble(
            "This registry cannot list the manifests that no tag leads to.",
            hint="Its API has no such list; only Homeport's own registry has one.",
            status=404,
        )
    return visit.page("registry/untagged.html", offset=offset, **_values(visit, whole, found))


def asked(visit: Visit) -> TagsQuery:
    """What the address asks for."""
    query = visit.query
    options = visit.options
    sort = query.choice("sort", source.TAG_SORTS, options.tag_sort)
    if not visit.registry.has_extension and not query.text("sort"):
        sort = "name"
    usual = options.tag_order if sort == options.tag_sort else "asc" if sort == "name" else "desc"
    return TagsQuery(
        query.text("search").strip()[: catalog.SEARCH],
        query.text("platform")[:PLATFORM],
        query.choice("kind", source.KINDS, ""),
        sort,
        query.choice("order", ("asc", "desc"), usual),
        options.page,
        query.number("offset", 0, 0, catalog.MOST),
    )


def _values(visit: Visit, whole: Repository, found: Rows) -> dict[str, Any]:
    return {
        "whole": whole,
        "found": found,
        "place": f"/r/{whole.name}",
        "crumbs": catalog.way(whole.name),
        "may_delete": "delete" in whole.may,
        "has_untagged": visit.registry.has_extension,
    }


ROWS = (Row("GET", "/r/{place...}", show),)
