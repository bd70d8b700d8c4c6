"""How two images differ: what they are told to run, their layers, their histories. No I/O."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from homeport.console.registry.reading.config import Config
from homeport.console.registry.reading.document import Descriptor

LINES = 300
"""Of a history that are compared; an image has 127 layers at most where overlayfs mounts it. Whole lines are compared, and of what
stands there hundreds of times most is passed over: whoever pushed chose them, and each pair of alike ones costs time.
https://docs.python.org/3/library/difflib.html#difflib.SequenceMatcher"""


class Pair(NamedTuple):
    """A value of both; None where one has none."""

    name: str
    a: str | None
    b: str | None

    @property
    def is_same(self) -> bool:
        """Whether there is nothing to see."""
        return self.a == self.b


class Change(NamedTuple):
    """A line of the history of both: ` `, `-` only of the first, `+` only of the second."""

    mark: str
    text: str


class Layers(NamedTuple):
    """The layers of two images. Those of a common base are stored and pulled once."""

    shared: list[Descriptor]
    only_a: list[Descriptor]
    only_b: list[Descriptor]


def pairs(a: Mapping[str, str], b: Mapping[str, str]) -> list[Pair]:
    """Both, by their names, with what differs first."""
    found = [Pair(name, a.get(name), b.get(name)) for name in sorted({*a, *b})]
    return sorted(found, key=lambda each: each.is_same)


def configs(a: Config | None, b: Config | None) -> list[Pair]:
    """How they are run."""
    order = [name for each in (a, b) if each is not None for name, _ in each.terms]
    of_a, of_b = dict(a.terms if a else ()), dict(b.terms if b else ())
    return [Pair(name, of_a.get(name), of_b.get(name)) for name in dict.fromkeys(order)]


def layers(a: Sequence[Descriptor], b: Sequence[Descriptor]) -> Layers:
    """Which both have, and which only one has."""
    of_a, of_b = {each.digest for each in a}, {each.digest for each in b}
    return Layers(
        [each for each in a if each.digest in of_b],
        [each for each in a if each.digest not in of_b],
        [each for each in b if each.digest not in of_a],
    )


def histories(a: Sequence[str], b: Sequence[str]) -> list[Change]:
    """The steps of both in one list."""
    of_a, of_b = a[:LINES], b[:LINES]
    found: list[Change] = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, of_a, of_b).get_opcodes():
        if kind == "equal":
            found += [Change(" ", text) for text in of_a[i:j]]
            continue
        found += [Change("-", text) for text in of_a[i:j]]
        found += [Change("+", text) for text in of_b[k:m]]
    return found


def size(found: Sequence[Descriptor]) -> int:
    """Bytes of layers, each once."""
    return sum({each.digest: each.size for each in found}.values())
