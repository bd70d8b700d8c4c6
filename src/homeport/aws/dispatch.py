"""The local AWS as one application: finds the service that a request is for and hands the request to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence

from homeport.aws.dispatching import foreign
from homeport.aws.dispatching.authentication import Authentication
from homeport.aws.dispatching.endpoint import Answer, Endpoint
from homeport.aws.dispatching.health import Health
from homeport.aws.dispatching.selection import Selection
from homeport.aws.protocol import ids
from homeport.aws.protocol.call import Service
from homeport.aws.signing import credential, errors
from homeport.aws.signing.verify import SecretOf, Verifier
from homeport.clock import Clock
from homeport.edge import http


Site = Callable[[http.Request], Answer | None]
"""Answers what no model describes, by its host or path; None for what is not its own. Asked for every request, so it must be quick."""

FUNCTION_URLS = ".lambda-url."
"""In the hosts of function URLs, which are somebody's from the start: https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html"""


class Dispatcher:
    """An `http.App` over the services that run.

    `disabled` names services that exist and are switched off (SERVICES). Signatures are verified where `secret_of` is given: it
    returns the secret of an access key, None for one that is not known. Below each of `domains`, `BUCKET.NAME` is a bucket. `expected`
    names services that are still being opened, and come by `add`: requests for what is not there yet wait for them, until `complete`.
    """

    def __init__(
        self,
        services: Sequence[Service],
        *,
        clock: Clock,
        version: str,
        new_id: Callable[[], str] = ids.uuid,
        disabled: Collection[str] = (),
        domains: Sequence[str] = (),
        secret_of: SecretOf | None = None,
        expected: Collection[str] = (),
    ) -> None:
        verifier = None if secret_of is None else Verifier(secret_of, clock)
        self.authentication = Authentication(clock, verifier)
        self._domains = domains
        self._disabled = disabled
        self._version = version
        self._foreign = foreign.Foreign(disabled)
        self._sites: list[Site] = []
        self._endpoints: dict[str, Endpoint] = {}
        self._expected = dict.fromkeys(expected)
        self._news: asyncio.Event | None = asyncio.Event() if expected else None
        self._show(services)
        self._new_id = new_id

    def add(self, services: Sequence[Service], sites: Sequence[Site] = ()) -> None:
        """Takes in services that were expected, and further sites; what waits looks again."""
        self._sites += sites
        self._show(services)
        self._tell(asyncio.Event())

    def complete(self) -> None:
        """Says that all have come: what is not there now is refused by name."""
        self._expected.clear()
        self._show([])
        self._tell(None)

    def _tell(self, next_news: asyncio.Event | None) -> None:
        if self._news is not None:
            self._news.set()
            self._news = next_news

    def _show(self, services: Sequence[Service]) -> None:
        for service in services:
            self._endpoints[service.name] = Endpoint(service, self.authentication, self._domains)
            self._expected.pop(service.name, None)
        self._selection = Selection([endpoint.model for endpoint in self._endpoints.values()])
        self._health = Health(self._endpoints, self._disabled, self._version, self._expected)

    def __call__(self, request: http.Request) -> Answer:
        """The response to a request, at once or when it is ready."""
        if request.path.startswith("/_"):
            found: Answer | None = self._health.answer(request)
            if found is not None:
                return found
        for site in self._sites:
            found = site(request)
            if found is not None:
                return found
        if self._news is not None and FUNCTION_URLS in request.headers.get("host", ""):
            return self._when_there(self._news, request)
        request_id = self._new_id()
        try:
            caller = credential.of(request)
        except credential.Malformed as wrong:
            return self._refuse(request, wrong, request_id)
        request.user = caller.access_key
        name = self._selection.of(request, caller)
        endpoint = self._endpoints.get(name)
        if endpoint is not None:
            return endpoint.answer(request, caller, request_id)
        if self._news is not None:
            return self._when_there(self._news, request)
        return self._foreign.answer(request, name, request_id)

    async def _when_there(self, news: asyncio.Event, request: http.Request) -> http.Response:
        await news.wait()
        answer = self(request)
        return answer if isinstance(answer, http.Response) else await answer

    def _refuse(
        self, request: http.Request, wrong: credential.Malformed, request_id: str
    ) -> http.Response:
        name = self._selection.of(request, credential.ANONYMOUS)
        is_query = "authorization" not in request.headers
        endpoint = self._endpoints.get(name)
        if endpoint is None:
            error = errors.malformed(wrong.reason, errors.QUERY, is_query=is_query)
            return foreign.refuse(request, name, error, request_id)
        return endpoint.refuse_credential(request, wrong.reason, request_id, is_query=is_query)
