"""Asks the stack's own registry. All of it blocks: it is called on threads.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pull
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import ssl
from collections.abc import Iterator
from types import TracebackType
from typing import NamedTuple, Self

import urllib3

from homeport.aws.lambda_.code.objects import NoImage
from homeport.aws.lambda_.images import limits, manifest
from homeport.aws.lambda_.images.errors import BadImage, Unreachable
from homeport.aws.lambda_.images.manifest import Descriptor
from homeport.aws.lambda_.images.place import Place

_OK, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND = 200, 401, 403, 404


class Document(NamedTuple):
    """A manifest as it was pushed."""

    body: bytes
    digest: str


class Client:
    """The connections of one pull, which end with it."""

    def __init__(self, place: Place) -> None:
        """Raises `Unreachable` where the CA or the password cannot be read."""
        self._place = place
        try:
            self._headers = _credentials(place)
            context = ssl.create_default_context(cafile=place.ca) if place.is_tls else None
        except OSError as error:
            raise Unreachable(
                f"The registry's CA or password cannot be read: {error}.", hint="Run homeport up."
            ) from error
        self._pool = urllib3.PoolManager(
            retries=False,
            ssl_context=context,
            timeout=urllib3.Timeout(connect=limits.CONNECT_S, read=limits.READ_S),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.clear()

    def manifest(self, repository: str, reference: str) -> Document:
        """The manifest or index that a tag or digest names. Raises `NoImage`, `BadImage` and `Unreachable`."""
        path = f"{repository}/manifests/{reference}"
        body = b"".join(self._read(path, limits.MANIFEST_BYTES, manifest.ACCEPTED))
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        if ":" in reference and reference != digest:
            raise BadImage(f"The registry gave another manifest for {repository}@{reference}.")
        return Document(body, digest)

    def blob(self, repository: str, wanted: Descriptor) -> Iterator[bytes]:
        """The bytes of a blob in pieces; the last one comes after its digest was found right. Raises as `manifest`."""
        digest, size = hashlib.sha256(), 0
        last = b""
        for piece in self._read(f"{repository}/blobs/{wanted.digest}", wanted.size):
            yield last
            digest.update(piece)
            size += len(piece)
            last = piece
        if size != wanted.size or f"sha256:{digest.hexdigest()}" != wanted.digest:
            raise BadImage(f"{repository}: the bytes of {wanted.digest} are not what it names.")
        yield last

    def _read(self, path: str, limit: int, accepted: str = "*/*") -> Iterator[bytes]:
        """The body of an answer, no more of it than `limit`."""
        with self._asked(path, accepted) as answer:
            size = 0
            for piece in answer.stream(limits.PIECE, decode_content=False):
                size += len(piece)
                if size > limit:
                    raise BadImage(f"{path} has more than the {limit:,} bytes that it may have.")
                yield piece

    @contextlib.contextmanager
    def _asked(self, path: str, accepted: str) -> Iterator[urllib3.BaseHTTPResponse]:
        try:
            answer = self._pool.request(
                "GET",
                f"{self._place.url}/v2/{path}",
                headers={**self._headers, "Accept": accepted},
                redirect=False,
                preload_content=False,
            )
            try:
                self._check(answer.status, path)
                yield answer
            finally:
                answer.close()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Unreachable(
                f"The registry at {self._place.url} cannot be reached: {error}.",
                hint="See whether it runs: homeport status.",
            ) from error

    def _check(self, status: int, path: str) -> None:
        if status == _NOT_FOUND:
            raise NoImage(f"The registry at {self._place.url} has no {path}.")
        if status in (_UNAUTHORIZED, _FORBIDDEN):
            raise Unreachable(
                f"The registry at {self._place.url} does not take the password of {self._place.user} in {self._place.password}.",
                hint="Restart the stack (homeport up), which sets it anew, or set HOMEPORT_ADMIN_PASSWORD.",
            )
        if status != _OK:
            raise Unreachable(f"The registry at {self._place.url} answered {status} to {path}.")


def _credentials(place: Place) -> dict[str, str]:
    if not place.user:
        return {}
    password = place.password.read_text().rstrip("\n")
    joined = base64.b64encode(f"{place.user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {joined}"}
