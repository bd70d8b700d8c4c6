"""The table of `homeport status` on a terminal."""

from __future__ import annotations

import threading
from collections.abc import Callable

from rich.console import Console
from rich.live import Live

from homeport import clock
from homeport.cli.view import live
from homeport.targets.local import status

INTERVAL_S = 1.0


def show(report: status.Report) -> None:
    """Shows the table once."""
    Console(highlight=False).print(live.table(report.rows, clock.SystemClock().now()))


def watch(read: Callable[[], status.Report | None]) -> None:
    """Shows the table until Ctrl-C, or until the stack has stopped."""
    time, pause = clock.SystemClock(), threading.Event()
    with Live(console=Console(highlight=False), auto_refresh=False) as shown:
        while (report := read()) is not None:
            shown.update(live.table(report.rows, time.now()), refresh=True)
            pause.wait(INTERVAL_S)
