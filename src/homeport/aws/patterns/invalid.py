"""Why a pattern is refused."""

from __future__ import annotations


class Invalid(ValueError):
    """A pattern that cannot be used; the text is AWS's, without what the service puts in front of it."""
