"""Who may call what: the paths of the API that a client like ours meets. https://docs.pi-hole.net/api/"""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.pihole import answers
from tests.pihole.answers import Answer
from tests.pihole.configuration import Configuration, Restarting
from tests.pihole.sessions import Session, Sessions
from tests.pihole.state import State

CONFIG = "/api/config"
VERSION = {"version": {"ftl": {"local": {"branch": "master", "version": "v6.4.1"}}}}


class Request(NamedTuple):
    """What came in."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """As it was sent: an item may hold any character, escaped."""
        return self.target.partition("?")[0]

    def flag(self, name: str, *, otherwise: bool) -> bool:
        found = urllib.parse.parse_qs(self.target.partition("?")[2]).get(name)
        return otherwise if not found else found[0] == "true"


class Calls:
    """One request in, one answer out."""

    def __init__(
        self, kept: State, sessions: Sessions, configuration: Configuration, outside: Restarting
    ) -> None:
        self._kept, self._sessions = kept, sessions
        self._configuration, self._outside = configuration, outside

    def answer(self, request: Request) -> Answer:
        path = request.path
        if path.startswith("/admin/api"):
            return answers.bad("Bad request", "The API is hosted at pi.hole/api")
        session = self._session(request)
        if path == "/api/auth":
            return self._auth(request, session)
        if not self._is_known(request):
            return answers.unknown(path)
        if self._kept.password and session is None:
            return answers.UNAUTHORIZED
        if path == CONFIG or path.startswith(f"{CONFIG}/"):
            return self._config(request, session)
        if path == "/api/auth/sessions":
            return self._sessions.listed(session)
        if path.startswith("/api/auth/session/"):
            return self._sessions.removed(path.rpartition("/")[2])
        if path == "/api/auth/app":
            return self._sessions.app_password()
        if path == "/api/info/version":
            return Answer(200, VERSION)
        return self._restart()

    def _is_known(self, request: Request) -> bool:
        known = {
            ("GET", "/api/auth/sessions"),
            ("GET", "/api/auth/app"),
            ("GET", "/api/info/version"),
            ("POST", "/api/action/restartdns"),
            ("GET", CONFIG),
            ("PATCH", CONFIG),
        }
        if (request.method, request.path) in known:
            return True
        if request.path.startswith(f"{CONFIG}/"):
            return request.method in {"GET", "PUT", "DELETE"}
        return request.method == "DELETE" and request.path.startswith("/api/auth/session/")

    def _session(self, request: Request) -> Session | None:
        sid = request.headers.get("X-FTL-SID") or request.headers.get("sid")
        if sid:
            return self._sessions.found(sid, None)
        cookies = request.headers.get("Cookie", "").split("; ")
        for cookie in cookies:
            name, _, value = cookie.partition("=")
            if name == "sid":
                return self._sessions.found(value, request.headers.get("X-CSRF-TOKEN", ""))
        return None

    def _auth(self, request: Request, session: Session | None) -> Answer:
        if request.method not in {"GET", "POST", "DELETE"}:
            return answers.unknown(request.path)
        if not self._kept.password:
            return self._open(request)
        if request.method == "POST":
            return self._post(request)
        if session is None:
            has_sid = "X-FTL-SID" in request.headers
            return self._sessions.shown(
                None, "session unknown" if has_sid else "no SID provided", 401
            )
        if request.method == "DELETE":
            self._sessions.log_out(session)
            return Answer(204)
        return self._sessions.shown(session, "correct password")

    def _open(self, request: Request) -> Answer:
        """Where no password is set."""
        body = {"valid": True, "totp": False, "sid": None, "validity": -1}
        status = 401 if request.method == "DELETE" else 200
        return Answer(status, {"session": {**body, "message": "no password set"}})

    def _post(self, request: Request) -> Answer:
        body = _object(request.body)
        if isinstance(body, Answer):
            return body
        if "password" not in body:
            return answers.bad("No password found in JSON payload")
        if not isinstance(body["password"], str):
            return answers.bad("Field password has to be of type 'string'")
        made = self._sessions.log_in(body)
        if isinstance(made, Answer):
            return made
        kind = "app-password correct" if made.is_app else "password correct"
        return self._sessions.shown(made, kind)

    def _config(self, request: Request, session: Session | None) -> Answer:
        restarts = request.flag("restart", otherwise=True)
        below = request.path.removeprefix(CONFIG).strip("/")
        if request.method == "GET":
            is_detailed = request.flag("detailed", otherwise=False)
            return self._configuration.get(below, is_detailed=is_detailed)
        if session is not None and session.is_app and not self._kept.app_sudo:
            return answers.NO_SUDO
        if request.method == "PATCH":
            body = _object(request.body)
            if isinstance(body, Answer):
                return body
            return self._configuration.patch(body, restarts=restarts)
        path, _, item = below.rpartition("/")
        call = self._configuration.put if request.method == "PUT" else self._configuration.delete
        return call(path, urllib.parse.unquote(item), restarts=restarts)

    def _restart(self) -> Answer:
        if not self._kept.allow_destructive:
            return answers.NO_RESTART
        self._outside.restart_soon()
        return Answer(200, {"status": "success"})


def _object(body: bytes) -> dict[str, Any] | Answer:
    if not body:
        return answers.bad("No request body data")
    try:
        content = json.loads(body)
    except ValueError:
        content = None
    return content if isinstance(content, dict) else answers.bad("Invalid request body data")
