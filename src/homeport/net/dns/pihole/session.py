"""The one session of a run: logged in where a password is asked for, and logged out always.

A Pi-hole has 16 seats (`webserver.api.max_sessions`), and one that nobody gives back is taken for half an hour.
https://docs.pi-hole.net/api/auth/
"""

from __future__ import annotations

import contextlib
import re
from typing import Any

from homeport import errors
from homeport.clock import Clock
from homeport.net.dns.pihole import identifying, limits, logins
from homeport.net.dns.pihole.options import Options
from homeport.net.dns.pihole.wire.asking import Asking, Pauses, Wait
from homeport.net.dns.pihole.wire.reply import Reply

_PATH, _HEADER = "/api/auth", "X-FTL-SID"
_SID = re.compile(r"[A-Za-z0-9+/=_-]{1,200}")


class Session:
    """Asks as somebody who may. Nothing is asked before `open`."""

    def __init__(self, asking: Asking, options: Options, time: Clock, wait: Wait) -> None:
        self._asking, self._options = asking, options
        self._time, self._wait = time, wait
        self._sid = ""
        self._is_open = False
        self.is_app = False
        """Whether it was opened with an app password."""

    def open(self) -> None:
        """Logs in, once. Raises `HomeportError` that says what is wrong with the password or the Pi-hole."""
        if self._is_open:
            return
        found = self._asking.ask("GET", _PATH, headers={}, within_s=limits.FIRST_S)
        session = identifying.session(found, self._asking)
        if not session["valid"]:
            self._log_in(has_totp=session.get("totp") is True)
        self._is_open = True

    def ask(self, method: str, path: str, body: Any = None) -> Reply:
        """The answer, whatever it says, but for a session that has ended: that is opened anew once."""
        reply = self._ask(method, path, body)
        if reply.status == 401 and self._sid:
            # Sessions end by themselves, by a new password, and where webserver.session.restore is off by a restart.
            self._sid = ""
            self._log_in(has_totp=False)
            reply = self._ask(method, path, body)
        return reply

    def close(self) -> None:
        """Logs out. Where that is not possible, the Pi-hole ends the session itself after its time."""
        sid, self._sid, self._is_open = self._sid, "", False
        if not sid:
            return
        self._asking.told = None
        with contextlib.suppress(errors.HomeportError):
            self._asking.ask("DELETE", _PATH, headers={_HEADER: sid}, within_s=limits.LOGOUT_S)

    def _ask(self, method: str, path: str, body: Any) -> Reply:
        headers = {_HEADER: self._sid} if self._sid else {}
        within_s = self._options.timeout_s
        return self._asking.ask(method, path, body, headers=headers, within_s=within_s)

    def _log_in(self, *, has_totp: bool) -> None:
        if not self._options.password:
            raise logins.none_given(self._asking.where)
        reply = self._posted()
        session = reply.part("session")
        sid = session.get("sid")
        if reply.status != 200 or session.get("valid") is not True or not isinstance(sid, str):
            raise logins.refused(reply, self._asking.where, self._options, has_totp=has_totp)
        if not _SID.fullmatch(sid):
            raise identifying.stranger(self._asking.where)
        self._sid = sid
        self.is_app = str(session.get("message", "")).startswith("app-password")

    def _posted(self) -> Reply:
        """The answer to the password; asked again only where it was not looked at, for each may open a session."""
        body: dict[str, Any] = {"password": self._options.password}
        if self._options.totp:
            body["totp"] = int(self._options.totp)
        pauses = Pauses(self._time, self._wait, min(limits.RATE_S, self._options.timeout_s))
        while True:
            reply = self._asking.ask(
                "POST", _PATH, body, headers={}, within_s=limits.FIRST_S, is_repeatable=False
            )
            if not logins.is_rate_limited(reply) or not pauses.has_room(reply.retry_after_s):
                return reply
            pauses.pause(reply.retry_after_s)
