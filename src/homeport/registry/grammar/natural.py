"""Names in the order in which people count: v1.9 before v1.10, and capitals among small letters.

What is compared is a text that is kept beside each name, so that the database can sort ten thousand of them.
"""

from __future__ import annotations

import re

_DIGITS = re.compile(r"[0-9]+")
_SHORT = 9
"""Numbers of fewer digits begin with how many they have; longer ones with a nine and three digits that say it. A name has up to 255
characters: `homeport.registry.limits.NAME_BYTES`."""


def key(name: str) -> str:
    """A text that sorts by its bytes as the name is to be sorted. That of a beginning up to a slash is the beginning of that of the whole."""
    return _DIGITS.sub(_counted, name.lower())


def _counted(found: re.Match[str]) -> str:
    digits = found[0].lstrip("0")
    length = len(digits)
    return f"{length}{digits}" if length < _SHORT else f"9{length:03}{digits}"
