"""Selections of objects by labels and by fields.

https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
"""

from __future__ import annotations

import re
from collections.abc import Callable

Test = Callable[[dict], bool]
_REQUIREMENT = re.compile(
    r"\s*(?:"
    r"(?P<absent>!)\s*(?P<key0>[^\s,=!()]+)"
    r"|(?P<key1>[^\s,=!()]+)\s+(?P<set>in|notin)\s*\((?P<values>[^)]*)\)"
    r"|(?P<key2>[^\s,=!()]+)\s*(?P<sign>==|=|!=)\s*(?P<value>[^\s,=!()]*)"
    r"|(?P<key3>[^\s,=!()]+)"
    r")\s*(?:,|$)"
)


class Unreadable(Exception):
    """The text is no selector."""


def labels(text: str) -> Test:
    """A test of labels: `a=b,c!=d,e in (f,g),h notin (i),j,!k`."""
    tests, place = [], 0
    while place < len(text):
        found = _REQUIREMENT.match(text, place)
        if found is None:
            raise Unreadable(f"unable to parse requirement: found '{text[place:]}'")
        tests.append(_test(found))
        place = found.end()
    return lambda given: all(test(given) for test in tests)


def _test(found: re.Match) -> Test:
    key = next(found[f"key{index}"] for index in range(4) if found[f"key{index}"])
    if found["absent"]:
        return lambda given: key not in given
    if found["set"]:
        values = {value.strip() for value in found["values"].split(",")}
        if found["set"] == "in":
            return lambda given: given.get(key) in values
        return lambda given: given.get(key) not in values
    if found["sign"]:
        value, is_same = found["value"], found["sign"] != "!="
        return lambda given: (given.get(key) == value) is is_same
    return lambda given: key in given


def fields(text: str) -> list[tuple[str, str, bool]]:
    """The terms of a field selector: field, value, and whether they must be the same."""
    terms = []
    for term in filter(None, text.split(",")):
        found = re.fullmatch(r"([^=!]+)(==|=|!=)(.*)", term)
        if found is None:
            raise Unreadable(f"invalid selector: '{text}'; can't understand '{term}'")
        terms.append((found[1], found[3], found[2] != "!="))
    return terms


def matches(selector: dict, given: dict) -> bool:
    """Whether a LabelSelector takes these labels."""
    wanted = (selector.get("matchLabels") or {}).items()
    return all(given.get(key) == value for key, value in wanted) and all(
        _expression(expression, given) for expression in selector.get("matchExpressions") or ()
    )


def _expression(expression: dict, given: dict) -> bool:
    key, values = expression["key"], expression.get("values") or []
    return {
        "In": given.get(key) in values,
        "NotIn": given.get(key) not in values,
        "Exists": key in given,
        "DoesNotExist": key not in given,
    }[expression["operator"]]
