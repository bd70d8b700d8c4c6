"""What refers to an image, and what refers to that: a tree that is read level by level, and ends."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from homeport.console.asking.troubles import NotLoggedIn, Trouble, Unreachable
from homeport.console.registry.reading.document import (
    PREDICATES,
    REFERENCE_DIGEST,
    Descriptor,
    Document,
)
from homeport.console.registry.source.content import TAG, Content
from homeport.registry.browsing import kinds

NODES = 60
"""Of one tree: each costs two or three questions."""
DEPTH = 4
"""A signature of an SBOM of an image has two."""
AT_ONCE = 8

_MARKS = frozenset({kinds.REFERENCE_TYPE, REFERENCE_DIGEST, *PREDICATES})
"""Annotations that are told in words."""


@dataclass(slots=True)
class Node:
    """A manifest that is about another one."""

    found: Descriptor
    document: Document | None = None
    """None where it cannot be read."""
    children: list[Node] = field(default_factory=list)
    is_cut: bool = False
    """Whether there may be more below it."""

    @property
    def digest(self) -> str:
        """Its digest."""
        return self.found.digest

    @property
    def kind(self) -> str:
        """What it is, in a word."""
        if self.document is not None and self.document.kind not in {"image", "unknown"}:
            return self.document.kind
        return self.found.artifact_type if "/" not in self.found.artifact_type else "artifact"

    @property
    def artifact_type(self) -> str:
        """Its media type as an artifact."""
        own = self.document.artifact_type if self.document is not None else ""
        return own or (self.found.artifact_type if "/" in self.found.artifact_type else "")

    @property
    def annotations(self) -> dict[str, str]:
        """What it says of itself, but for what marks it as a referrer."""
        own = self.document.annotations if self.document is not None else {}
        return {
            name: value
            for name, value in {**self.found.annotations, **own}.items()
            if name not in _MARKS and (self.found.size or name != TAG)
        }

    @property
    def predicates(self) -> list[str]:
        """What it says of the image, where it is an attestation: https://in-toto.io/Statement/v1"""
        layers = self.document.layers if self.document is not None else []
        own = self.document.annotations if self.document is not None else {}
        said = [
            each.predicate
            for each in [
                self.found._replace(annotations={**own, **self.found.annotations}),
                *layers,
            ]
        ]
        return list(dict.fromkeys(each for each in said if each))


class Tree:
    """The reader of one tree. No manifest stands in it twice, so that a circle ends."""

    def __init__(self, content: Content, name: str) -> None:
        self._content = content
        self._name = name
        self._seen: set[str] = set()
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def of(self, digest: str) -> list[Node]:
        """What refers to a manifest, with what refers to it."""
        self._seen.add(digest)
        top = self._new(await self._content.referrers(self._name, digest))
        level = top
        for depth in range(DEPTH):
            await asyncio.gather(*(self._read(node) for node in level))
            if depth + 1 == DEPTH:
                for node in level:
                    node.is_cut = True
                break
            # One after the other, so that what was seen is known.
            for node in level:
                node.children = await self._below(node)
            level = [child for node in level for child in node.children]
            if not level:
                break
        return top

    async def node(self, found: Descriptor) -> Node:
        """One manifest that is known to be about another, such as an attestation in an index."""
        made = Node(found)
        await self._read(made)
        return made

    async def _read(self, node: Node) -> None:
        try:
            async with self._turns:
                node.document = (await self._content.manifest(self._name, node.digest)).document
        except (NotLoggedIn, Unreachable):
            raise
        except Trouble:
            node.document = None

    async def _below(self, node: Node) -> list[Node]:
        if node.document is None:
            return []
        try:
            return self._new(await self._content.referrers(self._name, node.digest))
        except (NotLoggedIn, Unreachable):
            raise
        except Trouble:
            return []

    def _new(self, found: list[Descriptor]) -> list[Node]:
        made = []
        for each in found:
            if each.digest and each.digest not in self._seen and len(self._seen) <= NODES:
                self._seen.add(each.digest)
                made.append(Node(each))
        return made
