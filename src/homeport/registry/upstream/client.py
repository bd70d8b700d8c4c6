"""A client of another registry's API: what a cache asks of it.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pull
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple, TypeVar

from homeport import errors as faults
from homeport.clock import Clock
from homeport.registry import errors
from homeport.registry import limits as own_limits
from homeport.registry.grammar import documents, names
from homeport.registry.options import Upstream
from homeport.registry.upstream import limits
from homeport.registry.upstream.asking import statuses, wire
from homeport.registry.upstream.asking.credentials import Credentials
from homeport.registry.upstream.asking.errors import Refused, Wrong
from homeport.registry.upstream.asking.redirects import Target
from homeport.registry.upstream.asking.wire import Opened, Reply, Wire

_ACCEPTED = ", ".join(sorted(documents.KNOWN))
_DIGEST = "Docker-Content-Digest"
A = TypeVar("A", Reply, Opened)


class Fetched(NamedTuple):
    """A manifest whose bytes are those of its digest."""

    digest: str
    content: bytes
    document: documents.Document


class Listed(NamedTuple):
    """A page of a list."""

    body: bytes
    link: str
    """The `Link` to the next page, as it came."""
    filters: str
    """The `OCI-Filters-Applied`."""


class Client:
    """One upstream. Its methods raise the errors of `asking.errors`; repositories are named as the upstream names them."""

    def __init__(self, upstream: Upstream, clock: Clock) -> None:
        """Raises `SettingsError` for an address or a certificate that can not be used."""
        self.url = _checked(upstream.url)
        self.wire = Wire(upstream, clock)
        self._credentials = Credentials(upstream, self.wire, clock)

    async def find_manifest(self, repository: str, reference: str) -> str | None:
        """The digest of a manifest; None where the upstream has it and does not say.

        By HEAD, which Docker Hub does not count as a pull: https://docs.docker.com/docker-hub/usage/pulls/
        """
        reply = await self._ask("HEAD", repository, f"manifests/{reference}", _ACCEPTED)
        digest = reply.headers.get(_DIGEST, "")
        return digest if names.is_digest(digest) else None

    async def manifest(self, repository: str, reference: str) -> Fetched:
        """A manifest by tag or digest, verified against what it was asked for by, or else what the upstream says that it is."""
        path = f"manifests/{reference}"
        reply = await self._ask("GET", repository, path, _ACCEPTED, own_limits.MANIFEST_BYTES)
        return await self.wire.workers.run(lambda: _verified(reply, reference))

    async def find_blob(self, repository: str, digest: str) -> int | None:
        """The size of a blob; None where the upstream has it and does not say."""
        reply = await self._ask("HEAD", repository, f"blobs/{digest}", "*/*")
        return wire.length(reply.headers)

    async def blob(self, repository: str, digest: str) -> Opened:
        """A blob whose bytes are still to come, and to be verified. Whoever gets it closes it."""
        opened = await self._authorized(repository, f"blobs/{digest}", "*/*", self.wire.open)
        try:
            statuses.check(opened.answer)
        except faults.HomeportError:
            opened.answer.close()
            raise
        return opened

    async def tags(self, repository: str, query: str) -> Listed:
        """A page of tags."""
        return await self._list(repository, "tags/list", query, "application/json")

    async def referrers(self, repository: str, digest: str, query: str) -> Listed:
        """A page of what refers to a manifest."""
        return await self._list(repository, f"referrers/{digest}", query, documents.INDEX)

    async def close(self) -> None:
        """Gives up what is under way."""
        await self._credentials.close()
        self.wire.close()

    async def _list(self, repository: str, path: str, query: str, accepted: str) -> Listed:
        path = f"{path}?{query}" if query else path
        reply = await self._ask("GET", repository, path, accepted, limits.LIST_BYTES)
        return Listed(
            reply.body,
            reply.headers.get("Link", ""),
            reply.headers.get("OCI-Filters-Applied", ""),
        )

    async def _ask(
        self, method: str, repository: str, path: str, accepted: str, limit: int = 0
    ) -> Reply:
        def send(target: Target) -> Coroutine[Any, Any, Reply]:
            return self.wire.ask(method, target, limit, hops=limits.REDIRECTS)

        reply = await self._authorized(repository, path, accepted, send)
        statuses.check(reply)
        return reply

    async def _authorized(
        self,
        repository: str,
        path: str,
        accepted: str,
        send: Callable[[Target], Coroutine[Any, Any, A]],
    ) -> A:
        """The answer to a request; after a 401, that to the same with a credential."""
        url = f"{self.url}/v2/{repository}/{path}"
        sent = self._credentials.known(repository)
        for is_last in (False, True):
            headers = {"Accept": accepted, **({"Authorization": sent} if sent else {})}
            answer = await send(Target(url, headers))
            wanted = _challenge(answer)
            if wanted is None:
                return answer
            if not is_last:
                sent = await self._credentials.answer(wanted, repository, sent)
        raise Refused("it does not take the credential that it asked for")


def _challenge(answer: Reply | Opened) -> str | None:
    """What a 401 asks for; such an answer is done with. One of a host that was redirected to has no claim to the credential."""
    head = answer if isinstance(answer, Reply) else answer.answer
    if head.status != statuses.UNAUTHORIZED:
        return None
    if isinstance(answer, Opened):
        answer.answer.close()
    if not answer.is_own:
        raise Refused("the host that it redirects to asks for a credential")
    return head.headers.get("WWW-Authenticate", "")


def _verified(reply: Reply, reference: str) -> Fetched:
    named = reference if ":" in reference else reply.headers.get(_DIGEST, "")
    algorithm = names.algorithm(named) if names.is_digest(named) else names.CANONICAL
    digest = names.digest(algorithm, reply.body)
    if names.is_digest(named) and digest != named:
        raise Wrong(f"the manifest that it gave is not {named}")
    try:
        document = documents.parse(reply.headers.get("Content-Type", ""), reply.body)
    except errors.Failure as failure:
        raise Wrong(f"it gave what is no manifest: {failure}") from failure
    return Fetched(digest, reply.body, document)


def _checked(url: str) -> str:
    try:
        parts = urllib.parse.urlsplit(url)
        is_right = parts.scheme in {"http", "https"} and bool(parts.hostname)
        is_right = is_right and parts.port != 0 and not (parts.query or parts.fragment)
    except ValueError:
        is_right = False
    else:
        is_right = is_right and "@" not in parts.netloc
    if not is_right:
        raise faults.SettingsError(
            "The address of an upstream is not like https://registry-1.docker.io.",
            hint="Give the user and the password apart from it.",
        )
    return url.rstrip("/")
