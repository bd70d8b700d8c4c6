"""The end points of our own, below `/v2/_homeport/`, and the list of them that the distribution spec asks for.

https://github.com/opencontainers/distribution-spec/blob/main/extensions/README.md
https://github.com/opencontainers/distribution-spec/blob/main/extensions/_oci.md
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from homeport.edge import http
from homeport.registry import errors
from homeport.registry.access import caller as callers
from homeport.registry.access import robots as access
from homeport.registry.access.accounts import Accounts
from homeport.registry.access.control import OWNER
from homeport.registry.api.extension import bodies, rules, stream
from homeport.registry.api.extension.activity.events import Events
from homeport.registry.api.extension.activity.freed import Freed
from homeport.registry.api.extension.activity.history import History
from homeport.registry.api.extension.activity.runs import Runs
from homeport.registry.api.extension.browsing import routes as looking_around
from homeport.registry.api.extension.jobs import GC, IMPORT, RETENTION, SCRUB, Job, Jobs
from homeport.registry.api.extension.repositories import Repositories
from homeport.registry.api.extension.robots import Robots
from homeport.registry.api.extension.usage import Usage
from homeport.registry.api.extension.users import Users
from homeport.registry.backend import Backend
from homeport.registry.browsing.describer import Describer
from homeport.registry.events.recent import Recent
from homeport.registry.events.watch import Watch
from homeport.registry.options import Options
from homeport.registry.space.work import Work
from homeport.storage.quota import Quota

BASE = "/v2/_homeport/"
DISCOVER = "/v2/_oci/ext/discover"

Answer = http.Response | Awaitable[http.Response]
Handler = Callable[[http.Request, str], Answer]
Methods = dict[str, Handler]

_FOR_ALL = frozenset(
    {"", "whoami", "repositories/", "freed", "events", "catalog", "tags/", "untagged/", "images/"}
)
"""End points that do not ask for an admin; those of repositories and of what is freed ask for the right to delete."""


class Kind(NamedTuple):
    """What a run of one kind can be told."""

    fields: Mapping[str, bodies.Check]
    needed: tuple[str, ...] = ()


KINDS = {
    GC: Kind({"dry_run": bodies.flag, "grace_s": bodies.seconds, "untagged_s": bodies.seconds}),
    RETENTION: Kind({"dry_run": bodies.flag}),
    SCRUB: Kind({}),
    IMPORT: Kind({"path": bodies.text, "move": bodies.flag}, needed=("path",)),
}


class Extension:
    """Answers what lies below `BASE`, and `DISCOVER`."""

    def __init__(
        self,
        backend: Backend,
        options: Options,
        *,
        work: Mapping[str, Job],
        robots: access.Robots,
        watch: Watch,
        beside: Work,
        recent: Recent,
        accounts: Accounts | None,
        describer: Describer,
        quota: Quota | None = None,
    ) -> None:
        self._clock = backend.clock
        self._options = options
        self._jobs = Jobs(backend.clock, work, watch)
        usage = Usage(backend, self._jobs, quota)
        robot = Robots(robots, backend.clock, watch)
        repositories = Repositories(backend, options)
        users = Users(accounts, watch)
        browsing = looking_around.handlers(backend, options, describer)
        self._routes: dict[str, Methods] = {
            "": {"GET": self._discover},
            "rules": {"GET": self._rules},
            "usage": {"GET": usage.whole},
            "usage/history": {"GET": History(beside.history, backend.clock, quota).get},
            "usage/repositories": {"GET": usage.repositories},
            "usage/repositories/": {"GET": usage.repository},
            "robots": {"GET": robot.list, "POST": robot.create},
            "robots/": {"DELETE": robot.remove},
            **{place: {"GET": get} for place, get in browsing.items()},
            "repositories/": {"GET": browsing["repositories/"], "DELETE": repositories.delete},
            "runs": {"GET": Runs(backend.db, self._jobs, beside.under_way).get},
            "events": {"GET": Events(recent, backend.clock).get},
            "freed": {"POST": Freed(backend, options).ask},
            "users": {"GET": users.list},
            "users/": {"PUT": users.put, "DELETE": users.remove},
            **{kind: {"POST": self._run} for kind in work},
        }

    def __call__(self, request: http.Request) -> Answer:
        """Answers a request, or raises the failure that says why not."""
        place, rest = self._find(request.path)
        methods = self._routes[place]
        handler = methods.get("GET" if request.method == "HEAD" else request.method)
        if handler is None:
            raise errors.Failure("UNSUPPORTED", headers=[("Allow", _allowed(methods))])
        if place not in _FOR_ALL and not callers.of(request).is_admin:
            raise errors.Failure("DENIED", "this is for admins of the registry")
        if request.method == "POST" and _may_be_forged(request):
            # https://www.rfc-editor.org/rfc/rfc9110#name-415-unsupported-media-type
            text = "a page has to send this as Content-Type: application/json"
            raise errors.Failure("UNSUPPORTED", text, status=415)
        return handler(request, rest)

    async def close(self) -> None:
        """Lets go of what runs. To be called after the work itself was closed, and before the database is."""
        await self._jobs.close()

    def _find(self, path: str) -> tuple[str, str]:
        """The end point of a path, and the name in it."""
        path = urllib.parse.unquote(path)
        place = "" if path == DISCOVER else path.removeprefix(BASE)
        if place in self._routes and not place.endswith("/"):
            return place, place
        for prefix in self._routes:
            if prefix.endswith("/") and place.startswith(prefix) and place != prefix:
                return prefix, place.removeprefix(prefix)
        raise errors.Failure("UNSUPPORTED", "there is no such end point", status=404)

    def _discover(self, _request: http.Request, _: str) -> http.Response:
        """What there is here: https://github.com/opencontainers/distribution-spec/blob/main/extensions/_oci.md#module-discover"""
        ours = {
            "name": "_homeport",
            "url": BASE,
            "description": "Repositories, tags and images to look at; usage, work, robots and rules of this registry.",
            "endpoints": [f"_homeport/{place}" for place in self._routes if place],
        }
        discover = {
            "name": "_oci",
            "url": "https://github.com/opencontainers/distribution-spec/blob/main/extensions/_oci.md",
            "endpoints": [DISCOVER.removeprefix("/v2/")],
        }
        return bodies.answer({"extensions": [discover, ours]})

    def _rules(self, _request: http.Request, _: str) -> http.Response:
        """What is in force."""
        return bodies.answer(rules.in_force(self._options))

    async def _run(self, request: http.Request, kind: str) -> http.Response:
        """Runs work over the whole registry, and tells how far it is."""
        if kind == IMPORT and callers.of(request) is not OWNER:
            text = (
                "a path of the server is for its owner: homeport registry import, on that machine"
            )
            raise errors.Failure("DENIED", text)
        given = await bodies.read(request.body, *KINDS[kind])
        if "path" in given:
            given["path"] = Path(given["path"])
        run = self._jobs.start(kind, callers.of(request).name, **given)
        return await stream.response(run, self._clock)


def _may_be_forged(request: http.Request) -> bool:
    """Whether a page of another site may have had a browser send it, with the password that the browser remembers.

    A browser asks first whether it may send JSON there, and is not told so: https://fetch.spec.whatwg.org/#cors-safelisted-request-header
    """
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return "origin" in request.headers and sent != "application/json"


def _allowed(methods: Methods) -> str:
    names = {"OPTIONS": None, **dict.fromkeys(methods)}
    return ", ".join([*names, "HEAD"] if "GET" in methods else names)
