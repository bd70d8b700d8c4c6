"""Metrics by name. Where Distribution has one, with its name and labels, so that dashboards made for it go on.

https://distribution.github.io/distribution/about/configuration/#prometheus
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Protocol

from homeport.edge import http
from homeport.registry.events import metrics, openmetrics
from homeport.registry.events.figures import Rows
from homeport.registry.events.metrics import Counts, Series
from homeport.registry.events.notifications.endpoint import Endpoint, Tally
from homeport.registry.events.openmetrics import Family, Sample, counter, gauge

_ACTIONS = {"pull": "pulls", "push": "pushes", "mount": "mounts", "delete": "deletes"}

Labelled = tuple[dict[str, str], float]


def requests(counts: Counts, under_way: Iterable[http.Request]) -> list[Family]:
    """What was asked by HTTP."""
    by_method: dict[tuple[str, str], list[Series]] = defaultdict(list)
    by_handler: dict[str, list[Series]] = defaultdict(list)
    for (handler, method, _), series in counts.requests.items():
        by_method[handler, method].append(series)
        by_handler[handler].append(series)
    running = Counter(metrics.handler(request.path) for request in under_way)
    return [
        gauge(
            "registry_http_in_flight_requests",
            "Requests that are being answered.",
            [({"handler": each}, running[each]) for each in sorted(metrics.HANDLERS)],
        ),
        counter(
            "registry_http_requests",
            "Requests that were answered.",
            [
                ({"code": str(code), "handler": handler, "method": _method(method)}, series.count)
                for (handler, method, code), series in sorted(counts.requests.items())
            ],
        ),
        _durations(by_method),
        _sizes(by_handler, "request", "received"),
        _sizes(by_handler, "response", "sent"),
    ]


def _method(method: str) -> str:
    return metrics.METHODS.get(method, "unknown")


def _durations(by_method: dict[tuple[str, str], list[Series]]) -> Family:
    samples: list[Sample] = []
    for (handler, method), all_series in sorted(by_method.items()):
        samples += openmetrics.buckets(
            {"handler": handler, "method": _method(method)},
            metrics.DURATIONS_S,
            _added([series.durations for series in all_series]),
            sum(series.seconds for series in all_series),
        )
    text = "Seconds from a request's head to the end of its response."
    return Family("registry_http_request_duration_seconds", openmetrics.HISTOGRAM, text, samples)


def _sizes(by_handler: dict[str, list[Series]], which: str, field: str) -> Family:
    samples: list[Sample] = []
    for handler, all_series in sorted(by_handler.items()):
        counts = _added([getattr(series, f"{field}_sizes") for series in all_series])
        counts[0] = sum(series.count for series in all_series) - sum(counts[1:])
        total = sum(getattr(series, field) for series in all_series)
        samples += openmetrics.buckets({"handler": handler}, metrics.SIZES, counts, total)
    text = (
        "Bytes of bodies, as announced by Content-Length; those without one count as empty."
        if which == "request"
        else "Bytes of bodies that were sent."
    )
    return Family(f"registry_http_{which}_size_bytes", openmetrics.HISTOGRAM, text, samples)


def _added(lists: Sequence[list[int]]) -> list[int]:
    return [sum(column) for column in zip(*lists, strict=True)]


def happenings(counts: Counts) -> list[Family]:
    """What was done with images, and by whom not."""
    return [
        *(
            counter(
                f"registry_{name}",
                f"Events of the kind {action}, by what it was done to.",
                [
                    ({"kind": kind}, number)
                    for (done, kind), number in sorted(counts.events.items())
                    if done == action
                ],
            )
            for action, name in _ACTIONS.items()
        ),
        counter("registry_login_failures", "Wrong credentials.", [({}, counts.logins_failed)]),
        counter(
            "registry_refusals",
            "Requests of users who have not the right (403).",
            [({"action": action}, number) for action, number in counts.refused.items()],
        ),
    ]


def runs(counts: Counts) -> list[Family]:
    """What the registry did by itself."""
    return [
        counter(
            "registry_runs",
            "Runs over the whole registry: gc, retention, scrub, import.",
            [
                ({"kind": kind, "result": "done" if is_done else "failed"}, number)
                for (kind, is_done), number in sorted(counts.runs.items())
            ],
        ),
        counter(
            "registry_freed_bytes",
            "Bytes that runs have freed.",
            [({"kind": kind}, number) for kind, number in sorted(counts.freed.items())],
        ),
    ]


class Cache(Protocol):
    """What an upstream counts, since the start."""

    hits: int
    misses: int
    stale: int
    bytes_fetched: int
    errors: int


def upstreams(caches: Mapping[str, Cache]) -> list[Family]:
    """The pull-through cache: https://github.com/distribution/distribution/blob/main/registry/proxy/proxymetrics.go"""
    names = (
        ("hits", "hits", "What was answered with what is here."),
        ("misses", "misses", "Manifests and blobs that had to be fetched."),
        ("stale", "stale", "Hits whose tag could not be checked, as the upstream failed."),
        ("pulled_bytes", "bytes_fetched", "Bytes that came from the upstream."),
        ("errors", "errors", "Requests to the upstream that failed."),
    )
    return [
        counter(
            f"registry_proxy_{name}",
            text,
            [({"upstream": label}, getattr(cache, field)) for label, cache in caches.items()],
        )
        for name, field, text in names
    ]


def holdings(rows: Rows, limit: int | None) -> list[Family]:
    """What is stored."""
    sizes = (("blobs", rows.blob_bytes), ("manifests", rows.manifest_bytes), ("uploads", rows.upload_bytes))  # fmt: skip
    kinds = [({"kind": kind}, size) for kind, size in sizes]
    families = [gauge("registry_storage_bytes", "Bytes that are stored.", kinds)]
    if limit is not None:
        text = "Bytes that may be stored."
        families.append(gauge("registry_storage_limit_bytes", text, [({}, limit)]))
    numbers = (
        ("repositories", "Repositories that hold a manifest.", rows.repositories),
        ("manifests", "Manifests.", rows.manifests),
        ("blobs", "Blobs, each counted once.", rows.blobs),
        ("tags", "Tags.", rows.tags),
        ("uploads", "Uploads that are under way.", rows.uploads),
        ("rotten", "Blobs and manifests that a scrub found damaged: push them again.", rows.rotten),
    )
    return families + [
        gauge(f"registry_{name}", text, [({}, number)]) for name, text, number in numbers
    ]


def notifications(endpoints: Sequence[Endpoint], waiting: dict[str, int]) -> list[Family]:
    """The webhooks: https://github.com/distribution/distribution/blob/main/notifications/metrics.go"""
    tallies = {each.hook.name: each.tally for each in endpoints}
    pending = [({"endpoint": each.hook.name}, waiting.get(each.lane, 0)) for each in endpoints]
    prefix = "registry_notifications_"
    return [
        counter(prefix + "events", "Events, and what came of them.", _told(tallies)),
        gauge(prefix + "pending_total", "Events that wait for an endpoint.", pending),
        counter(prefix + "status", "Posts by the status of the answer.", _statuses(tallies)),
        counter(
            prefix + "dropped",
            "Events that were given up: too many waited, or for too long, or could not be written down.",
            [
                ({"reason": reason, "endpoint": name}, number)
                for name, tally in tallies.items()
                for reason, number in (
                    ("full", tally.overflown),
                    ("old", tally.expired),
                    ("unwritten", tally.unwritten),
                )
            ],
        ),
    ]


def _told(tallies: dict[str, Tally]) -> list[Labelled]:
    return [
        ({"type": kind, "endpoint": name}, getattr(tally, kind.lower()))
        for name, tally in tallies.items()
        for kind in ("Events", "Successes", "Failures", "Errors")
    ]


def _statuses(tallies: dict[str, Tally]) -> list[Labelled]:
    return [
        ({"code": _status(code), "endpoint": name}, number)
        for name, tally in tallies.items()
        for code, number in sorted(tally.statuses.items())
    ]


def _status(code: int) -> str:
    """As Distribution writes it: `200 OK`."""
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)
