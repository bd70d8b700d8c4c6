"""Reads the JSON of a pattern.

The order of the checks, and the texts, are those that AWS answers with: `test_validate_policy_*` in
https://github.com/localstack/localstack/blob/main/tests/aws/services/sns/test_sns_filter_policy.snapshot.json. Texts that are not recorded there
are those of AWS's own rule engine: https://github.com/aws/event-ruler
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

from homeport.aws.patterns.comparisons import OPERATORS, Values, comparison
from homeport.aws.patterns.invalid import Invalid
from homeport.aws.patterns.pattern import Leaf, Pattern
from homeport.aws.patterns.tokens import Tokens

OR = "$or"
"""https://docs.aws.amazon.com/sns/latest/dg/and-or-logic.html"""
MOST_ALTERNATIVES = 1_000
"""Our own, beside what a service allows: `$or` beside `$or` multiply."""


@dataclass(slots=True)
class _All:
    """Everything that must hold together."""

    leaves: dict[str, Leaf] = field(default_factory=dict)
    choices: list[list[_All]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)


def parse(text: str) -> Pattern:
    """The pattern that a text describes. Raises `Invalid`."""
    tokens = Tokens(text)
    if tokens.next() != "{":
        _refuse(tokens, "Filter is not an object")
    top = _All()
    if not _object(tokens, top, ()):
        return Pattern(((),), frozenset(), 0, is_nested=False)
    alternatives = tuple(_expanded(top))
    complexity = sum(_product(leaves) for leaves in alternatives)
    is_nested = any(leaf.depth > 1 for leaves in alternatives for leaf in leaves)
    return Pattern(alternatives, frozenset(top.keys), complexity, is_nested=is_nested)


def _refuse(tokens: Tokens, text: str) -> NoReturn:
    raise Invalid(f"{text}\n at {tokens.at()}")


def _object(tokens: Tokens, into: _All, path: tuple[str, ...]) -> bool:
    """Reads the members of an object; False where it has none."""
    has_members = False
    while tokens.next() == "name":
        has_members = True
        name = tokens.name
        kind = tokens.next()
        if name == OR and kind == "[" and tokens.is_choice(OPERATORS):
            _choice(tokens, into, path)
            continue
        if not path:
            into.keys.add(name)
        if kind == "{":
            if not _object(tokens, into, (*path, name)):
                _refuse(tokens, "Empty objects are not allowed")
        elif kind == "[":
            leaf = _list(tokens, (*path, name))
            into.leaves[leaf.path] = leaf
        else:
            _refuse(tokens, f'"{name}" must be an object or an array')
    return has_members


def _choice(tokens: Tokens, into: _All, path: tuple[str, ...]) -> None:
    choice: list[_All] = []
    while tokens.next() == "{":
        each = _All()
        if not _object(tokens, each, path):
            _refuse(tokens, "Empty objects are not allowed")
        choice.append(each)
        into.keys |= each.keys
    if len(choice) < 2:
        _refuse(tokens, "There must have at least 2 Objects in $or relationship.")
    into.choices.append(choice)


def _list(tokens: Tokens, path: tuple[str, ...]) -> Leaf:
    values, size = Values(), 0
    while (kind := tokens.next()) != "]":
        size += 1
        if kind == "{":
            comparison(tokens, values)
        elif not values.add(kind, tokens):
            _refuse(tokens, "Match value must be String, number, true, false, or null")
    if not size:
        _refuse(tokens, "Empty arrays are not allowed")
    return Leaf(
        ".".join(path),
        len(path),
        size,
        frozenset(values.strings),
        frozenset(values.numbers),
        frozenset(values.others),
        tuple(values.tests),
        values.or_absent,
    )


def _expanded(node: _All) -> list[tuple[Leaf, ...]]:
    """The ways to fulfil a node: one of each of its choices."""
    found: list[dict[str, Leaf]] = [dict(node.leaves)]
    for choice in node.choices:
        options = [leaves for each in choice for leaves in _expanded(each)]
        if len(found) * len(options) > MOST_ALTERNATIVES:
            raise Invalid("Filter policy is too complex")
        found = [
            {**before, **{leaf.path: leaf for leaf in option}}
            for before in found
            for option in options
        ]
    return [tuple(leaves.values()) for leaves in found]


def _product(leaves: tuple[Leaf, ...]) -> int:
    product = 1
    for factor in _factors(leaves):
        product *= factor
    return product


def _factors(leaves: tuple[Leaf, ...]) -> Iterator[int]:
    return (leaf.size * leaf.depth for leaf in leaves)
