"""The registry as one application: opened on a folder, asked by HTTP, closed.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Self

from homeport import errors as faults
from homeport.clock import Clock, Timer
from homeport.edge import http
from homeport.registry import errors, limits
from homeport.registry.access import caller
from homeport.registry.access.gate import Gate, challenge
from homeport.registry.api.blobs import Blobs
from homeport.registry.api.manifests import Manifests
from homeport.registry.api.referrers import Referrers
from homeport.registry.api.tags import Tags
from homeport.registry.api.uploads import Uploads
from homeport.registry.backend import Backend
from homeport.registry.events.journal import Journal
from homeport.registry.options import Options
from homeport.registry.routes import Answer, Routes
from homeport.registry.space.touches import Touches
from homeport.registry.store import blobs as blob_rows
from homeport.registry.store import schema, totals
from homeport.registry.store import uploads as upload_rows
from homeport.storage.content import Content
from homeport.storage.db import Database
from homeport.storage.quota import Quota, Rows

_log = logging.getLogger(__name__)

HEALTH = frozenset({"/livez", "/readyz"})
"""Answered to everybody: https://kubernetes.io/docs/reference/using-api/health-checks/"""


class Registry:
    """A container registry on one folder. An `http.App`."""

    def __init__(self, backend: Backend, options: Options) -> None:
        self._backend = backend
        self._chosen = options
        self._gate = Gate(options.htpasswd) if options.htpasswd is not None else None
        self._uploads = Uploads(backend)
        self._routes = Routes(
            blobs=Blobs(backend),
            uploads=self._uploads,
            manifests=Manifests(backend),
            tags=Tags(backend, options.page),
            referrers=Referrers(backend),
        )
        self._timer: Timer | None = None
        self._expiry: asyncio.Task[None] | None = None

    @classmethod
    def open(
        cls,
        folder: Path,
        options: Options | None = None,
        *,
        clock: Clock,
        ids: Callable[[], str],
        quota: Quota | None = None,
    ) -> Self:
        """Opens, or makes, the registry in a folder.

        Raises `StorageError` where the folder can not be used, `SettingsError` where the users can not be read.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise faults.StorageError(
                f"The folder {folder} could not be made: {error.strerror}.",
                hint="Check the rights of the folder above it.",
            ) from error
        db = Database(folder / "registry.db", schema.MIGRATIONS)
        content = Content(folder / "blobs", quota=quota)
        backend = Backend(db, content, clock, ids, Touches(clock), Journal(), _count(db, quota))
        return cls(backend, options or Options())

    async def recover(self) -> None:
        """Removes what no commit names, and from now on the uploads that nobody goes on with. Requests may run beside it."""
        content = self._backend.content
        await self._backend.db.scan(
            lambda connection: content.sweep(
                lambda names: blob_rows.named(connection, names),
                lambda names: upload_rows.named(connection, names),
            )
        )
        await self._uploads.expire()
        self._plan_expiry()

    async def close(self) -> None:
        """Lets what was asked for become durable, then lets go of the folder."""
        if self._timer is not None:
            self._timer.cancel()
        if self._expiry is not None:
            await self._expiry
        if self._gate is not None:
            self._gate.close()
        await self._backend.db.close()

    def __call__(self, request: http.Request) -> Answer:
        """Answers a request; at once where nothing has to be waited for."""
        try:
            if request.method == "OPTIONS":
                # Before auth: browsers send it without credentials, https://fetch.spec.whatwg.org/#cors-protocol-and-credentials
                return self._options(request)
            request.caller = caller.EVERYBODY
            if self._gate is not None and request.path not in HEALTH:
                header = request.headers.get("authorization")
                if header is None:
                    return challenge()
                user = self._gate.known_user(header)
                if user is None:
                    return errors.guarded(self._authenticate(self._gate, request, header))
                request.user = user
            answer = self._answer(request)
        except errors.Failure as failure:
            return errors.response(failure)
        except faults.HomeportError as fault:
            return errors.response(errors.translate(fault))
        return answer if isinstance(answer, http.Response) else errors.guarded(answer)

    def _answer(self, request: http.Request) -> Answer:
        if request.path in HEALTH:
            return _health(request)
        return self._routes(request)

    async def _authenticate(self, gate: Gate, request: http.Request, header: str) -> http.Response:
        user = await gate.verify(header)
        if user is None:
            return challenge()
        request.user = user
        answer = self._answer(request)
        return answer if isinstance(answer, http.Response) else await answer

    def _options(self, request: http.Request) -> http.Response:
        return http.Response(204, [("Allow", self._routes.allowed(request.path)), errors.VERSION])

    def _plan_expiry(self) -> None:
        clock = self._backend.clock
        self._timer = clock.call_at(clock.now() + limits.UPLOAD_LOOK_S, self._begin_expiry)

    def _begin_expiry(self) -> None:
        self._expiry = asyncio.get_running_loop().create_task(self._expire())

    async def _expire(self) -> None:
        try:
            await self._uploads.expire()
        except faults.StorageError as error:
            _log.warning("Old uploads could not be removed, the next look repeats it: %s", error)
        finally:
            self._plan_expiry()


def _count(db: Database, quota: Quota | None) -> Rows | None:
    """Counts what is there, before the first request."""
    if quota is None:
        return None
    files, manifests = totals.used(db)
    quota.used += files + manifests
    return Rows(quota, totals.manifests, manifests)


def _health(request: http.Request) -> http.Response:
    if request.method not in {"GET", "HEAD"}:
        raise errors.Failure("UNSUPPORTED", headers=[("Allow", "OPTIONS, GET, HEAD")])
    return http.Response(200, [("Content-Type", "text/plain")], b"ok\n")
