"""A place in the words of a statement, which moves on as they are read."""

from __future__ import annotations

from homeport.aws.dynamodb.partiql.errors import malformed
from homeport.aws.dynamodb.partiql.language.lexer import (
    END,
    KEYWORD,
    MARK,
    NAME,
    OPERATOR,
    QUOTED,
    Token,
)

_MARKS = {
    ")": "RIGHT_PAREN",
    "]": "RIGHT_BRACKET",
    "}": "RIGHT_CURLY",
    ">>": "RIGHT_DOUBLE_ANGLE_BRACKET",
    ":": "COLON",
}


class Cursor:
    """The words from the current one on."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def token(self) -> Token:
        """The current one; the last one is of kind END."""
        return self._tokens[self._at]

    def next(self) -> Token:
        """Takes the current one."""
        token = self._tokens[self._at]
        if token.kind != END:
            self._at += 1
        return token

    def is_word(self, *words: str) -> bool:
        """Whether a keyword (or operator in letters) of these is the current token."""
        token = self.token
        return token.kind in (KEYWORD, OPERATOR) and token.text in words

    def takes(self, *words: str) -> bool:
        """Takes the current token if it is a keyword of these."""
        found = self.is_word(*words)
        if found:
            self._at += 1
        return found

    def is_mark(self, mark: str) -> bool:
        """Whether this punctuation is the current token."""
        token = self.token
        return token.kind == MARK and token.text == mark

    def takes_mark(self, mark: str) -> bool:
        """Takes the current token if it is this punctuation."""
        found = self.is_mark(mark)
        if found:
            self._at += 1
        return found

    def is_identifier(self) -> bool:
        """Whether a name is the current token."""
        return self.token.kind in (NAME, QUOTED)

    def is_at_end(self, after: int = 0) -> bool:
        """Whether nothing follows, or a semicolon only."""
        rest = self._tokens[self._at + after :]
        if rest and rest[0].kind == MARK and rest[0].text == ";":
            rest = rest[1:]
        return not rest or rest[0].kind == END

    def expect(self, mark: str) -> None:
        """Takes punctuation that must come now."""
        if not self.takes_mark(mark):
            raise malformed("Expected " + _MARKS[mark])
