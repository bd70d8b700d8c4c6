"""A table of the components that redraws itself, for a terminal; before it what is being done with objects."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from homeport import clock
from homeport.cli import output
from homeport.cli.kubernetes.view import progress
from homeport.cli.view import words
from homeport.stack.lifecycle import State
from homeport.targets.kubernetes.objects.kinds import Ref
from homeport.targets.kubernetes.watching.report import Report, Row

_STYLES = {
    State.READY: "green",
    State.RUNNING: "yellow",
    State.PENDING: "yellow",
    State.ERROR: "red",
    State.INITIAL: "dim",
    State.TERMINATED: "dim",
}


def view() -> progress.Lines:
    """The view of `apply` and `destroy`."""
    return View()


class View(progress.Lines):
    """Redraws the table with each report."""

    def __init__(self) -> None:
        super().__init__()
        self._clock = clock.SystemClock()
        self._count = 0
        self._is_passing = True
        """Whether what is shown is done with at the end."""
        self._live = Live(console=Console(highlight=False), auto_refresh=False)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leaves the last table on the screen; what it waited for only where it did not come."""
        self._live.transient = self._is_passing and error is None
        self._live.stop()

    def done(self, ref: Ref, what: str) -> None:
        """Shows the last one; all of them were in the plan."""
        self._count += 1
        text = Text.assemble((f"\n  {self._count:>3} {what} ", "dim"), output.shown(str(ref)))
        self._live.update(text, refresh=True)

    def waiting(self, refs: tuple[Ref, ...]) -> None:
        """Shows what is still there."""
        text = Text("\nWaiting for\n", "dim")
        for ref in refs:
            text.append(output.shown(f"  {ref}\n"))
        self._live.update(text, refresh=True)

    def show(self, report: Report) -> None:
        """Redraws the table."""
        self._is_passing = False
        self._live.update(table(report, self._clock.now()), refresh=True)


def table(report: Report, now: float) -> RenderableType:
    """The components with state, since when, and URL; below them why one is not ready."""
    grid = Table(box=None, padding=(0, 3, 0, 2), header_style="dim", pad_edge=False)
    for head in ("component", "state", "since", "url"):
        grid.add_column(head, no_wrap=head != "url")
    for row in report.rows:
        grid.add_row(*_cells(row, now))
    unready = [row for row in report.rows if row.state is not State.READY and progress.why(row)]
    return Group("", grid, *(_reason(row) for row in unready))


def _cells(row: Row, now: float) -> list[RenderableType]:
    style = _STYLES[row.state]
    since = words.duration(now - row.since) if row.since is not None else "-"
    return [
        Text(row.component, "bold"),
        Text.assemble(("● ", style), (row.state.value, style)),
        Text(since),
        Text(output.shown(row.url)),
    ]


def _reason(row: Row) -> RenderableType:
    said = output.shown(progress.why(row))
    text = Text(f"\n  {row.component}: {said}", _STYLES[row.state], overflow="fold")
    if row.hint:
        text.append(f"\n  {output.shown(row.hint)}", "dim")
    return text
