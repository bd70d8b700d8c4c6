"""How deep queues were: samples in memory, taken while the cloud runs, every ten seconds for an hour and every five minutes for a day.

All queues are counted by one read, in a thread. What has not changed is not kept again, and an idle cloud is not even read: so an
idle queue costs one sample, and nothing more as time goes by.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from homeport.aws.sqs.sqs import Sqs
from homeport.aws.sqs.store import watching
from homeport.aws.sqs.store.watching import Depth
from homeport.aws.sqs.watching.track import Sample, Track
from homeport.aws.sqs.watching.traffic import Passed
from homeport.clock import Timer
from homeport.errors import StorageError

FINE_S, FINE_SPAN_S = 10, 3_600
COARSE_S, COARSE_SPAN_S = 300, 86_400
SHARE = 200
"""A sample that takes long (many messages) is followed by a pause of so many times as long: half a percent of one core at most."""
SAMPLES = 500_000
"""Of all queues together, for each of the two spans: 18 MB. With more than 1,389 busy queues each has less than its hour."""
LEAST = 16
"""Samples that a queue has at least, however many there are."""


class Point(NamedTuple):
    """One sample as it is shown; `at` in seconds since the epoch."""

    at: int
    visible: int
    in_flight: int
    delayed: int
    oldest_s: int | None
    """The age of the oldest message."""
    sent: int
    """Messages that were sent since the sample before, and likewise those received and deleted."""
    received: int
    deleted: int


class _Series:
    """The samples of one queue."""

    __slots__ = ("coarse", "fine", "passed")

    def __init__(self) -> None:
        self.fine = Track(FINE_SPAN_S)
        self.coarse = Track(COARSE_SPAN_S)
        self.passed = Passed()
        """Since the last coarse sample."""


class Depths:
    """Samples of all queues, by their number: a queue that is made anew begins anew."""

    def __init__(self, sqs: Sqs) -> None:
        self._sqs = sqs
        self._series: defaultdict[int, _Series] = defaultdict(_Series)
        self._timer: Timer | None = None
        self._at = self._coarse_at = 0
        self._commits = -1
        self._has_hidden = True

    def start(self) -> None:
        """From here on samples are taken, until `close`."""
        self._arm(FINE_S)

    def close(self) -> None:
        """Takes no more."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None

    def _arm(self, wait_s: float) -> None:
        clock = self._sqs.clock
        self._timer = clock.call_at(clock.now() + wait_s, self._tick)

    def _tick(self) -> None:
        self._sqs.spawn(self._run())

    async def _run(self) -> None:
        began = self._sqs.clock.now()
        try:
            await self.take()
        except StorageError:
            # A disk in trouble is told by whoever needs it; the next sample may come through.
            self._commits = -1
        took_s = self._sqs.clock.now() - began
        if self._timer is not None:
            self._arm(max(FINE_S, SHARE * took_s))

    async def take(self) -> None:
        """Takes one sample of every queue."""
        now_ms, commits = self._sqs.now(), self._sqs.db.commits
        if commits != self._commits or self._has_hidden:
            self._commits = commits
            read = functools.partial(watching.depths, now=now_ms)
            self._keep(await self._sqs.db.scan(read), now_ms // 1000)
        self._at = now_ms // 1000
        if self._at - self._coarse_at >= COARSE_S:
            self._keep_coarse()

    def _keep(self, depths: list[Depth], at: int) -> None:
        passed = self._sqs.traffic.take()
        room = max(LEAST, SAMPLES // max(1, len(depths)))
        nothing = Passed()
        # What passed is a change, which the next sample undoes: that one must be taken too.
        self._has_hidden = bool(passed)
        for queue, visible, in_flight, delayed, oldest in depths:
            went = passed.get(queue, nothing)
            series = self._series[queue]
            oldest_at = 0 if oldest is None else oldest // 1000
            series.fine.put(
                Sample(at, visible, in_flight, delayed, oldest_at, *went), self._at, room
            )
            if went is not nothing:
                before = series.passed
                series.passed = Passed(*(a + b for a, b in zip(before, went, strict=True)))
            self._has_hidden |= bool(in_flight or delayed)
        for queue in self._series.keys() - {depth.queue for depth in depths}:
            del self._series[queue]

    def _keep_coarse(self) -> None:
        room = max(LEAST, SAMPLES // max(1, len(self._series)))
        for series in self._series.values():
            latest = series.fine.latest
            if latest is not None:
                sample = Sample(self._at, *latest[1:5], *series.passed)
                series.coarse.put(sample, self._coarse_at, room)
            series.passed = Passed()
        self._coarse_at = self._at

    def points(self, queue: int) -> list[Point]:
        """What is known of a queue, the oldest first: a day, of which the last hour is finer."""
        series = self._series.get(queue)
        if series is None:
            return []
        fine = list(_shown(series.fine, self._at, self._at - FINE_SPAN_S))
        begin = fine[0].at if fine else self._at
        coarse = _shown(series.coarse, self._coarse_at, self._at - COARSE_SPAN_S)
        return [*(point for point in coarse if point.at < begin), *fine]

    @property
    def size(self) -> int:
        """Samples that are kept, of all queues."""
        return sum(len(each.fine) + len(each.coarse) for each in self._series.values())


def _shown(track: Track, until: int, since: int) -> Iterator[Point]:
    for sample in track.read(until, since):
        oldest_s = max(0, sample.at - sample.oldest_at) if sample.oldest_at else None
        yield Point(*sample[:4], oldest_s, *sample[5:])
