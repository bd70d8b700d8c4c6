"""Identifiers that nobody can guess: requests, messages."""

from __future__ import annotations

import os
from collections.abc import Iterator

AT_ONCE = 256
"""Ids for which randomness is asked of the kernel in one call; a call takes as long as making the id."""


def _random() -> Iterator[str]:
    while True:
        digits = os.urandom(16 * AT_ONCE).hex()
        for start in range(0, len(digits), 32):
            yield digits[start : start + 32]


_next = _random().__next__


def uuid() -> str:
    """A random UUID (version 4): https://www.rfc-editor.org/rfc/rfc9562#section-5.4"""
    text = _next()
    variant = "89ab"[int(text[16], 16) & 3]
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"
