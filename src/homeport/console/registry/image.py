"""An image, or whatever else a tag or digest names: its layers and history, its config, what refers to it, and its bytes."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

from homeport.console.asking.troubles import NotLoggedIn, Trouble, Unreachable, missing
from homeport.console.registry import catalog, commands
from homeport.console.registry.reading import config, dockerfile, safe
from homeport.console.registry.reading.address import Address
from homeport.console.registry.reading.config import Config
from homeport.console.registry.reading.document import Descriptor, Document
from homeport.console.registry.source import choosing
from homeport.console.registry.source.content import Content, Manifest
from homeport.console.registry.source.referring import Node, Tree
from homeport.console.registry.source.source import Image
from homeport.console.visit import Visit
from homeport.edge import http

VIEWS = (
    ("layers", "Layers"),
    ("config", "Configuration"),
    ("referrers", "Referrers"),
    ("raw", "Raw"),
)
SHOWN = 256 * 1024
"""Characters of a manifest or config that are shown; the whole can be downloaded."""
FIRST = "linux/amd64"
"""The platform that is shown where nobody chose one, if it is there."""
SHARES = 12
"""Layers that are told apart in the picture: the largest."""
_CHARTS = {"helm.chart.content.": ".tgz", "helm.chart.provenance.": ".tgz.prov"}
ATTESTATIONS = 16
"""Of an index, that are read at once: buildkit writes one for each platform."""


class Choice(NamedTuple):
    """A platform of an index."""

    key: str
    """What the address of its page says."""
    text: str
    child: Descriptor
    is_there: bool = True


class Shown(NamedTuple):
    """An image, and the part of it that is shown: of an index one child."""

    place: Address
    image: Image
    top: Manifest
    choices: list[Choice]
    chosen: Choice | None
    part: Manifest | None
    """None where the chosen child is not here."""
    trouble: str
    """Why not."""

    @property
    def document(self) -> Document:
        """What is shown."""
        return (self.part or self.top).document


async def show(visit: Visit, place: Address) -> http.Response:
    """Its page."""
    content = Content(visit.registry)
    shown = await find(visit, content, place, visit.query.text("platform"))
    view = visit.query.choice("view", [name for name, _ in VIEWS], "layers")
    values = _head(visit, shown, view)
    values |= await _VIEWS[view](content, shown)
    return visit.page("registry/image/page.html", **values)


async def find(visit: Visit, content: Content, place: Address, platform: str) -> Shown:
    """What an address names. Raises `Trouble` where it is not there."""
    image = await _image(visit, place)
    top = await content.manifest(place.name, image.digest)
    choices = choices_of(top.document, image.missing)
    chosen = choose(choices, platform)
    part, trouble = (None, "") if chosen else (top, "")
    if chosen is not None and not chosen.is_there:
        # Of a mirror it would be fetched and kept: to look at a page changes nothing.
        trouble = f"{chosen.text} is not here. Whoever pulls it brings it, where this is a mirror."
    elif chosen is not None:
        try:
            part = await content.manifest(place.name, chosen.child.digest)
        except (NotLoggedIn, Unreachable):
            raise
        except Trouble as error:
            trouble = f"{chosen.text} is not here: {error.what}"
    return Shown(place, image, top, choices, chosen, part, trouble)


async def _image(visit: Visit, place: Address) -> Image:
    origin = choosing.of(visit)
    try:
        return await origin.image(place.name, place.reference)
    except Trouble as error:
        if error.status != 404:
            raise
        # Where there is no such repository at all, that is what is said.
        await origin.repository(place.name)
        raise missing(
            f"{place.shown} is not there.",
            f"It may have been deleted, or is not for you to see. /r/{place.name} has the tags that there are.",
        ) from error


def choices_of(top: Document, missing: frozenset[str]) -> list[Choice]:
    """The platforms of an index. Two of one name are told apart by their digests."""
    children = [each for each in top.images() if each.digest]
    names = [each.platform for each in children]
    made = []
    for child in children:
        is_unique = bool(child.platform) and names.count(child.platform) == 1
        text = child.platform or "no platform"
        shown = text if is_unique else f"{text} {child.digest[7:15]}"
        key = child.platform if is_unique else child.digest
        made.append(Choice(key, shown, child, child.digest not in missing))
    return made


def choose(choices: list[Choice], wanted: str) -> Choice | None:
    """The one that was asked for, or the one that most want."""
    for each in choices:
        if wanted and wanted in {each.key, each.child.digest}:
            return each
    there = [each for each in choices if each.is_there] or choices
    return next((each for each in there if each.key == FIRST), there[0] if there else None)


def _head(visit: Visit, shown: Shown, view: str) -> dict[str, Any]:
    place, image, top = shown.place, shown.image, shown.top
    by_digest = Address(place.name, image.digest)
    return {
        "shown": shown,
        "place": place,
        "image": image,
        "top": top,
        "document": shown.document,
        "view": view,
        "views": VIEWS,
        "here": f"/r/{place.text}",
        "keep": {"platform": shown.chosen.key if shown.chosen else None},
        "crumbs": catalog.way(place.name, (place.shown.removeprefix(place.name)[1:], "")),
        "commands": commands.pull(visit, place, top.document.kind),
        "by_digest": commands.pull(visit, by_digest, top.document.kind)[0],
        "may_delete": "delete" in image.may,
    }


async def _layers(content: Content, shown: Shown) -> dict[str, Any]:
    found, trouble = await _config(content, shown)
    history = found.history if found is not None else []
    document = shown.document
    lines = dockerfile.lines(history, document.layers)
    chart = await _chart(content, shown)
    return {
        "lines": lines,
        "dockerfile": dockerfile.whole(lines) if history else "",
        "shares": shares(document.layers),
        "trouble": trouble,
        "chart": chart,
        "files": [(each, file_name(each, dict(chart))) for each in document.layers],
    }


def file_name(layer: Descriptor, chart: dict[str, str]) -> str:
    """What a layer is called as a file; empty where nothing tells. Helm names its own by the chart.

    https://helm.sh/docs/topics/registries/#helm-chart-manifest
    """
    ending = next((end for kind, end in _CHARTS.items() if kind in layer.media_type), "")
    if layer.title or not ending or not chart.get("Chart"):
        return layer.title
    return f"{chart['Chart']}-{chart.get('Version', '0')}{ending}"


async def _configuration(content: Content, shown: Shown) -> dict[str, Any]:
    found, trouble = await _config(content, shown)
    return {"config": found, "trouble": trouble, "chart": await _chart(content, shown)}


async def _referrers(content: Content, shown: Shown) -> dict[str, Any]:
    tree = Tree(content, shown.place.name)
    top = await tree.of(shown.top.digest)
    of_part: list[Node] = []
    if shown.chosen is not None:
        of_part = await tree.of(shown.chosen.child.digest)
    attached = [each for each in shown.top.document.children if each.is_attestation and each.digest]
    nodes = await asyncio.gather(*(tree.node(each) for each in attached[:ATTESTATIONS]))
    platforms = {each.child.digest: each.text for each in shown.choices}
    return {"nodes": top, "of_part": of_part, "attached": nodes, "platforms": platforms}


async def _raw(content: Content, shown: Shown) -> dict[str, Any]:
    part = shown.part or shown.top
    manifests = [("Manifest", *safe.pretty(part.content, SHOWN), part.digest)]
    if part.digest != shown.top.digest:
        manifests.append(("Index", *safe.pretty(shown.top.content, SHOWN), shown.top.digest))
    made = part.document.config
    bytes_, trouble = await _bytes(content, shown.place.name, made)
    return {
        "manifests": manifests,
        "raw_config": safe.pretty(bytes_, SHOWN) if bytes_ else ("", False),
        "trouble": trouble,
    }


_VIEWS = {"layers": _layers, "config": _configuration, "referrers": _referrers, "raw": _raw}


async def config_of(content: Content, name: str, document: Document) -> tuple[Config | None, str]:
    """The config of an image, or why there is none to show."""
    if not document.has_image_config:
        return None, ""
    found, trouble = await _bytes(content, name, document.config)
    if trouble:
        return None, trouble
    made = config.read(found)
    return made, "" if made is not None else "The config of this image is not a JSON object."


async def _config(content: Content, shown: Shown) -> tuple[Config | None, str]:
    if shown.part is None:
        return None, shown.trouble
    return await config_of(content, shown.place.name, shown.part.document)


async def _chart(content: Content, shown: Shown) -> list[tuple[str, str]]:
    """What a Helm chart says of itself."""
    if shown.document.kind != "helm":
        return []
    found, _ = await _bytes(content, shown.place.name, shown.document.config)
    return config.read_chart(found)


async def _bytes(content: Content, name: str, found: Descriptor | None) -> tuple[bytes, str]:
    """A config as it is, or why it is not here."""
    if found is None or not found.digest:
        return b"", ""
    try:
        return await content.blob(name, found.digest), ""
    except (NotLoggedIn, Unreachable):
        raise
    except Trouble as trouble:
        return b"", f"The config cannot be shown: {trouble.what}"


def shares(layers: list[Descriptor]) -> list[tuple[str, float]]:
    """Layers as shares of the whole: the largest in their order, and the rest as one."""
    sized = [(number, each.size) for number, each in enumerate(layers, 1) if each.size]
    largest = sorted(sized, key=lambda each: -each[1])[:SHARES]
    rest = sum(size for _, size in sized) - sum(size for _, size in largest)
    made = [(f"layer {number}", float(size)) for number, size in sorted(largest)]
    return [*made, ("the others", float(rest))] if rest else made
