"""The regular expressions of filter patterns, which take a time that grows with the message and no faster.

There are no groups, so each alternative is a row of characters that may be repeated. All places in all rows that can be reached
are followed at once, and which places follow which is remembered: no pattern can be written that takes for ever, as it could
for Python's `re`.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator
from typing import NamedTuple

from homeport.aws.logs import limits
from homeport.aws.logs.filter_pattern.wording import invalid, invalid_term

PLACES = 250
"""Characters of a pattern once `{2,5}` is written out. Our own, as is the next."""
REMEMBERED = 50_000
"""Steps from one set of places to another that are remembered, some 200 bytes each."""
_SYMBOLS = " :_#=@/;,-"
_OPERATORS = "^$?[]{}|\\*+."
_PLAIN = frozenset(string.ascii_letters + string.digits + _SYMBOLS)
_REPEATED = re.compile(r"\{(\d{1,4})(,?)(\d{0,4})\}")
_DIGITS = frozenset(string.digits)
_WORDS = frozenset(string.ascii_letters + string.digits + "_")
_SPACES = frozenset(" \t\n\r\f\v")
_CLASSES = {"d": _DIGITS, "w": _WORDS, "s": _SPACES}
_NEGATED = {f"\\{name.upper()}": found for name, found in _CLASSES.items()}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f"}

Test = Callable[[str], bool]
"""Whether one character fits."""


class _Place(NamedTuple):
    test: Test
    may_stay: bool
    """Whether any number of characters fits: `*`."""
    may_skip: bool


class _Row(NamedTuple):
    places: list[_Place]
    is_at_start: bool
    is_at_end: bool


class _State:
    """A set of places, and those that each character leads to."""

    __slots__ = ("following", "is_match", "places")

    def __init__(self, places: int, *, is_match: bool) -> None:
        self.places = places
        self.is_match = is_match
        """Whether a row ends here that need not be at the end of the message."""
        self.following: dict[str, _State] = {}


class Regex:
    """An expression, looked for anywhere in a text."""

    def __init__(self, rows: list[_Row]) -> None:
        self._tests: list[_Place | None] = []
        self._start = self._again = self._ends = self._late_ends = 0
        self._closures: list[int] = []
        for row in rows:
            self._add(row)
        self._states: dict[int, _State] = {}
        self._steps = 0

    def _add(self, row: _Row) -> None:
        first = len(self._tests)
        self._tests += [*row.places, None]
        closures = [1 << (first + len(row.places))]
        for number in reversed(range(len(row.places))):
            own = 1 << (first + number)
            closures.append(own | (closures[-1] if row.places[number].may_skip else 0))
        self._closures += reversed(closures)
        self._start |= closures[-1]
        if not row.is_at_start:
            self._again |= closures[-1]
        end = 1 << (first + len(row.places))
        if row.is_at_end:
            self._late_ends |= end
        else:
            self._ends |= end

    def search(self, text: str) -> bool:
        """Whether any part of a text fits."""
        state = self._state(self._start)
        for character in text:
            if state.is_match:
                return True
            following = state.following.get(character)
            if following is None:
                following = state.following[character] = self._next(state, character)
            state = following
        return state.is_match or bool(state.places & self._late_ends)

    def _state(self, places: int) -> _State:
        found = self._states.get(places)
        if found is None:
            found = self._states[places] = _State(places, is_match=bool(places & self._ends))
        return found

    def _next(self, state: _State, character: str) -> _State:
        self._steps += 1
        if self._steps > REMEMBERED:
            self._forget(state)
        after = self._again
        places = state.places
        while places:
            number = (places & -places).bit_length() - 1
            places &= places - 1
            place = self._tests[number]
            if place is not None and place.test(character):
                after |= self._closures[number + (not place.may_stay)]
        return self._state(after)

    def _forget(self, state: _State) -> None:
        """Begins to remember anew, in this state."""
        self._steps = 0
        for each in self._states.values():
            each.following.clear()
        self._states = {state.places: state}


class Count:
    """Counts the expressions of one pattern, of which there may be two."""

    def __init__(self) -> None:
        self._left = limits.REGEXES

    def compiled(self, text: str) -> Regex:
        """Raises InvalidParameterException for one too many, and for one that cannot be read."""
        self._left -= 1
        if self._left < 0:
            raise invalid()
        return Regex([_row(part, text) for part in _alternatives(text)])


def _alternatives(text: str) -> Iterator[str]:
    """The parts between `|`, outside of brackets."""
    start, number, is_inside = 0, 0, False
    while number < len(text):
        character = text[number]
        if character == "\\":
            number += 1
        elif character == "[":
            is_inside = True
        elif character == "]":
            is_inside = False
        elif character == "|" and not is_inside:
            yield text[start:number]
            start = number + 1
        number += 1
    yield text[start:]


def _row(text: str, whole: str) -> _Row:
    is_at_start = text.startswith("^")
    body = text[is_at_start:]
    is_at_end = body.endswith("$") and not re.search(r"(?<!\\)(\\\\)*\\\$$", body)
    body = body[: len(body) - is_at_end]
    if not body and not (is_at_start and is_at_end):
        raise invalid()
    places: list[_Place] = []
    number = 0
    while number < len(body):
        test, number = _character(body, number, whole)
        added, number = _repeated(test, body, number)
        places += added
        if len(places) > PLACES:
            raise invalid()
    return _Row(places, is_at_start, is_at_end)


def _repeated(test: Test, text: str, number: int) -> tuple[list[_Place], int]:
    """A character as often as the operator behind it says."""
    operator = text[number : number + 1]
    one, any_number = _Place(test, False, False), _Place(test, True, True)  # noqa: FBT003
    maybe = _Place(test, False, True)  # noqa: FBT003
    if operator == "*":
        return [any_number], number + 1
    if operator == "+":
        return [one, any_number], number + 1
    if operator == "?":
        return [maybe], number + 1
    if operator != "{":
        return [one], number
    found = _REPEATED.match(text, number)
    if found is None:
        raise invalid()
    least = int(found[1])
    if not found[2]:
        return [one] * least, found.end()
    if not found[3]:
        return [one] * least + [any_number], found.end()
    if int(found[3]) < least:
        raise invalid()
    return [one] * least + [maybe] * (int(found[3]) - least), found.end()


def _character(text: str, number: int, whole: str) -> tuple[Test, int]:
    character = text[number]
    if character == ".":
        return lambda each: each != "\n", number + 1
    if character == "[":
        return _bracket(text, number + 1, whole)
    if text[number : number + 2] in _NEGATED:
        missing = _NEGATED[text[number : number + 2]]
        return lambda each: each not in missing, number + 2
    if character == "\\":
        found, number = _escaped(text, number + 1, whole)
        return found.__contains__, number
    if character in _OPERATORS:
        raise invalid()
    if character not in _PLAIN:
        raise invalid_term(whole)
    return character.__eq__, number + 1


_EVERY = frozenset(map(chr, range(128)))


def _escaped(text: str, number: int, whole: str) -> tuple[frozenset[str], int]:
    """What a backslash makes of the characters behind it."""
    character = text[number : number + 1]
    if character == "x":
        digits = text[number + 1 : number + 3]
        if not re.fullmatch(r"[0-9A-Fa-f]{2}", digits):
            raise invalid()
        return frozenset(chr(int(digits, 16))), number + 3
    if character.lower() in _CLASSES:
        found = _CLASSES[character.lower()]
        return found if character.islower() else _EVERY - found, number + 1
    if character in _CONTROLS:
        return frozenset(_CONTROLS[character]), number + 1
    if not character or (character not in _OPERATORS and character not in _SYMBOLS):
        raise invalid_term(whole)
    return frozenset(character), number + 1


def _bracket(text: str, number: int, whole: str) -> tuple[Test, int]:
    """One of some characters, or none of them: `[a-z_]`, `[^0-9]`."""
    is_negated = text[number : number + 1] == "^"
    number += is_negated
    found: set[str] = set()
    while text[number : number + 1] != "]":
        if number >= len(text):
            raise invalid()
        members, number = _member(text, number, whole)
        if text[number : number + 1] == "-" and text[number + 1 : number + 2] not in ("", "]"):
            last, number = _member(text, number + 1, whole)
            members = _between(members, last)
        found |= members
    if not found:
        raise invalid()
    chosen = frozenset(found)
    if is_negated:
        return lambda each: each not in chosen, number + 1
    return chosen.__contains__, number + 1


def _member(text: str, number: int, whole: str) -> tuple[frozenset[str], int]:
    character = text[number]
    if character == "\\":
        return _escaped(text, number + 1, whole)
    if character not in _PLAIN and character not in _OPERATORS:
        raise invalid_term(whole)
    return frozenset(character), number + 1


def _between(first: frozenset[str], last: frozenset[str]) -> frozenset[str]:
    if len(first) != 1 or len(last) != 1:
        raise invalid()
    (low,), (high,) = first, last
    if low > high:
        raise invalid()
    return frozenset(map(chr, range(ord(low), ord(high) + 1)))
