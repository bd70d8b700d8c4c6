"""What a delete would free, told before it is done."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

from homeport.edge import http
from homeport.registry import errors
from homeport.registry.access import caller as callers
from homeport.registry.api.extension import bodies
from homeport.registry.backend import Backend
from homeport.registry.grammar import names
from homeport.registry.options import Options
from homeport.registry.space.figures import freed
from homeport.registry.space.figures.freed import Missing, Wish

AT_ONCE = 2
"""Reckonings at once: each is a long read in a thread, and threads are for all."""
TAGS = 1000
"""Tags of an answer; their number is told in any case."""


class Freed:
    """The end point. It takes the rights to pull and to delete, as tags are told."""

    def __init__(self, backend: Backend, options: Options) -> None:
        self._db = backend.db
        self._clock = backend.clock
        self._reckoner = freed.Reckoner(options.collection, backend.touches)
        self._every_s = options.collection.interval_s
        self._may_delete = options.may_delete and not options.is_readonly
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def ask(self, request: http.Request, _: str) -> http.Response:
        """Of tags, of digests, or of a whole repository where there are neither."""
        given = await bodies.read(request.body, _FIELDS, needed=("repository",))
        wish = Wish(
            given["repository"],
            frozenset(given.get("tags") or ()),
            frozenset(given.get("digests") or ()),
        )
        self._check(request, wish)
        now = self._clock.now()
        try:
            async with self._turns:
                found = await self._db.scan(
                    lambda connection: self._reckoner.freed(connection, wish, now)
                )
        except Missing as missing:
            raise _unknown(wish, str(missing)) from missing
        # `asdict` would copy all tags, and keep others waiting.
        told = {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
        told |= {"tags": found.tags[:TAGS], "tags_total": len(found.tags)}
        return bodies.answer({"repository": wish.repository, **told, "every_s": self._every_s})

    def _check(self, request: http.Request, wish: Wish) -> None:
        names.check_repository(wish.repository)
        for action in (callers.PULL, callers.DELETE):
            if not callers.of(request).may(action, wish.repository):
                raise errors.Failure("DENIED", detail={"name": wish.repository, "action": action})
        if not self._may_delete:
            raise errors.Failure("UNSUPPORTED", "the settings of the registry allow no deletes")


def _unknown(wish: Wish, reference: str) -> errors.Failure:
    if not reference:
        return errors.Failure("NAME_UNKNOWN", f"there is no image in {wish.repository}")
    detail = {"name": wish.repository, "reference": reference}
    text = f"{reference[: bodies.NAME]} is not in {wish.repository}, or is there no more"
    return errors.Failure("MANIFEST_UNKNOWN", text, detail=detail)


def _tags(value: Any) -> str:
    """A list of tags; null stands for no such list."""
    is_good = value is None or (not bodies.texts(value) and all(map(names.is_tag, value)))
    return "" if is_good else f"must be a list of 1 to {bodies.LIST} tags, or null"


def _digests(value: Any) -> str:
    """A list of digests; null stands for no such list."""
    is_good = value is None or (not bodies.texts(value) and all(map(names.is_digest, value)))
    return "" if is_good else f"must be a list of 1 to {bodies.LIST} digests, or null"


_FIELDS = {"repository": bodies.text, "tags": _tags, "digests": _digests}
