"""Times as Lambda writes them: no two things alike."""

from __future__ import annotations

from datetime import UTC, datetime


def modified(ms: int) -> str:
    """LastModified of a function, CreatedDate of a layer: `2026-11-29T14:25:20.123+0000`."""
    return f"{_seconds(ms)}.{ms % 1000:03d}+0000"


def modified_seconds(ms: int) -> str:
    """LastModified of provisioned concurrency: `2026-11-29T14:25:20+0000`."""
    return f"{_seconds(ms)}+0000"


def created(ms: int) -> str:
    """CreationTime of a function URL: `2026-11-29T14:25:20.123000Z`."""
    return f"{_seconds(ms)}.{ms % 1000:03d}000Z"


def _seconds(ms: int) -> str:
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
