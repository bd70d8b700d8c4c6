"""All deliveries of Amazon SNS: one outbox, carried.

Lanes are `fan/TOPIC`, the queues of a topic together, and `sub/SUBSCRIPTION`, everything else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from homeport.aws.delivery.invoke import Invoker
from homeport.aws.delivery.sns.failures import Queues
from homeport.aws.delivery.sns.fan import Fan
from homeport.aws.delivery.sns.own import Own
from homeport.aws.delivery.sns.posts import Poster, Web
from homeport.aws.sns.sns import Sns
from homeport.storage.deliveries.carrier import Carrier, Outcome
from homeport.storage.deliveries.outbox import Entry


class Deliveries:
    """Carries what SNS has written down, from an earlier process too. To be made on the running event loop."""

    def __init__(
        self, sns: Sns, queues: Queues, invoker: Invoker, web: Callable[[], Awaitable[Web]]
    ) -> None:
        self._fan = Fan(sns, queues)
        self._own = Own(sns, queues, invoker, Poster(sns, web))
        self.carrier = Carrier(sns.db, sns.clock, self._deliver)
        sns.wake = self.carrier.wake

    def start(self) -> None:
        """Takes up what is left."""
        self.carrier.start()

    async def close(self) -> None:
        """Stops; what was under way is delivered again after the next start."""
        await self.carrier.close()

    async def _deliver(self, lane: str, entries: Sequence[Entry]) -> Sequence[Outcome]:
        kind, _, number = lane.partition("/")
        if kind == "fan":
            return await self._fan.deliver(int(number), entries)
        return await self._own.deliver(lane, entries)
