"""Deliveries of one subscription: to a function, to an HTTP endpoint, or to a queue that had refused a message."""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import Awaitable, Sequence
from typing import Any, NamedTuple

from homeport.aws.delivery.invoke import Caller, Invoker
from homeport.aws.delivery.sns import failures, retries
from homeport.aws.delivery.sns.failures import Lost, Queues
from homeport.aws.delivery.sns.forms import Forms
from homeport.aws.delivery.sns.posts import Poster
from homeport.aws.protocol.call import AwsError
from homeport.aws.sns import limits
from homeport.aws.sns.engine.endpoints import HTTP
from homeport.aws.sns.engine.model import Message, Subscription
from homeport.aws.sns.sns import Sns
from homeport.aws.sns.store import messages, subscriptions
from homeport.aws.sns.subscriptions import confirmations
from homeport.storage.deliveries import outbox
from homeport.storage.deliveries.carrier import Outcome
from homeport.storage.deliveries.outbox import Entry

INVOCATIONS = 10
"""Events that are handed to one function at once."""


BURY_AGAIN_MS = 60_000
"""Until a message is sent again to a dead-letter queue that could not be reached."""


class Failure(NamedTuple):
    """Why a delivery failed, and whether trying again may help."""

    why: str
    is_passing: bool


OUTDATED = Failure("The endpoint has not answered for an hour.", is_passing=False)


class Job(NamedTuple):
    """One entry with what it needs."""

    entry: Entry
    forms: Forms
    subscription: Subscription


class Own:
    """Delivers the entries of the lanes of subscriptions."""

    def __init__(self, sns: Sns, queues: Queues, invoker: Invoker, poster: Poster) -> None:
        self._sns = sns
        self._queues = queues
        self._invoker = invoker
        self._poster = poster

    async def deliver(self, lane: str, entries: Sequence[Entry]) -> list[Outcome]:
        """Delivers the first entries, as many as the subscriber may get at once."""
        number = int(lane.partition("/")[2])
        subscription = subscriptions.by_numbers(self._sns.db.query, [number]).get(number)
        batch = entries[: self._at_once(lane, entries, subscription)]
        bodies = [json.loads(entry.body) for entry in batch]
        rows = [body["m"] for body in bodies if "m" in body]
        found = messages.find(self._sns.db.query, rows)
        await self._open_key(bodies, found, subscription)
        return await asyncio.gather(
            *(
                self._one(lane, entry, body, found.get(body.get("m", 0)), subscription)
                for entry, body in zip(batch, bodies, strict=True)
            )
        )

    def _at_once(self, lane: str, entries: Sequence[Entry], to: Subscription | None) -> int:
        if entries[0].due_ms == outbox.ORDERED:
            # One after the other, so that none overtakes one that fails.
            return 1
        if to is None or to.protocol not in HTTP:
            return INVOCATIONS
        if self._is_hopeless(entries[0], to):
            return sum(self._is_outdated(entry) for entry in entries)
        return self._poster.width(lane)

    async def _open_key(
        self, bodies: list[dict[str, Any]], found: dict[int, Message], to: Subscription | None
    ) -> None:
        # Confirmations and events of functions are always signed.
        is_signed = any("confirmation" in body for body in bodies)
        if to is not None and not is_signed:
            has_envelope = not to.is_raw and any(one.signature_version for one in found.values())
            is_signed = to.protocol == "lambda" or has_envelope
        if is_signed:
            await self._sns.signing.open()

    async def _one(
        self,
        lane: str,
        entry: Entry,
        body: dict[str, Any],
        message: Message | None,
        to: Subscription | None,
    ) -> Outcome:
        if "confirmation" in body:
            return await self._confirm(lane, entry, body)
        release = functools.partial(messages.release, rows=[body["m"]])
        if message is None or to is None:
            # The subscription has ended meanwhile.
            return Outcome(work=release)
        job = Job(entry, Forms(message, self._sns.signing), to)
        failure = OUTDATED if self._is_hopeless(entry, to) else await self._send(job)
        if failure is None:
            return Outcome(work=release)
        retry_at = self._retry_at(entry, failure, to)
        if retry_at is None:
            lost = Lost(message.row, to, job.forms.entry(to), failure.why)
            if not await failures.bury(self._queues, [lost]):
                return Outcome(work=release)
            retry_at = self._sns.now() + BURY_AGAIN_MS
        return Outcome(retry_at_ms=retry_at)

    def _send(self, job: Job) -> Awaitable[Failure | None]:
        if job.subscription.protocol == "sqs":
            return self._to_queue(job)
        if job.subscription.protocol == "lambda":
            return self._to_function(job)
        return self._to_endpoint(job)

    def _is_outdated(self, entry: Entry) -> bool:
        return self._sns.now() > entry.created_ms + limits.POLICY_S * 1000

    def _is_hopeless(self, entry: Entry, to: Subscription) -> bool:
        """Whether an endpoint that does not answer may be spared a message, as its time is over: else they would pile up."""
        has_failed = to.protocol in HTTP and self._poster.is_failing(entry.lane)
        return has_failed and self._is_outdated(entry)

    def _retry_at(self, entry: Entry, failure: Failure, to: Subscription) -> int | None:
        if not failure.is_passing or (to.protocol in HTTP and self._is_outdated(entry)):
            return None
        schedule = self._poster.schedule(to) if to.protocol in HTTP else retries.managed
        return self._after(schedule(entry.attempts))

    def _after(self, delay_s: float | None) -> int | None:
        return None if delay_s is None else self._sns.now() + int(delay_s * 1000)

    async def _to_queue(self, job: Job) -> Failure | None:
        (error,) = await self._queues.send([job.forms.entry(job.subscription)])
        return None if error is None else Failure(str(error), failures.is_passing(error))

    async def _to_function(self, job: Job) -> Failure | None:
        to = job.subscription
        if not self._invoker.runs("lambda"):
            # It may be opened later than we are.
            return Failure("AWS Lambda does not run.", is_passing=True)
        params = {
            "FunctionName": to.endpoint,
            "InvocationType": "Event",
            "Payload": job.forms.event(to),
        }
        try:
            answer = await self._invoker.call(
                Caller(to.account, to.region), "lambda", "Invoke", params
            )
        except AwsError as error:
            return Failure(str(error), failures.is_passing(error))
        if answer.on_end is not None:
            answer.on_end()
        return None

    async def _to_endpoint(self, job: Job) -> Failure | None:
        to, message = job.subscription, job.forms.message
        failure = await self._poster.notify(to, message, job.forms.body(to))
        return None if failure is None else Failure(*failure)

    async def _confirm(self, lane: str, entry: Entry, body: dict[str, Any]) -> Outcome:
        made, url = confirmations.unpack(body)
        signed = self._sns.signing.signed(made.to_sign(), made.version)
        failure = await self._poster.confirm(lane, url, made, made.body(signed))
        if failure is None:
            return Outcome()
        delay_s = self._poster.default(entry.attempts) if failure.is_passing else None
        return Outcome(retry_at_ms=self._after(delay_s))
