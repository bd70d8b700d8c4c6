"""What the cache of an upstream did since the start, for metrics."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Counters:
    """Plain numbers that only grow."""

    hits: int = 0
    """Answered with what was here."""
    misses: int = 0
    """Manifests and blobs that had to be fetched."""
    stale: int = 0
    """Of the hits, those with a tag that could not be checked."""
    bytes_fetched: int = 0
    """Bytes of manifests and blobs that came from the upstream."""
    errors: int = 0
    """Requests to the upstream that failed, but for what it does not have."""
