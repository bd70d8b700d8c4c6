"""Which end point a request is for, told from the right end of its path: a repository may be called `a/blobs` or `x/tags/list`.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#endpoints
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple, Protocol

from homeport.edge import http
from homeport.registry import errors
from homeport.registry.access.authorization import Authorization
from homeport.registry.access.bearer.token_server import TokenServer
from homeport.registry.access.caller import DELETE, PULL, PUSH
from homeport.registry.access.challenges import TOKEN_PATH
from homeport.registry.api import query

Answer = http.Response | Awaitable[http.Response]
Handler = Callable[[http.Request, str, str], Answer]
Extension = Callable[[http.Request], Answer]
"""Answers for a path of its own, all methods. It looks itself at what `request.caller` may do."""

Rename = Callable[[str, str], str]
"""The name here of a repository that is called so in another registry:
https://github.com/opencontainers/distribution-spec/blob/main/spec.md#registry-proxying"""

BASE = "/v2/"
EXTENSIONS = "/v2/_homeport/"
"""https://github.com/opencontainers/distribution-spec/blob/main/extensions/README.md"""
METRICS = "/metrics"
"""https://prometheus.io/docs/instrumenting/exposition_formats/"""

_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_EVERY_METHOD = ("OPTIONS", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

# What a method needs that is for no repository.
_NOTHING, _A_CREDENTIAL, _A_LOOK = "nothing", "a credential", "a look"


class Blobs(Protocol):
    """The end points of blobs."""

    def get(self, request: http.Request, name: str, reference: str, /) -> Answer:
        """end-2"""

    def head(self, request: http.Request, name: str, reference: str, /) -> Answer:
        """end-2"""

    def delete(self, request: http.Request, name: str, reference: str, /) -> Answer:
        """end-10"""


class Uploads(Protocol):
    """The end points of uploads."""

    def start(self, request: http.Request, name: str, reference: str, /) -> Answer:
        """end-4 and 11"""

    def get(self, request: http.Request, name: str, reference: str, /) -> Answer:
        """end-13"""

    def patch(self, request: http.Request, name: str, reference: str, /) -> Answer:
        """end-5"""

    def put(self, request: http.Request, name: str, reference: str, /) -> Answer:
        """end-6"""

    def delete(self, request: http.Request, name: str, reference: str, /) -> Answer:
        """end-14"""


class Manifests(Protocol):
    """The end points of manifests."""

    def get(self, request: http.Request, name: str, reference: str, /) -> Answer:
        """end-3"""

    def head(self, request: http.Request, name: str, reference: str, /) -> Answer:
        """end-3"""

    def put(self, request: http.Request, name: str, reference: str, /) -> Answer:
        """end-7"""

    def delete(self, request: http.Request, name: str, reference: str, /) -> Answer:
        """end-9"""


class Tags(Protocol):
    """The lists of tags and of repositories."""

    def list(self, request: http.Request, name: str, reference: str, /) -> Answer:
        """end-8"""

    def catalog(self, request: http.Request, name: str, reference: str, /) -> Answer:
        """The catalog."""


class Referrers(Protocol):
    """The lists of referrers."""

    def list(self, request: http.Request, name: str, reference: str, /) -> Answer:
        """end-12"""


class Row(NamedTuple):
    """A method of an end point."""

    handler: Handler
    action: str
    """What its caller needs the right to."""


Methods = dict[str, Row]


class Route(NamedTuple):
    """What a path names: the methods of its end point, the repository, and what stands last."""

    methods: Methods
    name: str
    reference: str


class Switches(NamedTuple):
    """What is switched off for all callers."""

    may_delete: bool = True
    is_readonly: bool = False

    def closes(self, method: str, action: str) -> str:
        """Why a method that needs a right to `action` is not to be had; empty where it is."""
        if self.is_readonly and method in _CHANGING:
            return "this registry is read-only: nothing can be pushed or deleted"
        if not self.may_delete and action == DELETE:
            return "deleting is switched off in this registry"
        return ""


_ALL_ON = Switches()


class Routes:
    """The table of end points. Whoever may not do what a request asks for is refused before its end point sees it."""

    def __init__(
        self,
        *,
        blobs: Blobs,
        uploads: Uploads,
        manifests: Manifests,
        tags: Tags,
        referrers: Referrers,
        authorization: Authorization,
        token_server: TokenServer | None = None,
        extensions: Mapping[str, Extension] | None = None,
        rename: Rename | None = None,
        switches: Switches = _ALL_ON,
    ) -> None:
        self._authorization = authorization
        self._extensions = extensions or {}
        self._rename = rename
        self._switches = switches
        self._ping = _reading(_ping, _A_CREDENTIAL)
        self._catalog = _reading(tags.catalog, _A_LOOK)
        self._token: Methods = {}
        if token_server is not None:
            self._token["GET"] = Row(token_server.get, _NOTHING)
            self._token["POST"] = Row(token_server.post, _NOTHING)
        self._start = self._open({"POST": Row(uploads.start, PUSH)})
        self._upload = self._open(
            {
                # To go on with a push.
                **_reading(uploads.get, PUSH),
                "PATCH": Row(uploads.patch, PUSH),
                "PUT": Row(uploads.put, PUSH),
                "DELETE": Row(uploads.delete, PUSH),
            }
        )
        self._lists = _reading(tags.list, PULL)
        self._kinds: dict[str, Methods] = {
            "manifests": self._open(
                {
                    "GET": Row(manifests.get, PULL),
                    "HEAD": Row(manifests.head, PULL),
                    "PUT": Row(manifests.put, PUSH),
                    "DELETE": Row(manifests.delete, DELETE),
                }
            ),
            "blobs": self._open(
                {
                    "GET": Row(blobs.get, PULL),
                    "HEAD": Row(blobs.head, PULL),
                    "DELETE": Row(blobs.delete, DELETE),
                }
            ),
            "referrers": _reading(referrers.list, PULL),
        }

    def __call__(self, request: http.Request) -> Answer:
        """Answers a request, or raises the failure that says why not."""
        path = request.path
        if "%" in path:
            path = urllib.parse.unquote(path)
        head, _, reference = path.rpartition("/")
        name, _, kind = head.rpartition("/")
        methods = self._kinds.get(kind)
        # «uploads» is no digest, and no manifest is called so below «blobs»; what begins with _ is no repository
        if (
            methods is not None
            and name.startswith(BASE)
            and reference != "uploads"
            and not name.startswith("_", 4)
        ):
            row = methods.get(request.method)
            if row is not None:
                handler, action = row
                name = name[4:]
                if request.query:
                    name = self._renamed(request.query, name)
                if not request.caller.may(action, name):
                    raise self._authorization.refuse(request, action, name)
                return handler(request, name, reference)
        return self._find_and_ask(request, path)

    def allowed(self, path: str) -> str:
        """The methods of a path, for OPTIONS and 405."""
        if self._extension(path) is not None:
            return ", ".join(_EVERY_METHOD)
        route = self._find(path)
        return _allowed(route.methods if route is not None else {})

    def _find_and_ask(self, request: http.Request, path: str) -> Answer:
        extension = self._extension(path)
        if extension is not None:
            return self._extend(request, path, extension)
        route = self._find(path)
        row = route.methods.get(request.method) if route is not None else None
        if route is None or row is None:
            # Strangers are not told what there is.
            self._authorization.check_known(request)
            raise self._not_there(request.method, route)
        if row.action == _A_CREDENTIAL:
            self._authorization.check_known(request)
        elif row.action == _A_LOOK:
            self._authorization.check_catalog(request)
        elif row.action != _NOTHING:
            name = self._renamed(request.query, route.name)
            if not request.caller.may(row.action, name):
                raise self._authorization.refuse(request, row.action, name)
            self._authorization.check_mount(request, name)
            return row.handler(request, name, route.reference)
        return row.handler(request, route.name, route.reference)

    def _extension(self, path: str) -> Extension | None:
        found = self._extensions.get(path)
        if found is None and path.startswith(EXTENSIONS):
            found = self._extensions.get(EXTENSIONS)
        return found

    def _extend(self, request: http.Request, path: str, extension: Extension) -> Answer:
        if path == METRICS:
            self._authorization.check_metrics(request)
        else:
            self._authorization.check_extension(request)
        return extension(request)

    def _find(self, path: str) -> Route | None:
        if path in {"/v2/", "/v2"}:
            return Route(self._ping, "", "")
        if path == "/v2/_catalog":
            return Route(self._catalog, "", "")
        if path == TOKEN_PATH and self._token:
            return Route(self._token, "", "")
        head, _, reference = path.rpartition("/")
        name, _, kind = head.rpartition("/")
        methods = self._methods(name, kind, reference)
        if methods is None or not path.startswith(BASE):
            return None
        if methods is self._start or methods is self._upload:
            name = (head if reference == "uploads" else name).removesuffix("/blobs")
        return Route(methods, name[len(BASE) :], reference)

    def _methods(self, name: str, kind: str, reference: str) -> Methods | None:
        if kind == "blobs" and reference == "uploads":
            return self._start
        if kind == "uploads" and name.endswith("/blobs"):
            return self._upload if reference else self._start
        if kind == "tags" and reference == "list":
            return self._lists
        return self._kinds.get(kind)

    def _renamed(self, text: str, name: str) -> str:
        if self._rename is None or "ns=" not in text:
            return name
        namespace = query.first(query.parse(text), "ns")
        return self._rename(name, namespace) if namespace else name

    def _open(self, methods: Methods) -> Methods:
        """Those of the methods that are not switched off."""
        closes = self._switches.closes
        return {method: row for method, row in methods.items() if not closes(method, row.action)}

    def _not_there(self, method: str, route: Route | None) -> errors.Failure:
        if route is None:
            return errors.Failure("UNSUPPORTED", "there is no such end point", status=404)
        why = self._switches.closes(method, DELETE if method == "DELETE" else "")
        # What is switched off is denied: podman tries three times more where it reads UNSUPPORTED.
        code = "DENIED" if why else "UNSUPPORTED"
        return errors.Failure(code, why, status=405, headers=[("Allow", _allowed(route.methods))])


def _reading(handler: Handler, action: str) -> Methods:
    return {"GET": Row(handler, action), "HEAD": Row(handler, action)}


def _allowed(methods: Methods) -> str:
    return ", ".join(["OPTIONS", *methods])


def _ping(_request: http.Request, _name: str, _reference: str) -> http.Response:
    """end-1: this is a registry."""
    return http.Response(200, [("Content-Type", "application/json"), errors.VERSION], b"{}")
