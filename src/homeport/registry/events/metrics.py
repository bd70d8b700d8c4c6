"""Counts what happens, for Prometheus. Counting is all that a request pays for; the text is made when it is asked for.

https://prometheus.io/docs/practices/naming/
"""

from __future__ import annotations

from bisect import bisect_left

from homeport.edge import http
from homeport.registry.events.journal import Event

DURATIONS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60)
SIZES = tuple(1024 << step for step in range(22))
"""Bounds of histograms, as Distribution has them: https://github.com/docker/go-metrics/blob/master/handler.go"""

METHODS = {
    method: method.lower()
    for method in ("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "CONNECT", "TRACE")
}
"""Any other is `unknown`, as in https://github.com/prometheus/client_golang/blob/main/prometheus/promhttp/instrument_server.go"""
_BODILESS = ("GET", "HEAD")

_KINDS = {
    "manifests": "manifest",
    "blobs": "blob",
    "uploads": "blob_upload_chunk",
    "tags": "tags",
    "referrers": "referrers",
}
_WHOLE = {
    "/v2": "base",
    "/v2/": "base",
    "/v2/_catalog": "catalog",
    "/livez": "health",
    "/readyz": "health",
    "/metrics": "metrics",
}
_EXTENSIONS = ("/v2/_homeport/", "/v2/_oci/")
HANDLERS = frozenset(
    {*_KINDS.values(), *_WHOLE.values(), "blob_upload", "extension", "token", "other"}
)


def handler(path: str) -> str:
    """Which of `HANDLERS` a path is for. Distribution's names, where it has one.

    https://github.com/distribution/distribution/blob/main/registry/api/v2/routes.go
    """
    if path[:4] == "/v2/":
        _, kind, last = path.rsplit("/", 2)
        found = _KINDS.get(kind)
        if found is not None:
            is_start = (kind == "blobs" and last == "uploads") or (kind == "uploads" and not last)
            return "blob_upload" if is_start else found
    return _WHOLE.get(path) or _other(path)


def _other(path: str) -> str:
    if path.startswith(_EXTENSIONS):
        return "extension"
    return "token" if path.endswith("/token") else "other"


class Series:
    """The requests of one handler, method and status."""

    __slots__ = ("durations", "received", "received_sizes", "seconds", "sent", "sent_sizes")

    def __init__(self) -> None:
        self.seconds = 0.0
        self.durations = [0] * (len(DURATIONS_S) + 1)
        self.received = self.sent = 0
        self.received_sizes = [0] * (len(SIZES) + 1)
        self.sent_sizes = [0] * (len(SIZES) + 1)
        """By their bound; those below the first are not counted, but follow from the others."""

    @property
    def count(self) -> int:
        """How many there were."""
        return sum(self.durations)


class Counts:
    """All counters. The server tells it of each request as it tells the access log, the journal of each event."""

    def __init__(self) -> None:
        self.requests: dict[tuple[str, str, int], Series] = {}
        """By handler, method and status."""
        self.events: dict[tuple[str, str], int] = {}
        """By action and kind."""
        self.logins_failed = 0
        self.refused: dict[str, int] = dict.fromkeys(("pull", "push", "delete"), 0)
        self.runs: dict[tuple[str, bool], int] = {}
        """By kind and whether it came to its end."""
        self.freed: dict[str, int] = {}
        """Bytes that runs have freed, by kind."""

    def record(
        self, now: float, request: http.Request, status: int, size: int, duration_s: float
    ) -> None:
        """Counts one request. `size` is the bytes of the response's body that were sent."""
        del now
        key = (handler(request.path), request.method, status)
        series = self.requests.get(key)
        if series is None:
            series = self._series(*key)
        series.seconds += duration_s
        series.durations[bisect_left(DURATIONS_S, duration_s)] += 1
        if size:
            series.sent += size
            if size > SIZES[0]:
                series.sent_sizes[min((size - 1 >> 10).bit_length(), 22)] += 1
        received = request.body.length if request.method not in _BODILESS else 0
        if received:
            series.received += received
            if received > SIZES[0]:
                series.received_sizes[min((received - 1 >> 10).bit_length(), 22)] += 1

    def _series(self, where: str, method: str, status: int) -> Series:
        """The series of a method that clients have made up is shared by all of these."""
        known = METHODS.get(method)
        key = (where, method if known else "", status)
        return self.requests.setdefault(key, Series())

    def flush(self) -> None:
        """Nothing is held back."""

    def tell(self, event: Event) -> None:
        """Counts an event of the journal."""
        key = (event.action, event.kind)
        self.events[key] = self.events.get(key, 0) + 1

    def login_failed(self) -> None:
        """Counts a wrong credential."""
        self.logins_failed += 1

    def refuse(self, action: str) -> None:
        """Counts a request of somebody who has not the right."""
        if action in self.refused:
            self.refused[action] += 1

    def ran(self, kind: str, *, is_done: bool, freed: int = 0) -> None:
        """Counts a run over the whole registry."""
        self.runs[kind, is_done] = self.runs.get((kind, is_done), 0) + 1
        self.freed[kind] = self.freed.get(kind, 0) + freed
