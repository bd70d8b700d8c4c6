"""Follows the state of a stack: a report whenever something has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from homeport.clock import Clock
from homeport.stack import settings
from homeport.targets.kubernetes.cluster import contract
from homeport.targets.kubernetes.watching import known, lines, observe, parts, streams
from homeport.targets.kubernetes.watching.parts import Place
from homeport.targets.kubernetes.watching.report import Report
from homeport.targets.kubernetes.watching.streams import Changed, Failed, Listing, News

TICK_S = 1.0
"""How often it is looked at the time: some states are a matter of patience, and there may be a deadline."""


def follow(
    cluster: contract.Cluster,
    chosen: settings.Settings,
    clock: Clock,
    *,
    until: Callable[[Report], bool] | None = None,
    deadline_s: float | None = None,
) -> Iterator[Report]:
    """Reports, each another one than that before; the first as soon as all is known.

    Ends after the report for which `until` holds, when `deadline_s` seconds have passed, or when it is closed. Raises `ClusterError`
    where the cluster cannot be asked any more; what passes by itself is borne for a minute.
    """
    follower = _Follower(cluster, chosen, clock)
    end = None if deadline_s is None else clock.now() + deadline_s
    try:
        while end is None or clock.now() < end:
            report = follower.next(TICK_S if end is None else min(TICK_S, end - clock.now()))
            if report is not None:
                yield report
                if until is not None and until(report):
                    return
    finally:
        follower.stop()


class _Follower:
    """What is known, and what was said last."""

    def __init__(self, cluster: contract.Cluster, chosen: settings.Settings, clock: Clock) -> None:
        self._cluster = cluster
        self._chosen = chosen
        self._clock = clock
        self._known = known.Known(chosen)
        self._missing: set[Place] = set(parts.places(chosen))
        self._lines: dict[lines.Key, tuple[str, ...]] = {}
        self._asked: set[lines.Key] = set()
        self._last: Report | None = None
        places = parts.places(chosen)
        self._streams = streams.Streams(cluster, clock, places, self._known.relevant)

    def stop(self) -> None:
        """Ends all threads."""
        self._streams.stop()

    def next(self, timeout_s: float) -> Report | None:
        """The next report, if there is another one within that time."""
        self._take(self._streams.take(max(0.0, timeout_s)))
        if self._missing:
            return None
        found = self._known.snapshot(self._clock.now())
        report = observe.report(found, self._chosen, self._cluster.context, self._last)
        self._ask_for_lines(report)
        report = lines.added(report, self._chosen, self._lines)
        if report == self._last:
            return None
        self._last = report
        return report

    def _take(self, found: Sequence[News]) -> None:
        for news in found:
            if isinstance(news, Failed):
                raise news.error
            if isinstance(news, Listing):
                self._missing.discard(news.place)
                self._known.replace(news.place, news.objects)
            elif isinstance(news, Changed):
                self._known.change(news.place, news.type, news.object)
            else:
                self._lines[news.key] = news.lines

    def _ask_for_lines(self, report: Report) -> None:
        """In a thread: a node that is away keeps nobody waiting."""
        namespaces = {part.component: part.namespace for part in parts.of(self._chosen)}
        for row in report.rows:
            key = lines.key(row)
            if key is not None and key not in self._asked:
                self._asked.add(key)
                self._streams.start(self._fetching(key, namespaces[row.component]))

    def _fetching(self, key: lines.Key, namespace: str) -> Callable[[], None]:
        def fetch() -> None:
            self._streams.put(streams.Told(key, lines.fetch(self._cluster, namespace, key[0])))

        return fetch
