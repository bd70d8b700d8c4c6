"""AWS Lambda's data plane as one object."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from homeport.aws.lambda_.executors.base import Executor
from homeport.aws.lambda_.invoking import limits, payloads
from homeport.aws.lambda_.invoking.environments import variables
from homeport.aws.lambda_.invoking.environments.environments import Environments
from homeport.aws.lambda_.invoking.environments.launcher import Launcher
from homeport.aws.lambda_.invoking.events.events import Events
from homeport.aws.lambda_.invoking.events.targets import Targets
from homeport.aws.lambda_.invoking.functions import Functions, Resolved
from homeport.aws.lambda_.invoking.invocation import Invocation, Result
from homeport.aws.lambda_.invoking.logs.writer import LogWriter
from homeport.aws.lambda_.invoking.running.concurrency import Concurrency
from homeport.aws.lambda_.invoking.running.runner import Runner
from homeport.aws.lambda_.invoking.settings import InvokeSettings
from homeport.aws.lambda_.invoking.streams import ResponseStream
from homeport.aws.lambda_.model import Function
from homeport.clock import Clock
from homeport.storage.db import Database


class Invocations:
    """Runs functions for clients, for event sources and for what was accepted to run later.

    `ids` makes random UUIDs. To be made on the running event loop; `start` takes up the events that an earlier process accepted.
    """

    def __init__(
        self,
        functions: Functions,
        executor: Executor,
        db: Database,
        clock: Clock,
        ids: Callable[[], str],
        logs: LogWriter,
        targets: Targets,
        settings: InvokeSettings | None = None,
        *,
        credentials: variables.Issue = variables.of_account,
    ) -> None:
        chosen = settings or InvokeSettings()
        self._functions = functions
        self._executor = executor
        self._ids = ids
        self.clock = clock
        launcher = Launcher(functions, executor, clock, ids, logs, chosen, credentials)
        self._environments = Environments(functions, launcher, clock, chosen)
        self._concurrency = Concurrency(chosen.concurrency)
        self._runner = Runner(functions, self._environments, self._concurrency, clock, ids)
        self._events = Events(db, functions, self._runner, targets, clock)

    def start(self) -> None:
        """Takes up what an earlier process accepted and did not finish."""
        self._events.start()

    async def close(self) -> None:
        """Ends all environments; events that are not done run after the next start."""
        await self._events.close()
        await self._environments.close()
        await self._executor.close()

    def resolve(self, invocation: Invocation) -> Resolved:
        """The version that an invocation leads to. Raises ResourceNotFoundException."""
        return self._functions.resolve(
            invocation.account, invocation.region, invocation.name, invocation.qualifier
        )

    async def invoke(self, invocation: Invocation) -> Result:
        """Runs a function and returns what it answers. Raises `AwsError`."""
        payloads.check_size(invocation.payload, limits.REQUEST_BYTES)
        resolved = self.resolve(invocation)
        payload = await payloads.checked(invocation.payload)
        invocation = self._named(invocation, payload)
        exchange, trace = await self._runner.run(resolved, invocation)
        answer = exchange.answer.result()
        return Result(
            answer.payload,
            answer.function_error,
            resolved.version.version,
            exchange.request_id,
            trace,
            exchange.finished.result() if invocation.wants_log else b"",
        )

    async def accept(self, invocation: Invocation) -> str:
        """Takes a function's event to run it later; returns its request id after the commit that holds it. Raises `AwsError`."""
        payloads.check_size(invocation.payload, limits.EVENT_BYTES)
        resolved = self.resolve(invocation)
        payload = await payloads.checked(invocation.payload)
        invocation = self._named(invocation, payload)
        await self._events.accept(resolved, invocation)
        return invocation.request_id

    async def check(self, invocation: Invocation) -> None:
        """Raises what `invoke` would raise before it runs anything."""
        payloads.check_size(invocation.payload, limits.REQUEST_BYTES)
        self.resolve(invocation)
        await payloads.checked(invocation.payload)

    async def stream(self, invocation: Invocation) -> ResponseStream:
        """Runs a function; returns when its response begins. Raises `AwsError`."""
        payloads.check_size(invocation.payload, limits.REQUEST_BYTES)
        resolved = self.resolve(invocation)
        payload = await payloads.checked(invocation.payload)
        return await self._runner.stream(resolved, self._named(invocation, payload))

    def _named(self, invocation: Invocation, payload: bytes) -> Invocation:
        if invocation.request_id and invocation.payload:
            return invocation
        request_id = invocation.request_id or self._ids()
        return dataclasses.replace(invocation, payload=payload, request_id=request_id)

    # For the functions' side of the service

    def function_changed(self, function: Function) -> None:
        """To be told after each change of a function: environments of what was replaced or deleted end, after the run that they are in.

        Events that wait for a concurrency that was reserved are looked at anew.
        """
        self._environments.check(function)
        self._events.look(function)

    def running(self, function: Function) -> int:
        """Invocations of a function that go on now."""
        return self._concurrency.running(function)
