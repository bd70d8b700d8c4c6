"""Patterns of names, one by one: `*` is anything but a slash, `**` anything, `?` one character that is no slash.

A match takes time in proportion to the name, whatever the pattern. Many patterns are better put to a name as one `Automaton`.
"""

from __future__ import annotations

from collections.abc import Sequence

from homeport.registry.access.automaton import Automaton, Memory

KEPT_BYTES = 64 * 1024
"""What may be remembered of one pattern. Most have a dozen places."""


class Pattern:
    """One pattern, made ready."""

    __slots__ = ("_automaton", "_begin", "_final", "_is_open", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._begin = text.partition("*")[0].partition("?")[0]
        self._is_open = text == self._begin + "**"
        self._automaton = Automaton([text], Memory(KEPT_BYTES))
        self._final = self._automaton.mask([text])

    def matches(self, name: str) -> bool:
        """Whether the whole name fits."""
        if not name.startswith(self._begin):
            # Which is so for most of many patterns, and costs the least.
            return False
        return self._is_open or bool(self._automaton.read(name) & self._final)

    def __repr__(self) -> str:
        return f"Pattern({self._text!r})"


def fits(patterns: Sequence[Pattern], name: str) -> bool:
    """Whether any of the patterns matches."""
    return any(pattern.matches(name) for pattern in patterns)
