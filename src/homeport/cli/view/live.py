"""A stack as a table that redraws itself, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from homeport import clock
from homeport.cli.view import hints, plain, words
from homeport.targets.local import memory, prepare, status
from homeport.targets.local.lifecycle import State

_STYLES = {
    State.READY: "green",
    State.STARTING: "yellow",
    State.RENEWING: "yellow",
    State.RESTARTING: "yellow",
    State.STOPPING: "yellow",
    State.STOPPED: "dim",
    State.FAILED: "red",
}
NEAR_LIMIT = 0.8
"""From here on the limit of the memory is shown beside it."""


def view(given: hints.Hints) -> plain.View:
    """The view of `up`."""
    return View(given)


class View(plain.View):
    """Redraws the table at every change and each second."""

    def __init__(self, given: hints.Hints) -> None:
        super().__init__(given)
        self._clock = clock.SystemClock()
        self._live = Live(console=Console(highlight=False), auto_refresh=False)
        self._made: prepare.Prepared | None = None
        self._is_stopping = False

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leaves the last table on the screen."""
        self._live.stop()

    def prepared(self, made: prepare.Prepared) -> None:
        """Keeps what was made on the screen."""
        self._made = made

    def show(self, rows: Sequence[status.Row]) -> None:
        """Redraws the table."""
        self._rows = rows
        self._live.update(self._render(), refresh=True)

    def ready(self) -> None:
        """Shows what to type next."""
        self.was_ready = True
        self.show(self._rows)

    def stopping(self) -> None:
        """Takes away what no longer helps."""
        self._is_stopping = True

    def _render(self) -> RenderableType:
        parts: list[RenderableType] = [table(self._rows, self._clock.now())]
        if self._made is not None:
            parts += [Text(f"\n{note}", "yellow", overflow="fold") for note in self._made.notes]
        if self._made is not None and self._made.password:
            parts.append(self._first_user(self._made))
        if self.was_ready and not self._is_stopping:
            parts.append(self._next())
        head = Text.assemble(
            ("Homeport", "bold"), ("   data in ", "dim"), words.path(self.hints.data)
        )
        return Padding(Group(head, "", *parts), (1, 2))

    def _first_user(self, made: prepare.Prepared) -> RenderableType:
        return Text.assemble(
            "\nA first user was made: ",
            (self.hints.user, "bold"),
            " with the password ",
            (made.password, "bold"),
            (
                f"\nIt is shown this once, and kept in {words.path(self.hints.password_file)}.",
                "dim",
            ),
            overflow="fold",
        )

    def _next(self) -> RenderableType:
        text = Text("\nType next, in another terminal\n", overflow="fold")
        for line in self.hints.lines:
            text.append(f"  {line}\n", "cyan")
        if hints.is_by_name(self.hints, self._rows):
            text.append(f"\nBy name, {self.hints.name}\n")
            for line in self.hints.named:
                text.append(f"  {line}\n", "cyan")
        if (url := hints.browsed(self.hints, self._rows)) is not None:
            text.append("\nOpen in a browser ").append(f"{url}\n", "cyan")
        if self._made is not None and not self._made.password:
            file = words.path(self.hints.password_file)
            text.append(f"\nThe password of {self.hints.user} is in {file}.", "dim")
        return text.append("\nCtrl-C stops the stack.", "dim")


def table(rows: Sequence[status.Row], now: float) -> RenderableType:
    """The components with state, URL, for how long, and memory; below them why one is not ready."""
    grid = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for head, width in (("component", 11), ("state", 12), ("url", 0), ("since", 6), ("memory", 0)):
        grid.add_column(head, no_wrap=True, min_width=width)
    for row in rows:
        grid.add_row(*_cells(row, now))
    return Group(grid, *(_problem(row) for row in rows if _has_problem(row)))


def _cells(row: status.Row, now: float) -> list[RenderableType]:
    style = _STYLES[row.state]
    state = Text.assemble(("● ", style), (row.state.value, style))
    if row.restarts and row.state is State.READY:
        state.append(f" (restarted {row.restarts}x)", "dim")
    return [
        Text(row.name, "bold"),
        state,
        Text(row.url),
        Text(words.duration(now - row.since)),
        _memory(row),
    ]


def _memory(row: status.Row) -> RenderableType:
    resident = memory.resident(row.pid) if row.pid is not None else None
    text, limit = Text(words.size(resident)), row.memory_limit
    if resident is not None and limit is not None and resident > limit * NEAR_LIMIT:
        text.append(f" of {words.size(limit)}", "yellow")
    return text


def _has_problem(row: status.Row) -> bool:
    return bool(row.problem) and row.state in plain.UNWELL


def _problem(row: status.Row) -> RenderableType:
    return Text(f"\n{row.problem}", style=_STYLES[row.state])
