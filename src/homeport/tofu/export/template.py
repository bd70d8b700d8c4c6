"""Texts and expressions, as the JSON syntax has both in strings.

https://opentofu.org/docs/language/syntax/json/#expression-mapping
"""

from __future__ import annotations

from typing import Any

Body = dict[str, Any]
"""A block, or the value of an attribute, as JSON has it."""


class Expression(str):
    """What is worked out by OpenTofu: it is written as it is."""

    __slots__ = ()


def expression(text: str) -> Expression:
    """An expression that stands alone."""
    return Expression(f"${{{text}}}")


def literal(value: Any) -> Any:
    """A value that means itself: what begins an expression in a text is escaped, in the keys of maps too.

    https://opentofu.org/docs/language/expressions/strings/#escape-sequences-1
    """
    if isinstance(value, Expression):
        return str(value)
    if isinstance(value, str):
        return value.replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, list | tuple):
        return [literal(part) for part in value]
    if isinstance(value, dict):
        return {literal(key): literal(part) for key, part in value.items()}
    return value


def has_expression(value: Any) -> bool:
    """Whether anything in it is worked out by OpenTofu."""
    if isinstance(value, dict):
        return any(has_expression(part) for part in value.values())
    if isinstance(value, list | tuple):
        return any(has_expression(part) for part in value)
    return isinstance(value, Expression)
