"""Changes as they happen, one JSON document a line.

https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

from tests.apiserver import errors, hooks
from tests.apiserver.api import bodies, reading, selecting, tables
from tests.apiserver.api.cluster import Cluster
from tests.apiserver.rules import found
from tests.apiserver.store import ADDED, DELETED, MODIFIED, Change
from tests.apiserver.wire import answers

TIMEOUT_S = 1800.0
"""https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/kubeapiserver/options (min-request-timeout)"""
BEAT_S = 0.5
BOOKMARK_S = 60.0
"""About how often a bookmark comes: https://kubernetes.io/docs/reference/using-api/api-concepts/#watch-bookmarks"""
INITIAL_END = "k8s.io/initial-events-end"


def watch(request: hooks.Request, cluster: Cluster) -> answers.Answer:
    """A stream of changes after a version, or of all there is and what comes after."""
    reading.check_form(request)
    _check_options(request)
    selecting.test(request)
    since = request.query.get("resourceVersion") or "0"
    if not since.isdigit():
        reading.check_version(request, cluster)
    return answers.stream(_Watch(request, cluster).lines(int(since)))


def _check_options(request: hooks.Request) -> None:
    wants, match = request.query.get("sendInitialEvents"), request.query.get("resourceVersionMatch")
    if wants and match != "NotOlderThan":
        why = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
        raise bodies.invalid_options("ListOptions", [found.forbidden("resourceVersionMatch", why)])
    if match and not wants:
        why = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
        raise bodies.invalid_options("ListOptions", [found.forbidden("resourceVersionMatch", why)])


def _is_true(text: str | None) -> bool:
    return (text or "").lower() in {"1", "true"}


class _Watch:
    def __init__(self, request: hooks.Request, cluster: Cluster) -> None:
        self.request, self.cluster = request, cluster
        self.test = selecting.test(request)
        self.has_bookmarks = _is_true(request.query.get("allowWatchBookmarks"))
        timeout_s = float(request.query.get("timeoutSeconds") or TIMEOUT_S)
        self.end = time.monotonic() + timeout_s

    def lines(self, since: int) -> Iterator[bytes]:
        """Events as lines, with an empty one now and then while nothing happens."""
        starts = _is_true(self.request.query.get("sendInitialEvents"))
        if starts or not since:
            version, found_ = self._present()
            for document in found_:
                yield self._line(ADDED, document)
            since = version
            if starts and self.has_bookmarks:
                yield self._bookmark(since, {INITIAL_END: "true"})
        yield from self._changes(since)

    def _present(self) -> tuple[int, list[dict]]:
        store = self.cluster.store
        with store.locked():
            rows = store.list(self.request.kind, self.request.namespace)
            return store.version, [row for row in rows if self.test(row)]

    def _changes(self, since: int) -> Iterator[bytes]:
        store, next_bookmark = self.cluster.store, time.monotonic() + BOOKMARK_S
        while not self.cluster.is_closing():
            try:
                with store.locked():
                    changes, newest = store.history(since, self.request.kind), store.version
            except errors.ApiError as error:
                yield _event("ERROR", error.status())
                return
            for change in changes:
                yield self._told(change)
            since = max(since, newest)
            left = self.end - time.monotonic()
            if self.has_bookmarks and (left <= 0 or time.monotonic() >= next_bookmark):
                next_bookmark = time.monotonic() + BOOKMARK_S
                yield self._bookmark(since, {})
            if left <= 0:
                return
            yield b""
            store.wait(since, max(0.0, min(left, BEAT_S)))

    def _told(self, change: Change) -> bytes:
        """The change as this watch sees it: what no longer fits its selector is gone for it."""
        was = change.before is not None and self.test(change.before)
        fits = change.type != DELETED and self.test(change.object)
        if not was and not fits:
            return b""
        if not fits:
            return self._line(DELETED, change.object)
        return self._line(MODIFIED if was else ADDED, change.object)

    def _line(self, type_: str, document: dict) -> bytes:
        if tables.is_wanted(self.request):
            metadata = {"resourceVersion": document["metadata"]["resourceVersion"]}
            now = self.cluster.store.now()
            document = tables.table(self.request, [document], metadata, now)
        return _event(type_, document)

    def _bookmark(self, version: int, annotations: dict) -> bytes:
        kind = self.request.kind
        metadata = {"resourceVersion": str(version), "creationTimestamp": None}
        metadata |= {"annotations": annotations} if annotations else {}
        return _event(
            "BOOKMARK", {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": metadata}
        )


def _event(type_: str, document: dict) -> bytes:
    return json.dumps({"type": type_, "object": document}).encode() + b"\n"
