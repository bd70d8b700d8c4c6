"""Tells which services answer, where tools made for LocalStack look for it.

https://docs.localstack.cloud/aws/capabilities/networking/internal-endpoints/
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from homeport.edge import http

PATHS = frozenset({"/_localstack/health", "/_homeport/health"})
"""No bucket can begin with an underscore, so these paths are free.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""


class Health:
    """The answer, made once the services change: one that was started answers until the process ends."""

    def __init__(
        self,
        running: Iterable[str],
        disabled: Iterable[str],
        version: str,
        starting: Iterable[str] = (),
        available: Iterable[str] = (),
    ) -> None:
        services = dict.fromkeys(disabled, "disabled") | dict.fromkeys(starting, "starting")
        # Opened with its first request: LocalStack's word for it too.
        services |= dict.fromkeys(available, "available")
        services |= dict.fromkeys(running, "running")
        document = {
            "services": dict(sorted(services.items())),
            "edition": "community",
            "version": version,
        }
        self._body = json.dumps(document).encode()

    def answer(self, request: http.Request) -> http.Response | None:
        """The state of all services; None for another path."""
        if request.path not in PATHS:
            return None
        if request.method not in ("GET", "HEAD"):
            return http.Response(405, [("Allow", "GET, HEAD")])
        return http.Response(200, [("Content-Type", "application/json")], self._body)
