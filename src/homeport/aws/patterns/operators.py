"""The comparisons that a pattern may make with one value of an event.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from typing import Any

from homeport.aws.patterns.invalid import Invalid

Test = Callable[[Any], bool]
"""Whether a text, number, boolean or null of an event is what is asked for."""


def number(value: Any) -> float | None:
    """A value as a number; None where it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def prefix(wanted: str) -> Test:
    """Begins with a text."""
    return lambda value: isinstance(value, str) and value.startswith(wanted)


def suffix(wanted: str) -> Test:
    """Ends with a text."""
    return lambda value: isinstance(value, str) and value.endswith(wanted)


def equals_ignore_case(wanted: str) -> Test:
    """Is a text, in whatever case."""
    lowered = wanted.lower()
    return lambda value: isinstance(value, str) and value.lower() == lowered


def between(low: float, high: float, *, with_low: bool, with_high: bool) -> Test:
    """Is a number of a range."""

    def test(value: Any) -> bool:
        found = number(value)
        if found is None:
            return False
        above = found >= low if with_low else found > low
        return above and (found <= high if with_high else found < high)

    return test


def none_of(tests: Sequence[Test]) -> Test:
    """Is none of these."""
    return lambda value: not any(test(value) for test in tests)


def wildcard(pattern: str) -> Test:
    """Is a text with anything in the place of each `*`; `\\*` is the character itself.

    The pieces between the stars are looked for one behind the other, so that the time grows with the text alone.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching
    """
    first, *rest = _pieces(pattern)
    if not rest:
        return lambda value: isinstance(value, str) and value == first
    *middle, last = rest

    def test(value: Any) -> bool:
        if not isinstance(value, str) or not value.startswith(first):
            return False
        at, end = len(first), len(value) - len(last)
        for piece in middle:
            found = value.find(piece, at, end)
            if found < 0:
                return False
            at = found + len(piece)
        return at <= end and value.endswith(last)

    return test


def _pieces(pattern: str) -> list[str]:
    """The texts between the stars. The texts of errors are those of AWS's rule engine: https://github.com/aws/event-ruler"""
    pieces, at = [""], 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            if pattern[at + 1 : at + 2] not in ("*", "\\"):
                raise Invalid(f"Invalid escape character at pos {at}")
            pieces[-1] += pattern[at + 1]
            at += 1
        elif char == "*":
            if pattern[at + 1 : at + 2] == "*":
                raise Invalid(f"Consecutive wildcard characters at pos {at}")
            pieces.append("")
        else:
            pieces[-1] += char
        at += 1
    return pieces


def cidr(block: str) -> Test:
    """Is an address of a block.

    `test_validate_policy_string_operators` (`error-condition-bad-cidr-*`) in
    https://github.com/localstack/localstack/blob/main/tests/aws/services/sns/test_sns_filter_policy.snapshot.json
    """
    address, slash, bits = block.partition("/")
    if not slash or "/" in bits:
        raise Invalid("Malformed CIDR, one '/' required")
    if not (bits.isascii() and bits.isdigit()):
        raise Invalid("Malformed CIDR, mask bits must be an integer")
    try:
        version = ipaddress.ip_address(address).version
    except ValueError:
        raise Invalid(f"Nonstandard IP address: {address}") from None
    if int(bits) > (32 if version == 4 else 128):
        raise Invalid("Malformed CIDR, mask bits must not exceed the length of the address")
    network = ipaddress.ip_network(block, strict=False)

    def test(value: Any) -> bool:
        if not isinstance(value, str):
            return False
        try:
            return ipaddress.ip_address(value) in network
        except ValueError:
            return False

    return test
