"""What the pages ask for, whatever registry there is. A value of None is one that this registry cannot tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

CATALOG_SORTS = ("name", "tags", "bytes", "pushed", "pulled")
TAG_SORTS = ("name", "pushed", "created", "bytes", "pulled", "pulls")
KINDS = ("image", "index", "helm", "signature", "sbom", "attestation", "wasm", "artifact")


class CatalogQuery(NamedTuple):
    """Which part of the catalog."""

    prefix: str = ""
    search: str = ""
    is_flat: bool = False
    sort: str = "name"
    order: str = "asc"
    n: int = 100
    offset: int = 0


class Entry(NamedTuple):
    """A folder or a repository."""

    kind: str
    name: str
    repositories: int | None = None
    tags: int | None = None
    bytes: int | None = None
    pushed: float | None = None
    pulled: float | None = None
    pulls: int | None = None
    may: Sequence[str] = ()

    @property
    def is_folder(self) -> bool:
        """Whether it stands for repositories below it."""
        return self.kind == "folder"


class Catalog(NamedTuple):
    """A page of the catalog."""

    total: int
    entries: list[Entry]
    repositories: int | None = None
    tags: int | None = None
    bytes: int | None = None
    columns: frozenset[str] = frozenset()
    """What there is beside the name."""
    sorts: frozenset[str] = frozenset({"name"})
    notes: Sequence[str] = ()
    """What cannot be shown here, and why."""


class Repository(NamedTuple):
    """A repository as a whole."""

    name: str
    tags: int
    may: Sequence[str]
    manifests: int | None = None
    untagged: int | None = None
    bytes: int | None = None
    shared: int | None = None
    created: float | None = None
    pushed: float | None = None
    pulled: float | None = None
    pulls: int | None = None
    platforms: Sequence[str] = ()
    kinds: Sequence[str] = ()
    """None of both where it cannot be filtered by them."""
    notes: Sequence[str] = ()


class TagsQuery(NamedTuple):
    """Which tags of a repository."""

    search: str = ""
    platform: str = ""
    kind: str = ""
    sort: str = "pushed"
    order: str = "desc"
    n: int = 100
    offset: int = 0


class Row(NamedTuple):
    """A tag with what it names, or a manifest without one."""

    tag: str
    digest: str
    media_type: str = ""
    kind: str = ""
    artifact_type: str = ""
    bytes: int | None = None
    platforms: Sequence[str] = ()
    created: float | None = None
    pushed: float | None = None
    pulled: float | None = None
    pulls: int | None = None
    referrers: int | None = None
    subject: str = ""


class Rows(NamedTuple):
    """A page of tags or manifests."""

    total: int
    matching: int
    rows: list[Row]
    columns: frozenset[str] = frozenset()
    sorts: frozenset[str] = frozenset({"name"})


class Image(NamedTuple):
    """A manifest, and what leads to it."""

    name: str
    digest: str
    tags: list[str] | None
    parents: list[str] | None
    bytes: int | None = None
    created: float | None = None
    pushed: float | None = None
    pulled: float | None = None
    pulls: int | None = None
    missing: frozenset[str] = frozenset()
    """Digests of children that are not here."""
    may: Sequence[str] = ()


class Wish(NamedTuple):
    """What is to be deleted: tags and manifests, or the whole repository where there are neither."""

    repository: str
    tags: Sequence[str] = ()
    digests: Sequence[str] = ()

    @property
    def is_whole(self) -> bool:
        """Whether all of it goes."""
        return not self.tags and not self.digests


class Freed(NamedTuple):
    """What a delete takes, and what it frees."""

    tags: list[str]
    """All that go."""
    tags_total: int
    digests: list[str] | None = None
    """By which it is deleted; None where tags go alone."""
    manifests: int | None = None
    blobs: int | None = None
    bytes: int | None = None
    shared_bytes: int | None = None
    untagged: int | None = None
    """Manifests that stay although no tag leads to them any more."""
    after_s: float | None = None
    """Time after which one collection frees all of it, where nobody asks for any of it meanwhile."""
    beside: Sequence[str] = ()
    """Tags that name the same manifests, and stay."""
    notes: Sequence[str] = ()


class Deleted(NamedTuple):
    """What a delete did."""

    done: int
    failed: list[tuple[str, str]]
    """What is still there, and why."""


class Source(Protocol):
    """A registry as the pages see it. All raise `Trouble` with its own words."""

    async def catalog(self, query: CatalogQuery) -> Catalog:
        """A page of folders and repositories."""

    async def repository(self, name: str) -> Repository:
        """What there is to say of a repository as a whole."""

    async def tags(self, name: str, query: TagsQuery) -> Rows:
        """A page of its tags."""

    async def untagged(self, name: str, count: int, offset: int) -> Rows | None:
        """A page of the manifests that no tag leads to; None where nobody can tell."""

    async def image(self, name: str, reference: str) -> Image:
        """What leads to a manifest."""

    async def freed(self, wish: Wish) -> Freed:
        """What a delete would take, and free."""

    async def delete(self, wish: Wish) -> Deleted:
        """Deletes."""
