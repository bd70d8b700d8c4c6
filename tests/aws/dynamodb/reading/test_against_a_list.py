"""Queries and scans of random items, page by page, against a sorted list."""

import asyncio
import tempfile
from base64 import b64decode, b64encode
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.dynamodb.conftest import Client
from tests.aws.dynamodb.reading.conftest import Reader

from homeport.clock import VirtualClock

EXAMPLES = 120

texts = st.text("\0\x01ab\U0001f600\uffff", min_size=1, max_size=3).map(lambda text: {"S": text})
numbers = st.one_of(
    st.integers(-20, 20).map(str), st.sampled_from(["0.5", "-0.5", "1E+30", "-1E-20", "1E-20"])
).map(lambda number: {"N": format(Decimal(number), "f")})
blobs = st.lists(st.sampled_from([0, 1, 97, 254, 255]), min_size=1, max_size=3).map(
    lambda data: {"B": b64encode(bytes(data)).decode()}
)
KINDS = {"S": texts, "N": numbers, "B": blobs}


def plain(value):
    """What a value is, as Python compares it."""
    ((kind, content),) = value.items()
    if kind == "N":
        return Decimal(content)
    return content.encode() if kind == "S" else b64decode(content)


@dataclass
class Space:
    """A table or an index: what it is read by."""

    name: str | None
    partition: str
    sort: tuple[str, ...]

    def place(self, item):
        """Where an item stands in its partition."""
        return [plain(item[name]) for name in (*self.sort, "p", "s")]

    def key(self, item):
        return {name: item[name] for name in {self.partition, *self.sort, "p", "s"}}


SPACES = (
    Space(None, "p", ("s",)),
    Space("global", "g", ("h",)),
    Space("hashed", "g", ()),
    Space("local", "p", ("l",)),
)


@dataclass
class Case:
    kinds: dict[str, str]
    items: list[dict[str, Any]]


@st.composite
def cases(draw):
    kinds = {name: draw(st.sampled_from("SNB")) for name in "psghl"}
    drawn = {name: KINDS[kind] for name, kind in kinds.items()}
    partitions = st.sampled_from(draw(st.lists(drawn["p"], min_size=1, max_size=3)))
    groups = st.sampled_from(draw(st.lists(drawn["g"], min_size=1, max_size=2)))
    items = st.fixed_dictionaries(
        {"p": partitions, "s": drawn["s"], "n": st.integers(0, 9).map(lambda n: {"N": str(n)})},
        optional={"g": groups, "h": drawn["h"], "l": drawn["l"]},
    )
    by_key = {(plain(one["p"]), plain(one["s"])): one for one in draw(st.lists(items, max_size=25))}
    return Case(kinds, list(by_key.values()))


@st.composite
def readings(draw, case, space):
    """Members of a request beside its condition, and the filter as a function."""
    params: dict[str, Any] = {}
    if space.name is not None:
        params["IndexName"] = space.name
    limit = draw(st.one_of(st.none(), st.integers(1, 7)))
    if limit is not None:
        params["Limit"] = limit
    at_most = draw(st.one_of(st.none(), st.integers(0, 9)))
    values = {}
    if at_most is not None:
        params["FilterExpression"] = "n <= :most"
        values[":most"] = {"N": str(at_most)}
    return params, values, lambda item: at_most is None or int(item["n"]["N"]) <= at_most


def in_index(space, item):
    return all(name in item for name in (space.partition, *space.sort))


async def make(folder, case):
    client = await Client(Path(folder), VirtualClock()).open()
    kinds = case.kinds
    g, h, own = (f"{name}:{kinds[name]}" for name in "ghl")
    indexes = [client.gsi("global", g, h), client.gsi("hashed", g), client.lsi("local", own)]
    await client.make("t", f"p:{kinds['p']}", f"s:{kinds['s']}", indexes)
    reader = Reader(client)
    await reader.fill(case.items)
    return reader


def run(case, work):
    """Runs `work(reader)` with the items in tables of their own."""

    async def whole():
        with tempfile.TemporaryDirectory() as folder:
            reader = await make(folder, case)
            try:
                return await work(reader)
            finally:
                await reader.client.close()

    return asyncio.run(whole())


def check_pages(pages, params):
    for page in pages:
        assert page["Count"] == len(page["Items"])
        assert page["ScannedCount"] <= params.get("Limit", 1000)
        if "LastEvaluatedKey" in page:
            assert page["ScannedCount"] == params["Limit"]


def items_of(pages):
    return [item for page in pages for item in page["Items"]]


OPERATORS = {
    None: lambda value, operands: True,
    "=": lambda value, operands: value == operands[0],
    "<": lambda value, operands: value < operands[0],
    "<=": lambda value, operands: value <= operands[0],
    ">": lambda value, operands: value > operands[0],
    ">=": lambda value, operands: value >= operands[0],
    "BETWEEN": lambda value, operands: operands[0] <= value <= operands[1],
    "begins_with": lambda value, operands: value.startswith(operands[0]),
}
TEXTS = {"BETWEEN": "#k BETWEEN :a AND :b", "begins_with": "begins_with(#k, :a)"}


@st.composite
def key_conditions(draw, case, space):
    """Text, names, values, and the condition as a function."""
    partition = draw(
        st.sampled_from([one[space.partition] for one in case.items if space.partition in one])
        if any(space.partition in one for one in case.items)
        else KINDS[case.kinds[space.partition]]
    )
    values = {":k": partition}
    names = {"#p": space.partition}
    operator = None
    if space.sort:
        kind = case.kinds[space.sort[0]]
        possible = [one for one in OPERATORS if one != "begins_with" or kind != "N"]
        operator = draw(st.sampled_from(possible))
    if operator is None:
        return "#p = :k", names, values, lambda item: item[space.partition] == partition
    near = st.one_of(
        KINDS[kind],
        st.sampled_from(
            [one[space.sort[0]] for one in case.items if space.sort[0] in one] or [None]
        ).filter(bool),
    )
    operands = [draw(near) for _ in range(1 + (operator == "BETWEEN"))]
    operands.sort(key=plain)
    values |= {f":{name}": operand for name, operand in zip("ab", operands, strict=False)}
    bounds = [plain(operand) for operand in operands]

    def holds(item):
        is_here = item[space.partition] == partition
        return is_here and OPERATORS[operator](plain(item[space.sort[0]]), bounds)

    text = f"#p = :k AND {TEXTS.get(operator, f'#k {operator} :a')}"
    return text, names | {"#k": space.sort[0]}, values, holds


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data())
def test_query(data):
    case = data.draw(cases())
    space = data.draw(st.sampled_from(SPACES))
    text, names, values, holds = data.draw(key_conditions(case, space))
    params, more, passes = data.draw(readings(case, space))
    is_forward = data.draw(st.booleans())
    params |= {
        "KeyConditionExpression": text,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values | more,
        "ScanIndexForward": is_forward,
    }
    found = [item for item in case.items if in_index(space, item) and holds(item)]
    found.sort(key=space.place, reverse=not is_forward)

    async def work(read):
        start = data.draw(st.one_of(st.none(), st.sampled_from(found or [None])))
        after = found
        if start is not None:
            params["ExclusiveStartKey"] = space.key(start)
            after = found[found.index(start) + 1 :]
        pages = await read.pages("Query", **params)
        assert items_of(pages) == [item for item in after if passes(item)]
        assert sum(page["ScannedCount"] for page in pages) == len(after)
        check_pages(pages, params)

    run(case, work)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data())
def test_scan(data):
    case = data.draw(cases())
    space = data.draw(st.sampled_from(SPACES))
    params, values, passes = data.draw(readings(case, space))
    total = data.draw(st.sampled_from([None, 1, 2, 3, 7, 1_000_000]))
    if values:
        params["ExpressionAttributeValues"] = values

    async def work(read):
        if total is None or total > 1000:
            pages = await read.pages("Scan", **params)
        else:
            pages = [
                page
                for segment in range(total)
                for page in await read.pages("Scan", Segment=segment, TotalSegments=total, **params)
            ]
        check_pages(pages, params)
        wanted = [item for item in case.items if in_index(space, item)]
        assert sum(page["ScannedCount"] for page in pages) == len(wanted)
        found = items_of(pages)
        assert sorted(found, key=space.place) == sorted(filter(passes, wanted), key=space.place)
        in_partitions(space, found)

    run(case, work)


def in_partitions(space, found):
    """A scan gives partition by partition, each in its order."""
    partitions: dict[Any, list[Any]] = {}
    order = []
    for item in found:
        partition = plain(item[space.partition])
        if partition not in partitions:
            order.append(partition)
        assert order[-1] == partition
        partitions.setdefault(partition, []).append(item)
    for items in partitions.values():
        assert items == sorted(items, key=space.place)
