"""What came of an import, counted while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from homeport.registry.importing.layout import Link
from homeport.storage.shelving.adopting import How

TROUBLES = 1000
"""Troubles that are named; more are only counted. A report is one row."""

REMEMBERED = 10_000
"""Manifests that were left out and are not tried again, for a second tag or as a revision."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that was left out."""

    where: str
    """A repository with a tag or digest, or a path."""
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did. What had been imported before counts as present, and for nothing else."""

    manifests: int
    tags: int
    present: int
    """Tags and manifests that needed nothing: they were there, or had been pushed anew."""
    linked: int
    """Blobs whose bytes both storages share."""
    linked_bytes: int
    cloned: int
    cloned_bytes: int
    copied: int
    copied_bytes: int
    removed: int
    """Blobs that a move has removed from the old storage."""
    removed_bytes: int
    skipped: int
    """Tags, manifests and folders that were left out."""
    troubles: tuple[Trouble, ...]
    """The first of them."""
    duration_s: float


class Tally:
    """The numbers of a run that is under way."""

    def __init__(self, progress: Callable[[int, int], None]) -> None:
        self._progress = progress
        self._done = 0
        self.total = 0
        """Bytes that may have to be read."""
        self.manifests = 0
        self.tags = 0
        self.present = 0
        self.removed = 0
        self.removed_bytes = 0
        self._blobs = dict.fromkeys(How, (0, 0))
        self._skipped = 0
        self._troubles: list[Trouble] = []
        self._hopeless: dict[tuple[str, str], str] = {}

    def read(self, size: int) -> None:
        """Bytes were read. A registry that still writes may have more of them than there were at the start."""
        self._done += size
        self.total = max(self.total, self._done)
        self._progress(self._done, self.total)

    def end(self) -> None:
        """Nothing is left to be read: what was not is rubbish of the old storage."""
        self._progress(self.total, self.total)

    def took(self, how: How, size: int) -> None:
        """A blob was taken."""
        count, total = self._blobs[how]
        self._blobs[how] = count + 1, total + size

    def damage(self, where: str, why: str) -> None:
        """Something could not be read."""
        self._skipped += 1
        if len(self._troubles) < TROUBLES:
            # The name of a file may be no text: https://docs.python.org/3/library/os.html#file-names-command-line-arguments-and-environment-variables
            shown = where.encode(errors="backslashreplace").decode()
            self._troubles.append(Trouble(shown, why))

    def skip(self, link: Link, why: str) -> None:
        """A tag or a revision was left out."""
        key = (link.repository, link.digest)
        is_told = key in self._hopeless and not link.tag
        if len(self._hopeless) < REMEMBERED:
            self._hopeless[key] = why
        if not is_told:
            where = f"{link.repository}:{link.tag}" if link.tag else link.repository
            self.damage(f"{where}@{link.digest}", why)

    def hopeless(self, link: Link) -> str | None:
        """Why a manifest was left out before."""
        return self._hopeless.get((link.repository, link.digest))

    def report(self, duration_s: float) -> Report:
        """All of it."""
        linked, cloned, copied = (self._blobs[how] for how in How)
        return Report(
            manifests=self.manifests,
            tags=self.tags,
            present=self.present,
            linked=linked[0],
            linked_bytes=linked[1],
            cloned=cloned[0],
            cloned_bytes=cloned[1],
            copied=copied[0],
            copied_bytes=copied[1],
            removed=self.removed,
            removed_bytes=self.removed_bytes,
            skipped=self._skipped,
            troubles=tuple(self._troubles),
            duration_s=duration_s,
        )
