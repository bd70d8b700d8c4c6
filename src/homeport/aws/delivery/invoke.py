"""Calls an operation of a service in this process, as a client of an account and region would."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import NamedTuple

from homeport.aws.protocol import errors, ids
from homeport.aws.protocol.call import Call, Output, Params, Service
from homeport.edge import http


class Caller(NamedTuple):
    """For whom a call is made."""

    account: str
    region: str


class Invoker:
    """The services that run, by their names; one that is opened later is put into the mapping then."""

    def __init__(
        self, services: Mapping[str, Service], new_id: Callable[[], str] = ids.uuid
    ) -> None:
        self._services = services
        self._new_id = new_id

    def runs(self, service: str) -> bool:
        """Whether a service can be called."""
        return service in self._services

    async def call(self, caller: Caller, service: str, operation: str, params: Params) -> Output:
        """The answer, with members as boto3 gives them; who called awaits or ends its body, then calls its `on_end`.

        Raises what the operation raises: the `AwsError` that a client would get.
        """
        function = self._services[service].operations.get(operation)
        if function is None:
            raise errors.not_implemented(service, operation)
        request = http.Request("POST", "/", "", {"host": "localhost"}, http.BytesBody())
        call = Call(service, operation, caller.account, caller.region, self._new_id(), request)
        result = function(call, params)
        if inspect.isawaitable(result):
            result = await result
        return result if isinstance(result, Output) else Output(result)
