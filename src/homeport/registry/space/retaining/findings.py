"""What a run of the retention rules let go of, as it is shown and kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from homeport.registry.space.retaining.planning import Lot

LISTED = 1000
"""Repositories, and tags of all of them, that a report names one by one: it is one row, and is made in one turn of the event loop."""


@dataclass(frozen=True, slots=True)
class RemovedTag:
    """A tag that went, or would go."""

    tag: str
    digest: str
    why: str


@dataclass(frozen=True, slots=True)
class OfRepository:
    """What went of one repository."""

    repository: str
    tags: int
    kept: int
    """Tags that stay."""
    manifests: int
    bytes: int
    """What the next collection frees of it."""
    removed: list[RemovedTag]
    """The tags, up to `LISTED` in all."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a run; of a dry run, what would come of it now."""

    is_dry_run: bool
    tags: int
    kept: int
    """Tags that stay, of the repositories where something went."""
    manifests: int
    bytes: int
    duration_s: float
    repositories: list[OfRepository]
    """The first of these repositories, up to `LISTED`."""


@dataclass(slots=True)
class Tally:
    """What has gone of one repository so far."""

    kept: int
    bytes: int
    tags: int = 0
    manifests: int = 0
    removed: list[RemovedTag] = field(default_factory=list)

    def add(self, gone: Lot) -> None:
        """What went in one write."""
        self.tags += len(gone.tags)
        self.manifests += len(gone.nodes)
        self.removed += [RemovedTag(tag.name, tag.digest, why) for tag, why in gone.tags]


@dataclass(slots=True)
class Findings:
    """A report that is being made."""

    tags: int = 0
    kept: int = 0
    manifests: int = 0
    bytes: int = 0
    listed: int = 0
    """Tags that are named."""
    repositories: list[OfRepository] = field(default_factory=list)

    def add(self, repository: str, tally: Tally) -> None:
        """What went of a repository."""
        if not (tally.tags or tally.manifests):
            return
        self.tags += tally.tags
        self.kept += tally.kept
        self.manifests += tally.manifests
        self.bytes += tally.bytes
        if len(self.repositories) < LISTED:
            removed = tally.removed[: max(0, LISTED - self.listed)]
            self.listed += len(removed)
            self.repositories.append(
                OfRepository(
                    repository, tally.tags, tally.kept, tally.manifests, tally.bytes, removed
                )
            )

    def report(self, *, is_dry_run: bool, duration_s: float) -> Report:
        """What is told of it."""
        return Report(
            is_dry_run,
            self.tags,
            self.kept,
            self.manifests,
            self.bytes,
            duration_s,
            self.repositories,
        )
