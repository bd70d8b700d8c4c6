"""Ports that may be left to what the machine allows."""

from __future__ import annotations

from homeport.stack import values

_AUTO = "auto"
_PORT = values.Number(1, 65535, "a port")


class AutoPort:
    """A port, or `auto`."""

    allowed = f'{_PORT.allowed}, or "auto"'

    def read(self, raw: object) -> int | None:
        """The port; None for `auto`."""
        if isinstance(raw, str) and raw.strip().lower() == _AUTO:
            return None
        return _PORT.read(raw)

    def show(self, value: int | None) -> str:
        """The port, or `auto`."""
        return _AUTO if value is None else _PORT.show(value)

    def schema(self) -> values.Schema:
        """A port, or `auto`."""
        return {"anyOf": [_PORT.schema(), {"const": _AUTO}]}
