"""The stack's own registry: where it is, and how images are named that lie in it.

No other registry is ever asked: functions come from what the stack itself holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from homeport.aws.lambda_ import errors

# https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"{_PART}(?:/{_PART})*")
_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_REPOSITORY_LENGTH = 255

_ECR = re.compile(
    r"\d{12}\.dkr\.ecr(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|localhost\.localstack\.cloud)(?::\d+)?"
)
"""https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html, and LocalStack's form of it."""


class Name(NamedTuple):
    """An image in the stack's registry."""

    repository: str
    reference: str
    """A tag or a digest."""


@dataclass(frozen=True, slots=True)
class Place:
    """The stack's own registry, as this process reaches it."""

    address: str
    """HOST:PORT."""
    is_tls: bool
    hosts: frozenset[str]
    """How names of images may call it."""
    ca: Path
    """The certificate that it is known by."""
    user: str = ""
    """Empty where it asks for no credentials."""
    password: Path = Path()
    """The file that holds the password."""

    @property
    def url(self) -> str:
        """Without a slash at the end."""
        return f"{'https' if self.is_tls else 'http'}://{self.address}"

    def name(self, uri: str) -> Name:
        """The image that a URI names. Raises InvalidParameterValueException where it can be no image of this registry."""
        host, rest = _parted(uri)
        if host and host not in self.hosts and not _ECR.fullmatch(host):
            raise errors.INVALID(
                f"Source image {uri} is not valid. Functions run images of this stack's own registry: "
                f"{self.address}/REPOSITORY:TAG, REPOSITORY:TAG or ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG. "
                f"Copy it there first: skopeo copy docker://{host}/{rest} docker://{self.address}/{rest}"
            )
        path, _, digest = rest.partition("@")
        repository, colon, tag = path.partition(":")
        is_sound = (
            len(repository) <= _REPOSITORY_LENGTH
            and _REPOSITORY.fullmatch(repository)
            and (not colon or _TAG.fullmatch(tag))
            and ("@" not in rest or _DIGEST.fullmatch(digest))
        )
        if not is_sound:
            # https://github.com/grafana/loki/issues/7218
            raise errors.INVALID(f"Source image {uri} is not valid. Provide a valid source image.")
        return Name(repository, digest or tag or "latest")


def own(
    host: str,
    port: int,
    hostnames: Iterable[str],
    *,
    is_tls: bool,
    ca: Path,
    user: str = "",
    password: Path = Path(),
) -> Place:
    """The registry that listens on a port of this machine, and has some names beside those of the machine itself."""
    reached = {"0.0.0.0": "localhost", "::": "localhost", "127.0.0.1": "localhost"}.get(host, host)  # noqa: S104 - compared
    shown = f"[{reached}]" if ":" in reached else reached
    loopback = {f"{name}:{port}" for name in ("localhost", "127.0.0.1", "[::1]")}
    named = {name.lower() for name in hostnames if not name.startswith("*.")}
    return Place(
        address=f"{shown}:{port}",
        is_tls=is_tls,
        hosts=frozenset(
            {f"{shown}:{port}", *loopback, *named, *(f"{name}:{port}" for name in named)}
        ),
        ca=ca,
        user=user,
        password=password,
    )


def _parted(uri: str) -> tuple[str, str]:
    """The host, empty where none is named, and the rest.

    https://github.com/distribution/reference: the first part is a host where it has a dot or a colon, or is `localhost`.
    """
    first, slash, rest = uri.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        return first.lower(), rest
    return "", uri
