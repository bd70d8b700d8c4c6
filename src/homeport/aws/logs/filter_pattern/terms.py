"""Terms of unstructured messages: all of them, any of those with `?`, none of those with `-`. A term is found inside a word too.

https://github.com/awsdocs/amazon-cloudwatch-logs-user-guide/blob/main/doc_source/FilterAndPatternSyntax.md
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from homeport.aws.logs.filter_pattern import regex
from homeport.aws.logs.filter_pattern.wording import Match, invalid, invalid_term

_TERM = re.compile(
    r"""\s*(?P<sign>[?-]?)\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|%(?P<regex>(?:[^%\\]|\\.)*)%|(?P<word>[^\s"%]+))(?=\s|$|["%?-])"""
)
_WORD = re.compile(r"[\w]+")
Test = Callable[[str], bool]


class _Term(NamedTuple):
    sign: str
    test: Test


def read(text: str) -> Match:
    """A pattern of terms; one without any matches everything.

    Terms with `?` beside others count for nothing:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-unstructured-log-events.html
    """
    found = _terms(text)
    required = [term.test for term in found if not term.sign]
    excluded = [term.test for term in found if term.sign == "-"]
    optional = [term.test for term in found if term.sign == "?"]
    if required or excluded or not optional:
        return _matching(
            lambda message: (
                all(test(message) for test in required)
                and not any(test(message) for test in excluded)
            )
        )
    return _matching(lambda message: any(test(message) for test in optional))


def _matching(test: Test) -> Match:
    return lambda message: {} if test(message) else None


def _terms(text: str) -> Sequence[_Term]:
    found: list[_Term] = []
    count = regex.Count()
    end = 0
    while end < len(text):
        term = _TERM.match(text, end)
        if term is None:
            raise invalid_term(text[end:].strip())
        found.append(_Term(term["sign"], _test(term, count)))
        end = term.end()
    return found


def _test(term: re.Match[str], count: regex.Count) -> Test:
    if term["regex"] is not None:
        return count.compiled(term["regex"]).search
    if term["quoted"] is not None:
        wanted = re.sub(r"\\(.)", r"\1", term["quoted"])
        if not wanted:
            raise invalid()
        return lambda message: wanted in message
    word = term["word"]
    if not _WORD.fullmatch(word):
        raise invalid_term(word)
    return lambda message: word in message
