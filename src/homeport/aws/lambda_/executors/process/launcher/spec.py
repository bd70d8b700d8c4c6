"""What the launcher is told about an environment, in the form in which it crosses the socket."""

from __future__ import annotations

import json
from typing import NamedTuple


class Spec(NamedTuple):
    """One environment: how it is shut in, and what runs in it."""

    command: list[str]
    environment: dict[str, str]
    folder: str
    """The working folder of the command, as the environment sees it."""
    memory_mb: int
    ephemeral_mb: int
    host_uid: int
    """Who runs it, outside of it; 0 where the launcher has no right to choose."""
    root: str = ""
    """An empty folder on which its root is mounted; empty where it stays in this machine's."""
    folders: list[str] = []  # noqa: RUF012 - never changed
    files: list[tuple[str, str]] = []  # noqa: RUF012
    links: list[tuple[str, str]] = []  # noqa: RUF012
    binds: list[tuple[str, str]] = []  # noqa: RUF012
    """Read-only: a path of this machine, and where the environment sees it."""
    layers: list[str] = []  # noqa: RUF012
    """Laid over each other as /opt."""
    image: str = ""
    """The unpacked image that is its root, instead of one that is put together; `binds` lead to files that it has."""


def encoded(spec: Spec) -> bytes:
    """The bytes that `decoded` takes, with their length before them."""
    body = json.dumps(spec).encode()
    return len(body).to_bytes(4, "big") + body


def decoded(body: bytes) -> Spec:
    """A spec from the bytes after the length."""
    return Spec(*json.loads(body))
