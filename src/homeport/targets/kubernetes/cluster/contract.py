"""What the rest of this target asks of a cluster. `client` fulfils it over HTTPS.

Every call raises `errors.ClusterError`, in one of its kinds; what can be asked again without harm is, for a while, before that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple, Protocol

from homeport.targets.kubernetes.objects.kinds import Kind, Object, Ref


class Listed(NamedTuple):
    """The objects of a kind, and the version of which they are: a watch goes on from there."""

    items: tuple[Object, ...]
    version: str


class Change(NamedTuple):
    """What a watch tells. https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes"""

    type: Literal["ADDED", "MODIFIED", "DELETED", "BOOKMARK"]
    object: Object


class Cluster(Protocol):
    """An API server, seen by one user. Its methods may be called from several threads."""

    @property
    def context(self) -> str:
        """The name of the context, which a person knows it by."""

    @property
    def server(self) -> str:
        """Its URL."""

    def version(self) -> str:
        """The version of Kubernetes, such as `v1.35.6+k3s1`."""

    def has(self, kind: Kind) -> bool:
        """Whether it knows the kind; kinds of others come with their CustomResourceDefinitions."""

    def versions(self) -> tuple[str, ...]:
        """All versions of all groups of kinds: `v1`, `apps/v1`."""

    def kinds(self, api_version: str) -> tuple[Kind, ...]:
        """The kinds of a version whose objects are in namespaces and can be listed."""

    def get(self, ref: Ref) -> Object | None:
        """The object, or None where it is not there (or its kind is not)."""

    def list(self, kind: Kind, namespace: str = "", selector: str = "") -> Listed:
        """All objects of a kind in a namespace, or in all; none where the kind is not there."""

    def apply(self, obj: Object, *, is_dry_run: bool = False, is_forced: bool = False) -> Object:
        """Server-side apply, strict in its fields; what it gives is the object as it is then, or would be.

        https://kubernetes.io/docs/reference/using-api/server-side-apply/
        """

    def patch(self, ref: Ref, merge: Object) -> Object:
        """A merge patch. https://www.rfc-editor.org/rfc/rfc7386"""

    def delete(
        self, ref: Ref, *, uid: str = "", is_dry_run: bool = False, is_last: bool = False
    ) -> None:
        """Deletes it, where it is still the one of that uid; what is not there is no error.

        What it owns goes after it; with `is_last` it stays until all of that is gone.
        https://kubernetes.io/docs/concepts/architecture/garbage-collection/#foreground-deletion
        """

    def watch(
        self,
        kind: Kind,
        namespace: str = "",
        selector: str = "",
        since: str = "",
        idle_s: float = 300,
    ) -> Iterator[Change]:
        """What happens after `since`. Ends when the server ends it, or nothing came for `idle_s`; raises `Gone` where it is too old."""

    def log(
        self,
        ref: Ref,
        container: str = "",
        *,
        tail: int | None = None,
        follow: bool = False,
        previous: bool = False,
    ) -> Iterator[str]:
        """The lines that a pod wrote, without their ends."""
