"""What DynamoDB needs of Amazon S3."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import NamedTuple, Protocol


class Place(NamedTuple):
    """A bucket, and for whom it is read or written."""

    account: str
    region: str
    bucket: str
    owner: str | None = None
    """The account that must own the bucket."""


class Encryption(NamedTuple):
    """How an object is to be encrypted, as an export says it."""

    algorithm: str | None = None
    """`AES256` or `KMS`; None for the bucket's own."""
    key: str | None = None


AS_BUCKET = Encryption()


class Listed(NamedTuple):
    """An object as a listing names it."""

    key: str
    size: int


class Objects(Protocol):
    """Reads and writes objects. Every method raises the `AwsError` that S3 answers."""

    def runs(self) -> bool:
        """Whether there is an S3 at all."""

    async def write(
        self,
        place: Place,
        key: str,
        body: AsyncIterator[bytes],
        encryption: Encryption = AS_BUCKET,
    ) -> str:
        """Makes an object of any size, seen by nobody before it is whole, and returns its ETag without quotes."""

    def read(self, place: Place, key: str) -> AsyncIterator[bytes]:
        """The bytes of an object in pieces."""

    def find(self, place: Place, prefix: str) -> AsyncIterator[Listed]:
        """The objects whose keys begin with `prefix`, in the order of their keys."""
