"""A pattern that was read, and whether an event is one of those that it chooses.

The names that lead to a value are joined by dots, so that `{"a": {"b": ...}}` and `{"a.b": ...}` ask for the same. What is asked of the
items of a list is asked of one and the same item. AWS's engine: https://github.com/aws/event-ruler#event-flattening
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from homeport.aws.patterns import operators
from homeport.aws.patterns.operators import Test

MOST_READINGS = 64
"""Our own: an event may have `a.b` both as a name and as names in each other; no more combinations of these are looked at."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """What is asked of one value."""

    path: str
    depth: int
    """How many names lead to it."""
    size: int
    """How many values or comparisons are listed."""
    strings: frozenset[str]
    numbers: frozenset[float]
    others: frozenset[bool | None]
    tests: tuple[Test, ...]
    or_absent: bool = False
    """Whether it may also not be there (`{"exists": false}`)."""

    @property
    def is_only_absent(self) -> bool:
        """Whether it must not be there."""
        return self.or_absent and not (self.strings or self.numbers or self.others or self.tests)

    def holds(self, value: Any) -> bool:
        """Whether a value is one of those that are listed."""
        if isinstance(value, str):
            is_listed = value in self.strings
        elif value is None or isinstance(value, bool):
            is_listed = value in self.others
        else:
            is_listed = operators.number(value) in self.numbers
        return is_listed or any(test(value) for test in self.tests)


Wants = Sequence[tuple[str | None, Leaf]]
"""Leaves, each with the rest of the way to it; None where the value is reached."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Chooses events. One of the alternatives must hold, and of it everything."""

    alternatives: tuple[tuple[Leaf, ...], ...]
    keys: frozenset[str]
    """The names of the outermost object."""
    complexity: int
    """Combinations of values, each list counted times its depth:
    https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html"""
    is_nested: bool
    """Whether it has objects inside."""

    def matches(self, event: Mapping[str, Any]) -> bool:
        """Whether an event (names, lists and plain values as JSON has them) is chosen."""
        try:
            return any(_all_hold(leaves, event) for leaves in self.alternatives)
        except RecursionError:
            # Lists in lists without end hold nothing that a pattern can name.
            return False


def _all_hold(leaves: Sequence[Leaf], event: Mapping[str, Any]) -> bool:
    wants: list[tuple[str | None, Leaf]] = []
    for leaf in leaves:
        if leaf.or_absent and not _has(event, leaf.path):
            continue
        if leaf.is_only_absent:
            return False
        wants.append((leaf.path, leaf))
    return _satisfies(event, wants)


def _satisfies(value: Any, wants: Wants) -> bool:
    if isinstance(value, Mapping):
        return _object_satisfies(value, wants)
    if isinstance(value, list):
        return any(_satisfies(item, wants) for item in value)
    return all(rest is None and leaf.holds(value) for rest, leaf in wants)


def _object_satisfies(value: Mapping[str, Any], wants: Wants) -> bool:
    ways = []
    for rest, leaf in wants:
        found = [] if rest is None else _steps(value, rest)
        if not found:
            return False
        ways.append([(name, after, leaf) for name, after in found])
    return any(
        _together(value, reading)
        for reading in itertools.islice(itertools.product(*ways), MOST_READINGS)
    )


def _together(value: Mapping[str, Any], reading: Sequence[tuple[str, str | None, Leaf]]) -> bool:
    """What lies behind the same name is asked at once, as it may be a list."""
    by_name: dict[str, list[tuple[str | None, Leaf]]] = {}
    for name, rest, leaf in reading:
        by_name.setdefault(name, []).append((rest, leaf))
    return all(_satisfies(value[name], wants) for name, wants in by_name.items())


def _steps(value: Mapping[str, Any], path: str) -> list[tuple[str, str | None]]:
    """The names of an object that a path may begin with, each with what is left of the path."""
    found: list[tuple[str, str | None]] = [(path, None)] if path in value else []
    dot = path.find(".")
    while dot >= 0:
        if path[:dot] in value:
            found.append((path[:dot], path[dot + 1 :]))
        dot = path.find(".", dot + 1)
    return found


def _has(value: Any, path: str | None) -> bool:
    """Whether there is a plain value at a path."""
    if isinstance(value, Mapping):
        return path is not None and any(
            _has(value[name], rest) for name, rest in _steps(value, path)
        )
    if isinstance(value, list):
        return any(_has(item, path) for item in value)
    return path is None
