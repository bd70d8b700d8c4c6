"""Two images beside each other."""

from __future__ import annotations

import asyncio
import urllib.parse
from typing import Any, NamedTuple

from homeport.console.asking.troubles import Trouble, Unreachable
from homeport.console.registry import catalog, image
from homeport.console.registry.image import Shown
from homeport.console.registry.reading import address, differences, dockerfile
from homeport.console.registry.reading.config import Config
from homeport.console.registry.source import choosing
from homeport.console.registry.source.content import Content
from homeport.console.registry.source.source import TagsQuery
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http
from homeport.registry.grammar import names


class Side(NamedTuple):
    """One of the two."""

    shown: Shown
    config: Config | None
    trouble: str

    @property
    def steps(self) -> list[str]:
        """Its history, a line for each step."""
        history = self.config.history if self.config is not None else []
        return [dockerfile.in_one_line(step) for step in history]


async def show(visit: Visit) -> http.Response:
    """Both, or the form that asks which."""
    query = visit.query
    repository = query.text("repository").strip()
    if repository and not names.is_repository(repository):
        raise Trouble("That is no name of a repository.", status=404)
    a, b = query.text("a").strip(), query.text("b").strip()
    ticked = query.all("tag") + query.all("digest")
    if ticked:
        return _ticked(visit, repository, ticked)
    values: dict[str, Any] = {"repository": repository, "a": a, "b": b, "sides": None, "tags": []}
    values["crumbs"] = catalog.way(repository, ("Compare", "")) if repository else _ALONE
    if a and b:
        values |= await _both(visit, repository, a, b)
    elif repository:
        values["tags"] = await _tags(visit, repository)
    return visit.page("registry/compare.html", **values)


_ALONE = [("Repositories", "/registry"), ("Compare", "")]


def _ticked(visit: Visit, repository: str, ticked: list[str]) -> http.Response:
    """From a list of tags, where two have to be ticked."""
    if len(ticked) != 2:
        number = "One is ticked" if len(ticked) == 1 else f"{len(ticked)} are ticked"
        raise Trouble(f"{number}, and two can be compared.", hint="Go back and tick two.")
    given = {"repository": repository, "a": ticked[0], "b": ticked[1]}
    return visit.go(f"/compare?{urllib.parse.urlencode(given)}")


async def _tags(visit: Visit, repository: str) -> list[str]:
    """Tags to choose from, the last pushed first; none where that registry would have to be asked for each."""
    if not visit.registry.has_extension:
        return []
    wanted = TagsQuery(sort="pushed", order="desc", n=visit.options.page)
    try:
        found = await choosing.of(visit).tags(repository, wanted)
    except Unreachable:
        raise
    except Trouble:
        return []
    return [each.tag for each in found.rows]


async def _both(visit: Visit, repository: str, a: str, b: str) -> dict[str, Any]:
    content = Content(visit.registry)
    platform = visit.query.text("platform")
    first, second = await asyncio.gather(
        _side(visit, content, repository, a, platform),
        _side(visit, content, repository, b, platform),
    )
    of_a, of_b = first.shown.document, second.shown.document
    shared = [
        each.key
        for each in first.shown.choices
        if each.key in {c.key for c in second.shown.choices}
    ]
    return {
        "sides": (first, second),
        "platforms": shared,
        "platform": first.shown.chosen.key if first.shown.chosen else "",
        "is_same": first.shown.image.digest == second.shown.image.digest,
        "terms": differences.configs(first.config, second.config),
        "env": differences.pairs(
            *(each.config.env if each.config else {} for each in (first, second))
        ),
        "labels": differences.pairs(
            *(each.config.labels if each.config else {} for each in (first, second))
        ),
        "annotations": differences.pairs(of_a.annotations, of_b.annotations),
        "layers": differences.layers(of_a.layers, of_b.layers),
        "total": differences.size,
        "history": differences.histories(first.steps, second.steps),
    }


async def _side(visit: Visit, content: Content, repository: str, text: str, platform: str) -> Side:
    shown = await image.find(visit, content, address.within(repository, text), platform)
    if shown.part is None:
        return Side(shown, None, shown.trouble)
    found, trouble = await image.config_of(content, shown.place.name, shown.part.document)
    return Side(shown, found, trouble)


ROWS = (Row("GET", "/compare", show),)
