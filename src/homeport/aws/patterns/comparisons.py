"""Reads what a list of a pattern holds: plain values, and objects of one comparison each.

Where each text comes from is said in `homeport.aws.patterns.grammar`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from homeport.aws.patterns import operators
from homeport.aws.patterns.invalid import Invalid
from homeport.aws.patterns.operators import Test
from homeport.aws.patterns.tokens import Tokens

_OTHERS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


@dataclass(slots=True)
class Values:
    """What is listed for one value of an event."""

    strings: set[str] = field(default_factory=set)
    numbers: set[float] = field(default_factory=set)
    others: set[bool | None] = field(default_factory=set)
    tests: list[Test] = field(default_factory=list)
    or_absent: bool = False

    def add(self, kind: str, tokens: Tokens) -> bool:
        """Takes in a plain value; False where it is none."""
        if kind == "string":
            self.strings.add(tokens.text())
        elif kind == "number":
            self.numbers.add(float(tokens.text()))
        elif kind in _OTHERS:
            self.others.add(_OTHERS[kind])
        else:
            return False
        return True

    def holds(self, value: Any) -> bool:
        """Whether a value is listed."""
        if isinstance(value, str):
            return value in self.strings
        if value is None or isinstance(value, bool):
            return value in self.others
        return operators.number(value) in self.numbers


def _refuse(tokens: Tokens, text: str) -> NoReturn:
    raise Invalid(f"{text}\n at {tokens.at()}")


def comparison(tokens: Tokens, into: Values) -> None:
    """Reads one comparison, from behind its `{` to its `}`."""
    if tokens.next() != "name":
        _refuse(tokens, "Match expression name not found")
    name = tokens.name
    if name not in OPERATORS:
        _refuse(tokens, f"Unrecognized match type {name}")
    if name == "exists":
        _exists(tokens, into)
    elif name == "anything-but":
        into.tests.append(_anything_but(tokens))
    elif name == "numeric":
        into.tests.append(_numeric(tokens))
    else:
        into.tests.append(_of_text(tokens, name))
    _end(tokens)


def _end(tokens: Tokens) -> None:
    if tokens.next() != "}":
        _refuse(tokens, "Only one key allowed in match expression")


def _of_text(tokens: Tokens, name: str) -> Test:
    if tokens.next() != "string":
        # AWS speaks of a prefix where a block of addresses is meant, too: `error-condition-bad-type`.
        said = "prefix" if name == "cidr" else name
        _refuse(tokens, f"{said} match pattern must be a string")
    return _TEXTS[name](tokens.text())


def _exists(tokens: Tokens, into: Values) -> None:
    kind = tokens.next()
    if kind not in ("true", "false"):
        _refuse(tokens, "exists match pattern must be either true or false.")
    if kind == "true":
        into.tests.append(lambda _: True)
    else:
        into.or_absent = True


# Anything but


def _anything_but(tokens: Tokens) -> Test:
    kind = tokens.next()
    if kind == "{":
        return _anything_but_compared(tokens)
    listed = Values()
    if kind == "[":
        _list(tokens, listed)
    elif kind in ("string", "number"):
        listed.add(kind, tokens)
    else:
        _refuse(tokens, "Value of anything-but must be an array or single string/number value.")
    return operators.none_of([listed.holds])


def _list(tokens: Tokens, into: Values) -> None:
    while (kind := tokens.next()) != "]":
        if kind not in ("string", "number"):
            _refuse(tokens, "Inside anything but list, start|null|boolean is not supported.")
        into.add(kind, tokens)
        if into.strings and into.numbers:
            _refuse(
                tokens,
                "Inside anything but list, either all values are number or string, mixed type is not supported",
            )
    if not into.strings and not into.numbers:
        _refuse(tokens, "Empty arrays are not allowed")


def _anything_but_compared(tokens: Tokens) -> Test:
    if tokens.next() != "name":
        _refuse(tokens, "Anything-But expression name not found")
    name = tokens.name
    if name not in _NEGATED:
        _refuse(tokens, f"Unsupported anything-but pattern: {name}")
    tests = _texts(tokens, name)
    _end(tokens)
    return operators.none_of(tests)


def _texts(tokens: Tokens, name: str) -> list[Test]:
    """One text, or a list of them."""
    kind = tokens.next()
    if kind == "string":
        return [_TEXTS[name](_not_empty(tokens, name))]
    if kind != "[":
        _refuse(tokens, f"{name} match pattern must be a string")
    found: list[Test] = []
    while (kind := tokens.next()) != "]":
        if kind != "string":
            _refuse(tokens, f"{name} match pattern must be a string")
        found.append(_TEXTS[name](_not_empty(tokens, name)))
    if not found:
        _refuse(tokens, "Empty arrays are not allowed")
    return found


def _not_empty(tokens: Tokens, name: str) -> str:
    text = tokens.text()
    if not text and name in ("prefix", "suffix"):
        _refuse(tokens, "Null prefix/suffix not allowed")
    return text


# Numbers: https://docs.aws.amazon.com/sns/latest/dg/numeric-value-matching.html


def _numeric(tokens: Tokens) -> Test:
    if tokens.next() != "[":
        _refuse(tokens, "Value of numeric must be an array.")
    kind = tokens.next()
    if kind != "string":
        _refuse(tokens, f"Invalid member in numeric match: {_shown(tokens, kind)}")
    operator = tokens.text()
    kind = tokens.next()
    if operator not in ("=", "<", "<=", ">", ">="):
        _refuse(tokens, f"Unrecognized numeric range operator: {operator}")
    value = _number(tokens, kind, "equals" if operator == "=" else operator)
    kind = tokens.next()
    if operator in (">", ">=") and kind != "]":
        return _range(tokens, kind, value, with_low=operator == ">=")
    if kind != "]":
        _refuse(tokens, "Too many elements in numeric expression")
    return _one_sided(operator, value)


def _one_sided(operator: str, value: float) -> Test:
    if operator == "=":
        return operators.between(value, value, with_low=True, with_high=True)
    if operator in (">", ">="):
        return operators.between(value, math.inf, with_low=operator == ">=", with_high=True)
    return operators.between(-math.inf, value, with_low=True, with_high=operator == "<=")


def _range(tokens: Tokens, kind: str, low: float, *, with_low: bool) -> Test:
    if kind != "string":
        _refuse(tokens, f"Bad value in numeric range: {_shown(tokens, kind)}")
    operator = tokens.text()
    if operator not in ("<", "<="):
        _refuse(tokens, f"Bad numeric range operator: {operator}")
    high = _number(tokens, tokens.next(), operator)
    if tokens.next() != "]":
        _refuse(tokens, "Too many terms in numeric range expression")
    if low >= high:
        _refuse(tokens, "Bottom must be less than top")
    return operators.between(low, high, with_low=with_low, with_high=operator == "<=")


def _number(tokens: Tokens, kind: str, operator: str) -> float:
    if kind != "number":
        _refuse(tokens, f"Value of {operator} must be numeric")
    return float(tokens.text())


def _shown(tokens: Tokens, kind: str) -> str:
    return kind if kind in ("{", "}", "[", "]") else tokens.text()


_TEXTS: dict[str, Callable[[str], Test]] = {
    "prefix": operators.prefix,
    "suffix": operators.suffix,
    "equals-ignore-case": operators.equals_ignore_case,
    "wildcard": operators.wildcard,
    "cidr": operators.cidr,
}
_NEGATED = frozenset({"prefix", "suffix", "equals-ignore-case", "wildcard"})
"""https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-anything-but. SNS refused all
but `prefix` in May 2024 (`test_validate_policy_nested_anything_but_operator`)."""
OPERATORS = frozenset({*_TEXTS, "exists", "anything-but", "numeric"})
