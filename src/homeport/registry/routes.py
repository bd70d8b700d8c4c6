"""Which end point a request is for, told from the right end of its path: a repository may be called `a/blobs` or `x/tags/list`.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#endpoints
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from homeport.edge import http
from homeport.registry import errors
from homeport.registry.api.blobs import Blobs
from homeport.registry.api.manifests import Manifests
from homeport.registry.api.referrers import Referrers
from homeport.registry.api.tags import Tags
from homeport.registry.api.uploads import Uploads

Answer = http.Response | Awaitable[http.Response]
Handler = Callable[[http.Request, str, str], Answer]
Methods = dict[str, Handler]

BASE = "/v2/"


class Route(NamedTuple):
    """What a path names: the methods of its end point, the repository, and what stands last."""

    methods: Methods
    name: str
    reference: str


class Routes:
    """The table of end points."""

    def __init__(
        self,
        *,
        blobs: Blobs,
        uploads: Uploads,
        manifests: Manifests,
        tags: Tags,
        referrers: Referrers,
    ) -> None:
        self._ping: Methods = {"GET": _ping, "HEAD": _ping}
        self._catalog: Methods = {"GET": tags.catalog, "HEAD": tags.catalog}
        self._start: Methods = {"POST": uploads.start}
        self._upload: Methods = {
            "GET": uploads.get,
            "HEAD": uploads.get,
            "PATCH": uploads.patch,
            "PUT": uploads.put,
            "DELETE": uploads.delete,
        }
        self._lists: Methods = {"GET": tags.list, "HEAD": tags.list}
        self._kinds: dict[str, Methods] = {
            "manifests": {
                "GET": manifests.get,
                "HEAD": manifests.head,
                "PUT": manifests.put,
                "DELETE": manifests.delete,
            },
            "blobs": {"GET": blobs.get, "HEAD": blobs.head, "DELETE": blobs.delete},
            "referrers": {"GET": referrers.list, "HEAD": referrers.list},
        }

    def __call__(self, request: http.Request) -> Answer:
        """Answers a request, or raises the failure that says why not."""
        path = request.path
        if "%" in path:
            path = urllib.parse.unquote(path)
        head, _, reference = path.rpartition("/")
        name, _, kind = head.rpartition("/")
        methods = self._kinds.get(kind)
        # «uploads» is no digest, and no manifest is called so below «blobs»
        if methods is not None and name.startswith(BASE) and reference != "uploads":
            handler = methods.get(request.method)
            if handler is not None:
                return handler(request, name[4:], reference)
        methods, name, reference = self._find(path)
        handler = methods.get(request.method)
        if handler is None:
            raise _not_allowed(methods)
        return handler(request, name, reference)

    def _find(self, path: str) -> Route:
        if path in {"/v2/", "/v2"}:
            return Route(self._ping, "", "")
        if path == "/v2/_catalog":
            return Route(self._catalog, "", "")
        head, _, reference = path.rpartition("/")
        name, _, kind = head.rpartition("/")
        methods = self._methods(name, kind, reference)
        if methods is None or not path.startswith(BASE):
            raise errors.Failure("UNSUPPORTED", "there is no such end point", status=404)
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

    def allowed(self, path: str) -> str:
        """The methods of a path, for OPTIONS and 405."""
        try:
            methods = self._find(path).methods
        except errors.Failure:
            methods = {}
        return ", ".join(["OPTIONS", *methods])


def _ping(_request: http.Request, _name: str, _reference: str) -> http.Response:
    """end-1: this is a registry."""
    return http.Response(200, [("Content-Type", "application/json"), errors.VERSION], b"{}")


def _not_allowed(methods: Methods) -> errors.Failure:
    allowed = ", ".join(["OPTIONS", *methods])
    return errors.Failure("UNSUPPORTED", headers=[("Allow", allowed)])
