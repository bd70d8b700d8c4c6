"""One execution environment: a process with a Runtime API of its own, that runs one invocation at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from homeport.aws.lambda_.executors import base
from homeport.aws.lambda_.invoking import limits
from homeport.aws.lambda_.invoking.api.runtime_api import RuntimeApi
from homeport.aws.lambda_.invoking.environments import endings
from homeport.aws.lambda_.invoking.environments.endings import Ending
from homeport.aws.lambda_.invoking.invocation import UNHANDLED, Answer
from homeport.aws.lambda_.invoking.logs import lines
from homeport.aws.lambda_.invoking.logs.journal import Journal
from homeport.aws.lambda_.invoking.running.exchange import Exchange
from homeport.aws.lambda_.model import Version
from homeport.clock import Clock, Timer

CUT = Ending("Sandbox.Failure", "The environment was ended.")
"""The service stops in the middle of a run."""


class Owner(Protocol):
    """Who keeps environments."""

    def environment_idle(self, environment: Environment) -> None:
        """It can run another invocation."""

    def environment_ended(self, environment: Environment) -> None:
        """It has ended with all that it started."""


class Environment:
    """Whatever happens inside, a run gets exactly one answer and is finished exactly once.

    Of the executor it is asked that `finish` and `ended` come after all that the function wrote before was handed on.
    """

    def __init__(
        self,
        version: Version,
        journal: Journal,
        clock: Clock,
        owner: Owner,
        release: Callable[[], None],
    ) -> None:
        self.version = version
        self.journal = journal
        self.api = RuntimeApi(self)
        self.idle_since = 0.0
        self.is_ended = False
        loop = asyncio.get_running_loop()
        self.started: asyncio.Future[Ending | None] = loop.create_future()
        """Done when the runtime has asked for its first invocation (None), or could not get ready."""
        self.gone: asyncio.Future[None] = loop.create_future()
        """Done when nothing of it is left."""
        self._clock = clock
        self._owner = owner
        self._release = release
        self._process: base.Environment | None = None
        self._exchange: Exchange | None = None
        self._timer: Timer | None = None
        self._began = 0.0
        self._answered_at = 0.0
        self._start_began = clock.now()
        self._init_ms: float | None = None
        self._failure: tuple[Ending, Answer | None] = (CUT, None)
        """Why it could not get ready."""
        self._ending: asyncio.Task[None] | None = None

    # Its start

    def run(self, process: base.Environment) -> None:
        """The process was started; `started` tells when it is ready."""
        self._process = process
        if self.is_ended:
            # It was quicker to fail than the executor to say that it runs.
            self._ending = asyncio.ensure_future(self._stop())
            return
        self.api.check()
        if self.version.runtime:
            runtime = lines.Runtime.of(self.version.runtime, self.version.function.region)
            self.journal.add(self.journal.format.init_start(runtime, self._start_began))
        process.ended.add_done_callback(self._exited)
        if self._exchange is None and not self.started.done():
            self._arm(self._start_began + limits.INIT_S, self._init_timed_out)

    def runtime_ready(self) -> None:
        """The runtime asks for its next invocation."""
        if self._exchange is not None and self.started.done():
            self._complete(self._exchange)
            return
        if not self.started.done():
            if self._exchange is None:
                # A second start counts as part of the run.
                self._init_ms = (self._clock.now() - self._start_began) * 1000
                self._disarm()
            self.started.set_result(None)

    def init_failed(self, error_type: str, payload: bytes) -> None:
        """The runtime could not get ready, and says why."""
        self._fail_init(Ending(error_type, ""), Answer(payload, UNHANDLED))

    def owns(self, peer: tuple[str, int], ours: tuple[str, int]) -> bool:
        """Whether a connection was made by one of its processes. What connects before they are known is looked at then."""
        return self._process is None or self._process.owns(peer, ours)

    def _init_timed_out(self) -> None:
        self._fail_init(Ending(endings.TIMED_OUT, ""), None)

    def _fail_init(self, ending: Ending, answer: Answer | None) -> None:
        self._failure = (ending, answer)
        now = self._clock.now()
        is_timeout = ending.error_type == endings.TIMED_OUT
        status = lines.TIMEOUT if is_timeout else lines.ERROR
        error_type = "" if is_timeout else ending.error_type
        phase = "init" if self._exchange is None else "invoke"
        init_ms = (now - self._start_began) * 1000
        journal = self.journal
        journal.complete_lines()
        journal.add(journal.format.init_report(init_ms, phase, status, error_type, now))
        if self._exchange is not None:
            self._cut(self._exchange, ending, answer, lines.ERROR)
        elif not self.started.done():
            self.started.set_result(ending)
        self.end()

    # A run

    def invoke(self, exchange: Exchange) -> None:
        """Runs an invocation, at once or as soon as the runtime is ready."""
        now = self._clock.now()
        self._began = now
        self._exchange = exchange
        exchange.answer.add_done_callback(self._answered)
        if exchange.wants_log:
            self.journal.begin_tail()
        version = self.version.version
        self.journal.add(self.journal.format.start(exchange.request_id, version, now))
        if self.is_ended:
            # It could not get ready, and that in no time.
            self._cut(exchange, *self._failure, lines.ERROR)
            self.journal.flush()
            return
        deadline = now + self.version.timeout_s
        exchange.headers.append(("Lambda-Runtime-Deadline-Ms", str(int(deadline * 1000))))
        if self._process is not None:
            self._process.begin(deadline)
        self._arm(deadline, self._timed_out)
        self.api.give(exchange)

    def is_ready_soon(self, now: float, patience_s: float) -> bool:
        """Whether its run was answered just now, so that it will be ready for another."""
        exchange = self._exchange
        if exchange is None or self.is_ended or not exchange.answer.done():
            return False
        return now - self._answered_at < patience_s

    def _answered(self, _: asyncio.Future[Answer]) -> None:
        self._answered_at = self._clock.now()

    def _complete(self, exchange: Exchange) -> None:
        answer = exchange.answer.result()
        self._finish(lines.ERROR if answer.error_type else lines.SUCCESS, answer.error_type)
        self._owner.environment_idle(self)

    def _finish(self, status: str, error_type: str) -> None:
        exchange, self._exchange = self._exchange, None
        if exchange is None:
            return
        self._disarm()
        now = self._clock.now()
        if self._process is not None and not self.is_ended:
            # With this the executor has handed on all that the function wrote in its run.
            self._process.finish()
        process, init_ms, self._init_ms = self._process, self._init_ms, None
        report = lines.Report(
            exchange.request_id,
            max(0.01, (now - self._began) * 1000),
            self.version.memory_mb,
            process.peak_memory_mb() if process is not None else 0,
            init_ms,
            status,
            error_type,
        )
        journal = self.journal
        journal.complete_lines()
        journal.add(journal.format.end(report, now))
        journal.add(journal.format.report(report, now))
        exchange.finish(journal.end_tail())

    def _cut(self, exchange: Exchange, ending: Ending, answer: Answer | None, status: str) -> None:
        """Ends a run that the function did not end."""
        exchange.resolve(answer or ending.answer(exchange.request_id))
        self._finish(status, ending.error_type)

    def _timed_out(self) -> None:
        exchange = self._exchange
        if exchange is None:
            return
        ending = endings.of_timeout(self.version.timeout_s)
        text = self.journal.format.timed_out(
            exchange.request_id, self.version.timeout_s, self._clock.now()
        )
        self.journal.complete_lines()
        self.journal.add(text)
        self._cut(exchange, ending, None, lines.TIMEOUT)
        if not self.started.done():
            self.started.set_result(ending)
        self.end()

    def _exited(self, ended: asyncio.Future[base.Exit]) -> None:
        if self.is_ended or ended.cancelled():
            return
        ending = endings.of_exit(ended.result())
        exchange, journal = self._exchange, self.journal
        if not self.started.done():
            self._fail_init(ending, None)
            return
        if exchange is not None:
            text = journal.format.failure(
                exchange.request_id, ending.text, ending.error_type, self._clock.now()
            )
            journal.complete_lines()
            journal.add(text)
            self._cut(exchange, ending, None, lines.ERROR)
        self.end()

    # Its end

    def end(self) -> None:
        """Ends it now, and whatever it still runs; what is only being started ends in `run`. Harmless where it has ended."""
        if self.is_ended:
            return
        self.is_ended = True
        self._disarm()
        if self._exchange is not None:
            self._cut(self._exchange, CUT, None, lines.ERROR)
        if not self.started.done():
            self.started.set_result(CUT)
        self.api.cut_off()
        if self._process is not None:
            self._ending = asyncio.ensure_future(self._stop())

    async def _stop(self) -> None:
        try:
            if self._process is not None:
                await self._process.stop()
        finally:
            self.api.close()
            self.journal.complete_lines()
            self.journal.flush()
            self._release()
            self.gone.set_result(None)
            self._owner.environment_ended(self)

    def _arm(self, when: float, callback: Callable[[], None]) -> None:
        self._disarm()
        self._timer = self._clock.call_at(when, callback)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
