"""Any history of writes against a dict: rows, counts and the rows of three indexes after each step, and after a restart."""

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.dynamodb.conftest import Client

from homeport.aws.dynamodb.store import rows
from homeport.aws.dynamodb.values import sizes, text
from homeport.aws.protocol.call import AwsError
from homeport.clock import VirtualClock

KEYS = st.builds(
    lambda name, number: {"id": {"S": name}, "nr": {"N": number}},
    st.sampled_from(["a", "b\0", "é"]),
    st.sampled_from(["-1", "0", "2.5"]),
)
TEXTS = st.sampled_from(["x", "y\0z", ""]).map(lambda text: {"S": text})
NUMBERS = st.sampled_from(["0", "-3", "1E+3"]).map(lambda text: {"N": text})
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "g": TEXTS.filter(lambda value: value["S"]),
        "r": NUMBERS,
        "l": NUMBERS,
        "h": st.sampled_from(["AA==", "/w=="]).map(lambda text: {"B": text}),
        "extra": TEXTS,
    },
)
PUT = st.tuples(st.just("put"), KEYS, FIELDS, st.booleans())
DELETE = st.tuples(st.just("delete"), KEYS, st.just({}), st.booleans())
UPDATE = st.tuples(st.just("update"), KEYS, FIELDS, st.booleans())
BATCH = st.tuples(
    st.just("batch"),
    st.lists(st.tuples(KEYS, st.none() | FIELDS), min_size=1, max_size=9, unique_by=lambda w: str(w[0])),
    st.just({}),
    st.just(False),  # noqa: FBT003
)  # fmt: skip
RESTART = st.just(("restart", {}, {}, False))
STEPS = st.lists(st.one_of(PUT, PUT, UPDATE, UPDATE, DELETE, BATCH, RESTART), max_size=25)


def canonical(fields):
    return {name: {"N": "1000"} if value == {"N": "1E+3"} else value for name, value in fields.items()}  # fmt: skip


def name_of(key):
    return key["id"]["S"], key["nr"]["N"]


class Model:
    """What the table should hold: items by key."""

    def __init__(self):
        self.items = {}

    def apply(self, kind, key, fields):
        name = name_of(key)
        if kind == "put":
            self.items[name] = {**key, **canonical(fields)}
        elif kind == "update":
            if not fields and name not in self.items:
                # It only removes, which makes nothing.
                return
            old = self.items.get(name, key)
            kept = {field: value for field, value in old.items() if field not in ("g", "l")}
            self.items[name] = {**kept, **canonical(fields)}
        else:
            self.items.pop(name, None)

    def index(self, names, projected):
        """The items of an index, as it holds them."""
        found = [item for item in self.items.values() if all(name in item for name in names)]
        wanted = {"id", "nr", *names, *projected}
        return [{name: item[name] for name in item if name in wanted or projected == "ALL"} for item in found]  # fmt: skip


async def play(client, model, kind, key, fields, is_conditional):
    """One step on both; a condition that the item exists fails on both or on none."""
    if kind == "restart":
        await client.restart()
    elif kind == "batch":
        await batch(client, model, key)
    else:
        more = {"ConditionExpression": "attribute_exists(id)"} if is_conditional else {}
        if is_conditional and name_of(key) not in model.items:
            with pytest.raises(AwsError, match="ConditionalCheckFailedException"):
                await write(client, kind, key, fields, more)
        else:
            await write(client, kind, key, fields, more)
            model.apply(kind, key, fields)


async def write(client, kind, key, fields, more):
    if kind == "put":
        await client.put({**key, **fields}, **more)
    elif kind == "delete":
        await client.delete(key, **more)
    else:
        removed = [name for name in ("g", "l") if name not in fields]
        text = f"REMOVE {', '.join(removed)}" if removed else ""
        if fields:
            text += " SET " + ", ".join(f"{name} = :{name}" for name in fields)
            more["ExpressionAttributeValues"] = {f":{n}": value for n, value in fields.items()}
        await client.update(key, text, **more)


async def batch(client, model, writes):
    requests = []
    for key, fields in writes:
        kind = "delete" if fields is None else "put"
        model.apply(kind, key, fields or {})
        put = {"PutRequest": {"Item": {**key, **(fields or {})}}}
        requests.append({"DeleteRequest": {"Key": key}} if fields is None else put)
    await client("BatchWriteItem", RequestItems={"t": requests})


def number(value):
    return float(value["N"])


SORTED = {
    "t": lambda item: (item["id"]["S"], number(item["nr"])),
    "by_g": lambda item: (item["g"]["S"], number(item["r"]), item["id"]["S"], number(item["nr"])),
    "by_h": lambda item: (item["h"]["B"], item["id"]["S"], number(item["nr"])),
    "by_l": lambda item: (item["id"]["S"], number(item["l"]), number(item["nr"])),
}
"""In which order the rows of one partition stand: its key comes first."""


def compare(client, model):
    table = client.dynamodb.tables.find(client.account, client.region, "t")
    held = {
        "t": list(model.items.values()),
        "by_g": model.index(("g", "r"), "ALL"),
        "by_h": model.index(("h",), ()),
        "by_l": model.index(("l",), ("extra",)),
    }
    spaces = {"t": table.id} | {index.name: index.space for index in table.indexes}
    with client.dynamodb.db.snapshot() as connection:
        for name, items in held.items():
            found = rows_of(connection, spaces[name])
            # Partitions stand in any order; sorting by their keys alone keeps that of their rows.
            found.sort(key=lambda item: SORTED[name](item)[0])
            assert found == sorted(items, key=SORTED[name])
            size = sum(map(sizes.of_item, items))
            assert rows.count(connection, spaces[name]) == (len(items), size)


def rows_of(connection, space):
    query = "SELECT item FROM rows WHERE space = ? ORDER BY pk, sk"
    return [text.load(item) for (item,) in connection.execute(query, (space,))]


async def open_client(folder):
    client = await Client(folder, VirtualClock()).open()
    indexes = [
        client.gsi("by_g", "g:S", "r:N"),
        client.gsi("by_h", "h:B", projection="KEYS_ONLY"),
        client.lsi("by_l", "l:N", "INCLUDE", ["extra"]),
    ]
    await client.make("t", "id:S", "nr:N", indexes)
    return client


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_any_history(steps):
    async def run(folder):
        client = await open_client(folder)
        model = Model()
        try:
            for step in steps:
                await play(client, model, *step)
                compare(client, model)
            await client.restart()
            compare(client, model)
            for key in model.items.values():
                names = {"id": key["id"], "nr": key["nr"]}
                assert await client.get(names) == key
        finally:
            await client.close()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder)))
