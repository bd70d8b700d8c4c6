"""ListSecrets, ListSecretVersionIds: filters, orders, pages."""

import asyncio
import base64
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.secretsmanager.conftest import Client

from homeport.aws.secretsmanager import limits
from homeport.clock import VirtualClock

LISTED = [
    ("testing1/one", "a secret"),
    ("/testing2/two", "an secret"),
    ("testing3/three", "asecret"),
    ("/testing4/four", "thesecret"),
]


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ([("name", "/")], "24"),
        ([("name", "!/")], "13"),
        ([("name", "testing1 one")], ""),
        ([("description", "a")], "123"),
        ([("description", "!a")], "4"),
        ([("description", "A secret")], "12"),
        ([("description", "a"), ("name", "secret")], ""),
        ([("description", "a"), ("name", "testing")], "13"),
        ([("description", "!c")], "1234"),
        ([("tag-key", "numb")], "1234"),
        ([("tag-key", "Numb")], ""),
        ([("tag-value", "3")], "3"),
        ([("all", "three")], "3"),
        ([("all", "SECRET testing1")], "1"),
        ([("primary-region", "us")], ""),
    ],
    ids=range(15),
)
@pytest.mark.parametrize("limit", [1, 100])
async def test_a_list_by_filters(client, filters, numbers, limit):
    for number, (name, description) in enumerate(LISTED, 1):
        tags = [{"Key": "number", "Value": str(number)}]
        await client.make(name, Description=description, Tags=tags)
    wanted = [{"Key": key, "Values": [value]} for key, value in filters]
    found = await client.names(Filters=wanted, MaxResults=limit)
    assert found == [LISTED[int(number) - 1][0] for number in numbers]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ({}, "bca"),
        ({"SortOrder": "desc"}, "acb"),
        ({"SortBy": "name"}, "abc"),
        ({"SortBy": "name", "SortOrder": "desc"}, "cba"),
        ({"SortBy": "last-changed-date"}, "cab"),
        ({"SortBy": "last-accessed-date"}, "bac"),
    ],
    ids=range(6),
)
async def test_a_list_in_its_order(client, clock, order, expected):
    for name in "bca":
        await client.make(name)
        await clock.advance(1)
    await client("UpdateSecret", SecretId="b", Description="x")
    await client.value("c")
    assert "".join(await client.names(**order, MaxResults=2)) == expected


async def test_a_secret_in_a_list(client):
    made = await client.make(Description="d")
    (entry,) = (await client("ListSecrets"))["SecretList"]
    described = await client("DescribeSecret", SecretId="s")
    stages = described.pop("VersionIdsToStages")
    assert entry == described | {"SecretVersionsToStages": stages}
    assert stages == {made["VersionId"]: ["AWSCURRENT"]}


async def pages(client, **params):
    """The names of each page."""
    found, token = [], {}
    while True:
        page = await client("ListSecrets", **params, **token)
        found.append([each["Name"] for each in page["SecretList"]])
        if "NextToken" not in page:
            return found
        token = {"NextToken": page["NextToken"]}


async def test_a_call_looks_at_a_part_and_goes_on_with_a_token(client, monkeypatch):
    monkeypatch.setattr(limits, "LOOKED_AT", 2)
    for name in "abcde":
        await client.make(name)
    only_d = [{"Key": "name", "Values": ["d"]}]
    assert await pages(client, Filters=only_d) == [[], ["d"], []]
    assert await pages(client) == [["a", "b"], ["c", "d"], ["e"]]
    assert await pages(client, MaxResults=1) == [["a"], ["b"], ["c"], ["d"], ["e"]]


async def test_what_goes_between_two_pages_hides_nothing(client):
    for name in "abcd":
        await client.make(name)
    page = await client("ListSecrets", MaxResults=2)
    await client("DeleteSecret", SecretId="a", ForceDeleteWithoutRecovery=True)
    assert await client.names(NextToken=page["NextToken"]) == ["c", "d"]


def encoded(*place):
    return base64.b64encode(json.dumps(place).encode()).decode()


@pytest.mark.parametrize(
    "token",
    [
        *("?", "ä", "YQ==", "ZnJvbTotMQ=="),
        base64.b64encode(b"[" * 3000).decode(),
        encoded("name", "a", 1),
        encoded("created-date", "a", 1),
        encoded("created-date", 2**63, 1),
        encoded("created-date", 1, -(2**63)),
        encoded("created-date", 1),
    ],
    ids=range(10),
)
async def test_tokens_that_no_answer_gave(client, token):
    await client.make()
    for operation, params in (("ListSecrets", {}), ("ListSecretVersionIds", {"SecretId": "s"})):
        error = await client.refused(operation, NextToken=token, **params)
        assert (error.code, error.message) == ("InvalidNextTokenException", "Invalid token")


async def test_a_token_of_names_has_a_name(client):
    for key in ("\ud800", 1, None, [], True):
        error = await client.refused(
            "ListSecrets", SortBy="name", NextToken=encoded("name", key, 1)
        )
        assert error.code == "InvalidNextTokenException"


ORDERS = {
    "created-date": lambda each: each["CreatedDate"],
    "last-changed-date": lambda each: each["LastChangedDate"],
    "last-accessed-date": lambda each: each.get("LastAccessedDate", 0),
    "name": lambda each: each["Name"],
}
steps = st.lists(
    st.tuples(st.sampled_from(["update", "read", "wait"]), st.sampled_from("abcdef")), max_size=12
)


async def run(history, order, direction, limit):
    with tempfile.TemporaryDirectory() as folder:
        client = await Client(Path(folder) / "s.db", VirtualClock(1_750_000_000.0)).open()
        try:
            for name in "cafbde":
                await client.make(name)
            for step, name in history:
                await play(client, step, name)
            await check(client, order, direction, limit)
        finally:
            await client.manager.close()


async def play(client, step, name):
    if step == "wait":
        await client.clock.advance(50_000)
    elif step == "read":
        await client.value(name)
    else:
        await client("UpdateSecret", SecretId=name, Description="x")


async def check(client, order, direction, limit):
    """All secrets come once, in their order, and in that of their creation where that is the same."""
    every = {each["Name"]: each for each in (await client("ListSecrets"))["SecretList"]}
    params = {"SortBy": order, "SortOrder": direction, "MaxResults": limit}
    names = [name for page in await pages(client, **params) for name in page]
    made = list(every) if direction == "asc" else list(every)[::-1]
    made.sort(key=lambda name: ORDERS[order](every[name]), reverse=direction == "desc")
    assert names == made


@settings(max_examples=60, deadline=None)
@given(steps, st.sampled_from(sorted(ORDERS)), st.sampled_from(["asc", "desc"]), st.integers(1, 7))
def test_any_history_in_any_order_and_pages_of_any_size(history, order, direction, limit):
    asyncio.run(run(history, order, direction, limit))
