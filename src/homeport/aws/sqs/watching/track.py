"""Samples of one queue over time, packed: only changes are kept, and what is older than a span goes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

_FORM = struct.Struct("<8I")
SIZE = _FORM.size
MOST = 2**32 - 1


class Sample(NamedTuple):
    """Counts of messages at a time. Times are seconds since the epoch."""

    at: int
    visible: int
    in_flight: int
    delayed: int
    oldest_at: int
    """When the oldest message was sent; 0 where there is none."""
    sent: int = 0
    received: int = 0
    deleted: int = 0


class Track:
    """Samples of a span in seconds. 32 bytes each, where a tuple would have ten times as many."""

    __slots__ = ("_data", "_span_s", "latest")

    def __init__(self, span_s: int) -> None:
        self._data = bytearray()
        self._span_s = span_s
        self.latest: Sample | None = None
        """The last one that was another than that before."""

    def __len__(self) -> int:
        return len(self._data) // SIZE

    def put(self, sample: Sample, before: int, room: int) -> None:
        """Keeps a sample where it is another than the last one, which held until `before`; `room` samples are kept at most."""
        sample = Sample._make(min(value, MOST) for value in sample)
        latest = self.latest
        if latest is not None:
            if latest[1:] == sample[1:]:
                return
            if latest.at < before < sample.at:
                self._data += _FORM.pack(before, *latest[1:])
        self._data += _FORM.pack(*sample)
        self.latest = sample
        self._trim(sample.at - self._span_s, room)

    def _trim(self, since: int, room: int) -> None:
        """Drops what was over before `since`: the sample that still held then stays."""
        gone = max(0, len(self) - room)
        while gone + 1 < len(self) and self._at(gone + 1) <= since:
            gone += 1
        del self._data[: gone * SIZE]

    def _at(self, number: int) -> int:
        at: int = _FORM.unpack_from(self._data, number * SIZE)[0]
        return at

    def read(self, until: int, since: int) -> Iterator[Sample]:
        """The samples from `since` on; the last one holds until `until`."""
        waiting: Sample | None = None
        for values in _FORM.iter_unpack(self._data):
            sample = Sample._make(values)
            if sample.at <= since:
                waiting = sample._replace(at=since)
                continue
            if waiting is not None:
                yield waiting
                waiting = None
            yield sample
        if waiting is not None:
            yield waiting
        latest = waiting or self.latest
        if latest is not None and until > latest.at:
            yield latest._replace(at=until)
