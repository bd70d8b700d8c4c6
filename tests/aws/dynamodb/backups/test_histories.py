"""Any history of a table, restored to any of its times, is what a dict held at that time."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.dynamodb.backups.conftest import Backups
from tests.aws.dynamodb.conftest import Client

from homeport.clock import VirtualClock

NOW = 1_700_000_000
KEYS = [f"k{number}" for number in range(4)]

put = st.tuples(st.just("put"), st.sampled_from(KEYS), st.integers(0, 3))
delete = st.tuples(st.just("delete"), st.sampled_from(KEYS), st.just(0))
wait = st.tuples(st.just("wait"), st.just(""), st.sampled_from([1, 1, 2, 60]))
restart = st.tuples(st.just("restart"), st.just(""), st.just(0))
steps = st.lists(st.one_of(put, put, delete, wait, wait, restart), max_size=25)


@settings(max_examples=40, deadline=None)
@given(before=st.lists(put, max_size=3), history=steps, data=st.data())
def test_a_restore_to_any_time_is_the_table_at_that_time(before, history, data):
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder), before, history, data))


async def play(folder, before, history, data):
    client = await Client(folder, VirtualClock(NOW)).open()
    try:
        await _play(client, before, history, data)
    finally:
        await client.close()


async def _play(client, before, history, data):
    backups, model, states = Backups(client), {}, {}
    await client.make("tab", "id:S", "", [client.gsi("gsi", "v:N")])
    for step in before:
        await do(client, model, step)
    await backups.recover()
    for step in history:
        states[client.clock.now()] = dict(model)
        await do(client, model, step)
    states[client.clock.now()] = dict(model)
    for number, time in enumerate(
        data.draw(st.lists(st.integers(NOW, int(max(states))), max_size=3))
    ):
        name = f"new{number}"
        given = {"SourceTableName": "tab", "TargetTableName": name, "RestoreDateTime": time}
        await client("RestoreTableToPointInTime", BillingModeOverride="PAY_PER_REQUEST", **given)
        await backups.until_ready(name)
        wanted = states[max(known for known in states if known <= time)]
        assert await held(client, name) == wanted
        assert await held(client, name, IndexName="gsi") == wanted


async def do(client, model, step):
    kind, key, number = step
    if kind == "put":
        model[key] = number
        await client.put({"id": {"S": key}, "v": {"N": str(number)}}, "tab")
    elif kind == "delete":
        model.pop(key, None)
        await client.delete({"id": {"S": key}}, "tab")
    elif kind == "wait":
        await client.clock.advance(number)
    else:
        await client.restart()


async def held(client, name, **more):
    found = await client("Scan", TableName=name, **more)
    return {item["id"]["S"]: int(item["v"]["N"]) for item in found["Items"]}
