"""Long work on a terminal: a bar, how much, and how long it has taken. It is gone when the work has ended."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn


@contextlib.contextmanager
def bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Shows a bar on standard error; gives the function to be told how much is done, and of how much."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=40),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(label, total=None)

        def tell(done: int, total: int) -> None:
            # Without a total the bar only moves to and fro.
            shown.update(task, completed=done, total=total or None)

        yield tell
