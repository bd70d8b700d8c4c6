"""Asks, as who we are, as often as it takes."""

from __future__ import annotations

import re
import threading
from typing import NamedTuple

from homeport.clock import Clock
from homeport.targets.kubernetes.cluster import answers, errors, redaction
from homeport.targets.kubernetes.cluster.configuration.access import Access
from homeport.targets.kubernetes.cluster.wire import retrying
from homeport.targets.kubernetes.cluster.wire.connection import Connection
from homeport.targets.kubernetes.cluster.wire.reply import Reply, Stream
from homeport.targets.kubernetes.cluster.wire.request import Request
from homeport.targets.kubernetes.objects.kinds import Object

_WARNING = re.compile(r'299 \S+ "((?:[^"\\]|\\.)*)"')
_WARNINGS = 100
"""So many are kept."""


class Answered(NamedTuple):
    """An answer, and how often it was asked for."""

    reply: Reply
    times: int


class Asking:
    """Requests of one user to one API server."""

    def __init__(
        self, access: Access, clock: Clock, connection: Connection, again: retrying.Retrying
    ) -> None:
        self._access = access
        self._clock = clock
        self._connection = connection
        self._again = again
        self._guard = threading.Lock()
        self._warnings: dict[str, None] = {}

    @property
    def warnings(self) -> tuple[str, ...]:
        """What it warned of, each once."""
        with self._guard:
            return tuple(self._warnings)

    def close(self) -> None:
        """Ends all connections."""
        self._connection.close()

    def document(self, request: Request) -> Object:
        """The object that is answered. Raises `ClusterError`."""
        return answers.document(self.tried(request).reply, request, self._access)

    def stream(self, request: Request) -> Stream:
        """The stream that is answered. Raises `ClusterError`."""
        reply = self.tried(request).reply
        if reply.stream is None:
            raise answers.failure(reply, request, self._access)
        return reply.stream

    def tried(self, request: Request) -> Answered:
        """The answer, good or bad, as soon as it is one that stays. Raises `ClusterError` where there is none."""
        tried = self._again.ask(
            lambda timeout_s: self._once(request, timeout_s), is_repeatable=request.is_repeatable
        )
        reply = tried.outcome
        if isinstance(reply, retrying.Broken):
            raise answers.unreachable(reply, request, self._access, tried.times)
        if reply.may_pass:
            raise answers.failure(reply, request, self._access, tried.times)
        self._note(reply)
        return Answered(reply, tried.times)

    def _once(self, request: Request, timeout_s: float) -> Reply:
        """Asks, and once more as soon as the credentials were refused and there are others."""
        now = self._clock.now()
        shown = self._access.credentials.present(now)
        reply = self._connection.ask(request, shown, timeout_s)
        if reply.status == 401 and self._access.credentials.renew(shown, now):
            shown = self._access.credentials.present(now)
            reply = self._connection.ask(request, shown, timeout_s)
        if reply.status == 401 and reply.is_status:
            raise self._unauthorized(request)
        return reply

    def _unauthorized(self, request: Request) -> errors.Unauthorized:
        access = self._access
        return errors.Unauthorized(
            f"Could not {request.what}: {access.server} (context {access.context!r} in "
            f"{access.source}) does not know who we are.",
            hint=access.credentials.advice(self._clock.now()),
            reason="Unauthorized",
        )

    def _note(self, reply: Reply) -> None:
        """https://www.rfc-editor.org/rfc/rfc7234#section-5.5"""
        said = reply.headers.get("warning")
        if not said:
            return
        with self._guard:
            for text in _WARNING.findall(said):
                if len(self._warnings) < _WARNINGS:
                    self._warnings[redaction.shown(re.sub(r"\\(.)", r"\1", text))] = None
