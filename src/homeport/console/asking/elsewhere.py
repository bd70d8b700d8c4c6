"""Other servers that a registry sends its clients to: for a token, or for the bytes of a blob."""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping

from homeport.console.asking.troubles import Trouble
from homeport.console.asking.wire import Reply, Wire
from homeport.console.options import Place

SERVERS = 8
"""Kept at most: a registry has one token server, and one or a few stores."""
THREADS = 4


class Elsewhere:
    """Connections to them. What is trusted at home is trusted there too."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._wires: dict[str, Wire] = {}

    @property
    def home(self) -> Place:
        """Where the registry itself is."""
        return self._wire.place

    async def ask(self, what: str, url: str, headers: Mapping[str, str], limit: int) -> Reply:
        """The answer to a GET. Raises `Unreachable`, and `Trouble` for an address that is none."""
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
            raise Trouble(f"{what.capitalize()} has an address that is none.", status=502)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        wire = self._of(what, f"{parts.scheme}://{parts.netloc}")
        return await wire.ask("GET", path, headers=headers, limit=limit)

    def _of(self, what: str, origin: str) -> Wire:
        if origin == self.home.url:
            return self._wire
        wire = self._wires.pop(origin, None)
        if wire is None:
            place = Place(origin, self.home.ca, "", is_verified=self.home.is_verified)
            wire = Wire(what, place, THREADS)
        self._wires[origin] = wire
        while len(self._wires) > SERVERS:
            self._wires.pop(next(iter(self._wires))).close()
        return wire

    def close(self) -> None:
        """Lets go of all."""
        for wire in self._wires.values():
            wire.close()
