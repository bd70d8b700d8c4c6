"""Talks to an API server: `contract.Cluster` over HTTPS.

https://kubernetes.io/docs/reference/using-api/api-concepts/
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Self

from homeport.clock import Clock
from homeport.targets.kubernetes.cluster import answers, discovery, errors, limits, watching
from homeport.targets.kubernetes.cluster.asking import Asking
from homeport.targets.kubernetes.cluster.configuration.access import Access
from homeport.targets.kubernetes.cluster.contract import Change, Cluster, Listed
from homeport.targets.kubernetes.cluster.wire import request, retrying
from homeport.targets.kubernetes.cluster.wire.connection import Connection
from homeport.targets.kubernetes.cluster.wire.retrying import Patience, Told
from homeport.targets.kubernetes.objects import kinds
from homeport.targets.kubernetes.objects.kinds import Kind, Object, Ref

PATIENCE = Patience()


def connect(
    access: Access,
    clock: Clock,
    *,
    patience: Patience = PATIENCE,
    wait: Callable[[float], None] = retrying.wait,
    chance: Callable[[], float] = retrying.chance,
    told: Told | None = None,
) -> Client:
    """A client; nothing is sent yet. `wait` makes its pauses, of which `told` is told, and `chance` is a number from 0 to 1."""
    again = retrying.Retrying(clock, patience, wait=wait, chance=chance, told=told)
    return Client(access, Asking(access, clock, Connection(access, clock), again))


@contextlib.contextmanager
def connected(
    access: Access, clock: Clock, *, patience: Patience = PATIENCE, told: Told | None = None
) -> Iterator[Cluster]:
    """A cluster for as long as it is needed; all streams end with it."""
    with connect(access, clock, patience=patience, told=told) as client:
        yield client


class Client:
    """Seen by one user. Its methods may be called from several threads."""

    def __init__(self, access: Access, asking: Asking) -> None:
        self._access = access
        self._asking = asking
        self._discovery = discovery.Discovery(asking)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends all connections, and the streams that threads still read."""
        self._asking.close()

    @property
    def context(self) -> str:
        """The name of the context."""
        return self._access.context

    @property
    def server(self) -> str:
        """Its URL."""
        return self._access.server

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the API server warned of so far, each once. https://kubernetes.io/blog/2020/09/03/warnings/"""
        return self._asking.warnings

    def version(self) -> str:
        """The version of Kubernetes."""
        return self._discovery.version()

    def has(self, kind: Kind) -> bool:
        """Whether it knows the kind. What it said once holds as long as the client does."""
        return self._discovery.has(kind)

    def versions(self) -> tuple[str, ...]:
        """All versions of all groups of kinds."""
        return self._discovery.versions()

    def kinds(self, api_version: str) -> tuple[Kind, ...]:
        """The kinds of a version whose objects are in namespaces and can be listed."""
        return self._discovery.listed(api_version)

    def get(self, ref: Ref) -> Object | None:
        """The object, or None."""
        try:
            return self._asking.document(request.get(request.single(ref), f"get {ref}"))
        except errors.NotFound:
            return None

    def list(self, kind: Kind, namespace: str = "", selector: str = "") -> Listed:
        """All objects of a kind, page by page; at once and whole where the pages became too old in between.

        https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
        """
        try:
            return self._listed(kind, namespace, selector, limits.PAGE)
        except errors.Gone:
            return self._listed(kind, namespace, selector, 0)
        except errors.NotFound:
            return Listed((), "")

    def apply(self, obj: Object, *, is_dry_run: bool = False, is_forced: bool = False) -> Object:
        """Server-side apply. Asked again it ends in the same state, so no answer is lost for good."""
        asked = request.apply(kinds.ref(obj), obj, is_dry_run=is_dry_run, is_forced=is_forced)
        return self._asking.document(asked)

    def patch(self, ref: Ref, merge: Object) -> Object:
        """A merge patch."""
        return self._asking.document(request.merge(ref, merge))

    def delete(
        self, ref: Ref, *, uid: str = "", is_dry_run: bool = False, is_last: bool = False
    ) -> None:
        """Deletes it, before what it owns or after."""
        asked = request.delete(ref, uid, is_dry_run=is_dry_run, is_last=is_last)
        tried = self._asking.tried(asked)
        # The first time may have deleted it, and another may have its name since.
        is_gone = tried.reply.status == 404 or (tried.reply.status == 409 and tried.times > 1)
        if not is_gone:
            answers.document(tried.reply, asked, self._access)

    def watch(
        self,
        kind: Kind,
        namespace: str = "",
        selector: str = "",
        since: str = "",
        idle_s: float = 300,
    ) -> Iterator[Change]:
        """What happens after `since`; the version of the last change is where the next watch goes on."""
        timeout_s = watching.timeout_s(idle_s)
        asked = request.watch(kind, namespace, selector, since, idle_s=idle_s, timeout_s=timeout_s)
        yield from watching.changes(self._asking.stream(asked), asked, self._access)

    def log(
        self,
        ref: Ref,
        container: str = "",
        *,
        tail: int | None = None,
        follow: bool = False,
        previous: bool = False,
    ) -> Iterator[str]:
        """The lines that a pod wrote."""
        asked = request.log(ref, container, tail=tail, is_followed=follow, is_previous=previous)
        yield from watching.log(self._asking.stream(asked), asked, self._access)

    def _listed(self, kind: Kind, namespace: str, selector: str, limit: int) -> Listed:
        items: list[Object] = []
        after = ""
        for _ in range(limits.PAGES):
            answer = self._asking.document(request.page(kind, namespace, selector, limit, after))
            metadata = answer.get("metadata") or {}
            # What a list holds is not told again for each of its items.
            own = {"apiVersion": kind.api_version, "kind": kind.name}
            items += [own | item for item in answer.get("items") or ()]
            after = metadata.get("continue") or ""
            if not after:
                return Listed(tuple(items), metadata.get("resourceVersion") or "")
        raise errors.ClusterError(
            f"Could not list {kind.plural}: {self.server} has more than {limits.PAGES} pages of them."
        )
