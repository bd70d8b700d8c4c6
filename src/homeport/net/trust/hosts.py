"""An address at which the registry is reached, as clients of registries name it."""

from __future__ import annotations

from typing import NamedTuple

HTTPS = 443


class Host(NamedTuple):
    """A name or address with a port."""

    name: str
    port: int = HTTPS

    @property
    def key(self) -> str:
        """As images are named: without the port of HTTPS, and never with a scheme or a path."""
        name = f"[{self.name}]" if ":" in self.name else self.name
        return name if self.port == HTTPS else f"{name}:{self.port}"

    @classmethod
    def of(cls, key: str) -> Host:
        """The address that is named so."""
        name, _, port = key.rpartition(":")
        is_named = port.isdigit() and bool(name) and not port.endswith("]")
        bare = name if is_named else key
        return cls(bare.removeprefix("[").removesuffix("]"), int(port) if is_named else HTTPS)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"https://{self.key}"
