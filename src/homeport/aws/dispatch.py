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


class Dispatcher:
    """An `http.App` over the services that run.

    `disabled` names services that exist and are switched off (SERVICES). Signatures are verified where `secret_of` is given: it
    returns the secret of an access key, None for one that is not known. Below each of `domains`, `BUCKET.NAME` is a bucket. `expected`
    names services that are still being opened, and come by `add`: requests for what is not there yet wait for them.
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
        self._authentication = Authentication(clock, verifier)
        self._domains = domains
        self._disabled = disabled
        self._version = version
        self._foreign = foreign.Foreign(disabled)
        self._endpoints: dict[str, Endpoint] = {}
        self._complete: asyncio.Event | None = asyncio.Event() if expected else None
        self._show(services, expected)
        self._new_id = new_id

    def add(self, services: Sequence[Service]) -> None:
        """Takes in the services that were expected, all of them; what waits for them goes on."""
        self._show(services, ())
        if self._complete is not None:
            self._complete.set()
            self._complete = None

    def _show(self, services: Sequence[Service], expected: Collection[str]) -> None:
        for service in services:
            self._endpoints[service.name] = Endpoint(service, self._authentication, self._domains)
        self._selection = Selection([endpoint.model for endpoint in self._endpoints.values()])
        self._health = Health(self._endpoints, self._disabled, self._version, expected)

    def __call__(self, request: http.Request) -> Answer:
        """The response to a request, at once or when it is ready."""
        if request.path.startswith("/_"):
            found = self._health.answer(request)
            if found is not None:
                return found
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
        if self._complete is not None:
            return self._when_complete(self._complete, request)
        return self._foreign.answer(request, name, request_id)

    async def _when_complete(self, complete: asyncio.Event, request: http.Request) -> http.Response:
        await complete.wait()
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
