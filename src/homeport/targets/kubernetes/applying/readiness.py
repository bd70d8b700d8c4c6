"""Waits until the components are ready, and says of each one that is not why."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from homeport import errors
from homeport.stack.lifecycle import State
from homeport.targets.kubernetes.watching.report import Report, Row


class NotReady(errors.HomeportError):
    """A component did not become ready in time."""


def wait(
    reports: Iterable[Report],
    timeout_s: float,
    show: Callable[[Report], None],
) -> Report:
    """Shows each report; the last is that of a ready stack, or of one that was not ready in time. Raises `NotReady` with the reason of each one that is not.

    An error does not end the wait: an image that a registry did not give may come with the next try.
    """
    last = None
    for last in reports:
        show(last)
    if last is not None and last.is_ready:
        return last
    raise _not_ready(last.rows if last else (), timeout_s)


def _not_ready(rows: Iterable[Row], timeout_s: float) -> NotReady:
    unready = [row for row in rows if row.state is not State.READY]
    lines = [f"{row.component} is {row.state}: {_why(row)}" for row in unready]
    hints = dict.fromkeys(row.hint for row in unready if row.hint)
    text = "\n  ".join(lines) or "nothing is known of its components"
    return NotReady(
        f"The stack is not ready after {timeout_s:.0f} s; it is applied, and the cluster goes on trying.\n  {text}",
        hint="\n  ".join(hints)
        or "homeport status --target kubernetes --watch shows how it goes on.",
    )


def _why(row: Row) -> str:
    """The cluster's own words; a component that only takes long has none."""
    words = ": ".join(part for part in (row.reason, row.message) if part)
    return words or "the cluster gives no reason yet"
