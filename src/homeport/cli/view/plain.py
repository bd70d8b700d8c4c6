"""A stack in plain lines, for pipes and logs: one line for each change."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from homeport.cli import output
from homeport.cli.view import hints, words
from homeport.targets.local import prepare, status
from homeport.targets.local.lifecycle import State

UNWELL = (State.RESTARTING, State.RENEWING, State.FAILED)
"""States that have a reason."""


class View:
    """Writes what changes."""

    def __init__(self, given: hints.Hints) -> None:
        self.hints = given
        self.was_ready = False
        self._states: dict[str, State] = {}
        self._rows: Sequence[status.Row] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing is left to be done."""

    def prepared(self, made: prepare.Prepared) -> None:
        """Says what was made."""
        output.out(f"data folder  {words.path(self.hints.data)}")
        if made.is_new_ca:
            output.out(f"new CA       {words.path(self.hints.data / 'certs' / 'ca.crt')}")
        for note in made.notes:
            output.note(note)
        if made.password:
            output.out(
                f"new user     {self.hints.user}, password {made.password}"
                f" (kept in {words.path(self.hints.password_file)})"
            )

    def show(self, rows: Sequence[status.Row]) -> None:
        """Writes the components whose state has changed."""
        self._rows = rows
        for row in rows:
            if self._states.get(row.name, State.STOPPED) is not row.state:
                reason = row.problem.partition("\n")[0] if row.state in UNWELL else ""
                output.out(f"{row.name:<12} {row.state:<10} {reason or row.url}")
            self._states[row.name] = row.state

    def ready(self) -> None:
        """Says what to type next."""
        self.was_ready = True
        output.out("\n".join([*hints.text(self.hints, self._rows), ""]))

    def stopping(self) -> None:
        """The lines of the components say it."""
