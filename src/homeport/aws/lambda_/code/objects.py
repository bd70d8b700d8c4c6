"""What Lambda needs of Amazon S3 and of a registry of container images."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import NamedTuple, Protocol

from homeport.errors import HomeportError


class Object(NamedTuple):
    """An object in S3, and for whom it is read."""

    account: str
    region: str
    bucket: str
    key: str
    version: str | None = None


class Objects(Protocol):
    """Reads objects."""

    def runs(self) -> bool:
        """Whether there is an S3 at all."""

    def read(self, place: Object) -> AsyncGenerator[bytes, None]:
        """The bytes of an object in pieces; closed where not all are wanted. Raises the `AwsError` that S3 answers."""


class NoImage(HomeportError):
    """There is no such image."""


class Images(Protocol):
    """Knows container images."""

    async def digest(self, uri: str) -> str:
        """The digest of the manifest that a name leads to: `sha256:` and 64 digits. Raises `NoImage`."""
