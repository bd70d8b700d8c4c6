"""The words of an expression, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from homeport.aws.dynamodb.expressions import lexer
from homeport.aws.dynamodb.expressions.lexer import ExpressionError

_T = TypeVar("_T")


class Words:
    """Stands at one word of a text, at its end behind the last one."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = lexer.tokens(text)
        self.at = 0
        """The number of the word at hand."""
        self.kind = self._tokens[0].kind
        """Of the word at hand."""

    def placeholders(self, kind: str) -> frozenset[str]:
        """The placeholders of names (`lexer.ALIAS`) or values (`lexer.REFERENCE`) that the text has."""
        return frozenset(token.text for token in self._tokens if token.kind is kind)

    @property
    def next_kind(self) -> str:
        """Of the word behind the one at hand."""
        return self._tokens[self.at + 1].kind

    def take(self) -> str:
        """The word at hand; goes on behind it."""
        text = self._tokens[self.at].text
        self.at += 1
        self.kind = self._tokens[self.at].kind
        return text

    def expect(self, kind: str) -> str:
        """The word at hand, which must be of this kind."""
        if self.kind != kind:
            raise self.unexpected()
        return self.take()

    def end(self) -> None:
        """Raises what is behind the end."""
        if self.kind is not lexer.END:
            raise self.unexpected()

    def unexpected(self) -> ExpressionError:
        """The error for the word at hand."""
        return lexer.unexpected(self._text, self._tokens, self.at)

    def listed(self, read: Callable[[], _T]) -> list[_T]:
        """What `read` reads, once or more with commas between."""
        found = [read()]
        while self.kind == ",":
            self.take()
            found.append(read())
        return found
