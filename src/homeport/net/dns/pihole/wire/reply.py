"""An answer of a Pi-hole, before it is judged. https://docs.pi-hole.net/api/"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from homeport.net.dns.pihole import limits

_AWAY = frozenset({502, 503, 504})
"""A proxy before it does not reach it, as while it restarts itself."""


class Broken(Exception):
    """There was no whole answer."""

    def __init__(self, why: str, *, was_sent: bool) -> None:
        super().__init__(why)
        self.why = why
        self.was_sent = was_sent
        """Whether it may have heard of the request."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A status and a body."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = field(repr=False)

    @property
    def document(self) -> dict[str, Any]:
        """The body as an object; empty where it is none."""
        try:
            content: Any = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return content if isinstance(content, dict) else {}

    def part(self, *names: str) -> dict[str, Any]:
        """An object inside of it; empty where there is none."""
        found: Any = self.document
        for name in names:
            found = found.get(name) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else {}

    @property
    def is_away(self) -> bool:
        """Whether it is somebody before the Pi-hole who says that it is not there just now."""
        return self.status in _AWAY

    @property
    def retry_after_s(self) -> float:
        """How long to wait, where it says so. https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3"""
        said = self.headers.get("retry-after", "").strip()
        return min(float(said), 3600.0) if said.isascii() and said.isdecimal() else 0.0

    @property
    def key(self) -> str:
        """What is wrong, for a program."""
        return _text(self.part("error").get("key"))

    @property
    def message(self) -> str:
        """What is wrong, for a person."""
        return _text(self.part("error").get("message"))

    @property
    def hint(self) -> str:
        """What it is about: mostly the name of a setting."""
        return _text(self.part("error").get("hint"))


def _text(content: Any) -> str:
    return content if isinstance(content, str) else ""


def shown(text: str, secrets: tuple[str, ...] = ()) -> str:
    """Foreign words in a sentence of ours: short, in one line, and without what was sent along."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    text = "".join(char if char.isprintable() else " " for char in text)
    text = " ".join(text.split())
    return text if len(text) <= limits.SAID_CHARS else f"{text[: limits.SAID_CHARS]}..."
