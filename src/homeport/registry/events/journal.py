"""What happened to manifests, blobs and repositories, for those who want to know: webhooks, the audit log, the count of pulls.

An event is told twice. `note` is called inside the write that makes the change, so that whatever must not be lost is a row of the
same commit. `tell` is called afterwards, when it is durable.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import NamedTuple

from homeport.edge import http

PUSH, PULL, MOUNT, DELETE = "push", "pull", "mount", "delete"
"""Actions, as Distribution names them: https://distribution.github.io/distribution/about/notifications/#events"""

LOOK = "look"
"""A manifest was asked for by HEAD, or found to be what the client has: all that docker sends for an image that it has already."""

MANIFEST, BLOB, TAG, REPOSITORY = "manifest", "blob", "tag", "repository"
"""Kinds of things that something happens to."""

CONSOLE = "homeport-console"
"""The `User-Agent` of the web console."""


class Event(NamedTuple):
    """One thing that happened."""

    action: str
    kind: str
    repository: str
    digest: str = ""
    tag: str = ""
    media_type: str = ""
    size: int = 0
    source: str = ""
    """The repository that a blob was mounted from."""
    request: http.Request | None = None
    """The request that asked for it; None where the registry did it by itself."""
    user: str = ""
    """Who did it: a user, or the part of the registry that did it by itself (`gc`, `retention`)."""

    @property
    def is_shown(self) -> bool:
        """Whether the web console asked, to show it: who looks at an image there does not run it, so it is no pull."""
        return self.request is not None and self.request.headers.get("user-agent") == CONSOLE


Note = Callable[[sqlite3.Connection, Event], None]
Tell = Callable[[Event], None]


class Journal:
    """Those who listen, in the order in which they came."""

    def __init__(self) -> None:
        self._notes: list[Note] = []
        self._tells: list[Tell] = []

    def listen(self, *, note: Note | None = None, tell: Tell | None = None) -> None:
        """Adds a listener. `note` must only write to the connection, `tell` must return at once; neither may raise."""
        if note is not None:
            self._notes.append(note)
        if tell is not None:
            self._tells.append(tell)

    def note(self, connection: sqlite3.Connection, event: Event) -> None:
        """Tells of a change, inside its write."""
        for note in self._notes:
            note(connection, event)

    def tell(self, event: Event) -> None:
        """Tells of what is durable."""
        for tell in self._tells:
            tell(event)
