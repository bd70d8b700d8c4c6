"""Patterns of repository names: `*` is anything but a slash, `**` anything, `?` one character that is no slash.

A pattern is a small automaton whose states are the bits of a number, so that a match takes time in proportion to the name, whatever
the pattern: https://swtch.com/~rsc/regexp/regexp1.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_SLASH = "/"
_JOKER = re.compile(r"[*?]")


class Pattern:
    """One pattern, made ready. State `i` is to have read what stands before its `i`-th part."""

    __slots__ = (
        *("_any_character", "_begin", "_final", "_is_open", "_letters", "_not_slash", "_stars"),
        "_text",
    )

    def __init__(self, text: str) -> None:
        self._text = text
        self._begin = _JOKER.split(text, maxsplit=1)[0]
        self._is_open = text == self._begin + "**"
        self._letters: dict[str, int] = {}
        self._not_slash = 0
        self._any_character = 0
        self._stars = 0
        parts = _parts(text)
        self._final = 1 << len(parts)
        for at, part in enumerate(parts):
            bit = 1 << at
            if part == "**":
                self._any_character |= bit
            elif part == "*":
                self._not_slash |= bit
            else:
                letters = self._letters
                letters[part] = letters.get(part, 0) | bit
            if part in {"*", "**"}:
                self._stars |= bit

    def matches(self, name: str) -> bool:
        """Whether the whole name fits."""
        if not name.startswith(self._begin):
            # Which is so for most of many rules, and costs the least.
            return False
        if self._is_open:
            # As most patterns are: a list of ten thousand names is judged in some milliseconds.
            return True
        stars, letters = self._stars, self._letters
        joker, stays = letters.get("?", 0), self._any_character
        stays_in_name = stays | self._not_slash
        states = 1 | (1 & stars) << 1
        for character in name:
            if character == _SLASH:
                read, kept = letters.get(_SLASH, 0), stays
            else:
                read, kept = joker, stays_in_name
                if character != "?":
                    read |= letters.get(character, 0)
            states = (states & read) << 1 | states & kept
            # A star may stand for nothing. No two stand together, so one step goes far enough.
            states |= (states & stars) << 1
            if not states:
                return False
        return bool(states & self._final)

    def __repr__(self) -> str:
        return f"Pattern({self._text!r})"


def fits(patterns: Sequence[Pattern], name: str) -> bool:
    """Whether any of the patterns matches."""
    return any(pattern.matches(name) for pattern in patterns)


def _parts(text: str) -> list[str]:
    """Letters, `?`, `*` and `**`; stars that stand together are one, of the wider kind."""
    parts: list[str] = []
    for character in text:
        if character != "*":
            parts.append(character)
        elif parts and parts[-1] in {"*", "**"}:
            parts[-1] = "**"
        else:
            parts.append("*")
    return parts
