"""The query of a request, and the pages that `n` and `last` ask for.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags
"""

from __future__ import annotations

import json
import urllib.parse
from typing import Any, NamedTuple

from homeport.edge import http
from homeport.registry import errors

FIELDS = 128
"""Fields that a query may have: the 100 tags of a push and some more."""


class Page(NamedTuple):
    """What a client wants to see of a list."""

    after: str
    size: int


def parse(query: str) -> dict[str, list[str]]:
    """The fields of a query, decoded."""
    if not query:
        return {}
    try:
        return urllib.parse.parse_qs(query, keep_blank_values=True, max_num_fields=FIELDS)
    except ValueError as error:
        raise errors.Failure(
            "UNSUPPORTED", f"a query of more than {FIELDS} fields", status=414
        ) from error


def first(fields: dict[str, list[str]], name: str) -> str | None:
    """The first value of a field."""
    values = fields.get(name)
    return values[0] if values else None


def page(query: str, *, default: int, most: int) -> Page:
    """The page that a query asks for; what is above `most` is cut to it."""
    fields = parse(query)
    wanted = first(fields, "n")
    after = first(fields, "last") or ""
    if wanted is None:
        return Page(after, default)
    if not (wanted.isascii() and wanted.isdigit()):
        raise errors.Failure("PAGINATION_NUMBER_INVALID", detail={"n": wanted[:64]})
    return Page(after, min(int(wanted[:10]), most))


def answer(
    path: str, wanted: Page, found: list[str], body: dict[str, Any], field: str
) -> http.Response:
    """A page of a list, from one entry more than was asked for; that one only tells whether there is a next page."""
    shown = found[: wanted.size]
    headers = [("Content-Type", "application/json"), errors.VERSION]
    if shown and len(found) > wanted.size:
        headers.append(link(path, last=shown[-1], n=str(wanted.size)))
    body[field] = shown
    return http.Response(200, headers, json.dumps(body).encode())


def link(path: str, **fields: str) -> tuple[str, str]:
    """The header that leads to the next page: https://www.rfc-editor.org/rfc/rfc8288"""
    return ("Link", f'<{path}?{urllib.parse.urlencode(fields)}>; rel="next"')
