"""The words of a PartiQL statement.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html; what is a word, and which words are reserved, is as in
AWS's own parser: https://github.com/partiql/partiql-lang-kotlin (SqlLexer.kt, LexerConstants.kt).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from homeport.aws.dynamodb.partiql.errors import Place, malformed

KEYWORDS = frozenset(
    """
    absolute action add all allocate alter and any are as asc assertion at authorization avg begin between bit bit_length by
    cascade cascaded case cast catalog char character character_length char_length check close coalesce collate collation column
    commit connect connection constraint constraints continue convert corresponding count create cross current current_date
    current_time current_timestamp current_user cursor date deallocate dec decimal declare default deferrable deferred delete desc
    describe descriptor diagnostics disconnect distinct domain double drop else end end-exec escape except exception exec execute
    exists external extract date_add date_diff false fetch first float for foreign found from full get global go goto grant group
    having identity immediate in indicator initially inner input insensitive insert int integer intersect interval into is
    isolation join key language last left level like local lower match max min module names national natural nchar next no not
    null nullif numeric octet_length of on only open option or order outer output overlaps pad partial position precision prepare
    preserve primary prior privileges procedure public read real references relative restrict revoke right rollback rows schema
    scroll section select session session_user set size smallint some space sql sqlcode sqlerror sqlstate substring sum
    system_user table temporary then time timestamp to transaction translate translation trim true union unique unknown update
    upper usage user using value values varchar varying view when whenever where with work write zone
    can_cast can_lossless_cast missing pivot unpivot limit offset tuple remove index let integer2 int2 integer4 int4 integer8 int8
    bigint conflict do nothing returning modified new old bool boolean string symbol clob blob struct list sexp bag
    """.split()  # noqa: SIM905 - a table of words
)
_OPERATORS = frozenset(("and", "or", "not", "is", "in", "like", "between", "union", "except"))
_JOINED = {
    ("not", "in"): "not_in",
    ("is", "not"): "is_not",
    ("not", "between"): "not_between",
    ("not", "like"): "not_like",
    ("character", "varying"): "character_varying",
    ("double", "precision"): "double_precision",
    ("insert", "into"): "insert_into",
    ("modified", "old"): "modified_old",
    ("modified", "new"): "modified_new",
    ("all", "old"): "all_old",
    ("all", "new"): "all_new",
}

NAME, QUOTED, STRING, NUMBER, ION = "name", "quoted", "string", "number", "ion"
KEYWORD, OPERATOR, MARK, END = "keyword", "operator", "mark", "end"

_TOKEN = re.compile(
    r"""(?s:(?P<space>\s+|--[^\r\n]*|/\*.*?\*/))
    |(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?P<exponent>[eE][+-]?[0-9]*)?)
    |(?P<name>[A-Za-z_$][A-Za-z0-9_$]*)
    |'(?P<string>(?:[^']|'')*)'
    |"(?P<quoted>(?:[^"]|"")*)"
    |`(?P<ion>[^`]*)`
    |(?P<mark><<|>>|[()\[\]{}:,;?*.])
    |(?P<operator><=|>=|<>|!=|\|\||/(?!\*)|[-+%<>=@])""",
    re.VERBOSE | re.ASCII,
)
_EXPONENT_MAX = 2**31 - 1
"""An exponent, or the scale that it leaves, beyond 32 bits is no number to the parser (recorded)."""


class Token(NamedTuple):
    """A word and where it stands."""

    kind: str
    text: str
    """The content of what is quoted; in lower case where it is a keyword or an operator."""
    place: Place


def tokens(statement: str) -> list[Token]:
    """All words, the last one of kind END. Raises Refused."""
    found: list[Token] = []
    offset, end = 0, len(statement)
    while offset < end:
        match = _TOKEN.match(statement, offset)
        if match is None:
            raise malformed("")
        kind = match.lastgroup
        if kind == "space":
            offset = match.end()
            continue
        _append(found, _token(match, "number" if kind == "exponent" else kind or ""))
        offset = match.end()
    found.append(Token(END, "", (end, 0)))
    return found


def _token(match: re.Match[str], kind: str) -> Token:
    text = match[kind]
    place = (match.start(), match.end() - match.start())
    if kind == NAME:
        word = text.lower()
        if word in KEYWORDS:
            return Token(OPERATOR if word in _OPERATORS else KEYWORD, word, place)
    elif kind == NUMBER:
        _check_exponent(text, match["exponent"])
    elif kind == STRING:
        text = text.replace("''", "'")
    elif kind == QUOTED:
        text = text.replace('""', '"')
    elif kind == OPERATOR and text == "!=":
        text = "<>"
    return Token(kind, text, place)


def _append(found: list[Token], token: Token) -> None:
    """Adds a word, or joins it with the one before."""
    if found and token.kind in (KEYWORD, OPERATOR):
        last = found[-1]
        joined = _JOINED.get((last.text, token.text))
        if joined is not None and last.kind in (KEYWORD, OPERATOR):
            start = last.place[0]
            place = (start, token.place[0] + token.place[1] - start)
            kind = OPERATOR if joined.startswith(("not", "is")) else KEYWORD
            found[-1] = Token(kind, joined, place)
            return
    found.append(token)


def _check_exponent(text: str, exponent: str | None) -> None:
    if exponent is None:
        return
    digits = exponent[1:].lstrip("+-").lstrip("0")
    if not exponent[-1].isdigit() or len(digits) > 10:
        raise malformed("")
    power = int(exponent[1:])
    scale = len(text.partition(".")[2].partition(exponent)[0]) - power
    if max(abs(power), abs(scale)) > _EXPONENT_MAX:
        raise malformed("")
