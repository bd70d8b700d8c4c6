"""Events that were accepted, on their way through their function.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from typing import NamedTuple

from homeport.aws.lambda_.invoking import limits
from homeport.aws.lambda_.invoking.events import records, store
from homeport.aws.lambda_.invoking.events.deliveries import Deliveries
from homeport.aws.lambda_.invoking.events.lanes import Lanes, wait
from homeport.aws.lambda_.invoking.events.store import Event, Record
from homeport.aws.lambda_.invoking.events.targets import Targets
from homeport.aws.lambda_.invoking.functions import EventConfig, Functions, Resolved
from homeport.aws.lambda_.invoking.invocation import Answer, Invocation
from homeport.aws.lambda_.invoking.running.runner import Runner
from homeport.aws.lambda_.model import Function
from homeport.aws.protocol.call import AwsError
from homeport.clock import Clock
from homeport.errors import StorageError
from homeport.storage.db import Database

logger = logging.getLogger(__name__)

_MILLISECONDS = 1000


class _Pause(NamedTuple):
    until_ms: int
    pause_s: float


class Events:
    """A lane for each function that has events; its events run beside each other, as far as the function's concurrency allows."""

    def __init__(
        self, db: Database, functions: Functions, runner: Runner, targets: Targets, clock: Clock
    ) -> None:
        self._db = db
        self._functions = functions
        self._runner = runner
        self._clock = clock
        self._deliveries = Deliveries(db, targets, clock)
        self._lanes: Lanes[Function] = Lanes(clock, self._round)
        self._running: dict[Function, dict[int, asyncio.Task[None]]] = {}
        self._pauses: dict[Function, _Pause] = {}

    def start(self) -> None:
        """Takes up what an earlier process accepted."""
        self._deliveries.start()
        for function in store.functions(self._db):
            self._lanes.wake(function)

    async def close(self) -> None:
        """Stops; what was under way runs again after the next start."""
        await self._lanes.close()
        await self._deliveries.lanes.close()
        tasks = [task for running in self._running.values() for task in running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def look(self, function: Function) -> None:
        """Something of a function was changed: its events need not wait for the end of a pause."""
        if function in self._running:
            self._pauses.pop(function, None)
            self._lanes.wake(function)

    async def idle(self) -> None:
        """Returns when nothing is left to do; for tests."""
        await self._lanes.idle()
        await self._deliveries.lanes.idle()

    async def accept(self, resolved: Resolved, invocation: Invocation) -> None:
        """Returns after the commit that holds the event."""
        function = resolved.version.function
        now_ms = self._now_ms()
        # What was asked for is resolved anew at each attempt.
        qualifier = "" if resolved.invoked_arn == function.arn else resolved.qualifier
        event = Event(
            0,
            *function,
            qualifier,
            invocation.request_id,
            now_ms,
            now_ms,
            0,
            invocation.trace,
            invocation.client_context,
            invocation.payload,
        )
        await self._db.write(lambda connection: store.add_event(connection, event))
        self._lanes.wake(function)

    # A lane

    async def _round(self, function: Function, news: asyncio.Event) -> bool:
        running = self._running.setdefault(function, {})
        now_ms = self._now_ms()
        until_ms = self._pauses[function].until_ms if function in self._pauses else 0
        due = []
        if until_ms <= now_ms:
            limit = self._room(function)
            due = store.due_events(self._db, function, now_ms, limit + len(running))
            free = [number for number in due if number not in running]
            for number in free[: max(0, limit - len(running))]:
                self._begin(running, number, news)
        next_ms = store.next_event(self._db, function, now_ms) if until_ms <= now_ms else until_ms
        if next_ms is not None:
            await wait(self._clock, next_ms, news)
        elif running:
            await news.wait()
        else:
            del self._running[function]
            self._pauses.pop(function, None)
            return not due
        return False

    def _room(self, function: Function) -> int:
        reserved = self._functions.reserved(function)
        # With none at all each event is told that it will not run.
        return limits.LANE_TASKS if not reserved else min(limits.LANE_TASKS, reserved)

    def _begin(
        self, running: dict[int, asyncio.Task[None]], number: int, news: asyncio.Event
    ) -> None:
        def forget(_: asyncio.Task[None]) -> None:
            del running[number]
            news.set()

        task = running[number] = asyncio.ensure_future(self._run(number))
        task.add_done_callback(forget)

    async def _run(self, number: int) -> None:
        event = store.event(self._db, number)
        if event is None:
            return
        try:
            await self._run_or_pause(event)
        except StorageError as wrong:
            logger.warning("Events of %s wait: %s", event.lane.arn, wrong)
            self._pause(event.lane)
        except Exception:
            logger.exception("Events of %s wait", event.lane.arn)
            self._pause(event.lane)

    async def _run_or_pause(self, event: Event) -> None:
        """An event that could not run, by no fault of the function's code, has had no attempt; all others wait for a while with it."""
        try:
            await self._attempt(event)
        except AwsError as wrong:
            if wrong.code != "ResourceNotFoundException":
                self._pause(event.lane)
                return
            # Nobody is left whom its end could be told to.
            await self._db.write(lambda connection: store.remove_event(connection, event))
        else:
            self._pauses.pop(event.lane, None)

    async def _attempt(self, event: Event) -> None:
        """Runs an event once. Raises `AwsError` where that could not be done."""
        function = event.lane
        resolved = self._functions.resolve(*function, event.qualifier or None)
        config = self._functions.event_config(resolved)
        now_ms = self._now_ms()
        if self._functions.reserved(function) == 0:
            await self._end(event, resolved, config, records.ZERO_CONCURRENCY, None)
            return
        if now_ms - event.created_ms > config.max_age_s * _MILLISECONDS:
            await self._end(event, resolved, config, records.EVENT_AGE_EXCEEDED, None)
            return
        invocation = Invocation(
            *function,
            event.payload,
            event.qualifier or None,
            event.client_context,
            request_id=event.request_id,
            trace=event.trace,
        )
        exchange, _ = await self._runner.run(resolved, invocation, may_wait=True)
        await self._ran(
            event._replace(attempts=event.attempts + 1), resolved, config, exchange.answer.result()
        )

    async def _ran(
        self, event: Event, resolved: Resolved, config: EventConfig, answer: Answer
    ) -> None:
        if not answer.function_error:
            await self._end(event, resolved, config, records.SUCCESS, answer)
            return
        if event.attempts > config.retries:
            await self._end(event, resolved, config, records.RETRIES_EXHAUSTED, answer)
            return
        waits = limits.RETRY_AFTER_S
        due_ms = self._now_ms() + waits[min(event.attempts, len(waits)) - 1] * _MILLISECONDS
        if due_ms - event.created_ms > config.max_age_s * _MILLISECONDS:
            await self._end(event, resolved, config, records.EVENT_AGE_EXCEEDED, answer)
            return
        await self._db.write(
            lambda connection: store.put_off_event(connection, event, due_ms, event.attempts)
        )

    def _pause(self, function: Function) -> None:
        now_ms = self._now_ms()
        before = self._pauses.get(function)
        if before is not None and before.until_ms > now_ms:
            # Others that ran at the same time have met the same.
            return
        pause_s = limits.FIRST_BACK_OFF_S if before is None else 2 * before.pause_s
        pause_s = min(pause_s, limits.LAST_BACK_OFF_S)
        self._pauses[function] = _Pause(now_ms + int(pause_s * _MILLISECONDS), pause_s)

    # The end of an event

    async def _end(
        self,
        event: Event,
        resolved: Resolved,
        config: EventConfig,
        condition: str,
        answer: Answer | None,
    ) -> None:
        found = self._records(event, resolved, config, condition, answer)

        def work(connection: sqlite3.Connection) -> None:
            store.remove_event(connection, event)
            for record in found:
                store.add_record(connection, record)

        await self._db.write(work)
        for record in found:
            self._deliveries.lanes.wake(record.target)

    def _records(
        self,
        event: Event,
        resolved: Resolved,
        config: EventConfig,
        condition: str,
        answer: Answer | None,
    ) -> list[Record]:
        version, now_ms = resolved.version, self._now_ms()
        is_success = condition == records.SUCCESS
        target = config.on_success if is_success else config.on_failure
        found = []
        if target:
            found.append(records.for_destination(target, event, version, condition, answer, now_ms))
        if version.dead_letter_arn and not is_success:
            message = "" if answer is None else records.error_message(answer)
            # The status of Invoke, which is 200 for an error of the function itself.
            code = 429 if answer is None else 200
            found.append(
                records.for_dead_letters(
                    version.dead_letter_arn, event, version, code, message, now_ms
                )
            )
        return found

    def _now_ms(self) -> int:
        return int(self._clock.now() * _MILLISECONDS)
