"""Which end points there are for people who look around; all of them read, and each shows only what its caller may pull."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from homeport.edge import http
from homeport.registry.access import caller as callers
from homeport.registry.access.caller import DELETE, PUSH
from homeport.registry.api.extension import bodies
from homeport.registry.api.extension.browsing.catalog import Catalog
from homeport.registry.api.extension.browsing.images import Images
from homeport.registry.api.extension.browsing.repository import Repositories
from homeport.registry.api.extension.browsing.rights import Rights
from homeport.registry.backend import Backend
from homeport.registry.browsing.describer import Describer
from homeport.registry.options import Options

Handler = Callable[[http.Request, str], http.Response | Awaitable[http.Response]]


def handlers(backend: Backend, options: Options, describer: Describer) -> dict[str, Handler]:
    """What answers a GET, by the place below the extension's own."""
    rights = Rights(options)
    repositories = Repositories(backend, describer, rights)

    def whoami(request: http.Request, _: str) -> http.Response:
        """Who asks, as the registry sees it, and what they may do anywhere at all."""
        caller = callers.of(request)
        return bodies.answer(
            {
                "name": caller.name,
                "is_admin": caller.is_admin,
                "has_users": options.htpasswd is not None,
                "may": {
                    "push": rights.somewhere(caller, PUSH),
                    "delete": rights.somewhere(caller, DELETE),
                },
            }
        )

    return {
        "whoami": whoami,
        "catalog": Catalog(backend, rights).page,
        "repositories/": repositories.whole,
        "tags/": repositories.tags,
        "untagged/": repositories.untagged,
        "images/": Images(repositories).image,
    }
