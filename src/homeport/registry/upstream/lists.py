"""The lists of a repository of an upstream: passed through where the upstream can be reached, else of what is here.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#content-discovery
"""

from __future__ import annotations

import json
import re
import urllib.parse

from homeport.edge import http
from homeport.registry import errors
from homeport.registry.api import query, referrers, tags
from homeport.registry.grammar import documents
from homeport.registry.grammar import names as grammar
from homeport.registry.upstream import answers, limits
from homeport.registry.upstream.asking.errors import Absent, Unreachable, UpstreamError, Wrong
from homeport.registry.upstream.client import Listed
from homeport.registry.upstream.names import Names, Place

# https://www.rfc-editor.org/rfc/rfc8288#section-3
_NEXT = re.compile(r'<([^<>]*)>\s*;(?:[^,<]*;)?\s*rel="?next"?', re.IGNORECASE)
_OWN_FIELDS = frozenset({"ns"})
"""Fields of a query that are meant for the cache: https://github.com/containerd/containerd/blob/main/docs/hosts.md"""


class Tags:
    """Stands before the lists of tags; the catalog is of what is here."""

    def __init__(self, inner: tags.Tags, names: Names) -> None:
        self._inner = inner
        self._names = names

    def list(self, request: http.Request, name: str, reference: str) -> answers.Answer:
        """end-8: the tags that the upstream has."""
        place = self._names.find(name)
        if place is None:
            return self._inner.list(request, name, reference)
        grammar.check_repository(name)
        return self._passed(request, place, reference)

    def catalog(self, request: http.Request, name: str, reference: str) -> answers.Answer:
        """The repositories that are here."""
        return self._inner.catalog(request, name, reference)

    async def _passed(self, request: http.Request, place: Place, reference: str) -> http.Response:
        wanted = _onward(request.query)
        try:
            with place.source.admitted(), place.source.counted():
                client = place.source.client
                listed = await client.tags(place.remote, wanted)
                # A page may have 4 MiB: too much for the event loop.
                return await client.wire.workers.run(lambda: _tags(listed, place))
        except UpstreamError as error:
            return self._here(request, place, reference, error)

    def _here(
        self, request: http.Request, place: Place, reference: str, error: UpstreamError
    ) -> http.Response:
        """What is here; where that is nothing, why there is no more."""
        try:
            answer = self._inner.list(request, place.name, reference)
        except errors.Failure as failure:
            if answers.code_of(failure) != "NAME_UNKNOWN":
                raise
            detail = {"name": place.name}
            raise answers.failure(error, place.source, "NAME_UNKNOWN", detail) from error
        return _marked(answer, error)


class Referrers:
    """Stands before the lists of what refers to a manifest."""

    def __init__(self, inner: referrers.Referrers, names: Names) -> None:
        self._inner = inner
        self._names = names

    def list(self, request: http.Request, name: str, digest: str) -> answers.Answer:
        """end-12: what the upstream knows of; where it knows nothing, what is here."""
        place = self._names.find(name)
        if place is None:
            return self._inner.list(request, name, digest)
        grammar.check_repository(name)
        grammar.check_digest(digest)
        return self._passed(request, place, digest)

    async def _passed(self, request: http.Request, place: Place, digest: str) -> http.Response:
        source = place.source
        wanted = _onward(request.query)
        try:
            with source.admitted(), source.counted():
                try:
                    listed = await source.client.referrers(place.remote, digest, wanted)
                except Absent:
                    return await self._by_tag(place, digest)
                return await _index(listed, place, digest)
        except UpstreamError as error:
            answer = self._inner.list(request, place.name, digest)
            here = answer if isinstance(answer, http.Response) else await answer
            return _marked(here, error)

    async def _by_tag(self, place: Place, digest: str) -> http.Response:
        """The list of an upstream without that end point, as its clients keep it. They do not look for it where there is an answer.

        https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema
        """
        tag = digest.replace(":", "-")[:128]
        fetched = await place.source.client.manifest(place.remote, tag)
        if fetched.document.media_type != documents.INDEX:
            raise Absent("it has no list of referrers")
        return http.Response(200, list(_INDEX_HEADERS), fetched.content)


_INDEX_HEADERS = [("Content-Type", documents.INDEX), errors.VERSION]


def _onward(text: str) -> str:
    """The query for the upstream."""
    fields = query.parse(text)
    kept = {name: values for name, values in fields.items() if name not in _OWN_FIELDS}
    return urllib.parse.urlencode(kept, doseq=True)


def _tags(listed: Listed, place: Place) -> http.Response:
    try:
        body = json.loads(listed.body)
        found = body["tags"] or []
        is_right = isinstance(found, list) and all(isinstance(tag, str) for tag in found)
    except (ValueError, RecursionError, LookupError, TypeError):
        is_right = False
    if not is_right:
        raise Wrong("its list of tags is none")
    headers = [("Content-Type", "application/json"), errors.VERSION]
    headers += _link(listed.link, f"/v2/{place.name}/tags/list")
    return http.Response(200, headers, json.dumps({"name": place.name, "tags": found}).encode())


async def _index(listed: Listed, place: Place, digest: str) -> http.Response:
    def check() -> None:
        try:
            documents.parse(documents.INDEX, listed.body, most=limits.LIST_BYTES)
        except errors.Failure as failure:
            raise Wrong(f"its list of referrers is none: {failure}") from failure

    await place.source.client.wire.workers.run(check)
    headers = [*_INDEX_HEADERS, *_link(listed.link, f"/v2/{place.name}/referrers/{digest}")]
    if listed.filters == "artifactType":
        headers.append(("OCI-Filters-Applied", listed.filters))
    return http.Response(200, headers, listed.body)


def _link(header: str, path: str) -> http.Headers:
    """The way to the next page, by the name that the repository has here."""
    match = _NEXT.search(header[: limits.FIELD_CHARS])
    if match is None:
        return []
    try:
        fields = urllib.parse.parse_qs(
            urllib.parse.urlsplit(match[1]).query,
            keep_blank_values=True,
            max_num_fields=query.FIELDS,
        )
    except ValueError:
        return []
    text = urllib.parse.urlencode(fields, doseq=True)
    return [("Link", f'<{path}?{text}>; rel="next"')]


def _marked(answer: http.Response, error: UpstreamError) -> http.Response:
    """Says of an answer that it may be old, where the upstream could not be asked."""
    if isinstance(error, Unreachable):
        answer.headers.append(answers.STALE)
    return answer
