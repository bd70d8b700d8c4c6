"""The registry as one application: opened on a folder, asked by HTTP, closed.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Self

from homeport import errors as faults
from homeport.clock import Clock
from homeport.edge import http
from homeport.registry import errors
from homeport.registry.access import caller, checks
from homeport.registry.access.accounts import Accounts
from homeport.registry.access.authorization import Authorization
from homeport.registry.access.bearer.token_server import TokenServer
from homeport.registry.access.bearer.tokens import Tokens
from homeport.registry.access.challenges import Challenges
from homeport.registry.access.control import OWNER, Control
from homeport.registry.access.gate import Gate
from homeport.registry.access.logins.addresses import Addresses
from homeport.registry.access.robots import Robots
from homeport.registry.access.rules import Rules
from homeport.registry.api.extension import extension
from homeport.registry.api.uploads import Uploads
from homeport.registry.backend import Backend
from homeport.registry.browsing.describer import Describer
from homeport.registry.events.journal import Journal
from homeport.registry.events.listeners import Listeners
from homeport.registry.importing.importer import Importer
from homeport.registry.options import Options
from homeport.registry.routes import METRICS, Answer, Routes, Switches
from homeport.registry.space.touches import Touches
from homeport.registry.space.work import Work
from homeport.registry.store import blobs as blob_rows
from homeport.registry.store import schema, totals
from homeport.registry.store import uploads as upload_rows
from homeport.registry.upstream import points
from homeport.storage.content import Content
from homeport.storage.db import Database
from homeport.storage.quota import Quota, Rows

HEALTH = frozenset({"/livez", "/readyz"})
"""Answered to everybody: https://kubernetes.io/docs/reference/using-api/health-checks/"""

_HEALTH_METHODS = ("OPTIONS", "GET", "HEAD")


class Registry:
    """A container registry on one folder. An `http.App`."""

    def __init__(
        self,
        backend: Backend,
        options: Options,
        quota: Quota | None = None,
        ca: Path | None = None,
    ) -> None:
        self._backend = backend
        self._chosen = options
        self._headers = list(options.headers)
        self._listeners = Listeners(backend, options, quota, ca)
        self.counts = self._listeners.counts
        """To be told of each request, as the access log is."""
        self.robots = Robots(backend.db, backend.clock)
        """Whoever manages robots has to do it here: the gate knows them by it."""
        self._uploads = Uploads(backend, options.upload_age_s)
        self._importer = Importer(backend)
        self._work = Work(backend, options, self._uploads.expire, self._listeners.watch)
        self._describer = Describer(backend)
        self.points = points.open(backend, self._uploads, options.page, options.upstreams)
        self.metrics = self._listeners.metrics(self.points.counters)
        """The page of metrics, for whoever is let to it."""
        self._extension = extension.Extension(
            backend,
            options,
            work={
                "gc": self._work.collector,
                "retention": self._work.retainer,
                "scrub": self._work.scrubber,
                "import": self._importer,
            },
            robots=self.robots,
            watch=self._listeners.watch,
            beside=self._work,
            recent=self._listeners.recent,
            accounts=_accounts(options),
            describer=self._describer,
            quota=quota,
        )
        self._control = Control(options.control) if options.control is not None else None
        rules = Rules(options.rules, options.admins)
        challenges = Challenges(options, has_bearer=options.has_tokens or rules.has_anonymous)
        self._gate: Gate | None = None
        self._routes = self._routed(rules, challenges, self._guard(rules, challenges))
        if self._control is not None:
            self._control.open()

    def _guard(self, rules: Rules, challenges: Challenges) -> TokenServer | None:
        """Sets up the gate, where there are users; returns the end point at it."""
        options, backend = self._chosen, self._backend
        if options.htpasswd is None:
            return None
        tokens = Tokens(backend.db, options.realm, backend.ids)
        self._gate = Gate(
            options.htpasswd,
            clock=backend.clock,
            rules=rules,
            robots=self.robots,
            tokens=tokens,
            challenges=challenges,
            owner=self._control,
            watch=self._listeners.watch,
            addresses=Addresses(options.trusted_proxies),
        )
        return TokenServer(self._gate, tokens, challenges, backend.clock, options)

    def _routed(
        self, rules: Rules, challenges: Challenges, token_server: TokenServer | None
    ) -> Routes:
        options, ends = self._chosen, self.points
        return Routes(
            blobs=ends.blobs,
            uploads=ends.uploads,
            manifests=ends.manifests,
            tags=ends.tags,
            referrers=ends.referrers,
            authorization=Authorization(
                challenges,
                has_anonymous=rules.has_anonymous,
                metrics=options.metrics,
                watch=self._listeners.watch,
            ),
            token_server=token_server,
            extensions={
                extension.BASE: self._extension,
                extension.DISCOVER: self._extension,
                METRICS: self.metrics.answer,
            },
            rename=ends.rename,
            switches=Switches(options.may_delete, options.is_readonly),
        )

    @classmethod
    def open(
        cls,
        folder: Path,
        options: Options | None = None,
        *,
        clock: Clock,
        ids: Callable[[], str],
        quota: Quota | None = None,
        ca: Path | None = None,
        is_alone: bool = False,
    ) -> Self:
        """Opens, or makes, the registry in a folder.

        `ca` is trusted by webhooks beside what the system trusts. `is_alone`: there are no clients, and there were none just
        before. Raises `StorageError` where the folder can not be used, `SettingsError` where the users can not be read or an
        option can not work.
        """
        options = options or Options()
        checks.check(options)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise faults.StorageError(
                f"The folder {folder} could not be made: {error.strerror}.",
                hint="Check the rights of the folder above it.",
            ) from error
        db = Database(folder / "registry.db", schema.MIGRATIONS)
        try:
            content = Content(folder / "blobs", quota=quota)
            touches = Touches(clock, is_alone=is_alone)
            backend = Backend(db, content, clock, ids, touches, Journal(), _count(db, quota))
            return cls(backend, options, quota, ca)
        except faults.HomeportError:
            db.abandon()
            raise

    async def recover(self) -> None:
        """Removes what no commit names, and from now on does its work beside the requests, which may come before it is done."""
        content = self._backend.content
        await self._listeners.start()
        await self._backend.db.scan(
            lambda connection: content.sweep(
                lambda names: blob_rows.named(connection, names),
                lambda names: upload_rows.named(connection, names),
            )
        )
        await self._uploads.expire()
        await self.points.start()
        self._work.start()

    def hurry(self) -> None:
        """Answers who waits for news, now and from now on: before a server waits for its requests to end."""
        self._listeners.recent.close()

    async def close(self) -> None:
        """Lets what was asked for become durable, then lets go of the folder."""
        self.hurry()
        await self._work.close()
        await self._importer.close()
        await self._extension.close()
        await self._describer.close()
        await self.points.close()
        if self._gate is not None:
            self._gate.close()
        if self._control is not None:
            self._control.close()
        await self.robots.close()
        await self._listeners.stop()
        await self._backend.db.close()
        self._listeners.close()

    def debug(self, request: http.Request) -> Answer:
        """Answers at a port of its own, to everybody who reaches it: health and metrics."""
        try:
            if request.path in HEALTH:
                return self._health(request)
            if request.path == METRICS:
                return errors.guarded(self.metrics.answer(request))
        except errors.Failure as failure:
            return errors.response(failure)
        return http.Response(404)

    def in_plain(self, request: http.Request) -> http.Response:
        """Answers plain HTTP where only HTTPS is spoken, in the form of which clients show the text.

        Without a login dockerd tries it at a loopback address when it was refused by HTTPS, and shows the last refusal alone:
        https://github.com/moby/moby/blob/v20.10.24/distribution/pull.go (Pull)
        """
        host = request.headers.get("host", "")
        where = f"https://{host}" if host else "HTTPS"
        message = f"this port speaks HTTPS, not plain HTTP: use {where}, and log in"
        return errors.response(errors.Failure("DENIED", message, status=400))

    def __call__(self, request: http.Request) -> Answer:
        """Answers a request; at once where nothing has to be waited for."""
        try:
            answer = self._answer(request)
        except errors.Failure as failure:
            answer = errors.response(failure)
        except faults.HomeportError as fault:
            answer = errors.response(errors.translate(fault))
        if isinstance(answer, http.Response):
            return self._with_headers(answer) if self._headers else answer
        answer = errors.guarded(answer)
        return self._later_with_headers(answer) if self._headers else answer

    def _answer(self, request: http.Request) -> Answer:
        if request.path in HEALTH:
            return self._health(request)
        if request.method == "OPTIONS":
            # Before auth: browsers send it without credentials, https://fetch.spec.whatwg.org/#cors-protocol-and-credentials
            return http.Response(
                204, [("Allow", self._routes.allowed(request.path)), errors.VERSION]
            )
        if self._gate is None:
            is_owner = self._control is not None and self._control.is_sent_by(request)
            request.caller = OWNER if is_owner else caller.EVERYBODY
            return self._routes(request)
        waiting = self._gate.admit(request)
        return self._routes(request) if waiting is None else self._answer_later(waiting, request)

    async def _answer_later(self, waiting: Awaitable[None], request: http.Request) -> http.Response:
        await waiting
        answer = self._routes(request)
        return answer if isinstance(answer, http.Response) else await answer

    def _with_headers(self, answer: http.Response) -> http.Response:
        answer.headers = [*answer.headers, *self._headers]
        return answer

    async def _later_with_headers(self, answer: Awaitable[http.Response]) -> http.Response:
        return self._with_headers(await answer)

    def _health(self, request: http.Request) -> http.Response:
        """`/livez`: the process answers. `/readyz`: it reads its database, and the users."""
        if request.method not in _HEALTH_METHODS:
            raise errors.Failure("UNSUPPORTED", headers=[("Allow", ", ".join(_HEALTH_METHODS))])
        if request.method == "OPTIONS":
            return http.Response(204, [("Allow", ", ".join(_HEALTH_METHODS))])
        if request.path == "/readyz":
            try:
                totals.used(self._backend.db)
                if self._gate is not None:
                    self._gate.refresh()
            except faults.HomeportError as fault:
                # https://kubernetes.io/docs/reference/using-api/health-checks/: what is not 200 is not ready
                raise errors.Failure("UNKNOWN", fault.what, status=503) from fault
        return http.Response(200, [("Content-Type", "text/plain")], b"ok\n")


def _accounts(options: Options) -> Accounts | None:
    """The users, where there are any."""
    if options.htpasswd is None:
        return None
    return Accounts(
        options.htpasswd, options.admins, keeper=options.keeper, kept=options.keeper_password
    )


def _count(db: Database, quota: Quota | None) -> Rows | None:
    """Counts what is there, before the first request."""
    if quota is None:
        return None
    files, manifests = totals.used(db)
    quota.used += files + manifests
    return Rows(quota, totals.manifests, manifests)
