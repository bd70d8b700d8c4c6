"""Patterns of names as one automaton: a name is read once, whatever their number.

What stands before the first star or `?` of a pattern is compared as text. The rest is a row of states, and those of all patterns are
the bits of one number, so that a step takes all of them on at once. Where a character leads is found out when a name first has it
there, and remembered: from then on each costs one look into a dict.

https://swtch.com/~rsc/regexp/regexp1.html (Caching the NFA to build a DFA), https://swtch.com/~rsc/regexp/regexp3.html
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_left
from collections.abc import Collection, Iterable
from typing import NamedTuple

KEPT_BYTES = 8 * 2**20
"""What all that is remembered may take; where it comes to more, all of it is forgotten."""

AUTOMATA = 256
"""Automata of which anything is remembered: each robot has one of its own, of some KB."""

PLACE_BYTES, STEP_BYTES = 500, 60
"""What a place takes beside its text and number, and what a step takes. As measured."""

_SLASH = "/"
_JOKER = re.compile(r"[*?]")


class At(NamedTuple):
    """How far a name has come."""

    text: str | None
    """What was read, as long as a pattern begins with it."""
    states: int
    """Those of the rests. They are entered where what stands before them was read."""


class Place(dict[str, "Place"]):
    """A point in the automaton, and the steps from there as far as they are known."""

    __slots__ = ("_automaton", "at")

    def __init__(self, automaton: Automaton, at: At) -> None:
        self._automaton = automaton
        self.at = at

    def __missing__(self, character: str) -> Place:
        return self._automaton.step(self, character)


class Memory:
    """Places that were found, of one or several automata. Threads may share it."""

    def __init__(self, kept_bytes: int = KEPT_BYTES) -> None:
        self._kept_bytes = kept_bytes
        self._places: dict[tuple[Automaton, At], Place] = {}
        self._starts: dict[Automaton, Place] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    def start(self, automaton: Automaton) -> Place:
        """Where names begin."""
        found = self._starts.get(automaton)
        if found is None:
            with self._lock:
                if len(self._starts) >= AUTOMATA:
                    self._forget()
                found = self._starts[automaton] = self._place(automaton, automaton.begin)
        return found

    def link(self, place: Place, character: str, automaton: Automaton, at: At) -> Place:
        """Remembers where a character leads to."""
        with self._lock:
            if self._bytes >= self._kept_bytes:
                self._forget()
            found = place[character] = self._place(automaton, at)
            self._bytes += STEP_BYTES
        return found

    def _place(self, automaton: Automaton, at: At) -> Place:
        found = self._places.get((automaton, at))
        if found is None:
            found = self._places[automaton, at] = Place(automaton, at)
            self._bytes += PLACE_BYTES + len(at.text or "") + at.states.bit_length() // 8
        return found

    def _forget(self) -> None:
        """A thread that is on its way through a place goes on from it all the same, and finds the next one anew."""
        for place in self._places.values():
            # They lead to each other in circles.
            place.clear()
        self._places.clear()
        self._starts.clear()
        self._bytes = 0


class Automaton:
    """Patterns, put to names together. A state is to have read what stands before one part of a rest."""

    def __init__(self, patterns: Iterable[str], memory: Memory) -> None:
        self._memory = memory
        self._finals: dict[str, int] = {}
        reading: dict[str, list[int]] = {}
        entered: dict[str, list[int]] = {}
        state = 0
        for pattern in dict.fromkeys(patterns):
            text = _JOKER.split(pattern, maxsplit=1)[0]
            entered.setdefault(text, []).append(state)
            for part in _parts(pattern[len(text) :]):
                reading.setdefault(part, []).append(state)
                state += 1
            self._finals[pattern] = state
            state += 1
        read = {part: _number(states) for part, states in reading.items()}
        self._wide, narrow = read.pop("**", 0), read.pop("*", 0)
        self._slash, self._one = read.pop(_SLASH, 0), read.pop("?", 0)
        self._letters = read
        self._stars = self._wide | narrow
        self._entered = {text: self._closed(_number(states)) for text, states in entered.items()}
        self._texts = sorted(self._entered)
        self.begin = At("", self._entered.get("", 0))

    def read(self, name: str) -> int:
        """Where a name ends: it fits those patterns whose `mask` has any of it."""
        place = self._memory.start(self)
        for character in name:
            place = place[character]
        return place.at.states

    def mask(self, patterns: Iterable[str]) -> int:
        """What stands for some of the patterns in the answers of `read`."""
        return _number([self._finals[pattern] for pattern in patterns])

    def step(self, place: Place, character: str) -> Place:
        """Where a character leads to that was not met there before. Takes time in proportion to all patterns."""
        text, states = place.at
        if character == _SLASH:
            read, kept = self._slash, self._wide
        else:
            read, kept = self._one | self._letters.get(character, 0), self._stars
        states = self._closed((states & read) << 1 | states & kept)
        if text is not None:
            text += character
            states |= self._entered.get(text, 0)
            if not self._begins_one(text):
                text = None
        return self._memory.link(place, character, self, At(text, states))

    def _begins_one(self, text: str) -> bool:
        at = bisect_left(self._texts, text)
        return at < len(self._texts) and self._texts[at].startswith(text)

    def _closed(self, states: int) -> int:
        """A star may stand for nothing. No two stand together, so one step goes far enough."""
        return states | (states & self._stars) << 1


def _number(bits: Collection[int]) -> int:
    octets = bytearray(max(bits, default=0) // 8 + 1)
    for bit in bits:
        octets[bit // 8] |= 1 << bit % 8
    return int.from_bytes(octets, "little")


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
