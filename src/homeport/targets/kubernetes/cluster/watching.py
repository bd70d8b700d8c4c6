"""Changes and lines out of streams.

https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

from homeport.targets.kubernetes.cluster import answers, errors, limits
from homeport.targets.kubernetes.cluster.configuration.access import Access
from homeport.targets.kubernetes.cluster.contract import Change
from homeport.targets.kubernetes.cluster.wire.reply import Stream
from homeport.targets.kubernetes.cluster.wire.request import Request
from homeport.targets.kubernetes.cluster.wire.retrying import Broken

_TYPES = ("ADDED", "MODIFIED", "DELETED", "BOOKMARK")
SERVER_ENDS_S = 5.0
"""The server is asked to end a watch this long before silence is taken for a dead connection: it ends in order."""


def timeout_s(idle_s: float) -> int:
    """When the server is to end a watch."""
    return max(1, int(min(idle_s - SERVER_ENDS_S, idle_s * 0.8)))


def changes(stream: Stream, request: Request, access: Access) -> Iterator[Change]:
    """What a watch tells; a connection that breaks is its end, from where the next one goes on. Raises `Gone`."""
    try:
        for line in stream.lines(limits.CHANGE_BYTES):
            if line.strip():
                yield _change(line, request, access)
    except Broken:
        return
    finally:
        stream.close()


def log(stream: Stream, request: Request, access: Access) -> Iterator[str]:
    """The lines of a log. Raises `Unreachable` where it breaks off: what was read is not all of it."""
    try:
        for line in stream.lines(limits.LINE_BYTES):
            yield line.removesuffix(b"\r").decode("utf-8", "replace")
    except Broken as error:
        raise errors.Unreachable(
            f"Could not {request.what} to its end: {access.server} (context {access.context!r}): "
            f"{error.why}.",
            hint="Repeat the command to read on.",
        ) from None
    finally:
        stream.close()


def _change(line: bytes, request: Request, access: Access) -> Change:
    try:
        event: Any = json.loads(line)
    except (ValueError, RecursionError):
        event = None
    content = event.get("object") if isinstance(event, dict) else None
    if not isinstance(content, dict):
        raise errors.ClusterError(f"Could not {request.what}: what came is not an event.")
    if event.get("type") == "ERROR":
        raise answers.of_status(content, request, access)
    if event.get("type") not in _TYPES:
        raise errors.ClusterError(f"Could not {request.what}: an event of an unknown type came.")
    return Change(cast("Any", event["type"]), content)
