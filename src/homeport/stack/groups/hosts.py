"""The names under which the components are reached, below the stack's domain (DNS records of the data model)."""

from __future__ import annotations

from typing import NamedTuple


class Hosts(NamedTuple):
    """One name for each component, and the one that they are aliases of."""

    registry: str
    ui: str
    cloud: str
    ingress: str
    """What the others point at."""

    @property
    def components(self) -> tuple[str, str, str]:
        """Those that clients use."""
        return (self.registry, self.ui, self.cloud)


def below(domain: str, *, registry: str = "", ui: str = "", cloud: str = "") -> Hosts:
    """The names in `domain`, where none is given."""
    return Hosts(
        registry or f"registry.{domain}",
        ui or f"registry-ui.{domain}",
        cloud or f"localstack.{domain}",
        f"traefik.{domain}",
    )
