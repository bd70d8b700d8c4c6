"""The words of an expression, and the error that tells where it cannot be read.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
"""

from __future__ import annotations

import re
from typing import NamedTuple

KEYWORDS = frozenset({"AND", "OR", "NOT", "IN", "BETWEEN", "SET", "REMOVE", "ADD", "DELETE"})
"""In upper or lower case, and in every kind of expression."""

NAME, ALIAS, REFERENCE, NUMBER, OTHER, END = "name", "#", ":", "number", "other", "<EOF>"

_TOKEN = re.compile(
    r"[ \t\r\n]*(?:(?P<name>[A-Za-z][A-Za-z0-9_]*)|(?P<alias>#[A-Za-z0-9_]+)|(?P<reference>:[A-Za-z0-9_]+)"
    r"|(?P<number>0|[1-9][0-9]*)|(?P<symbol><>|<=|>=|[=<>()\[\].,+-])|(?P<other>[^ \t\r\n]))",
    re.ASCII,
)
_KINDS = {"name": NAME, "alias": ALIAS, "reference": REFERENCE, "number": NUMBER, "other": OTHER}


class Token(NamedTuple):
    """A word: its kind (a keyword or symbol is its own kind), its text, and where it stands."""

    kind: str
    text: str
    start: int
    end: int


class ExpressionError(Exception):
    """What is wrong with an expression, in AWS's words without `Invalid ...Expression: `."""


def tokens(text: str) -> list[Token]:
    """All words, with END as the last."""
    found = []
    for match in _TOKEN.finditer(text):
        group = match.lastgroup or "other"
        word = match[group]
        kind = _KINDS.get(group, word)
        if kind is NAME and word.upper() in KEYWORDS:
            kind = word.upper()
        found.append(Token(kind, word, match.start(group), match.end()))
    found.append(Token(END, END, len(text), len(text)))
    return found


def unexpected(text: str, found: list[Token], at: int) -> ExpressionError:
    """The error of a word that cannot stand where it stands: `near` goes from the word before to the word after.

    The form is quoted in https://github.com/aws/aws-cdk/issues/7591 and https://github.com/nubo-db/dynoxide/issues/12.
    """
    start = found[at - 1].start if at else 0
    end = found[min(at + 1, len(found) - 1)].end
    return ExpressionError(f'Syntax error; token: "{found[at].text}", near: "{text[start:end]}"')
