"""JSON as a stream of tokens that knows how far it has read, so that errors name the place that AWS names.

AWS reads policies with Jackson. It reads a string only when its text is asked for, and the beginning of a value together with the name
in front of it; both show in the columns of its errors: `test_validate_policy_*` in
https://github.com/localstack/localstack/blob/main/tests/aws/services/sns/test_sns_filter_policy.snapshot.json
"""

from __future__ import annotations

import json
import re

from homeport.aws.patterns.invalid import Invalid

_SPACE = re.compile(r"[ \t\r\n]*")
_WORD = re.compile(r"[A-Za-z0-9_$]+")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_LITERALS = ("true", "false", "null")
_CLOSING = {"{": "}", "[": "]"}
_VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
_SOURCE = "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)"
"""`test_validate_set_sub_attributes`, recorded in October 2025, in
https://github.com/localstack/localstack/blob/main/tests/aws/services/sns/test_sns.snapshot.json"""
MAX_DEPTH = 500
"""Our own: what is nested deeper could not be read at all."""


class Tokens:
    """The tokens of a text, one after the other."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._open: list[str] = []
        self._is_first = True
        self._next = ""
        self._is_unread = False
        self.kind = ""
        """`{`, `}`, `[`, `]`, `name`, `string`, `number`, `true`, `false`, `null`; empty at the end."""
        self.name = ""
        """The name of the member that was read last."""
        self._value = ""

    def next(self) -> str:
        """Reads the next token and returns its kind."""
        if self._next:
            self.kind, self._next = self._next, ""
            return self.kind
        self.text()
        char = self._skip()
        if self._open and char == _CLOSING[self._open[-1]]:
            self._open.pop()
            self._is_first = False
            self._at += 1
            self.kind = char
        elif not self._open and self.kind:
            self.kind = (
                "" if not char else self._unexpected(char, f"expected a valid value {_VALUES}")
            )
        else:
            self.kind = self._member(char)
        return self.kind

    def text(self) -> str:
        """The text of the value that was read last."""
        if self._is_unread:
            self._is_unread = False
            self._value, self._at = self._string(self._at - 1)
        return self._value

    def at(self) -> str:
        """The place up to which was read."""
        return self._place(self._at)

    def is_choice(self, reserved: frozenset[str]) -> bool:
        """Whether the list that begins here holds only objects, none with a reserved name."""
        try:
            items, _ = json.JSONDecoder().raw_decode(self._text, self._at - 1)
        except (ValueError, RecursionError):
            return False
        return bool(items) and all(
            isinstance(item, dict) and reserved.isdisjoint(item) for item in items
        )

    def _member(self, char: str) -> str:
        if self._open:
            if not self._is_first:
                self._expect(char, ",", "was expecting comma to separate {} entries")
                char = self._skip()
            if self._open[-1] == "{":
                return self._named(char)
        return self._begin(char)

    def _named(self, char: str) -> str:
        if char != '"':
            self._unexpected(char, "was expecting double-quote to start field name")
        self.name, self._at = self._string(self._at)
        self._expect(self._skip(), ":", "was expecting a colon to separate field name and value")
        self._next = self._begin(self._skip())
        return "name"

    def _begin(self, char: str) -> str:
        self._is_first = False
        if char in ("{", "["):
            if len(self._open) >= MAX_DEPTH:
                raise Invalid(f"Document nesting depth exceeds the maximum allowed ({MAX_DEPTH})")
            self._open.append(char)
            self._is_first = True
            self._at += 1
            return char
        if char == '"':
            self._is_unread = True
            self._at += 1
            return "string"
        return self._bare(char)

    def _bare(self, char: str) -> str:
        number = _NUMBER.match(self._text, self._at)
        if number:
            self._value, self._at = number.group(), number.end()
            return "number"
        word = _WORD.match(self._text, self._at)
        if word is None:
            return self._unexpected(char, f"expected a valid value {_VALUES}")
        self._at = word.end()
        if word.group() not in _LITERALS:
            self._fail(f"Unrecognized token '{word.group()}': was expecting {_VALUES}", self._at)
        self._value = word.group()
        return self._value

    def _string(self, start: int) -> tuple[str, int]:
        try:
            value, end = json.JSONDecoder().raw_decode(self._text, start)
        except ValueError as error:
            end = len(self._text)
            text = "Unexpected end-of-input in VALUE_STRING"
            raise Invalid(f"failed to parse JSON. {text}\n at {self._place(end)}") from error
        return value, end

    def _expect(self, char: str, wanted: str, what: str) -> None:
        if char != wanted:
            kind = "Object" if self._open[-1] == "{" else "Array"
            self._unexpected(char, what.format(kind))
        self._at += 1

    def _unexpected(self, char: str, what: str) -> str:
        if not char:
            self._fail("Unexpected end-of-input", self._at)
        self._fail(f"Unexpected character ({char!r} (code {ord(char)})): {what}", self._at)
        return ""

    def _fail(self, text: str, end: int) -> None:
        raise Invalid(f"failed to parse JSON. {text}\n at {self._place(end)}")

    def _skip(self) -> str:
        space = _SPACE.match(self._text, self._at)
        if space is not None:
            self._at = space.end()
        return self._text[self._at : self._at + 1]

    def _place(self, end: int) -> str:
        line = self._text.count("\n", 0, end)
        column = end - (self._text.rfind("\n", 0, end) + 1)
        return f"{_SOURCE}; line: {line + 1}, column: {column + 1}]"
