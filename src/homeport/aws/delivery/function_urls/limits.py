"""Limits of function URLs, each with its page."""

from __future__ import annotations

BODY = 6 * 1024 * 1024
"""Bytes of a request: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

PRELUDE = 1024 * 1024
"""Our own: bytes of status, headers and cookies in front of a streamed body."""
