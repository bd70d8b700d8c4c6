"""What is wrong with an image, or with the way to it."""

from __future__ import annotations

from homeport.errors import HomeportError


class BadImage(HomeportError):
    """It cannot be unpacked: damaged, too large, or of a kind that is not read."""


class Unreachable(HomeportError):
    """The registry gave no answer, or refused this process."""
