"""The grammar of names, tags and digests.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests
https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import NamedTuple, Protocol

from homeport.registry import errors, limits

# [a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*
_COMPONENT = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")

# [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}
_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")

# A type and a subtype of at most 127 characters each: https://www.rfc-editor.org/rfc/rfc6838#section-4.2
_MEDIA_TYPE = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"
)

CANONICAL = "sha256"
"""The algorithm of a digest that nobody asked for: https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#sha-256"""


class Hash(Protocol):
    """A hash under way, as those of hashlib."""

    def update(self, data: bytes, /) -> None:
        """Takes the next bytes."""

    def digest(self) -> bytes:
        """The digest of all bytes so far."""

    def hexdigest(self) -> str:
        """The same in lower-case hex."""


class Algorithm(NamedTuple):
    """A registered digest algorithm."""

    encoded: re.Pattern[str]
    new: Callable[[], Hash]


# https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#registered-algorithms
ALGORITHMS = {
    "sha256": Algorithm(re.compile(r"[a-f0-9]{64}"), hashlib.sha256),
    "sha512": Algorithm(re.compile(r"[a-f0-9]{128}"), hashlib.sha512),
}


def is_repository(text: str) -> bool:
    """Whether it can be the name of a repository."""
    return len(text) <= limits.NAME_BYTES and _REPOSITORY.fullmatch(text) is not None


def check_repository(text: str) -> None:
    """Raises NAME_INVALID for what can be no name of a repository."""
    if not is_repository(text):
        raise errors.Failure("NAME_INVALID", detail={"name": text[: limits.NAME_BYTES]})


def is_tag(text: str) -> bool:
    """Whether it can be a tag."""
    return _TAG.fullmatch(text) is not None


def check_tag(text: str) -> None:
    """Raises TAG_INVALID for what can be no tag."""
    if not is_tag(text):
        raise errors.Failure("TAG_INVALID", "invalid tag", detail={"tag": text[:256]})


def is_digest(text: str) -> bool:
    """Whether it is a digest of a registered algorithm."""
    name, _, encoded = text.partition(":")
    algorithm = ALGORITHMS.get(name)
    return algorithm is not None and algorithm.encoded.fullmatch(encoded) is not None


def check_digest(text: str) -> None:
    """Raises DIGEST_INVALID for what is no digest of a registered algorithm."""
    if not is_digest(text):
        raise errors.Failure("DIGEST_INVALID", "invalid digest", detail={"digest": text[:256]})


def algorithm(digest: str) -> str:
    """The algorithm's name in a digest."""
    return digest.partition(":")[0]


def digest(algorithm: str, content: bytes) -> str:
    """The digest of bytes at hand."""
    hashed = ALGORITHMS[algorithm].new()
    hashed.update(content)
    return f"{algorithm}:{hashed.hexdigest()}"


def is_media_type(text: str) -> bool:
    """Whether it is a media type without parameters."""
    return _MEDIA_TYPE.fullmatch(text) is not None
