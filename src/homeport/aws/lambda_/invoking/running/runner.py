"""Runs an invocation in an environment, from a resolved version to an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from homeport.aws.lambda_.invoking import payloads
from homeport.aws.lambda_.invoking.environments.environment import Environment
from homeport.aws.lambda_.invoking.environments.environments import Environments
from homeport.aws.lambda_.invoking.functions import Functions, Resolved
from homeport.aws.lambda_.invoking.invocation import Invocation
from homeport.aws.lambda_.invoking.running import trace
from homeport.aws.lambda_.invoking.running.concurrency import Concurrency
from homeport.aws.lambda_.invoking.running.exchange import Exchange
from homeport.aws.lambda_.invoking.streams import ResponseStream
from homeport.aws.lambda_.model import Version
from homeport.clock import Clock


class Runner:
    """Every way to invoke a function comes through here."""

    def __init__(
        self,
        functions: Functions,
        environments: Environments,
        concurrency: Concurrency,
        clock: Clock,
        ids: Callable[[], str],
    ) -> None:
        self._functions = functions
        self._environments = environments
        self._concurrency = concurrency
        self._clock = clock
        self._ids = ids

    async def run(
        self, resolved: Resolved, invocation: Invocation, *, may_wait: bool = False
    ) -> tuple[Exchange, str]:
        """Runs it to its answer; returns the exchange, answered, and the trace header. Raises `AwsError`."""
        exchange, traced = self._exchange(resolved, invocation, None)
        await self._begin(resolved, exchange, may_wait=may_wait)
        # Whoever asked may be gone; the function runs to its end all the same.
        await asyncio.shield(exchange.answer)
        if invocation.wants_log:
            await asyncio.shield(exchange.finished)
        return exchange, traced

    async def stream(self, resolved: Resolved, invocation: Invocation) -> ResponseStream:
        """Runs it; returns once the response begins. Raises `AwsError`."""
        stream = ResponseStream(resolved.version.version, invocation.request_id)
        exchange, stream.trace = self._exchange(resolved, invocation, stream)
        try:
            await self._begin(resolved, exchange, may_wait=False)
            await asyncio.shield(stream.begun)
        except BaseException:
            # What the function writes is not held for nobody.
            await stream.aclose()
            raise
        return stream

    def _exchange(
        self, resolved: Resolved, invocation: Invocation, stream: ResponseStream | None
    ) -> tuple[Exchange, str]:
        request_id = invocation.request_id or self._ids()
        traced = invocation.trace or trace.header(request_id, self._clock.now())
        headers = [
            ("Lambda-Runtime-Aws-Request-Id", request_id),
            ("Lambda-Runtime-Trace-Id", traced),
            ("Lambda-Runtime-Client-Context", invocation.client_context),
            ("Lambda-Runtime-Cognito-Identity", invocation.cognito_identity),
            ("Lambda-Runtime-Invoked-Function-Arn", resolved.invoked_arn),
        ]
        payload = invocation.payload or payloads.EMPTY
        exchange = Exchange(
            request_id, payload, headers, stream=stream, wants_log=invocation.wants_log
        )
        return exchange, traced

    async def _begin(self, resolved: Resolved, exchange: Exchange, *, may_wait: bool) -> None:
        """Hands it to an environment that is ready; where one could not get ready, to a new one that gets ready within the run.

        https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
        """
        function = resolved.version.function
        permit = self._concurrency.enter(function, self._functions.reserved(function))
        try:
            environment = await self._environment(resolved.version, may_wait=may_wait)
        except BaseException:
            permit.leave()
            raise
        # Who asked may leave before the function is done, which counts until then.
        exchange.answer.add_done_callback(permit.leave)
        environment.invoke(exchange)

    async def _environment(self, version: Version, *, may_wait: bool) -> Environment:
        lease = await self._environments.acquire(version, may_wait=may_wait)
        while isinstance(lease, Environment) and lease.is_ended:
            lease = await self._environments.acquire(version, may_wait=may_wait)
        if isinstance(lease, Environment):
            return lease
        return await self._environments.restart(version, may_wait=may_wait)
