"""Whatever becomes of the batches, no message is lost, and the messages of a group are done in their order."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.aws.delivery.event_sources import conftest as parts
from tests.aws.delivery.event_sources.queues.conftest import maker

from homeport.aws.delivery.event_sources.event_sources import EventSources
from homeport.aws.delivery.event_sources.mapping import Mapping
from homeport.aws.protocol.call import AwsError
from homeport.clock import VirtualClock

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
outcomes = st.lists(
    st.one_of(
        st.sampled_from(["ok", "error", "throttle", "crash", "malformed", "gone"]),
        st.integers(0, 4),
    ),
    max_size=12,
)
"""What becomes of the invocations in turn; a number says how many records are done before the first that fails."""


class History:
    """A queue whose function behaves as it is told, and then well."""

    def __init__(self, folder, outcomes, name, batch_size):
        self.clock = VirtualClock()
        self.queues = parts.Queues(Path(folder) / "sqs.db", self.clock)
        self.function = parts.Function()
        self.function.behave = self.behave
        self.mappings = parts.Mappings()
        arn = f"arn:aws:sqs:{parts.REGION}:{parts.ACCOUNT}:{name}"
        mapping = Mapping(
            parts.UUID, arn, parts.FUNCTION, batch_size=batch_size, reports_failures=True
        )
        self.mappings.kept[parts.UUID] = mapping
        self.outcomes = list(outcomes)
        self.done = []
        self.crash = asyncio.Event()

    def behave(self, event):
        records = event["Records"]
        outcome = self.outcomes.pop(0) if self.outcomes else "ok"
        if outcome == "ok":
            outcome = len(records)
        if isinstance(outcome, int):
            self.done += [record["body"] for record in records[:outcome]]
            failed = [{"itemIdentifier": record["messageId"]} for record in records[outcome:]]
            return {"batchItemFailures": failed}
        if outcome == "crash":
            self.crash.set()
            return asyncio.sleep(3600, {})
        return {
            "error": parts.FAILS,
            "malformed": {"batchItemFailures": "x"},
            "throttle": AwsError("TooManyRequestsException", "Rate Exceeded.", 429),
            "gone": AwsError("ResourceNotFoundException", "Function not found", 404),
        }[outcome]

    def open(self):
        self.queues.open()
        make = maker(self.queues, self.function, self.clock)
        self.sources = EventSources(self.mappings, {"sqs": make}, self.clock)
        self.sources.start()

    async def close(self):
        await self.sources.close()
        await self.queues.sqs.close()

    async def until_empty(self):
        for _ in range(2000):
            if self.crash.is_set():
                self.crash.clear()
                await self.close()
                self.open()
            await self.clock.advance(1)
            await parts.still(2)
            if not self.queues.rows():
                return
        raise AssertionError("Messages are left.")


async def play(outcomes, bodies, batch_size, name):
    with tempfile.TemporaryDirectory() as folder:
        history = History(folder, outcomes, name, batch_size)
        history.open()
        try:
            await history.queues.make(name, VisibilityTimeout="10")
            for number, group in enumerate(bodies):
                more = {"MessageGroupId": group} if name.endswith(".fifo") else {}
                await history.queues.send(f"{group}{number}", name=name, **more)
            await history.until_empty()
        finally:
            await history.close()
        return history.done


groups = st.lists(st.sampled_from("abc"), min_size=1, max_size=15)


@quick
@given(outcomes, groups, st.integers(1, 10))
def test_no_message_is_lost(outcomes, bodies, batch_size):
    done = asyncio.run(play(outcomes, bodies, batch_size, "q"))
    assert set(done) == {f"{group}{number}" for number, group in enumerate(bodies)}


@quick
@given(outcomes, groups, st.integers(1, 10))
def test_groups_are_done_in_order(outcomes, bodies, batch_size):
    done = asyncio.run(play(outcomes, bodies, batch_size, "q.fifo"))
    for group in set(bodies):
        sent = [f"{group}{number}" for number, each in enumerate(bodies) if each == group]
        # What is done again after a crash was not acknowledged: the first time counts.
        assert [body for body in dict.fromkeys(done) if body[0] == group] == sent
