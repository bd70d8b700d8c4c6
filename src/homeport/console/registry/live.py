"""The page of what happens in the registry: the newest events, and those that come while somebody looks."""

from __future__ import annotations

from typing import Any, NamedTuple

from homeport.console.registry.reading.address import Address
from homeport.console.routing import Row
from homeport.console.visit import Fields, Visit
from homeport.edge import http
from homeport.registry.events import journal, recent

PATH = "/registry/live"

ACTIONS = (journal.PUSH, journal.PULL, journal.MOUNT, journal.DELETE)
SEQ = (1 << 53) - 1
"""The largest number that the registry takes for one."""


class Wish(NamedTuple):
    """Which events are looked at."""

    action: str
    """Empty for all."""
    search: str
    """A part of the name of their repository."""
    has_layers: bool
    """Also those of single blobs, of which a push of one image brings a dozen."""

    def fits(self, event: dict[str, Any]) -> bool:
        """Whether it is one of them."""
        is_asked_for = not self.action or event["action"] == self.action
        is_layer = event["kind"] == journal.BLOB
        return (
            is_asked_for
            and (self.has_layers or not is_layer)
            and self.search.lower() in event["repository"].lower()
        )

    @property
    def query(self) -> dict[str, str]:
        """As fields of an address."""
        layers = "1" if self.has_layers else ""
        return {"action": self.action, "search": self.search, "layers": layers}


class Shown(NamedTuple):
    """An event in the table."""

    told: dict[str, Any]
    href: str
    """Empty where there is nothing any more to look at."""
    text: str
    """What it happened to."""


async def show(visit: Visit) -> http.Response:
    """The newest; for a part of the page, whatever came behind those that are shown already."""
    wish = _wish(visit.query)
    after = visit.query.number("after", -1, 0, SEQ)
    if visit.is_part and after >= 0:
        news = await visit.registry.get("events", {"after": after, "n": 1})
        if not news["events"]:
            # Nothing is put into the page: https://htmx.org/docs/#response-handling
            return http.Response(204)
    told = await visit.registry.get("events", {"n": recent.KEPT})
    # Where none of what came is shown, the table stays as it is, with the focus in it.
    has_news = any(wish.fits(each) for each in told["events"] if each["seq"] > after)
    found = [each for each in reversed(told["events"]) if wish.fits(each)]
    size = visit.options.page
    return visit.page(
        "registry/live.html",
        part="news" if visit.query.has("after") else "rows",
        events=[shown(each) for each in found[:size]],
        total=len(found),
        kept=recent.KEPT,
        next=told["next"],
        wish=wish,
        actions=ACTIONS,
        is_paused=visit.query.has("paused"),
        has_news=has_news,
        path=PATH,
    )


def shown(event: dict[str, Any]) -> Shown:
    """An event with the page that it leads to: that of the image, or of the repository where the image is gone."""
    name, tag, digest = event["repository"], event["tag"], event["digest"]
    is_image = event["kind"] in {journal.MANIFEST, journal.TAG}
    address = Address(name, tag or digest if is_image else "")
    if event["kind"] == journal.REPOSITORY:
        return Shown(event, "", address.shown)
    is_gone = event["action"] == journal.DELETE
    place = Address(name) if is_gone else address
    return Shown(event, f"/r/{place.text}", address.shown)


def _wish(query: Fields) -> Wish:
    return Wish(
        query.choice("action", ACTIONS, ""),
        query.text("search").strip()[:255],
        query.has("layers"),
    )


ROWS = (Row("GET", PATH, show),)
