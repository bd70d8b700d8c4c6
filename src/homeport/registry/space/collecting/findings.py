"""What a collection found and removed, as it is shown and kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from homeport.registry.store.space.graph import Node
from homeport.registry.store.space.rubbish import Link, Page

LISTED = 100
"""Things that a report names one by one."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One that went, or would go."""

    repository: str
    digest: str
    size: int
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a collection; of a dry run, what would come of it now."""

    is_dry_run: bool
    links: int
    """Blobs taken from a repository, each counted once for each repository."""
    blobs: int
    """Of these, blobs that no repository has any more: their files go."""
    blob_bytes: int
    manifests: int
    repositories: int
    """Repositories that nothing belongs to any more."""
    young: int
    """Blobs of a repository that nothing names either, which the grace period keeps."""
    kept_untagged: int
    """Manifests that no tag leads to and that stay all the same."""
    kept_untagged_bytes: int
    """Bytes of blobs that only they hold."""
    duration_s: float
    things: list[Thing]
    """The first of all these."""


@dataclass(slots=True)
class Findings:
    """A report that is being made."""

    links: int = 0
    blobs: int = 0
    blob_bytes: int = 0
    manifests: int = 0
    repositories: int = 0
    young: int = 0
    kept_untagged: int = 0
    kept_untagged_bytes: int = 0
    things: list[Thing] = field(default_factory=list)
    gone: dict[int, int] = field(default_factory=dict)
    """For each repository, how many things went: a dry run tells from it which would be empty."""

    def add_manifest(self, node: Node, why: str) -> None:
        """A manifest goes."""
        self.manifests += 1
        self._add(node, why)

    def add_link(self, link: Link, why: str) -> None:
        """A blob leaves a repository."""
        self.links += 1
        self._add(link, why)

    def add_blob(self, size: int) -> None:
        """A blob goes."""
        self.blobs += 1
        self.blob_bytes += size

    def add_blobs(self, page: Page, going: list[Link]) -> None:
        """In a dry run: the blobs that leave all their repositories."""
        leaving: dict[int, int] = {}
        for link in going:
            leaving[link.blob] = leaving.get(link.blob, 0) + 1
            if leaving[link.blob] == page.owners[link.blob]:
                self.add_blob(link.size)

    def _add(self, what: Node | Link, why: str) -> None:
        self.gone[what.owner] = self.gone.get(what.owner, 0) + 1
        if len(self.things) < LISTED:
            self.things.append(Thing(what.repository, what.digest, what.size, why))

    def report(self, *, is_dry_run: bool, duration_s: float) -> Report:
        """What is told of it."""
        return Report(
            is_dry_run,
            self.links,
            self.blobs,
            self.blob_bytes,
            self.manifests,
            self.repositories,
            self.young,
            self.kept_untagged,
            self.kept_untagged_bytes,
            duration_s,
            self.things,
        )
