"""One request of a visitor, as the pages see it: who asks, for what, and how to answer."""

from __future__ import annotations

import urllib.parse
from collections.abc import Sequence
from typing import Any

from homeport.clock import Clock
from homeport.console.asking.cloud import Cloud
from homeport.console.asking.registry import Registry
from homeport.console.asking.scope import Scope
from homeport.console.asking.troubles import Trouble
from homeport.console.options import Options
from homeport.console.rendering.templates import Templates
from homeport.console.serving import mounting
from homeport.console.sessions import cookies
from homeport.console.sessions.store import Session
from homeport.console.stack.view import Stack
from homeport.edge import http

FIELDS = 1000
"""Fields of a query or form at most."""
URL = "%/:?#[]@!$&'()*+,;=~"
"""What stands in an address as it is, beside letters and digits: https://www.rfc-editor.org/rfc/rfc3986#section-2.2"""
DIGITS = 20
"""Of a whole number, with its sign: one more than the largest that a database keeps has."""


class Fields:
    """The fields of a query or of a form."""

    def __init__(self, text: str) -> None:
        """Raises `Trouble` where there are too many."""
        try:
            pairs = urllib.parse.parse_qsl(text, keep_blank_values=True, max_num_fields=FIELDS)
        except ValueError as error:
            raise Trouble(f"There are more than {FIELDS} fields.") from error
        self._all: dict[str, list[str]] = {}
        for name, value in pairs:
            self._all.setdefault(name, []).append(value)

    def text(self, name: str, default: str = "") -> str:
        """The first value of a field."""
        return self._all.get(name, [default])[0]

    def all(self, name: str) -> list[str]:
        """All values of a field."""
        return self._all.get(name, [])

    def has(self, name: str) -> bool:
        """Whether it is there, and says something: a box that is ticked."""
        return bool(self.text(name))

    def needed(self, name: str, label: str) -> str:
        """A value that must say something. Raises `Trouble` that names it."""
        value = self.text(name).strip()
        if not value:
            raise Trouble(f"{label} is missing.", hint="Fill it in.")
        return value

    def agrees(self, name: str, what: str) -> None:
        """Raises `Trouble` where the name of what is to be deleted was not written once more."""
        if self.text("sure") != name:
            raise Trouble(
                f"{name} was not deleted: its name was not written as it is.",
                hint=f"Write the name of the {what} into the field.",
            )

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number. Raises `Trouble` where it is none, or out of its bounds."""
        text = self.text(name).strip()
        if not text:
            return default
        is_number = len(text) <= DIGITS and text.removeprefix("-").isdecimal()
        if not is_number or not least <= int(text) <= most:
            raise Trouble(f"{name} must be a whole number from {least} to {most}.")
        return int(text)

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        """One of some words; another one is the default."""
        value = self.text(name)
        return value if value in choices else default


class Visit:
    """One request. Its session, registry and cloud are there where the row of its page needs a login."""

    def __init__(
        self,
        request: http.Request,
        names: dict[str, str],
        options: Options,
        clock: Clock,
        templates: Templates,
        *,
        scope: Scope | None,
        is_secure: bool,
        client: str,
    ) -> None:
        self.request = request
        """Its path is that of the page's row."""
        self.names = names
        """What the path of the page's row names."""
        self.options = options
        self.clock = clock
        self.query = Fields("")
        """Filled before a handler is called."""
        self.form = Fields("")
        """Filled before a handler of `body="form"` is called."""
        self.scope = scope
        """Whose part of the local AWS the address is about; None where it is about something else."""
        self.is_secure = is_secure
        """Whether the browser speaks HTTPS."""
        self.client = client
        """The address of the browser."""
        self.session: Session | None = None
        self._templates = templates
        self._registry: Registry | None = None
        self._cloud: Cloud | None = None

    def admit(self, session: Session, registry: Registry, cloud: Cloud | None) -> None:
        """Says who it is."""
        self.session, self._registry, self._cloud = session, registry, cloud

    @property
    def who(self) -> Session:
        """The session of a page that needs a login."""
        assert self.session is not None  # noqa: S101 - the console has seen to it
        return self.session

    @property
    def registry(self) -> Registry:
        """The registry, as this visitor may ask it."""
        assert self._registry is not None  # noqa: S101
        return self._registry

    @property
    def cloud(self) -> Cloud:
        """The local AWS, in this visitor's account and region."""
        if self._cloud is None:
            raise Trouble(
                "This console shows no local AWS.", hint="ui.cloud_url says so.", status=404
            )
        return self._cloud

    @property
    def has_cloud(self) -> bool:
        """Whether there is a local AWS."""
        return self._cloud is not None

    @property
    def shown(self) -> Scope:
        """Whose part of the local AWS the links lead to: that of the address, else the one that was looked at last."""
        if self.scope is not None:
            return self.scope
        return self.session.scope if self.session is not None else Scope()

    @property
    def stack(self) -> Stack:
        """What tells of the stack."""
        if self.options.stack is None:
            raise Trouble("This console does not know its stack.", status=404)
        return self.options.stack

    @property
    def may_write_cloud(self) -> bool:
        """Whether the visitor may change the local AWS: readers of the registry are readers everywhere."""
        who = self.session
        if who is None or self._cloud is None:
            return False
        return who.is_admin or (self.options.cloud_writers == "users" and who.may_push)

    @property
    def is_part(self) -> bool:
        """Whether the browser asks for a part of a page, to put it into the one that it shows: https://htmx.org/reference/#request_headers"""
        headers = self.request.headers
        return (
            "hx-request" in headers
            and "hx-boosted" not in headers
            and "hx-history-restore-request" not in headers
        )

    def page(
        self, template: str, *, status: int = 200, part: str = "", **values: Any
    ) -> http.Response:
        """A page. Where the browser asks for a part, only the block of that name, if one is given."""
        block = part if part and self.is_part else ""
        text = self._templates.render(template, block, {**self._known(), **values})
        text = mounting.page(text, self.shown)
        headers = [("Content-Type", "text/html; charset=utf-8"), ("Vary", "HX-Request")]
        # JSON can hold half a surrogate pair, which UTF-8 cannot: one such name must not cost the page.
        return http.Response(status, headers, text.encode(errors="replace"))

    def go(self, location: str, said: str = "") -> http.Response:
        """Sends the browser to another page of the console, which says what was done.

        https://www.rfc-editor.org/rfc/rfc9110#name-303-see-other
        """
        if said and self.session is not None:
            self.session.say(said)
        # What somebody wrote may stand in it, and is no header: https://www.rfc-editor.org/rfc/rfc3986#section-2
        location = urllib.parse.quote(mounting.path(location, self.shown), safe=URL)
        if self.is_part:
            return http.Response(200, [("HX-Redirect", location)])
        return http.Response(303, [("Location", location)])

    def _known(self) -> dict[str, Any]:
        """What every template knows."""
        session = self.session
        said: list[str] = []
        if session is not None and not self.is_part:
            said, session.said = session.said, []
        return {
            "visit": self,
            "who": session,
            "csrf": cookies.mask(session.csrf) if session is not None else "",
            "said": said,
            "now": self.clock.now(),
            "path": self.request.path,
            "query": self.query,
            "options": self.options,
        }
