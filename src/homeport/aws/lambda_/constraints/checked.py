"""Operations behind the check of their parameters: what breaks the model is refused before the service looks at it."""

from __future__ import annotations

from collections.abc import Awaitable

from homeport.aws.lambda_ import errors
from homeport.aws.lambda_.constraints.broken import broken, message
from homeport.aws.protocol import model, predicate
from homeport.aws.protocol.call import Call, Operation, Params, Result

OWN_WORDS = frozenset(("CreateFunction", "UpdateFunctionConfiguration"))
"""Operations that say in their own words which runtimes there are."""


def checked(name: str, work: Operation) -> Operation:
    """An operation that raises ValidationException where its parameters break a constraint of the model.

    The check is made when the operation is first called.
    """
    holds: predicate.Holds | None = None

    def operation(call: Call, params: Params) -> Result | Awaitable[Result]:
        nonlocal holds
        if holds is None:
            holds = _predicate(name)
        if not holds(params):
            _refuse(name, params)
        return work(call, params)

    return operation


def _predicate(name: str) -> predicate.Holds:
    own: dict[str, predicate.Holds | None] = {"Runtime": None} if name in OWN_WORDS else {}
    operation = model.load("lambda").operation(name)
    return predicate.compiled(operation, own=own) or _nothing_asked


def _nothing_asked(_: Params) -> bool:
    return True


def _refuse(name: str, params: Params) -> None:
    shape = model.load("lambda").operation(name).input
    if shape is None:
        return
    if name in OWN_WORDS:
        params = {key: value for key, value in params.items() if key != "Runtime"}
    raise errors.validation(message(broken(shape, params)))
