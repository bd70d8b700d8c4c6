"""Fields of a kubeconfig, each of the kind that it must be; an error names the field and the file, never the value."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from homeport.targets.kubernetes.cluster import errors


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping of a file."""

    name: str
    """Of the entry: that of the cluster, the user or the context."""
    where: str
    """Such as `user "dev"`."""
    path: Path
    """The file."""
    values: dict[str, Any] = field(repr=False)

    def text(self, key: str) -> str:
        """Text; empty where there is none."""
        value = self.values.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.wrong(key, "is not text", "Put it in quotes.")
        return value

    def flag(self, key: str) -> bool:
        """Yes or no; no where it is not there."""
        value = self.values.get(key)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise self.wrong(key, "is neither true nor false")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        values = self.list(key)
        if not all(isinstance(value, str) for value in values):
            raise self.wrong(key, "is not a list of texts", "Put its items in quotes.")
        return tuple(values)

    def list(self, key: str) -> list[Any]:
        """A list; empty where it is not there."""
        values = self.values.get(key)
        if values is None:
            return []
        if not isinstance(values, list):
            raise self.wrong(key, "is not a list")
        return values

    def within(self, key: str) -> Fields | None:
        """A mapping below this one."""
        values = self.values.get(key)
        if values is None:
            return None
        if not isinstance(values, dict):
            raise self.wrong(key, "is not a mapping")
        return Fields(self.name, f"{self.where}: {key}", self.path, values)

    def bytes(self, key: str) -> bytes:
        """What base64 holds."""
        try:
            return base64.b64decode("".join(self.text(key).split()), validate=True)
        except (binascii.Error, ValueError):
            raise self.wrong(key, "is not base64") from None

    def file(self, key: str) -> Path | None:
        """A file; relative to the one that names it."""
        value = self.text(key)
        return self.path.parent / value if value else None

    def wrong(self, key: str, what: str, hint: str = "") -> errors.Unconfigured:
        """An error about a field."""
        return errors.Unconfigured(f"{self.path}: {self.where}: {key} {what}.", hint=hint)
