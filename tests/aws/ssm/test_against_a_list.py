"""Searches page by page, beside plain lists."""

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.ssm.conftest import Client

from homeport.aws.ssm import limits
from homeport.clock import VirtualClock

level = st.sampled_from(["a", "b", "a-x", "c"])
names = st.lists(level, min_size=1, max_size=3).map(lambda levels: "/" + "/".join(levels))
tags = st.one_of(st.none(), st.sampled_from(["prod", "test", "pre"]))
trees = st.dictionaries(
    names, st.tuples(st.sampled_from(["String", "StringList"]), tags), max_size=10
)


def condition(key, *values, option=None):
    return {"Key": key, "Values": list(values)} | ({"Option": option} if option else {})


async def run(tree, checks):
    with tempfile.TemporaryDirectory() as folder:
        client = await Client(Path(folder) / "ssm.db", VirtualClock()).open()
        try:
            for name, (kind, tag) in tree.items():
                more = {} if tag is None else {"Tags": [{"Key": "stage", "Value": tag}]}
                await client.put(name, "v", kind, **more)
            await checks(client)
        finally:
            await client.ssm.close()


def where(tree, holds):
    return sorted(name for name, about in tree.items() if holds(name, *about))


@settings(max_examples=40, deadline=None)
@given(trees, names, st.integers(1, 3), st.integers(1, 12))
def test_below_a_path(tree, path, limit, looked_at):
    async def checks(client):
        for is_deep in (False, True):
            for asked in (path, f"{path}/", "/"):
                start = asked if asked.endswith("/") else f"{asked}/"
                found = await client.names(
                    "GetParametersByPath", Path=asked, Recursive=is_deep, MaxResults=limit
                )
                assert found == where(
                    tree,
                    lambda name, *_: (
                        name.startswith(start) and (is_deep or "/" not in name[len(start) :])  # noqa: B023
                    ),
                )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "SEARCHED", looked_at)
        patch.setattr(limits, "SEARCHED_AT_ONCE", 2)
        asyncio.run(run(tree, checks))


@settings(max_examples=40, deadline=None)
@given(trees, names, st.integers(1, 3))
def test_descriptions(tree, name, limit):
    cases = [
        (condition("Name", name), lambda each, *_: each == name),
        (
            condition("Name", name, option="BeginsWith"),
            lambda each, *_: each.startswith(name),
        ),
        (condition("Name", "b", option="Contains"), lambda each, *_: "b" in each),
        (condition("Type", "String"), lambda _, kind, __: kind == "String"),
        (condition("tag:stage", "prod"), lambda _, __, tag: tag == "prod"),
        (
            condition("tag:stage", "pr", option="BeginsWith"),
            lambda _, __, tag: tag in {"prod", "pre"},
        ),
        (
            condition("Path", name, option="Recursive"),
            lambda each, *_: each.startswith(f"{name}/"),
        ),
    ]

    async def checks(client):
        for filters, holds in cases:
            found = await client.names(
                "DescribeParameters", ParameterFilters=[filters], MaxResults=limit
            )
            assert found == where(tree, holds), filters
        together = [condition("Type", "String"), condition("tag:stage", "prod", "test")]
        found = await client.names(
            "DescribeParameters", ParameterFilters=together, MaxResults=limit
        )
        assert found == where(
            tree, lambda _, kind, tag: kind == "String" and tag in {"prod", "test"}
        )

    asyncio.run(run(tree, checks))
