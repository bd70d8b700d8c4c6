"""All names of a registry, and all tags of a repository: read page by page, and remembered for some seconds.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags
https://distribution.github.io/distribution/spec/api/#listing-repositories
"""

from __future__ import annotations

from homeport.console.asking.registry import Registry, check
from homeport.console.asking.troubles import Trouble, missing
from homeport.console.registry.reading import safe
from homeport.console.registry.source import content
from homeport.registry.grammar import names

PAGE = 1000
"""Names of an answer: what Distribution gives at most, https://distribution.github.io/distribution/about/configuration/#catalog"""
PAGES = 100
"""Answers that are read: a registry of more than 100,000 names is shown in part, and said to be."""
LEAST_S, MOST_S, TIMES = 15.0, 300.0, 20
"""Somebody who turns pages or types a search asks once; what was pushed is there when they look again. A list is remembered for longer
where it takes long: Distribution walks through its storage for each page of the catalog, some 8 s for 10,000 repositories."""


class Lists:
    """The lists that one visitor sees."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def repositories(self) -> tuple[list[str], bool]:
        """All names in order, and whether these are all. Raises `Trouble` where this registry does not tell."""
        try:
            found, is_whole = await self._read("/v2/_catalog", "repositories")
        except Trouble as trouble:
            if trouble.status in {403, 404, 405} or trouble.what.startswith("Unsupported"):
                raise Trouble(
                    "This registry does not list its repositories to you.",
                    hint="Open one by its name.",
                    status=403,
                ) from trouble
            raise
        return sorted(each for each in found if names.is_repository(each)), is_whole

    async def tags(self, name: str) -> list[str]:
        """All tags of a repository. Raises `Trouble`: 404 where there is no such repository."""
        try:
            found, _ = await self._read(f"/v2/{name}/tags/list", "tags")
        except Trouble as trouble:
            if trouble.status == 404:
                raise missing(
                    f"There is no repository {name}.",
                    "It may have been deleted, or is not for you to see.",
                ) from trouble
            raise
        return [each for each in found if names.is_tag(each)]

    def forget(self, name: str) -> None:
        """Has the lists be read anew, after a delete."""
        for path in ("/v2/_catalog", f"/v2/{name}/tags/list"):
            self._registry.memory.drop((self._registry.whose, path))

    async def _read(self, path: str, field: str) -> tuple[list[str], bool]:
        key = (self._registry.whose, path)
        known = self._registry.memory.get(key)
        if known is not None:
            return known  # type: ignore[no-any-return]
        found: list[str] = []
        started = self._registry.memory.clock.now()
        following = f"{path}?n={PAGE}"
        for _ in range(PAGES):
            reply = check(await self._registry.ask("GET", following))
            listed = (safe.load(reply.body) or {}).get(field)
            found += (
                [each for each in listed if isinstance(each, str)]
                if isinstance(listed, list)
                else []
            )
            following = content.following(reply.headers.get("Link", ""), following)
            if not following:
                break
        made = (list(dict.fromkeys(found)), not following)
        took = self._registry.memory.clock.now() - started
        for_s = min(max(TIMES * took, LEAST_S), MOST_S)
        self._registry.memory.put(key, made, 100 * len(found), for_s)
        return made
