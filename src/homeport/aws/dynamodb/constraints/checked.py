"""Operations behind the check of their parameters."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from homeport.aws.dynamodb.constraints import broken, names, types, words
from homeport.aws.protocol import model, predicate
from homeport.aws.protocol.call import Call, Operation, Params, Result
from homeport.aws.protocol.model import OperationModel

Function = Callable[[Any, Call, Params], Result | Awaitable[Result]]


def checked(service: str, name: str, work: Function, engine: Any) -> Operation:
    """An operation of a model, bound to what it works on. It raises ValidationException before anything else is done.

    The check is made when the operation is first called.
    """
    holds: predicate.Holds | None = None

    def operation(call: Call, params: Params) -> Result | Awaitable[Result]:
        nonlocal holds
        if holds is None:
            holds = predicate_of(model.load(service).operation(name))
        if not holds(params):
            _refuse(model.load(service).operation(name), params)
        return work(engine, call, params)

    return operation


def predicate_of(operation: OperationModel) -> predicate.Holds:
    """Tells whether parameters keep all constraints."""
    own: dict[str, predicate.Holds | None] = dict.fromkeys(broken.NO_RULE)
    own[names.SHAPE] = names.sound(operation.name)
    return predicate.compiled(operation, own=own) or _nothing_asked


def _nothing_asked(_: Params) -> bool:
    return True


def _refuse(operation: OperationModel, params: Params) -> None:
    shape = operation.input
    if shape is not None:
        types.check(shape, params)
        found = broken.Search(operation.name, shape).run(params)
        error = words.refusal(operation.name, params, found) if found else None
        if error is not None:
            raise error
