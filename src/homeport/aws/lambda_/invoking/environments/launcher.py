"""Starts an environment: code, log, Runtime API, process."""

from __future__ import annotations

import functools
from collections.abc import Callable

from homeport.aws.lambda_.executors.base import Executor, Plan
from homeport.aws.lambda_.invoking.environments import variables
from homeport.aws.lambda_.invoking.environments.environment import Environment, Owner
from homeport.aws.lambda_.invoking.functions import Functions
from homeport.aws.lambda_.invoking.logs.journal import Journal, stream_name
from homeport.aws.lambda_.invoking.logs.writer import LogWriter
from homeport.aws.lambda_.invoking.settings import InvokeSettings
from homeport.aws.lambda_.model import Version
from homeport.clock import Clock


class Launcher:
    """Knows all that an environment is started with."""

    def __init__(
        self,
        functions: Functions,
        executor: Executor,
        clock: Clock,
        ids: Callable[[], str],
        logs: LogWriter,
        settings: InvokeSettings,
        issue: variables.Issue,
    ) -> None:
        self._functions = functions
        self._executor = executor
        self._clock = clock
        self._ids = ids
        self._logs = logs
        self._settings = settings
        self._issue = issue

    async def launch(
        self, version: Version, owner: Owner
    ) -> tuple[Environment, Callable[[], None]]:
        """An environment, and what is to be called once its owner knows it.

        Raises `MissingRuntime`, `StartFailed` and what is wrong with the code; nothing is left of it then.
        """
        self._executor.check(version)
        await self._executor.prepare(version)
        code = await self._functions.code(version)
        release = functools.partial(self._functions.release, code)
        number = self._ids().replace("-", "")
        stream = stream_name(version, number, self._clock.now())
        journal = Journal(self._logs, version, stream, self._clock)
        environment = Environment(version, journal, self._clock, owner, release)
        try:
            host = self._settings.api_host
            await environment.api.open(host)
            seen = variables.of(version, stream, self._issue(version), self._settings.endpoint)
            api = f"{host}:{environment.api.port}"
            plan = Plan(number, version, code, seen, api, journal.feed, journal.is_full)
            process = await self._executor.start(plan)
        except BaseException:
            environment.api.close()
            release()
            raise
        return environment, functools.partial(environment.run, process)
