"""Several files as one: the first that says something wins, entry by entry.

https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from homeport.targets.kubernetes.cluster import errors
from homeport.targets.kubernetes.cluster.configuration.fields import Fields

SECTIONS = (("clusters", "cluster"), ("users", "user"), ("contexts", "context"))


class Document(NamedTuple):
    """One file."""

    path: Path
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Merged:
    """What the files say together."""

    source: str
    """Their names."""
    current: str
    entries: dict[tuple[str, str], Fields]
    """By section and name."""

    def names(self, section: str) -> list[str]:
        """Of all entries of a section, in order of the files."""
        return [name for kind, name in self.entries if kind == section]

    def find(self, section: str, name: str) -> Fields | None:
        """An entry."""
        return self.entries.get((section, name))


def merge(documents: Sequence[Document]) -> Merged:
    """Raises `Unconfigured` for a file that is not made as a kubeconfig is."""
    entries: dict[tuple[str, str], Fields] = {}
    current = ""
    for document in documents:
        top = Fields("", "the kubeconfig", document.path, document.content)
        current = current or top.text("current-context")
        for section, singular in SECTIONS:
            for entry in _entries(top, section, singular):
                entries.setdefault((section, entry.name), entry)
    source = ", ".join(str(document.path) for document in documents)
    return Merged(source, current, entries)


def _entries(top: Fields, section: str, singular: str) -> list[Fields]:
    found: dict[str, Fields] = {}
    for item in top.list(section):
        if not isinstance(item, dict) or not isinstance(item.get("name"), str):
            raise top.wrong(section, "has an entry without a name", "Put names in quotes.")
        name = item["name"]
        if name in found:
            raise top.wrong(section, f"has {name!r} twice", f"Remove one of them in {top.path}.")
        fields = Fields(name, f"{singular} {name!r}", top.path, item).within(singular)
        found[name] = fields or Fields(name, f"{singular} {name!r}", top.path, {})
    return list(found.values())


def listed(names: Sequence[str], most: int = 12) -> str:
    """Names as a person is told them."""
    if not names:
        return "none"
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def pick(merged: Merged, context: str) -> Fields:
    """The context that is meant: the one asked for, or the current one. Raises `Unconfigured`, naming those that there are."""
    names = merged.names("contexts")
    wanted = context or merged.current
    found = merged.find("contexts", wanted) if wanted else None
    if found is not None:
        return found
    there = f"Contexts there: {listed(names)}."
    if not names:
        raise errors.Unconfigured(
            f"{merged.source} has no context.", hint="Copy the kubeconfig of your cluster there."
        )
    if not wanted:
        raise errors.Unconfigured(
            f"{merged.source} names no current context. {there}",
            hint=f"Choose one: --kubernetes-context {names[0]}, or kubectl config use-context {names[0]}",
        )
    which = "The context" if context else "The current context"
    raise errors.Unconfigured(
        f"{which} {wanted!r} is not in {merged.source}. {there}",
        hint=f"Choose one of them: --kubernetes-context {names[0]}",
    )
