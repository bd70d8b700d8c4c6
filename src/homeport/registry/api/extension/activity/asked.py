"""The numbers and words that a query asks for, each checked by name."""

from __future__ import annotations

import re
from collections.abc import Collection

from homeport.edge import http
from homeport.registry.api import query
from homeport.registry.api.extension import bodies

_NUMBER = re.compile(r"[0-9]{1,16}(?:\.[0-9]{1,9})?")
_WHOLE = re.compile(r"[0-9]{1,16}")


class Asked:
    """The fields of a request's query."""

    def __init__(self, request: http.Request) -> None:
        self._fields = query.parse(request.query)

    def number(self, name: str, default: float, least: float, most: float) -> float:
        """A number; raises a failure of status 400 that names the field where it is none of those."""
        text = query.first(self._fields, name)
        if text is None:
            return default
        if not _NUMBER.fullmatch(text) or not least <= float(text) <= most:
            raise bodies.invalid(f"{name} must be a number from {least:.0f} to {most:.0f}")
        return float(text)

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number, as `number`."""
        text = query.first(self._fields, name)
        if text is None:
            return default
        if not _WHOLE.fullmatch(text) or not least <= int(text) <= most:
            raise bodies.invalid(f"{name} must be a whole number from {least} to {most}")
        return int(text)

    def has(self, name: str) -> bool:
        """Whether there is such a field."""
        return name in self._fields

    def word(self, name: str, words: Collection[str]) -> str | None:
        """One of some words; None where there is no such field."""
        text = query.first(self._fields, name)
        if text is not None and text not in words:
            raise bodies.invalid(f"{name} must be one of {', '.join(words)}")
        return text
