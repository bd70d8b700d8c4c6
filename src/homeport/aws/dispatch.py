"""The local AWS as one application: finds the service that a request is for and hands the request to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence

from homeport.aws.dispatching import arrivals, foreign
from homeport.aws.dispatching.authentication import Authentication
from homeport.aws.dispatching.endpoint import Answer, Endpoint
from homeport.aws.dispatching.health import Health
from homeport.aws.dispatching.requests import Requests
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

FORWARDED = "x-forwarded-proto"
"""How an ingress that ends TLS says what its client speaks, so that URLs in answers lead back to it. Whoever sets it without one only
gets other URLs himself. https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Forwarded-Proto"""


class Dispatcher:
    """An `http.App` over the services that run.

    `disabled` names services that exist and are switched off (SERVICES). Signatures are verified where `secret_of` is given: it
    returns the secret of an access key, None for one that is not known. Below each of `domains`, `BUCKET.NAME` is a bucket. `expected`
    names services that are still being opened, and come by `add`: requests for what is not there yet wait for them, until `complete`.
    `available` are services that are opened with their first request: `begin` is called then, and `add` or `give_up` follows.
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
        available: Collection[str] = (),
        begin: arrivals.Begin = arrivals.nobody,
    ) -> None:
        verifier = None if secret_of is None else Verifier(secret_of, clock)
        self.authentication = Authentication(clock, verifier)
        self.requests = Requests(clock)
        """The last calls, where the server tells it of them."""
        self._domains = domains
        self._disabled = disabled
        self._version = version
        self._foreign = foreign.Foreign(disabled)
        self._sites: list[Site] = []
        self._endpoints: dict[str, Endpoint] = {}
        self._arrivals = arrivals.Arrivals(expected, available, begin)
        self._show(services)
        self._new_id = new_id

    def add(self, services: Sequence[Service], sites: Sequence[Site] = ()) -> None:
        """Takes in services that were expected, and further sites; what waits looks again."""
        self._sites += sites
        self._show(services)
        self._arrivals.arrived([service.name for service in services])

    def complete(self) -> None:
        """Says that all that were expected have come: what is not there now is refused by name."""
        self._arrivals.complete()
        self._show([])

    def give_up(self, name: str) -> None:
        """Says that a service whose opening was begun could not be opened; the next request for it begins anew."""
        self._arrivals.give_up(name)

    def _show(self, services: Sequence[Service]) -> None:
        for service in services:
            self._endpoints[service.name] = Endpoint(service, self.authentication, self._domains)
        self._selection = Selection([endpoint.model for endpoint in self._endpoints.values()])
        coming = self._arrivals
        self._health = Health(
            self._endpoints, self._disabled, self._version, coming.expected, coming.available
        )

    def __call__(self, request: http.Request) -> Answer:
        """The response to a request, at once or when it is ready."""
        if request.headers.get(FORWARDED) == "https":
            request.scheme = "https"
        if request.path.startswith("/_"):
            found: Answer | None = self._health.answer(request) or self.requests.answer(request)
            if found is not None:
                return found
        for site in self._sites:
            found = site(request)
            if found is not None:
                return found
        if not self._arrivals.is_complete and FUNCTION_URLS in request.headers.get("host", ""):
            return self._when_there(request)
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
        if self._arrivals.is_awaited(name):
            return self._when_there(request, name)
        return self._foreign.answer(request, name, request_id, caller)

    def _when_there(self, request: http.Request, name: str = "") -> Awaitable[http.Response]:
        return self._after(self._arrivals.news(name), request)

    async def _after(self, news: Awaitable[None], request: http.Request) -> http.Response:
        await news
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
