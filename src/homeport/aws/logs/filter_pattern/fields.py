"""Messages of fields with spaces in between: `[ip, user, ..., status = 4*, bytes > 1000]`.

What stands between quotes or brackets is one field.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-unstructured-log-events.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from homeport.aws.logs.filter_pattern import conditions, regex
from homeport.aws.logs.filter_pattern.conditions import Reader
from homeport.aws.logs.filter_pattern.wording import Match, invalid

_FIELD = re.compile(
    r'"(?P<quoted>[^"]*)"(?=\s|$)|\[(?P<bracketed>[^\[\]]*)\](?=\s|$)|(?P<plain>\S+)'
)
"""No field is looked for beyond the next sign that could begin one: else a message of brackets would take for ever."""
_PART = re.compile(r'(?:"(?:[^"\\]|\\.)*"|%(?:[^%\\]|\\.)*%|[^,"%])*')
_NAME = re.compile(r"[A-Za-z_][\w.-]*")

Values = Mapping[str, str]
Test = Callable[[Values], bool]


class _Field(NamedTuple):
    name: str
    """Nothing where the pattern has none."""
    test: Test | None


def read(text: str) -> Match:
    """A pattern between brackets."""
    count = regex.Count()
    parts = _parts(text)
    if parts.count("...") > 1:
        raise invalid()
    fields = [None if part == "..." else _field(part, count) for part in parts]
    names = _names(fields)

    def match(message: str) -> Values | None:
        found = _split(message)
        named = names(len(found))
        if named is None:
            return None
        values = dict(zip(named, found, strict=True))
        for field in fields:
            if field is not None and field.test is not None and not field.test(values):
                return None
        return {f"${name}": value for name, value in values.items()}

    return match


def _parts(text: str) -> list[str]:
    """What stands between the commas."""
    parts: list[str] = []
    end = 0
    while True:
        found = _PART.match(text, end)
        if found is None:
            raise invalid()
        parts.append(found[0].strip())
        end = found.end()
        if end == len(text):
            return parts
        if text[end] != ",":
            raise invalid()
        end += 1


def _field(part: str, count: regex.Count) -> _Field:
    if not part or _NAME.fullmatch(part):
        return _Field(part, None)
    first = _NAME.search(part)
    if first is None:
        raise invalid()
    reader = Reader(part, count)
    test = reader.condition(_comparison)
    if reader.peek().kind:
        raise invalid()
    return _Field(first[0], test)


def _comparison(reader: Reader) -> Test:
    name = reader.take("word").text
    if not _NAME.fullmatch(name):
        raise invalid()
    sign = reader.take("sign").text
    test = conditions.comparison(sign, reader.wanted())
    return lambda values: test(values.get(name))


def _names(fields: list[_Field | None]) -> Callable[[int], list[str] | None]:
    """What the fields of a message are called, by how many there are; None where they are not as many as the pattern has."""
    gap = fields.index(None) if None in fields else None
    named = [None if field is None else field.name for field in fields]

    def names(count: int) -> list[str] | None:
        if gap is None:
            row = named if count == len(named) else None
        else:
            hidden = count - (len(named) - 1)
            row = None if hidden < 0 else [*named[:gap], *[""] * hidden, *named[gap + 1 :]]
        if row is None:
            return None
        return [name or str(number) for number, name in enumerate(row, 1)]

    return names


def _split(message: str) -> list[str]:
    """The fields of a message, without their quotes or brackets."""
    return [
        next(each for each in found.group("quoted", "bracketed", "plain") if each is not None)
        for found in _FIELD.finditer(message)
    ]
