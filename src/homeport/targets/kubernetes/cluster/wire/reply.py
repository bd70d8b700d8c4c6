"""An answer, before it is looked into."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from homeport.targets.kubernetes.objects.kinds import Object

WRONG_SHAPE = "failed to create typed patch object"
"""How the answer to an apply begins whose fields are not those of the kind. It is a 500, of which most others pass.

https://github.com/kubernetes/kubernetes/issues/122480
"""
_TROUBLES = frozenset({429, 500, 502, 503, 504})
"""The server, or a proxy before it, is starting, overloaded, or was not answered in time."""


class Stream(Protocol):
    """A body that comes bit by bit."""

    def lines(self, limit: int) -> Iterator[bytes]:
        """Without their ends; longer ones than `limit` in pieces. Raises `retrying.Broken`."""

    def close(self) -> None:
        """Reads no more of it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, and a body or a stream."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = field(default=b"", repr=False)
    stream: Stream | None = None
    credential: str = field(default="", repr=False)
    """What was sent along to get it, which some that answer repeat."""

    @property
    def document(self) -> Object | None:
        """The body as an object, where it is one."""
        try:
            content: Any = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return content if isinstance(content, dict) else None

    @property
    def is_status(self) -> bool:
        """Whether it is Kubernetes that speaks, and says why."""
        content = self.document
        return content is not None and content.get("kind") == "Status"

    @property
    def told(self) -> str:
        """What a person is told where it is one that may pass."""
        return f"The API server answered {self.status}."

    @property
    def may_pass(self) -> bool:
        """Whether asking again may have another answer.

        A 409 without causes is a race that the server lost with somebody else's write, and gave up repeating.
        https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions
        """
        if self.status == 500:
            return not self._message.startswith(WRONG_SHAPE)
        return self.status in _TROUBLES or (self.status == 409 and self._is_race)

    @property
    def is_undone(self) -> bool:
        """Whether nothing was done of what was asked: it was turned away at the door."""
        return self.status == 429

    @property
    def retry_after_s(self) -> float:
        """How long to wait, as the server says. https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3"""
        said: Any = self.headers.get("retry-after", "")
        if not said.strip().isdecimal():
            said = str(_details(self.document).get("retryAfterSeconds", 0))
        return min(float(said), 3600.0) if said.strip().isdecimal() else 0.0

    @property
    def _is_race(self) -> bool:
        has_causes = bool(_details(self.document).get("causes"))
        return not has_causes and "the object has been modified" in self._message

    @property
    def _message(self) -> str:
        return str((self.document or {}).get("message", ""))


def _details(content: Object | None) -> dict[str, Any]:
    found = (content or {}).get("details")
    return found if isinstance(found, dict) else {}
