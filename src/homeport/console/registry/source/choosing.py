"""Which source a visitor's registry has."""

from __future__ import annotations

from homeport.console.registry.source.distribution.distribution import Distribution
from homeport.console.registry.source.extension import Extension
from homeport.console.registry.source.source import Source
from homeport.console.visit import Visit


def of(visit: Visit) -> Source:
    """The end points of our own where they are, else the API alone."""
    if visit.registry.has_extension:
        return Extension(visit.registry)
    return Distribution(visit.registry, may_delete=visit.who.may_delete)
