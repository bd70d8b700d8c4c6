"""The pages about the stack."""

from __future__ import annotations

from homeport.console.asking import troubles
from homeport.console.routing import Row
from homeport.console.stack import snippets
from homeport.console.visit import Visit
from homeport.edge import http

SOON_S = 30 * 86_400.0
"""A certificate that ends within a month is worth a look: clients refuse it from one second to the next."""


async def components(visit: Visit) -> http.Response:
    """What runs, since when, with how much memory."""
    found = await visit.stack.components()
    return visit.page(
        "stack/components.html", part="rows", components=found, target=visit.stack.target
    )


async def checks(visit: Visit) -> http.Response:
    """The rules of the stack, and what came of them."""
    return visit.page("stack/checks.html", part="results", checks=visit.stack.checks())


async def check(visit: Visit) -> http.Response:
    """Checks them now."""
    await visit.stack.check()
    return visit.go("/stack/rules")


async def certificates(visit: Visit) -> http.Response:
    """What clients are shown, and until when."""
    found = await visit.stack.certificates()
    shown = [(each, *_parted(each.names)) for each in found]
    return visit.page("stack/certificates.html", certificates=shown, soon_s=SOON_S)


def _parted(names: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """The names that somebody types, and the patterns."""
    patterns = [each for each in names if each.startswith("*")]
    return [each for each in names if each not in patterns], patterns


async def authority(visit: Visit) -> http.Response:
    """The CA as a file. It is no secret: each client gets it.

    https://pki-tutorial.readthedocs.io/en/latest/mime.html
    """
    found = await visit.stack.ca()
    if found is None:
        raise troubles.missing("These certificates are signed by no CA of the stack.")
    headers = [
        ("Content-Type", "application/x-pem-file"),
        ("Content-Disposition", 'attachment; filename="homeport-ca.crt"'),
    ]
    return http.Response(200, headers, found)


async def names(visit: Visit) -> http.Response:
    """By which names it is reached, and what is found for them."""
    is_looking = visit.query.has("look")
    found = await visit.stack.records(is_looking=is_looking)
    return visit.page("stack/names.html", part="rows", records=found, is_looking=is_looking)


async def endpoints(visit: Visit) -> http.Response:
    """How programs reach it, ready to copy."""
    options = visit.options
    cloud = snippets.of_cloud(options.cloud_url) if visit.has_cloud else ()
    return visit.page(
        "stack/endpoints.html",
        registry=snippets.of_registry(options.registry_host, visit.who.name or "USER"),
        cloud=cloud,
        has_ca=await visit.stack.ca() is not None,
    )


ROWS = (
    Row("GET", "/stack", components),
    Row("GET", "/stack/endpoints", endpoints),
    Row("GET", "/stack/rules", checks),
    Row("POST", "/stack/rules", check, "admin"),
    Row("GET", "/stack/certificates", certificates),
    Row("GET", "/stack/ca.crt", authority),
    Row("GET", "/stack/names", names),
)
