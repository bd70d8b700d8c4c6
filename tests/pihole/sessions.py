"""Who is logged in: seats, their time, and the ways in. Shown by `GET /api/auth/sessions`."""

from __future__ import annotations

import base64
import dataclasses
import secrets
from typing import Any

from tests.pihole import answers, state
from tests.pihole.answers import Answer
from tests.pihole.moments import Moments
from tests.pihole.state import State


@dataclasses.dataclass
class Session:
    """One seat that is taken."""

    sid: str
    csrf: str
    login_at: float
    valid_until: float
    is_app: bool


def _token() -> str:
    return base64.b64encode(secrets.token_bytes(16)).decode()[:23] + "="


class Sessions:
    """All seats."""

    def __init__(self, kept: State, moments: Moments) -> None:
        self._kept, self._moments = kept, moments
        self.seats: dict[int, Session] = {}
        self._attempts: tuple[int, int] = (0, 0)
        self._code_at = 0
        self._last_code: int | None = None
        self._app_passwords: dict[str, str] = {}

    def found(self, sid: str, csrf: str | None) -> Session | None:
        """The session of a request, its time begun anew. Those that come by cookie show `csrf` too."""
        for session in self.seats.values():
            if session.sid == sid and csrf in {None, session.csrf}:
                session.valid_until = self._moments.now() + state.VALIDITY_S
                return session
        return None

    def log_in(self, body: dict[str, Any]) -> Answer | Session:
        """`POST /api/auth` with a password."""
        password = body["password"]
        app_password = self._app_passwords.get(self._kept.app_pwhash)
        is_app = app_password is not None and password == app_password
        if not is_app and password != self._kept.password:
            return self._wrong() or self.shown(None, "password incorrect", 401)
        if self._kept.totp is not None and not is_app:
            refusal = self._code(body)
            if refusal is not None:
                return refusal
        return self._seated(is_app=is_app) or answers.SEATS

    def app_password(self) -> Answer:
        """`GET /api/auth/app`: one that counts once its hash is in `webserver.api.app_pwhash`."""
        password, digest = secrets.token_urlsafe(32), f"$BALLOON-SHA256${_token()}"
        self._app_passwords[digest] = password
        return Answer(200, {"app": {"password": password, "hash": digest}})

    def log_out(self, session: Session) -> None:
        self.seats = {seat: its for seat, its in self.seats.items() if its is not session}

    def clear(self) -> None:
        self.seats.clear()

    def shown(self, session: Session | None, message: str, status: int = 200) -> Answer:
        """What `/api/auth` says of somebody."""
        now = self._moments.now()
        body: dict[str, Any] = {"valid": session is not None, "totp": self._kept.totp is not None}
        if session is None:
            body |= {"sid": None, "validity": -1, "message": message}
        else:
            validity = int(session.valid_until - now)
            body |= {"sid": session.sid, "csrf": session.csrf, "validity": validity}
            body["message"] = message
        return Answer(status, {"session": body})

    def listed(self, own: Session | None) -> Answer:
        now = self._moments.now()
        rows = [
            {
                "id": seat,
                "current_session": session is own,
                "valid": session.valid_until >= now,
                "tls": {"login": False, "mixed": False},
                "login_at": int(session.login_at),
                "last_active": int(session.valid_until - state.VALIDITY_S),
                "valid_until": int(session.valid_until),
                "remote_addr": "127.0.0.1",
                "user_agent": "homeport",
                "x_forwarded_for": None,
                "app": session.is_app,
                "cli": False,
            }
            for seat, session in sorted(self.seats.items())
        ]
        return Answer(200, {"sessions": rows})

    def removed(self, seat: str) -> Answer:
        """`DELETE /api/auth/session/{id}`."""
        if not seat.isdecimal():
            return answers.bad("Missing or invalid session ID")
        if int(seat) >= self._kept.max_sessions:
            return answers.bad("Session ID out of bounds")
        if self.seats.pop(int(seat), None) is None:
            return answers.bad("Session ID not in use")
        return Answer(204)

    def _seated(self, *, is_app: bool) -> Session | None:
        now = self._moments.now()
        for seat in range(self._kept.max_sessions):
            taken = self.seats.get(seat)
            if taken is None or taken.valid_until < now:
                session = Session(_token(), _token(), now, now + state.VALIDITY_S, is_app)
                self.seats[seat] = session
                return session
        return None

    def _wrong(self) -> Answer | None:
        second, count = self._attempts
        now = int(self._moments.now())
        self._attempts = (now, count + 1 if second == now else 1)
        return answers.RATE if self._attempts[1] > state.ATTEMPTS else None

    def _code(self, body: dict[str, Any]) -> Answer | None:
        """https://www.rfc-editor.org/rfc/rfc6238; one try a second."""
        code = body.get("totp")
        if code is None:
            return answers.TOTP_MISSING
        now = int(self._moments.now())
        if self._code_at == now:
            return answers.TOTP_RATE
        self._code_at = now
        if code != self._kept.totp:
            return answers.TOTP_INVALID
        if code == self._last_code:
            return answers.TOTP_REUSED
        self._last_code = code
        return None
