"""Whether parameters keep the constraints of a model, told without saying which are broken: all that a sound request pays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from homeport.aws.protocol.model import OperationModel
from homeport.aws.protocol.shape import Shape
from homeport.aws.protocol.validate import Checks, rules

Holds = Callable[[Any], bool]


def compiled(
    operation: OperationModel,
    checks: Checks = Checks.ALL,
    own: Mapping[str, Holds | None] | None = None,
) -> Holds | None:
    """Tells whether the input of an operation is sound. None where nothing in it is constrained.

    `own` has what is asked of the values of some shapes, by the shape's name, instead of what the model says; None is nothing.
    """
    if operation.input is None:
        return None
    return _Compiler(checks, own or {}).of(operation.input)


class _Compiler:
    def __init__(self, checks: Checks, own: Mapping[str, Holds | None]) -> None:
        self._checks = checks
        self._own = own
        self._open: dict[str, list[Holds]] = {}

    def of(self, shape: Shape) -> Holds | None:
        if shape.name in self._own:
            return self._own[shape.name]
        tests = [is_kept for is_kept, _ in rules(shape, self._checks)]
        if shape.type == "structure":
            tests += self._structure(shape)
        elif shape.type == "list":
            tests += _each(self.of(shape.member))
        elif shape.type == "map":
            key = self.of(shape.key)
            if key is not None:
                tests.append(lambda value: all(map(key, value)))
            tests += [_of_values(each) for each in _each(self.of(shape.value))]
        return _all(tests)

    def _structure(self, shape: Shape) -> list[Holds]:
        within = self._open.get(shape.name)
        if within is not None:
            # A shape within itself: its tests are there once all of it was looked at.
            return [lambda value: all(test(value) for test in within)]
        tests = self._open[shape.name] = []
        members = {name: self.of(member) for name, member in shape.members.items()}
        constrained = {name: test for name, test in members.items() if test is not None}
        required = shape.required if Checks.REQUIRED in self._checks else ()
        if required or constrained:
            tests.append(_members(required, constrained))
        del self._open[shape.name]
        return tests


def _members(required: tuple[str, ...], constrained: dict[str, Holds]) -> Holds:
    look_up = constrained.get

    def holds(value: dict[str, Any]) -> bool:
        for name in required:
            if value.get(name) is None:
                return False
        for name, item in value.items():
            test = look_up(name)
            if test is not None and item is not None and not test(item):
                return False
        return True

    return holds


def _each(item: Holds | None) -> list[Holds]:
    if item is None:
        return []
    return [lambda values: all(value is None or item(value) for value in values)]


def _of_values(each: Holds) -> Holds:
    return lambda value: each(value.values())


def _all(tests: list[Holds]) -> Holds | None:
    if len(tests) < 2:
        return tests[0] if tests else None
    return lambda value: all(test(value) for test in tests)
