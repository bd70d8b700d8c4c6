"""Paths of other machines, which are taken as they are written."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from homeport.stack import values

_NONE = frozenset({"none", "off"})


class OptionalFile:
    """An absolute path on the nodes of a cluster, or none."""

    allowed = 'an absolute path on the nodes, or "none"'

    def read(self, raw: object) -> Path | None:
        """The path; None for `none`."""
        if not isinstance(raw, str):
            raise values.NotOfKind
        if raw.strip().lower() in _NONE:
            return None
        path = PurePosixPath(raw)
        if not path.is_absolute() or ".." in path.parts or "\0" in raw or ":" in raw:
            raise values.NotOfKind
        return Path(path)

    def show(self, value: Path | None) -> str:
        """The path, or `none`."""
        return "none" if value is None else str(value)

    def schema(self) -> values.Schema:
        """A path, or `none`."""
        return {"type": "string", "pattern": "^(/|none$|off$)"}
