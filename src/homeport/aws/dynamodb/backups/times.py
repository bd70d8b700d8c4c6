"""Times as AWS's texts and files have them."""

from __future__ import annotations

import datetime


def iso(seconds: float) -> str:
    """A time to the second. Times that no calendar has stay numbers."""
    try:
        return f"{datetime.datetime.fromtimestamp(seconds, datetime.UTC):%Y-%m-%dT%H:%M:%SZ}"
    except (OverflowError, ValueError, OSError):
        return str(seconds)


def iso_ms(milliseconds: int) -> str:
    """A time to the millisecond."""
    return f"{iso(milliseconds // 1000)[:-1]}.{milliseconds % 1000:03d}Z"
