"""Conditions of JSON and of fields: comparisons, joined by `&&` and `||`, with `&&` before `||`.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from homeport.aws.logs.filter_pattern import regex
from homeport.aws.logs.filter_pattern.wording import invalid

T = TypeVar("T")
DEEPEST = 50
"""Parentheses within each other; a pattern has 1,024 characters. Our own."""

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<selector>\$(?:\.?\[(?:\d+|'[^']*'|"[^"]*")\]|\.[\w-]+)+)
    | (?P<quoted>"(?:[^"\\]|\\.)*")
    | %(?P<regex>(?:[^%\\]|\\.)*)%
    | (?P<sign>&&|\|\||!=|=!|<=|>=|[=<>()])
    | (?P<word>[^\s()=!<>&|"%]+)
    )""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


class Token(NamedTuple):
    """One part of a condition."""

    kind: str
    text: str


class Wanted(NamedTuple):
    """What a value is compared with."""

    text: str
    number: float | None
    """Where the text is a number without quotes."""
    regex: regex.Regex | None


Test = Callable[[T], bool]
Value = str | int | float | None
"""A value of a message; None where there is none that could be compared."""


class Reader:
    """Reads the tokens of a condition one by one."""

    def __init__(self, text: str, count: regex.Count) -> None:
        self._count = count
        self._tokens: list[Token] = []
        end = 0
        text = text.rstrip()
        while end < len(text):
            found = _TOKEN.match(text, end)
            if found is None or found.lastgroup is None:
                raise invalid()
            self._tokens.append(Token(found.lastgroup, found[found.lastgroup]))
            end = found.end()
        self._next = 0

    def peek(self) -> Token:
        """The next token; one without a kind at the end."""
        return self._tokens[self._next] if self._next < len(self._tokens) else Token("", "")

    def take(self, *kinds: str) -> Token:
        """The next token, which must be of one of these kinds where any are named."""
        token = self.peek()
        if not token.kind or (kinds and token.kind not in kinds):
            raise invalid()
        self._next += 1
        return token

    def take_if(self, text: str) -> bool:
        """Takes the next token if it is this sign or word."""
        token = self.peek()
        is_next = token.kind in {"sign", "word"} and token.text == text
        self._next += is_next
        return is_next

    def wanted(self) -> Wanted:
        """The right side of a comparison."""
        token = self.take("quoted", "regex", "word")
        if token.kind == "regex":
            return Wanted("", None, self._count.compiled(token.text))
        if token.kind == "quoted":
            return Wanted(re.sub(r"\\(.)", r"\1", token.text[1:-1]), None, None)
        is_number = _NUMBER.fullmatch(token.text) is not None
        return Wanted(token.text, float(token.text) if is_number else None, None)

    def condition(self, comparison: Callable[[Reader], Test[T]], depth: int = 0) -> Test[T]:
        """Comparisons that are joined, to the end or to the parenthesis that closes them."""
        if depth > DEEPEST:
            raise invalid()
        alternatives = [self._all(comparison, depth)]
        while self.take_if("||"):
            alternatives.append(self._all(comparison, depth))
        if len(alternatives) == 1:
            return alternatives[0]
        return lambda value: any(test(value) for test in alternatives)

    def _all(self, comparison: Callable[[Reader], Test[T]], depth: int) -> Test[T]:
        tests = [self._one(comparison, depth)]
        while self.take_if("&&"):
            tests.append(self._one(comparison, depth))
        if len(tests) == 1:
            return tests[0]
        return lambda value: all(test(value) for test in tests)

    def _one(self, comparison: Callable[[Reader], Test[T]], depth: int) -> Test[T]:
        if not self.take_if("("):
            return comparison(self)
        inner = self.condition(comparison, depth + 1)
        if not self.take_if(")"):
            raise invalid()
        return inner


_NUMERIC: dict[str, Callable[[float, float], bool]] = {
    "<": lambda value, wanted: value < wanted,
    ">": lambda value, wanted: value > wanted,
    "<=": lambda value, wanted: value <= wanted,
    ">=": lambda value, wanted: value >= wanted,
}


def comparison(sign: str, wanted: Wanted) -> Callable[[Value], bool]:
    """Whether a value stands to another as a sign says. What is not there, or is no text and no number, never does."""
    numeric = _NUMERIC.get(sign)
    if numeric is not None:
        number = wanted.number
        if number is None:
            raise invalid()
        return lambda value: (found := as_number(value)) is not None and numeric(found, number)
    if sign not in {"=", "!=", "=!"}:
        raise invalid()
    is_equal = sign == "="
    same = _same(wanted)
    return lambda value: value is not None and same(value) == is_equal


def as_number(value: Value) -> float | int | None:
    """The number that a value is, or that a text says."""
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value) else None
    return value


def _same(wanted: Wanted) -> Callable[[str | int | float], bool]:
    if wanted.regex is not None:
        search = wanted.regex.search
        return lambda value: search(_text(value))
    matches = _wildcard(wanted.text)
    number = wanted.number
    if number is None:
        return lambda value: matches(_text(value))
    return lambda value: as_number(value) == number or matches(_text(value))


def _text(value: str | float) -> str:
    return value if isinstance(value, str) else repr(value)


def _wildcard(text: str) -> Callable[[str], bool]:
    """An asterisk at the beginning or at the end stands for anything; one inside for itself."""
    if text == "*":
        return lambda _: True
    is_open, is_endless = text.startswith("*"), text.endswith("*")
    inner = text.removeprefix("*").removesuffix("*")
    if is_open and is_endless:
        return lambda value: inner in value
    if is_open:
        return lambda value: value.endswith(inner)
    if is_endless:
        return lambda value: value.startswith(inner)
    return lambda value: value == text
