"""Folders out of names. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from homeport.console.registry.source.source import CatalogQuery, Entry
from homeport.registry.grammar import natural


def entries(names: Iterable[str], query: CatalogQuery) -> list[Entry]:
    """What is shown of a catalog, in order: what lies directly below the prefix, or all repositories of a search."""
    if query.search or query.is_flat:
        found = [Entry("repository", name) for name in below(names, query) if query.search in name]
    else:
        found = _children(below(names, query), query.prefix)
    found.sort(key=lambda each: (natural.key(each.name), each.kind), reverse=query.order == "desc")
    return found


def below(names: Iterable[str], query: CatalogQuery) -> list[str]:
    """The names below the prefix of a query."""
    start = f"{query.prefix}/" if query.prefix else ""
    return [name for name in names if name.startswith(start)]


def _children(names: Sequence[str], prefix: str) -> list[Entry]:
    skipped = len(prefix) + 1 if prefix else 0
    counts: dict[str, int] = {}
    found = []
    for name in names:
        first, slash, _ = name[skipped:].partition("/")
        if slash:
            counts[name[:skipped] + first] = counts.get(name[:skipped] + first, 0) + 1
        else:
            found.append(Entry("repository", name))
    return [*(Entry("folder", name, repositories=n) for name, n in counts.items()), *found]
