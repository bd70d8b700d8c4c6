"""Deleting tags, manifests and repositories: first a page that says what goes, then it goes."""

from __future__ import annotations

import asyncio

from homeport.console.asking.troubles import Trouble, denied
from homeport.console.registry import catalog
from homeport.console.registry.reading.address import Address
from homeport.console.registry.source import choosing
from homeport.console.registry.source.source import Deleted, Source, Wish
from homeport.console.rendering import filters
from homeport.console.routing import Row
from homeport.console.visit import Fields, Visit
from homeport.edge import http
from homeport.registry.grammar import names

AT_ONCE = 100
"""Tags or manifests of one question: what the registry's `freed` takes, and what somebody can read before they say yes."""
WHY = 5
"""Failures that are told one by one."""


async def ask(visit: Visit) -> http.Response:
    """Says what goes, and asks."""
    wish = read(visit.query)
    origin = choosing.of(visit)
    # Both at once, as a large repository takes a while to reckon; who may not delete is told that, whatever else is wrong.
    refused, found = await asyncio.gather(
        _check(origin, wish), origin.freed(wish), return_exceptions=True
    )
    if refused is not None:
        raise refused
    if isinstance(found, BaseException):
        raise found
    return visit.page(
        "registry/delete.html",
        wish=wish,
        found=found,
        what=what(wish),
        crumbs=catalog.way(wish.repository, ("Delete", "")),
        back=f"/r/{wish.repository}",
        is_ours=visit.registry.has_extension,
    )


async def act(visit: Visit) -> http.Response:
    """Deletes what the page said."""
    wish = read(visit.form)
    origin = choosing.of(visit)
    await _check(origin, wish)
    if wish.is_whole and visit.form.text("confirm").strip() != wish.repository:
        raise Trouble(
            f"{wish.repository} was not deleted: its name was not typed as it is.",
            hint="Type the whole name.",
        )
    done = await origin.delete(wish)
    said = told(wish, done)
    if not done.failed:
        return visit.go(await _onwards(origin, wish), said)
    reasons = "; ".join(f"{filters.short(each)}: {why}" for each, why in done.failed[:WHY])
    raise Trouble(
        f"{said} {filters.counted(len(done.failed), 'other')} stayed.", hint=reasons, status=409
    )


def read(fields: Fields) -> Wish:
    """What is to be deleted. Raises `Trouble` for what can be nothing of a registry."""
    repository = fields.needed("repository", "The repository")
    tags = list(dict.fromkeys(fields.all("tag")))
    digests = list(dict.fromkeys(fields.all("digest")))
    if not names.is_repository(repository):
        raise Trouble("That is no name of a repository.", status=404)
    if not all(map(names.is_tag, tags)) or not all(map(names.is_digest, digests)):
        raise Trouble("Something of what is to be deleted is neither a tag nor a digest.")
    if len(tags) + len(digests) > AT_ONCE:
        raise Trouble(
            f"{len(tags) + len(digests)} are too many at once: {AT_ONCE} can be deleted together.",
            hint="Retention rules delete many by age and number: registry.retention in homeport.toml.",
        )
    if not tags and not digests and fields.text("all") != "1":
        raise Trouble("Nothing was chosen.", hint="Go back and tick what is to be deleted.")
    return Wish(repository, tags, digests)


async def _check(origin: Source, wish: Wish) -> None:
    """A visitor who may not delete is told so before anything else; the registry refuses it all the same."""
    whole = await origin.repository(wish.repository)
    if "delete" not in whole.may:
        raise denied(
            f"You may not delete anything in {wish.repository}.",
            "registry.rules say who may; registry.delete and registry.readonly whether anybody can.",
        )


async def _onwards(origin: Source, wish: Wish) -> str:
    """To the repository, or to the catalog where it is gone."""
    if wish.is_whole:
        return "/registry"
    try:
        await origin.repository(wish.repository)
    except Trouble as trouble:
        if trouble.status == 404:
            return "/registry"
        raise
    return f"/r/{wish.repository}"


def what(wish: Wish) -> str:
    """What is to be deleted, in words."""
    if wish.is_whole:
        return f"the repository {wish.repository}"
    if len(wish.tags) == 1 and not wish.digests:
        return f"{wish.repository}:{wish.tags[0]}"
    if len(wish.digests) == 1 and not wish.tags:
        return Address(wish.repository, wish.digests[0]).shown
    parts = [
        filters.counted(len(wish.tags), "tag") if wish.tags else "",
        filters.counted(len(wish.digests), "manifest") if wish.digests else "",
    ]
    return f"{' and '.join(part for part in parts if part)} of {wish.repository}"


def told(wish: Wish, done: Deleted) -> str:
    """What was done, in words."""
    if wish.is_whole:
        return f"The repository {wish.repository} was deleted, with {filters.counted(done.done, 'manifest')}."
    if not done.failed:
        text = what(wish)
        return f"{text} {'was' if done.done == 1 else 'were'} deleted."
    return f"{done.done} of {len(wish.tags) + len(wish.digests)} were deleted."


ROWS = (
    Row("GET", "/registry/delete", ask),
    Row("POST", "/registry/delete", act),
)
