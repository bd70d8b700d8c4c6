"""Which upstream a repository is of, by the beginning of its name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from homeport import errors as faults
from homeport.registry.grammar import names as grammar
from homeport.registry.upstream.source import Source


class Place(NamedTuple):
    """A repository of an upstream."""

    source: Source
    name: str
    """Its name here."""
    remote: str
    """Its name there."""


class Names:
    """The upstreams by their prefixes: whole components of a name, of which the longest counts."""

    def __init__(self, sources: Iterable[Source]) -> None:
        """Raises `SettingsError` for a prefix that can not begin a name, or comes twice."""
        self._sources: dict[str, Source] = {}
        for source in sources:
            if source.prefix and not grammar.is_repository(source.prefix):
                raise faults.SettingsError(
                    f"No repository can be below {source.prefix!r}, the prefix of an upstream.",
                    hint="Take one like docker.io, or mirrors/hub; ports and capitals are not allowed in names.",
                )
            if source.prefix in self._sources:
                raise faults.SettingsError(
                    f"Two upstreams have the prefix {source.prefix!r}.",
                    hint="Give each its own.",
                )
            self._sources[source.prefix] = source

    def find(self, name: str) -> Place | None:
        """The upstream of a repository; None for one that is only here."""
        sources = self._sources
        head = name
        while head:
            head = head.rpartition("/")[0]
            source = sources.get(head)
            if source is not None:
                return Place(source, name, name[len(head) + 1 :] if head else name)
        return None

    def rename(self, name: str, namespace: str) -> str:
        """The name here of what a client wants of another registry, which it names by `ns`; the same where that has no upstream here.

        https://github.com/containerd/containerd/blob/main/docs/hosts.md#registry-host-namespace
        """
        if not namespace or namespace not in self._sources or name.startswith(namespace + "/"):
            return name
        return f"{namespace}/{name}"
