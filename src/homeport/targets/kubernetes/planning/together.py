"""The same for many things at once, since each one waits for an answer most of its time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent import futures
from typing import TypeVar

In = TypeVar("In")
Out = TypeVar("Out")

WORKERS = 8
"""An API server gives each client a share of its seats; kubectl asks for no more by default.
https://kubernetes.io/docs/concepts/cluster-administration/flow-control/"""


def each(function: Callable[[In], Out], things: Iterable[In]) -> list[Out]:
    """The answers in the order of the things. Where one raises, or Ctrl-C comes, what has not begun does not begin."""
    is_over = threading.Event()

    def once(thing: In) -> Out:
        if is_over.is_set():  # a thread takes the next one before anybody can cancel it
            raise futures.CancelledError
        try:
            return function(thing)
        except BaseException:
            is_over.set()
            raise

    given = list(things)
    if len(given) < 2:
        return [function(thing) for thing in given]
    pool = futures.ThreadPoolExecutor(min(WORKERS, len(given)))
    try:
        return list(pool.map(once, given))
    finally:
        pool.shutdown(cancel_futures=True)
