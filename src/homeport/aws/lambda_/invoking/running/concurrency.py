"""How many invocations of a function and of an account go on at the same time.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
"""

from __future__ import annotations

from collections import Counter
from typing import TypeVar

from homeport.aws.lambda_.invoking import errors
from homeport.aws.lambda_.model import Function

K = TypeVar("K")


class Concurrency:
    """Counts what runs. A function with reserved concurrency counts against that alone, all others against their account's."""

    def __init__(self, of_account: int) -> None:
        self._of_account = of_account
        self._functions: Counter[Function] = Counter()
        self._accounts: Counter[tuple[str, str]] = Counter()

    def enter(self, function: Function, reserved: int | None) -> Permit:
        """One more invocation. Raises TooManyRequestsException."""
        account = (function.account, function.region)
        if reserved is not None:
            if self._functions[function] >= reserved:
                raise errors.throttled(errors.RESERVED)
        elif self._accounts[account] >= self._of_account:
            raise errors.throttled(errors.ACCOUNT)
        self._functions[function] += 1
        if reserved is None:
            self._accounts[account] += 1
        return Permit(self, function, is_reserved=reserved is not None)

    def leave(self, function: Function, *, is_reserved: bool) -> None:
        """One has ended."""
        _decrement(self._functions, function)
        if not is_reserved:
            _decrement(self._accounts, (function.account, function.region))

    def running(self, function: Function) -> int:
        """Invocations of a function that go on."""
        return self._functions.get(function, 0)


class Permit:
    """The right of one invocation to run, until `leave`."""

    __slots__ = ("_concurrency", "_function", "_is_reserved")

    def __init__(self, concurrency: Concurrency, function: Function, *, is_reserved: bool) -> None:
        self._concurrency: Concurrency | None = concurrency
        self._function = function
        self._is_reserved = is_reserved

    def leave(self, _: object = None) -> None:
        """Gives it back; only the first call counts. It may be the callback of a future."""
        concurrency, self._concurrency = self._concurrency, None
        if concurrency is not None:
            concurrency.leave(self._function, is_reserved=self._is_reserved)


def _decrement(counter: Counter[K], key: K) -> None:
    counter[key] -= 1
    if not counter[key]:
        del counter[key]
