"""Whether a service is to be there at all."""

from __future__ import annotations

from homeport.stack.rules.rule import Planned, Skipped


def demand(planned: Planned, *services: str) -> None:
    """Raises `Skipped` where the user has left one of them out."""
    for name in services:
        if name not in planned.chosen.cloud.services:
            raise Skipped(f"{name} is not among cloud.services")
