"""Events as Distribution tells them, field by field; a field of no value is left out as Go's `omitempty` does.

https://distribution.github.io/distribution/about/notifications/#events
https://github.com/distribution/distribution/blob/v2.8.3/notifications/event.go
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from homeport.edge import http
from homeport.registry.events import journal, origin
from homeport.registry.events.journal import Event

MEDIA_TYPE = "application/vnd.docker.distribution.events.v1+json"
"""Of version 2, which receivers of today look for; version 3 says `v2` of the same fields. An endpoint that wants another gets it by
a header `Content-Type` of its own."""

BLOB = "application/octet-stream"
"""The media type of each blob: https://github.com/distribution/distribution/blob/v2.8.3/registry/storage/blobstore.go"""


class Source(NamedTuple):
    """The registry that tells."""

    address: str
    instance: str
    """Another one after each start."""
    url: str = ""
    """Where clients reach it; empty: as their requests say."""


class Told(NamedTuple):
    """What an event has beside itself: its own id, its time, and the id of the request that it came of."""

    id: str
    at: float
    request_id: str


def text(event: Event, told: Told, source: Source) -> str:
    """An event as JSON, in ASCII."""
    fields = {
        "id": told.id,
        "timestamp": origin.rfc3339(told.at),
        "action": event.action,
        "target": _target(event, source),
        "request": _request(event.request, told.request_id),
        "actor": _filled(name=origin.user(event)),
        "source": _filled(addr=source.address, instanceID=source.instance),
    }
    return json.dumps(fields, separators=(",", ":"))


def body(events: Sequence[str]) -> bytes:
    """The body of a post: events that may have nothing to do with each other."""
    return f'{{"events":[{",".join(events)}]}}'.encode("ascii")


def media_type(event: Event) -> str:
    """What the target is said to be; nothing where it was removed."""
    if event.action == journal.DELETE:
        return ""
    return event.media_type or (BLOB if event.kind == journal.BLOB else "")


def _target(event: Event, source: Source) -> dict[str, Any]:
    if event.action == journal.DELETE:
        # "Specifically, only the digest and repository are sent"; of a tag the tag, which says that its manifest is still there.
        is_tag = event.kind == journal.TAG
        return _filled(
            digest="" if is_tag else event.digest, repository=event.repository, tag=event.tag
        )
    return _filled(
        mediaType=media_type(event),
        size=event.size,
        digest=event.digest,
        length=event.size,
        repository=event.repository,
        fromRepository=event.source,
        url=_url(event, source),
        tag=event.tag,
    )


def _url(event: Event, source: Source) -> str:
    base = source.url.rstrip("/")
    if not base and event.request is not None:
        base = origin.base_url(event.request)
    kind = "blobs" if event.kind == journal.BLOB else "manifests"
    return f"{base}/v2/{event.repository}/{kind}/{event.digest}" if base else ""


def _request(request: http.Request | None, request_id: str) -> dict[str, Any]:
    if request is None:
        return {"id": "", "method": "", "useragent": ""}
    where = _filled(
        addr=origin.forwarded_for(request) or request.peer,
        host=origin.host(request),
    )
    return {
        "id": request_id,
        **where,
        "method": request.method,
        "useragent": origin.agent(request),
    }


def _filled(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}
