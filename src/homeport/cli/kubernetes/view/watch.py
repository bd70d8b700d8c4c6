"""The table of `homeport status --watch` on a terminal."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Iterator

from rich.console import Console
from rich.live import Live
from rich.text import Text

from homeport.cli import output
from homeport.cli.kubernetes.view import paint, statuses
from homeport.clock import Clock
from homeport.targets.kubernetes.watching.report import Report

_TICK_S = 1.0
"""How often the table is drawn, so that "since" goes on."""


def watch(reports: Iterator[Report], clock: Clock) -> None:
    """Redraws the table with each report and each second, until Ctrl-C or until there are no more. Raises what the reports raise."""
    news: queue.Queue[Report | BaseException | None] = queue.Queue()
    threading.Thread(target=_read, args=(reports, news), daemon=True).start()
    with Live(console=Console(highlight=False), auto_refresh=False) as shown:
        report: Report | None = None
        while True:
            with contextlib.suppress(queue.Empty):
                report = _report(news.get(timeout=_TICK_S))
                if report is None:
                    return
            if report is not None:
                shown.update(_drawn(report, clock.now()), refresh=True)


def _report(found: Report | BaseException | None) -> Report | None:
    if isinstance(found, BaseException):
        raise found
    return found


def _read(reports: Iterator[Report], news: queue.Queue[Report | BaseException | None]) -> None:
    try:
        for report in reports:
            news.put(report)
    except BaseException as error:  # noqa: BLE001 - it is raised by who waits for the reports
        news.put(error)
    else:
        news.put(None)


def _drawn(report: Report, now: float) -> Text:
    lines = "\n".join(statuses.lines(report, now, paint.of_output()))
    head = Text().append(f"{report.stack} in {report.context}\n\n", "bold")
    return head.append_text(Text.from_ansi(output.shown(lines)))
