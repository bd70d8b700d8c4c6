"""Checks of parameters against the constraints of a model, compiled once per operation.

The texts are those of AWS, as in
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html and in the answers that users quote:
`1 validation error detected: Value 'x' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import Flag, auto
from functools import cache
from typing import Any, NamedTuple

from homeport.aws.protocol.model import OperationModel
from homeport.aws.protocol.shape import Shape


class Checks(Flag):
    """Which constraints count."""

    REQUIRED = auto()
    LENGTH = auto()
    RANGE = auto()
    ENUM = auto()
    PATTERN = auto()
    ALL = REQUIRED | LENGTH | RANGE | ENUM | PATTERN


class Violation(NamedTuple):
    """One constraint that one value breaks."""

    path: tuple[str, ...]
    """Member names from the top; `member` and a number for the items of a list."""
    value: Any
    constraint: str
    """AWS's words, as in `Member must not be null`."""
    is_missing: bool = False

    def __str__(self) -> str:
        shown = "null" if self.is_missing else f"'{_shown(self.value)}'"
        return f"Value {shown} at '{wire_path(self.path)}' failed to satisfy constraint: {self.constraint}"


SHOWN_LIMIT = 1024
"""Characters of a value that an error repeats."""

Path = tuple[str, ...]
Check = Callable[[Any, Path], Iterator[Violation]]
Memo = dict[str, "list[tuple[str, Check]]"]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return f"java.nio.HeapByteBuffer[pos=0 lim={len(value)} cap={len(value)}]"
    if isinstance(value, list):
        return f"[{', '.join(_shown(item) for item in value)}]"[:SHOWN_LIMIT]
    return str(value)[:SHOWN_LIMIT]


def wire_path(path: Path) -> str:
    """A path as AWS writes it: `keySchema.1.member.attributeName`, each name with a small first letter."""
    return ".".join(part[:1].lower() + part[1:] for part in path)


def violations(
    operation: OperationModel, params: dict[str, Any], checks: Checks = Checks.REQUIRED
) -> list[Violation]:
    """All constraints that the parameters break, in the model's order; empty where all is well."""
    check = compiled(operation, checks)
    return [] if check is None else list(check(params, ()))


def message(found: list[Violation]) -> str:
    """The text of AWS's ValidationException for these violations."""
    plural = "" if len(found) == 1 else "s"
    return f"{len(found)} validation error{plural} detected: {'; '.join(map(str, found))}"


@cache
def compiled(operation: OperationModel, checks: Checks) -> Check | None:
    """The check of an operation's input; None where nothing in it is constrained."""
    return None if operation.input is None else _compile(operation.input, checks, {})


def _compile(shape: Shape, checks: Checks, memo: Memo) -> Check | None:
    make = _COMPOUND.get(shape.type)
    own = rules(shape, checks)
    inner = make(shape, checks, memo) if make is not None else None
    if not own and inner is None:
        return None

    def check(value: Any, path: Path) -> Iterator[Violation]:
        for holds, constraint in own:
            if not holds(value):
                yield Violation(path, value, constraint)
        if inner is not None:
            yield from inner(value, path)

    return check


def _structure(shape: Shape, checks: Checks, memo: Memo) -> Check | None:
    required = shape.required if Checks.REQUIRED in checks else ()
    members = memo.get(shape.name)
    if members is None:
        members = memo[shape.name] = []
        for name, member in shape.members.items():
            inner = _compile(member, checks, memo)
            if inner is not None:
                members.append((name, inner))
        if not required and not members:
            return None

    def check(value: dict[str, Any], path: Path) -> Iterator[Violation]:
        for name in required:
            if value.get(name) is None:
                yield Violation((*path, name), None, "Member must not be null", is_missing=True)
        for name, inner in members:
            item = value.get(name)
            if item is not None:
                yield from inner(item, (*path, name))

    return check


def _list(shape: Shape, checks: Checks, memo: Memo) -> Check | None:
    inner = _compile(shape.member, checks, memo)
    if inner is None:
        return None

    def check(value: list[Any], path: Path) -> Iterator[Violation]:
        for number, item in enumerate(value, 1):
            if item is not None:
                yield from inner(item, (*path, str(number), "member"))

    return check


def _map(shape: Shape, checks: Checks, memo: Memo) -> Check | None:
    inner = _compile(shape.value, checks, memo)
    keys = rules(shape.key, checks)
    if inner is None and not keys:
        return None

    def check(value: dict[str, Any], path: Path) -> Iterator[Violation]:
        for key, item in value.items():
            for holds, constraint in keys:
                if not holds(key):
                    yield Violation(
                        path, value, f"Map keys must satisfy constraint: [{constraint}]"
                    )
            if inner is not None and item is not None:
                yield from inner(item, (*path, key, "member"))

    return check


_COMPOUND: dict[str, Callable[[Shape, Checks, Memo], Check | None]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
}

Rule = tuple[Callable[[Any], bool], str]


def rules(shape: Shape, checks: Checks) -> list[Rule]:
    """The rules that the value itself must keep, whatever is in it: what tells whether it does, and AWS's words."""
    traits = shape.traits
    if shape.type in ("integer", "long", "float", "double"):
        return _bounds(traits, lambda value: value, "value") if Checks.RANGE in checks else []
    found: list[Rule] = []
    if Checks.LENGTH in checks and not shape.is_streaming and shape.type != "structure":
        found += _bounds(traits, len, "length")
    if Checks.ENUM in checks and traits.get("enum"):
        allowed = frozenset(traits["enum"])
        found.append(
            (
                allowed.__contains__,
                f"Member must satisfy enum value set: [{', '.join(traits['enum'])}]",
            )
        )
    if Checks.PATTERN in checks and traits.get("pattern"):
        found += _pattern(traits["pattern"])
    return found


def _bounds(traits: dict[str, Any], measure: Callable[[Any], Any], noun: str) -> list[Rule]:
    rules: list[Rule] = []
    low, high = traits.get("min"), traits.get("max")
    start = f"Member must have {noun}"
    if low is not None:
        rules.append(
            (lambda value: measure(value) >= low, f"{start} greater than or equal to {low}")
        )
    if high is not None:
        rules.append(
            (lambda value: measure(value) <= high, f"{start} less than or equal to {high}")
        )
    return rules


def _pattern(pattern: str) -> list[Rule]:
    try:
        fits = re.compile(pattern).fullmatch
    except re.error:
        # Models are written for Java's expressions; the few that Python cannot read go unchecked.
        return []
    rule = f"Member must satisfy regular expression pattern: {pattern}"
    return [(lambda value: fits(value) is not None, rule)]


def has_nested(operation: OperationModel) -> bool:
    """Whether members inside of other members are required, so that the parameters must be walked."""
    shape = operation.input
    return shape is not None and any(
        _compile(member, Checks.REQUIRED, {}) is not None for member in shape.members.values()
    )
