"""All keys of a configuration of registry v2, and what is made of each."""

from __future__ import annotations

from homeport.stack import spelling
from homeport.stack.distribution import access, http, others, storage
from homeport.stack.distribution import found as finding

ALL: dict[str, finding.Key] = others.KEYS | storage.KEYS | access.KEYS | http.KEYS

SECTIONS = frozenset(
    ".".join(words[:count])
    for words in (key.split(".") for key in ALL)
    for count in range(1, len(words))
)
"""What holds keys."""

NAMES = frozenset(
    key for key in ALL if key.startswith(("storage.", "auth.")) and key.count(".") == 1
)
"""Keys that say something by being there: what stores images, and who asks for passwords."""


def meant(wrong: str) -> str:
    """The key that was probably meant, as a sentence."""
    near = spelling.nearest(wrong, {*ALL, *SECTIONS})
    return f" Did you mean {near}?" if near else ""
