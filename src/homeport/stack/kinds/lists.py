"""Lists whose words keep their case: names of users, patterns, media types."""

from __future__ import annotations

import json
import re
from typing import Any

from homeport.stack import values

MOST = 1000
"""Entries of one list."""


class Listed:
    """A list, each entry of one kind; separated by commas, or as JSON, outside TOML."""

    def __init__(self, entry: values.Kind, allowed: str, *, least: int = 0) -> None:
        self._entry = entry
        self._least = least
        self.allowed = f"{allowed}, each {entry.allowed}"

    def read(self, raw: object) -> tuple[Any, ...]:
        """The entries, each once, in their order."""
        parts = _split(raw) if isinstance(raw, str) else raw
        if not isinstance(parts, list) or len(parts) > MOST:
            raise values.NotOfKind
        read = tuple(dict.fromkeys(self._read(part) for part in parts))
        if len(read) < self._least:
            raise values.NotOfKind
        return read

    def _read(self, part: object) -> Any:
        try:
            return self._entry.read(part)
        except values.NotOfKind as error:
            wrong = str(error) or str(part)
            raise values.NotOfKind(wrong, error.allowed or self._entry.allowed) from error

    def show(self, value: tuple[Any, ...]) -> str:
        """Separated by commas where that is read again as the same; a lone comma is the empty list."""
        parts = [self._entry.show(part) for part in value]
        text = ",".join(parts) or ","
        return text if _is_list(text, parts) else json.dumps(parts, separators=(",", ":"))

    def schema(self) -> values.Schema:
        """A list."""
        return {"type": "array", "items": self._entry.schema(), "minItems": self._least}


def _is_list(text: str, parts: list[str]) -> bool:
    """Whether a text is read as these entries."""
    try:
        return _split(text) == parts
    except values.NotOfKind:
        return False


def _split(text: str) -> list[Any]:
    if text.lstrip().startswith("["):
        try:
            parts = json.loads(text)
        except ValueError as error:
            raise values.NotOfKind from error
        return list(parts)
    return [part.strip() for part in text.split(",") if part.strip()]


class Matching(values.Text):
    """A text of one form. What it is compiled to is made when it is needed, and kept by `re`."""

    def __init__(self, form: str, allowed: str) -> None:
        self._form = form
        self.allowed = allowed

    def read(self, raw: object) -> str:
        """The text as it is."""
        text = values.Text.read(self, raw)
        if re.fullmatch(self._form, text) is None:
            raise values.NotOfKind
        return text

    def schema(self) -> values.Schema:
        """A text of the form."""
        return {"type": "string", "pattern": f"^(?:{self._form})$"}
