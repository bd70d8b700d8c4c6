"""Paths of one update or projection that meet: one in the other, or one that takes for a list what another takes for a map.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html; recorded in
https://github.com/architect/dynalite/blob/main/test/getItem.js ("should return ValidationException for overlapping paths in
ProjectionExpression", "... for conflicting paths ...").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from homeport.aws.dynamodb.expressions.language.operands import text_of
from homeport.aws.dynamodb.expressions.lexer import ExpressionError
from homeport.aws.dynamodb.expressions.nodes import Part, Path

MEETING = (
    "Two document paths {} with each other; must remove or rewrite one of these paths; "
    "path one: {}, path two: {}"
)


Tree = dict[Part, Any]
"""Paths by their parts; None where one ends."""


def add(tree: Tree, path: Path) -> bool:
    """Adds a path to those of a tree; False if it meets one of them."""
    *parents, last = path.parts
    for part in parents:
        inner = tree.get(part, tree)
        if inner is tree:
            if tree and next(iter(tree)).__class__ is not part.__class__:
                return False
            inner = tree[part] = {}
        elif inner is None:
            return False
        tree = inner
    if last in tree or (tree and next(iter(tree)).__class__ is not last.__class__):
        return False
    tree[last] = None
    return True


def error(path: Path, later: Sequence[Path]) -> ExpressionError:
    """The error of a path that meets one of those that come later, which are given the last first."""
    for other in reversed(later):
        verb = _meeting(path, other)
        if verb:
            return ExpressionError(MEETING.format(verb, text_of(path), text_of(other)))
    raise ValueError(path)


def _meeting(one: Path, two: Path) -> str | None:
    for left, right in zip(one.parts, two.parts, strict=False):
        if left.__class__ is not right.__class__:
            return "conflict"
        if left != right:
            return None
    return "overlap"
