"""Paths of one update or projection that meet: one in the other, or one that takes for a list what another takes for a map.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html; recorded in
https://github.com/architect/dynalite/blob/main/test/getItem.js ("should return ValidationException for overlapping paths in
ProjectionExpression", "... for conflicting paths ...").
"""

from __future__ import annotations

from collections.abc import Sequence

from homeport.aws.dynamodb.expressions.language.operands import text_of
from homeport.aws.dynamodb.expressions.lexer import ExpressionError
from homeport.aws.dynamodb.expressions.nodes import Path

MEETING = (
    "Two document paths {} with each other; must remove or rewrite one of these paths; "
    "path one: {}, path two: {}"
)


def check(paths: Sequence[Path]) -> None:
    """Raises if the first of the paths meets one of the others."""
    first = paths[0]
    for other in paths[1:]:
        verb = _meeting(first, other)
        if verb:
            raise ExpressionError(MEETING.format(verb, text_of(first), text_of(other)))


def _meeting(one: Path, two: Path) -> str | None:
    for left, right in zip(one.parts, two.parts, strict=False):
        if left.__class__ is not right.__class__:
            return "conflict"
        if left != right:
            return None
    return "overlap"
