"""Groups and streams page by page, beside a sorted list."""

import asyncio
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.logs.conftest import Client

from homeport.aws.logs import limits
from homeport.clock import VirtualClock

NOW = 1_750_000_000_000
CLASSES = ("STANDARD", "INFREQUENT_ACCESS", "DELIVERY")
groups = st.dictionaries(
    st.text("ab/-Z", min_size=1, max_size=4), st.sampled_from(CLASSES), max_size=12
)
parts = st.text("ab/-Z", min_size=1, max_size=2)


async def pages(client, operation, member, name, limit, **params):
    """Names of all pages; each may be short, none is too long."""
    seen, token = [], {}
    while True:
        answer = await client(operation, limit=limit, **params, **token)
        assert len(answer[member]) <= limit
        seen += [each[name] for each in answer[member]]
        if "nextToken" not in answer:
            return seen
        token = {"nextToken": answer["nextToken"]}


async def with_client(work):
    with tempfile.TemporaryDirectory() as folder:
        client = await Client(Path(folder) / "logs.db", VirtualClock(NOW / 1000)).open()
        try:
            await work(client)
        finally:
            await client.logs.close()


def described(client, limit, **params):
    return pages(client, "DescribeLogGroups", "logGroups", "logGroupName", limit, **params)


@settings(max_examples=25, deadline=None)
@given(groups, parts, st.sampled_from(CLASSES), st.integers(1, 4), st.integers(1, 20))
def test_groups(made, part, kind, limit, looked_at):
    async def work(client):
        for name, each in made.items():
            await client("CreateLogGroup", logGroupName=name, logGroupClass=each)
        names = sorted(made)
        of_class = [name for name in names if made[name] == kind]
        begun = [name for name in names if name.startswith(part)]
        assert await described(client, limit) == names
        assert await described(client, limit, logGroupClass=kind) == of_class
        assert await described(client, limit, logGroupNamePrefix=part) == begun
        assert await described(client, limit, logGroupNamePrefix=part, logGroupClass=kind) == [
            name for name in begun if made[name] == kind
        ]
        assert await described(client, limit, logGroupNamePattern=part) == [
            name for name in names if part in name
        ]
        if names:
            assert await described(client, limit, logGroupIdentifiers=[*names, "none"]) == names

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "SEARCHED_GROUPS", looked_at)
        asyncio.run(with_client(work))


@settings(max_examples=25, deadline=None)
@given(
    groups,
    st.lists(st.text("ab/-Z", min_size=3, max_size=3), min_size=1, max_size=3),
    st.booleans(),
)
def test_groups_by_alternatives(made, alternatives, is_anchored):
    wanted = "|".join(f"^{each}" if is_anchored else each for each in alternatives)

    async def work(client):
        for name in made:
            await client.make(name)
        found = await pages(
            client, "ListLogGroups", "logGroups", "logGroupName", 2, logGroupNamePattern=wanted
        )
        assert found == [name for name in sorted(made) if re.search(wanted, name)]

    asyncio.run(with_client(work))


streams = st.dictionaries(
    st.text("aB-ä", min_size=1, max_size=3),
    st.one_of(st.none(), st.integers(NOW - 3, NOW + 3)),
    max_size=10,
)


@settings(max_examples=25, deadline=None)
@given(streams, st.text("aB-ä", max_size=2), st.booleans(), st.integers(1, 4))
def test_streams(made, prefix, is_descending, limit):
    async def work(client):
        await client.make("g", *made)
        for name, last_event in made.items():
            if last_event is not None:
                await client.put((last_event, "m"), stream=name)

        def listed(**params):
            return pages(
                *(client, "DescribeLogStreams", "logStreams", "logStreamName", limit),
                logGroupName="g",
                descending=is_descending,
                **params,
            )

        named = sorted((name for name in made if name.startswith(prefix)), reverse=is_descending)
        more = {"logStreamNamePrefix": prefix} if prefix else {}
        assert await listed(**more) == named
        timed = sorted(made, key=lambda name: (made[name] or 0, name), reverse=is_descending)
        assert await listed(orderBy="LastEventTime") == timed

    asyncio.run(with_client(work))


async def test_a_search_looks_at_so_many_groups(client, monkeypatch):
    monkeypatch.setattr(limits, "SEARCHED_GROUPS", 3)
    for name in ("a", "b", "c", "d", "wanted"):
        await client.make(name)
    answer = await client("DescribeLogGroups", logGroupNamePattern="wanted")
    assert answer["logGroups"] == []
    rest = await client(
        "DescribeLogGroups", logGroupNamePattern="wanted", nextToken=answer["nextToken"]
    )
    assert [each["logGroupName"] for each in rest["logGroups"]] == ["wanted"]


@pytest.mark.parametrize("asked", ["INFREQUENT_ACCESS", "ESSENTIALS"])
async def test_the_two_classes_that_cost_less_are_one(client, asked):
    await client("CreateLogGroup", logGroupName="a", logGroupClass="INFREQUENT_ACCESS")
    await client("CreateLogGroup", logGroupName="b", logGroupClass="ESSENTIALS")
    await client("CreateLogGroup", logGroupName="c")
    assert await described(client, 5, logGroupClass=asked) == ["a", "b"]


async def test_searches_beside_each_other_all_end(client):
    await client.make("g", "s")
    await client.put(*[(NOW, f"{number}") for number in range(100)])
    found = await asyncio.gather(
        *(client.found(filterPattern=f"%^{number}$%") for number in range(10)),
        client("TestMetricFilter", filterPattern="%x%", logEventMessages=["x", "y"]),
    )
    assert found[:10] == [[f"{number}"] for number in range(10)]
    assert [each["eventNumber"] for each in found[10]["matches"]] == [1]
    assert client.logs.searches._value == limits.SEARCHES
