"""Whatever becomes of the batches, no record is skipped, and the records of an item are done in their order."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.aws.delivery.event_sources import conftest as parts
from tests.aws.delivery.event_sources.streams.conftest import World

from homeport.aws.delivery.event_sources.mapping import Mapping
from homeport.aws.protocol.call import AwsError
from homeport.clock import VirtualClock

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
outcomes = st.lists(
    st.one_of(
        st.sampled_from(["ok", "error", "throttle", "crash", "malformed", "roll"]),
        st.integers(0, 4),
    ),
    max_size=12,
)
"""What becomes of the invocations in turn; a number says how many records are done before the first that fails."""
writes = st.lists(st.sampled_from("abc"), min_size=1, max_size=15)
"""The items that are written, in turn."""


class History:
    """A table whose function behaves as it is told, and then well."""

    def __init__(self, folder, outcomes):
        self.clock = VirtualClock()
        self.function = parts.Function()
        self.function.behave = self.behave
        self.world = World(Path(folder), self.clock, self.function, parts.Mappings())
        self.outcomes = list(outcomes)
        self.done = []
        self.crash = asyncio.Event()
        self.rolls = 0

    def behave(self, event):
        records = event["Records"]
        outcome = self.outcomes.pop(0) if self.outcomes else "ok"
        if outcome == "roll":
            self.rolls += 1
        if isinstance(outcome, int) or outcome in ("ok", "roll"):
            count = outcome if isinstance(outcome, int) else len(records)
            self.done += [_change(record) for record in records[:count]]
            failed = [record["dynamodb"]["SequenceNumber"] for record in records[count:]]
            return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}
        if outcome == "crash":
            self.crash.set()
            return asyncio.sleep(3600, {})
        return {
            "error": parts.FAILS,
            "malformed": {"batchItemFailures": [{}]},
            "throttle": AwsError("TooManyRequestsException", "Rate Exceeded.", 429),
        }[outcome]

    async def until_done(self, expected):
        for _ in range(2000):
            if self.crash.is_set():
                self.crash.clear()
                await self.world.restart()
            if self.rolls:
                self.rolls -= 1
                await self.world.streams.pass_time(5 * 3600)
            await self.clock.advance(1)
            await parts.still(2)
            if expected <= set(self.done):
                return
        raise AssertionError(expected - set(self.done))


def _change(record):
    image = record["dynamodb"]["NewImage"]
    return image["id"]["S"], int(image["n"]["N"])


async def play(outcomes, writes, **members):
    with tempfile.TemporaryDirectory() as folder:
        history = History(folder, outcomes)
        world = await history.world.open()
        try:
            world.arn = await world.streams.make()
            mapping = Mapping(
                parts.UUID, world.arn, parts.FUNCTION, reports_failures=True, **members
            )
            changes = [(name, number) for number, name in enumerate(writes)]
            for name, number in changes:
                if number == len(changes) * 3 // 4:
                    # What is there already comes in batches.
                    world.run(mapping)
                await world.put(name, n={"N": str(number)})
            await history.until_done(set(changes))
        finally:
            await world.close()
        return changes, history.done


@quick
@given(outcomes, writes, st.integers(1, 6), st.booleans(), st.integers(1, 3))
def test_no_record_is_skipped_and_items_keep_their_order(
    outcomes, writes, batch_size, bisects, parallelization
):
    changes, done = asyncio.run(
        play(
            outcomes,
            writes,
            batch_size=batch_size,
            bisects=bisects,
            parallelization=parallelization,
        )
    )
    for name in set(writes):
        # What is done again after a crash was not kept as done: the first time counts.
        first = [change for change in dict.fromkeys(done) if change[0] == name]
        assert first == [change for change in changes if change[0] == name]
