"""The console as one application: finds the page of a request, sees to it that the visitor may have it, answers.

https://developer.mozilla.org/en-US/docs/Web/Security
"""

from __future__ import annotations

import dataclasses
import logging
import urllib.parse

from homeport import errors
from homeport.clock import Clock
from homeport.console import pages
from homeport.console.asking import cloud as clouds
from homeport.console.asking import troubles
from homeport.console.asking.registry import Registries
from homeport.console.asking.scope import Scope
from homeport.console.asking.troubles import NotLoggedIn, Trouble
from homeport.console.asking.wire import Wire
from homeport.console.options import Options
from homeport.console.registry.space import Space
from homeport.console.rendering.templates import Templates
from homeport.console.routing import Found, Table
from homeport.console.serving import compressing, headers, memory, mounting
from homeport.console.serving.static import PREFIX, Static
from homeport.console.sessions import cookies
from homeport.console.sessions.login import Login
from homeport.console.sessions.store import Sessions
from homeport.console.visit import Fields, Visit
from homeport.edge import http
from homeport.registry.access.logins.addresses import Addresses

FORM_BYTES = 2 * 2**20
"""Of a form at most: a message of SQS has 1 MiB, https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"""
STRANGER_BYTES = 32 * 2**10
"""Of the form of somebody who is not logged in: a name, a password and where to go on. Strangers must not fill the memory."""
HEALTH = frozenset({"/livez", "/readyz"})

logger = logging.getLogger(__name__)

_OURS = Trouble(
    "The console made a mistake of its own.",
    hint="homeport logs registry-ui tells what happened. If it happens again, it is worth a report.",
    status=500,
)


class Console:
    """An `http.App`."""

    def __init__(self, options: Options, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._static = Static()
        self._templates = Templates(self._static)
        self._registries = Registries(Wire("the registry", options.registry), clock)
        self._clients = (
            clouds.Clients(Wire("the local AWS", options.cloud))
            if options.cloud is not None
            else None
        )
        self._sessions = Sessions(clock, options.session_idle_s, options.session_s)
        # The registry lets who guesses passwords wait: they wait by themselves, and no page behind them.
        self._doors = Registries(Wire("the registry", options.registry), clock)
        self._login = Login(self._doors, self._sessions)
        self._space = Space(clock)
        self._table = Table((*self._login.rows, *self._space.rows, *pages.ROWS))
        self._addresses = Addresses(options.trusted_proxies)

    async def start(self) -> None:
        """Begins to get ready what the first page would have to wait for."""
        memory.settle()
        if self._clients is not None:
            self._clients.warm()

    async def close(self) -> None:
        """Lets go of the back ends."""
        await self._space.close()
        self._registries.close()
        self._doors.close()
        if self._clients is not None:
            self._clients.wire.close()

    async def __call__(self, request: http.Request) -> http.Response:
        """Answers a request."""
        if request.path in HEALTH:
            return http.Response(200, [("Content-Type", "text/plain")], b"ok\n")
        if request.path.startswith(PREFIX):
            return headers.protect(self._static.answer(request))
        response = await self._answer(request)
        return compressing.compress(request, headers.protect(response))

    async def _answer(self, request: http.Request) -> http.Response:
        scope, path = mounting.split(request.path)
        request = dataclasses.replace(request, path=path)
        found = self._table.find(request.method, path)
        visit = self._visit(request, found, scope)
        try:
            visit.query = Fields(request.query)
            await self._admit(visit)
            if found is None:
                raise self._not_there(visit)
            if visit.session is not None and found.row.needs != "nothing":
                await self._login.ask_again(visit)
            self._check(visit, found)
            if request.method not in {"GET", "HEAD"}:
                await self._check_sender(visit, found)
            response = await found.row.handler(visit)
            self._remember(visit, response)
            return response
        except NotLoggedIn as trouble:
            return self._ask_to_log_in(visit, trouble)
        except errors.HomeportError as error:
            return self._sorry(visit, error)
        except http.HttpError:
            raise
        except Exception:
            logger.exception("%s %s failed", request.method, request.path)
            return self._sorry(visit, _OURS)

    def _visit(self, request: http.Request, found: Found | None, scope: Scope | None) -> Visit:
        options = self._options
        forwarded = request.headers.get("x-forwarded-proto", "")
        is_secure = request.scheme == "https" or forwarded == "https"
        return Visit(
            request,
            found.names if found is not None else {},
            options,
            self._clock,
            self._templates,
            scope=scope,
            is_secure=is_secure,
            client=self._addresses.of(request),
        )

    async def _admit(self, visit: Visit) -> None:
        """Finds the session of the visitor, and what it may ask."""
        given = cookies.read(visit.request, is_secure=visit.is_secure)
        session = self._sessions.find(given) if given else None
        if session is None:
            return
        scope = session.scope if visit.scope is None else visit.scope
        registry = self._registries.of(
            session.authorization, visit.client, has_extension=session.has_extension
        )
        visit.admit(session, registry, self._cloud(scope))

    def _cloud(self, scope: Scope) -> clouds.Cloud | None:
        if self._clients is None:
            return None
        return clouds.Cloud(self._clients, scope, self._options.cloud_url)

    def _remember(self, visit: Visit, response: http.Response) -> None:
        """Keeps in mind whose part of the local AWS was looked at last."""
        scope, session = visit.scope, visit.session
        if scope is None or session is None or visit.is_part or visit.request.method != "GET":
            return
        session.scope = scope
        if cookies.read_scope(visit.request, is_secure=visit.is_secure) != scope:
            response.headers.append(cookies.scope_field(scope, is_secure=visit.is_secure))

    def _check(self, visit: Visit, found: Found) -> None:
        needs = found.row.needs
        if needs == "nothing":
            return
        if visit.session is None:
            raise NotLoggedIn
        if needs == "admin" and not visit.session.has_extension:
            raise troubles.missing(
                "Only Homeport's own registry tells and does what this page is for; this console stands before another one.",
                "ui.registry_url names the registry. What any registry has is below Repositories.",
            )
        if needs == "admin" and not visit.session.is_admin:
            raise troubles.denied(
                "This is for admins of the registry.", "admin.user and registry.admins name them."
            )
        if needs in {"cloud", "cloud_write"}:
            visit.cloud  # noqa: B018 - raises where there is none
        if needs == "cloud_write" and not visit.may_write_cloud:
            raise troubles.denied(
                "You may look at the local AWS, not change it.",
                "Who may push to the registry may change it too, unless ui.cloud_writers says admins.",
            )

    async def _check_sender(self, visit: Visit, found: Found) -> None:
        """Only pages of this console change anything. Raises `Trouble` where another sent it."""
        request = visit.request
        hosts = (request.headers.get("host", ""), request.headers.get("x-forwarded-host", ""))
        if not cookies.is_from_here(request, hosts):
            raise troubles.denied(
                "A page of another site sent this.", "Open the console itself, and do it there."
            )
        if found.row.body == "form":
            limit = FORM_BYTES if visit.session is not None else STRANGER_BYTES
            visit.form = Fields((await request.body.read(limit)).decode(errors="replace"))
        if visit.session is None:
            return
        shown = request.headers.get("x-csrf-token", "") or visit.form.text("csrf")
        if not cookies.is_right(shown, visit.session.csrf):
            raise troubles.denied(
                "The page that sent this is too old.", "Load it again, then repeat what you did."
            )

    def _not_there(self, visit: Visit) -> Trouble:
        """Strangers are not told what there is."""
        request = visit.request
        if visit.session is None:
            return NotLoggedIn()
        methods = self._table.methods(request.path)
        if methods:
            return Trouble(f"{request.path} is not there for {request.method}.", status=405)
        return troubles.missing("There is no such page.", "Look for it from the start page.")

    def _ask_to_log_in(self, visit: Visit, trouble: NotLoggedIn) -> http.Response:
        """Sends the browser to the login, and from there back. A session that the registry no longer takes ends."""
        given = cookies.read(visit.request, is_secure=visit.is_secure)
        if visit.session is not None:
            self._sessions.end(given)
        request = visit.request
        back = mounting.path(request.path, visit.shown)
        back += f"?{request.query}" if request.query else ""
        location = "/login"
        if request.method == "GET" and back != "/":
            location += "?" + urllib.parse.urlencode({"next": back})
        if visit.is_part or "x-csrf-token" in request.headers:
            return http.Response(
                401,
                [("HX-Redirect", "/login"), ("Content-Type", "text/plain")],
                trouble.what.encode(),
            )
        return http.Response(303, [("Location", location)])

    def _sorry(self, visit: Visit, error: errors.HomeportError) -> http.Response:
        """The page of an error; for a part of a page the sentences alone, which are shown above it."""
        status = error.status if isinstance(error, Trouble) else 500
        return visit.page(
            "trouble.html", status=status, part="sentences", trouble=error, status_code=status
        )
