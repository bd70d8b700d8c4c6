"""What happens while objects are applied or deleted and components become ready: in lines, as JSON, or live on a terminal."""

from __future__ import annotations

import importlib
import json
import threading
from types import TracebackType
from typing import Any, Protocol, Self

from homeport.cli import output
from homeport.cli.kubernetes.view import paint, plans
from homeport.stack.lifecycle import State
from homeport.targets.kubernetes.objects.kinds import Ref
from homeport.targets.kubernetes.watching.report import Report, Row

_LIVE = "homeport.cli.kubernetes.view.live"
"""Loaded only for a terminal."""


class _Live(Protocol):
    def view(self) -> Lines: ...


def of(form: str) -> Lines:
    """The view that fits: of `json`, of a terminal, or of a pipe."""
    if form == "json":
        return JsonLines()
    if paint.is_terminal():
        live: _Live = importlib.import_module(_LIVE)
        return live.view()
    return Lines()


class Lines:
    """A line for each change."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: tuple[Ref, ...] = ()
        self._rows: dict[str, Row] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing is left to be done."""

    def done(self, ref: Ref, what: str) -> None:
        """Something was done with an object."""
        with self._lock:
            output.out(f"{what:<9} {ref}")

    def waiting(self, refs: tuple[Ref, ...]) -> None:
        """These objects are still there."""
        with self._lock:
            if refs != self._left:
                self._left = refs
                output.out(f"waiting   {', '.join(map(str, refs))}")

    def show(self, report: Report) -> None:
        """The components whose state or reason has changed."""
        for row in report.rows:
            was = self._rows.get(row.component)
            if was is None or (was.state, was.reason) != (row.state, row.reason):
                said = row.url if row.state is State.READY else why(row)
                output.out(f"{row.component:<12} {row.state:<8} {said}".rstrip())
            self._rows[row.component] = row


def why(row: Row) -> str:
    """The cluster's word and sentence."""
    return ": ".join(part for part in (row.reason, row.message) if part)


class JsonLines(Lines):
    """A JSON object in a line for each change. https://jsonlines.org/"""

    def done(self, ref: Ref, what: str) -> None:
        """Something was done with an object."""
        with self._lock:
            event(what, **plans.named(ref))

    def waiting(self, refs: tuple[Ref, ...]) -> None:
        """These objects are still there."""
        with self._lock:
            if refs != self._left:
                self._left = refs
                event("waiting", objects=[plans.named(ref) for ref in refs])

    def show(self, report: Report) -> None:
        """The components that have changed."""
        for row in report.rows:
            if self._rows.get(row.component) != row:
                event("component", **as_json(row))
            self._rows[row.component] = row


def event(name: str, /, **values: Any) -> None:
    """Writes one line."""
    output.out(json.dumps({"event": name, **values}))


def as_json(row: Row) -> dict[str, Any]:
    """A component for programs."""
    return {
        "component": row.component,
        "state": row.state.value,
        "since": row.since,
        "reason": row.reason,
        "message": row.message,
        "hint": row.hint,
        "url": row.url,
        "restarts": row.restarts,
    }
