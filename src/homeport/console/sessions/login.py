"""Logging in and out. Who somebody is, the registry says; nothing is kept but what it is asked with."""

from __future__ import annotations

from typing import Any

from homeport.console.asking import troubles
from homeport.console.asking.registry import EXTENSION, Registries, Registry
from homeport.console.asking.troubles import NotLoggedIn, Trouble, Unreachable
from homeport.console.asking.wire import Reply
from homeport.console.routing import Row
from homeport.console.sessions import cookies, store
from homeport.console.sessions.store import Session, Sessions
from homeport.console.visit import Visit
from homeport.edge import http
from homeport.registry.access import robots

ASKED_S = 30.0
"""So long a session is believed. The local AWS knows no users, so who was removed or has another password is only found out by asking."""
ASKING_S = 20.0
"""The registry lets who guesses wait, up to a minute. Nobody sits before a login for so long, and a thread waits with them."""
NAME, PASSWORD = 256, 1024
"""Characters at most; bcrypt takes 72 bytes of a password, a token may be longer."""


class Login:
    """The pages of logging in and out."""

    def __init__(self, registries: Registries, sessions: Sessions) -> None:
        self._registries = registries
        self._sessions = sessions
        self.rows = (
            Row("GET", "/login", self.ask, "nothing"),
            Row("POST", "/login", self.enter, "nothing"),
            Row("POST", "/logout", self.leave, "nothing"),
        )

    async def ask(self, visit: Visit) -> http.Response:
        """The form; where the registry wants no login, a session at once."""
        try:
            made = await self.begin(visit.client, "")
        except NotLoggedIn:
            return self._form(visit, "", 200)
        except Trouble as trouble:
            return self._form(visit, f"{trouble.what} {trouble.hint}".strip(), trouble.status)
        return self._welcome(visit, made, local(visit.query.text("next")))

    async def enter(self, visit: Visit) -> http.Response:
        """Begins a session, where the registry takes the password."""
        name, password = visit.form.text("name"), visit.form.text("password")
        if not name or ":" in name or len(name) > NAME or not 0 < len(password) <= PASSWORD:
            return self._form(visit, "Give a name and a password.", 400)
        try:
            made = await self.begin(visit.client, store.basic(name, password))
        except NotLoggedIn:
            return self._form(visit, "The registry does not know this name and password.", 401)
        except Trouble as trouble:
            return self._form(visit, f"{trouble.what} {trouble.hint}".strip(), trouble.status)
        return self._welcome(visit, made, local(visit.form.text("next")))

    async def begin(self, client: str, authorization: str) -> tuple[str, Session]:
        """A session for who brings this. Raises `NotLoggedIn` where the registry does not take it."""
        registry = self._registries.of(authorization, client)
        try:
            reply = await registry.ask("GET", f"{EXTENSION}whoami", timeout_s=ASKING_S)
        except Unreachable as away:
            if not away.is_slow:
                raise
            raise _too_many() from away
        if reply.status == 200:
            said = _said(reply)
            if said["name"].startswith(robots.PREFIX):
                # What a robot may is told in repositories; here it would see the whole local AWS too.
                raise troubles.denied(
                    "A robot has no place here: its secret is for programs.",
                    "Log in as a user of the stack. homeport users add NAME makes one.",
                )
            return self._start(said["name"], authorization, said)
        if reply.status == 429:
            raise _too_many()
        return await self._begin_elsewhere(registry, authorization, reply)

    async def _begin_elsewhere(
        self, registry: Registry, authorization: str, reply: Reply
    ) -> tuple[str, Session]:
        """Before another registry, which says only whether it lets somebody in.

        https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#determining-support
        """
        reply = await registry.ask("GET", "/v2/")
        if reply.status != 200:
            raise Trouble(
                f"What answers at {self._registries.wire.place.url} is no registry (it says {reply.status}).",
                hint="ui.registry_url names the registry.",
                status=502,
            )
        name = store.name_of(authorization)
        may = {"push": True, "delete": True}
        return self._start(
            name, authorization, {"is_admin": False, "may": may}, has_extension=False
        )

    async def ask_again(self, visit: Visit) -> None:
        """Sees to it that a session ends with its password, and has the rights that its user has now. Raises `NotLoggedIn`.

        A registry that is away decides nothing: what needs none goes on. One that does not want to look at the password, as too many
        wrong ones came, has not said yes: that is `Trouble`.
        """
        session, now = visit.who, visit.clock.now()
        if now - session.asked < ASKED_S:
            return
        place = f"{EXTENSION}whoami" if session.has_extension else "/v2/"
        try:
            reply = await visit.registry.ask("GET", place, timeout_s=ASKING_S)
        except Unreachable as away:
            if away.is_slow:
                raise
            return
        if reply.status == 429:
            raise _too_many()
        session.asked = now
        if reply.status == 200 and session.has_extension:
            _entitle(session, _said(reply))

    def _start(
        self, name: str, authorization: str, said: dict[str, object], *, has_extension: bool = True
    ) -> tuple[str, Session]:
        may = said.get("may")
        rights = may if isinstance(may, dict) else {}
        return self._sessions.start(
            name,
            authorization,
            is_admin=bool(said.get("is_admin")),
            may_push=bool(rights.get("push")),
            may_delete=bool(rights.get("delete")),
            has_extension=has_extension,
        )

    async def leave(self, visit: Visit) -> http.Response:
        """Ends the session."""
        self._sessions.end(cookies.read(visit.request, is_secure=visit.is_secure))
        response = http.Response(303, [("Location", "/login")])
        response.headers += [
            cookies.field("", is_secure=visit.is_secure, age_s=0),
            # https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Clear-Site-Data
            ("Clear-Site-Data", '"cache"'),
        ]
        return response

    def _welcome(self, visit: Visit, made: tuple[str, Session], location: str) -> http.Response:
        former = cookies.read(visit.request, is_secure=visit.is_secure)
        if former:
            self._sessions.end(former)
        made[1].scope = cookies.read_scope(visit.request, is_secure=visit.is_secure)
        cookie = cookies.field(made[0], is_secure=visit.is_secure, age_s=None)
        return http.Response(303, [("Location", location), cookie])

    def _form(self, visit: Visit, wrong: str, status: int) -> http.Response:
        wanted = visit.form.text("next") or visit.query.text("next")
        name = visit.form.text("name")[:NAME]
        return visit.page(
            "sessions/login.html", status=status, wrong=wrong, next=local(wanted), name=name
        )


def _said(reply: Reply) -> dict[str, Any]:
    """Who it is, and what they may. Raises `Trouble` for what says neither."""
    said = reply.json()
    is_one = isinstance(said, dict) and isinstance(said.get("name"), str)
    if not is_one or not isinstance(said.get("may"), dict):
        raise Trouble(
            "The registry does not say who you are.",
            hint="ui.registry_url names it. Another registry than Homeport's has no such end point, or says 404.",
            status=502,
        )
    found: dict[str, Any] = said
    return found


def _entitle(session: Session, said: dict[str, Any]) -> None:
    session.is_admin = bool(said.get("is_admin"))
    session.may_push = bool(said["may"].get("push"))
    session.may_delete = bool(said["may"].get("delete"))


def _too_many() -> Trouble:
    return Trouble(
        "Too many wrong passwords came from your address.",
        hint="Wait a minute, then try again.",
        status=429,
    )


def local(location: str) -> str:
    """A path of this console, whatever was asked for: a link from elsewhere must not lead elsewhere after the login."""
    is_path = location.startswith("/") and not location.startswith("//")
    is_plain = location.isascii() and location.isprintable() and "\\" not in location
    return location if is_path and is_plain else "/"
