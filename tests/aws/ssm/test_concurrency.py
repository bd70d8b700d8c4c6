"""Requests beside each other, and what counts towards the quota after any of them."""

import asyncio

import pytest
from tests.aws.ssm.conftest import Client

from homeport.aws.protocol.call import AwsError
from homeport.aws.ssm import allowed_pattern, limits
from homeport.aws.ssm.store import schema
from homeport.errors import StorageFull
from homeport.storage.db import Database


async def test_overwrites_beside_each_other_are_versions_of_their_own(client):
    await client.put("p", "0")
    made = await asyncio.gather(*(client.again("p", f"{number}") for number in range(1, 30)))
    assert sorted(each["Version"] for each in made) == list(range(2, 31))
    for number, each in enumerate(made, 1):
        assert await client.value(f"p:{each['Version']}") == f"{number}"


async def test_one_of_many_makes_it(client):
    made = await asyncio.gather(
        *(client.put("p", f"{number}") for number in range(10)), return_exceptions=True
    )
    refused = [each for each in made if isinstance(each, AwsError)]
    assert len(refused) == 9
    assert {each.code for each in refused} == {"ParameterAlreadyExists"}


async def test_the_limit_of_a_tier_holds_beside_each_other(client, monkeypatch):
    monkeypatch.setattr(limits, "STANDARD_PARAMETERS", 3)
    made = await asyncio.gather(
        *(client.put(f"p{number}") for number in range(9)), return_exceptions=True
    )
    assert sum(isinstance(each, AwsError) for each in made) == 6
    assert len(await client.names("DescribeParameters")) == 3


async def test_a_label_is_at_one_version_only(client):
    await client.put("p")
    for _ in range(4):
        await client.again("p")
    await asyncio.gather(
        *(
            client("LabelParameterVersion", Name="p", ParameterVersion=number, Labels=["x"])
            for number in (1, 2, 3, 4, 5)
        )
    )
    history = (await client("GetParameterHistory", Name="p"))["Parameters"]
    assert [each["Labels"] for each in history].count(["x"]) == 1


async def meanwhile(client, monkeypatch, first, then):
    """Lets `then` happen while the value of `first` is held against its pattern."""
    check, done = allowed_pattern.check, []

    async def checked(pattern, value, at_once):
        if value == first and not done:
            done.append(pattern)
            await then()
        await check(pattern, value, at_once)

    monkeypatch.setattr(allowed_pattern, "check", checked)


async def test_a_pattern_that_came_between_holds_for_the_value(client, monkeypatch):
    await client.put("p", "1", AllowedPattern=r"\d+")

    async def other():
        await client.again("p", "x", AllowedPattern="[a-z]+")

    await meanwhile(client, monkeypatch, "2", other)
    error = await client.refused("PutParameter", Name="p", Value="2", Overwrite=True)
    assert error.code == "ParameterPatternMismatchException"
    assert error.message.endswith("allowedPattern: [a-z]+")
    assert await client.value("p") == "x"


async def test_a_value_that_fits_the_pattern_that_came_between_is_kept(client, monkeypatch):
    await client.put("p", "1", AllowedPattern=r"\d+")

    async def other():
        await client.again("p", "12", AllowedPattern=r"\d\d?")

    await meanwhile(client, monkeypatch, "2", other)
    assert (await client.again("p", "2"))["Version"] == 3
    history = (await client("GetParameterHistory", Name="p"))["Parameters"]
    assert history[-1]["AllowedPattern"] == r"\d\d?"


async def test_a_deletion_that_came_between_takes_the_pattern_with_it(client, monkeypatch):
    await client.put("p", "1", AllowedPattern=r"\d+")

    async def other():
        await client("DeleteParameter", Name="p")

    await meanwhile(client, monkeypatch, "2", other)
    made = await client("PutParameter", Name="p", Value="2", Type="String", Overwrite=True)
    assert made["Version"] == 1


async def used(client):
    """What counts, held against what a new start counts."""
    before = client.quota.used
    await client.restart()
    assert client.quota.used == before
    return before


async def test_tags_and_labels_count_towards_the_quota(client):
    resource = {"ResourceType": "Parameter", "ResourceId": "p"}
    await client.put("p")
    bare = await used(client)
    tags = [{"Key": f"{number}", "Value": "v" * 256} for number in range(50)]
    await client("AddTagsToResource", **resource, Tags=tags)
    assert await used(client) > bare + 50 * 256
    await client("RemoveTagsFromResource", **resource, TagKeys=[each["Key"] for each in tags])
    assert await used(client) == bare
    await client("LabelParameterVersion", Name="p", Labels=["x" * 100, "y" * 100])
    assert await used(client) > bare + 200
    await client(
        "UnlabelParameterVersion", Name="p", ParameterVersion=1, Labels=["x" * 100, "y" * 100]
    )
    assert await used(client) == bare
    await client("LabelParameterVersion", Name="p", Labels=["x"])
    await client("DeleteParameter", Name="p")
    assert await used(client) == 0


async def test_where_it_is_used_up_tags_and_labels_are_refused(client):
    await client.put("p")
    client.quota.limit = client.quota.used
    with pytest.raises(StorageFull):
        await client("LabelParameterVersion", Name="p", Labels=["x"])
    with pytest.raises(StorageFull):
        await client(
            "AddTagsToResource",
            ResourceType="Parameter",
            ResourceId="p",
            Tags=[{"Key": "k", "Value": "v"}],
        )
    await client("DeleteParameter", Name="p")
    assert client.quota.used == 0


async def test_parameters_of_an_earlier_version_count_as_those_of_today(tmp_path, clock):
    earlier = Database(tmp_path / "earlier.db", schema.MIGRATIONS[:1])
    today = Database(tmp_path / "today.db", schema.MIGRATIONS)

    def fill(connection):
        connection.execute(
            "INSERT INTO parameter (id, account, region, path, name, current, is_advanced, tags)"
            """ VALUES (1, '000000000000', 'us-east-1', '/p', 'p', 1, 0, '{"a": "b"}')"""
        )
        connection.execute(
            "INSERT INTO version (parameter, number, modified_at, type, value, settings, labels)"
            """ VALUES (1, 1, 1.0, 'String', 'ä', '{"Tier": "Standard", "DataType": "text"}', '["x"]')"""
        )

    for database in (earlier, today):
        await database.write(fill)
        await database.close()
    opened = [await Client(tmp_path / name, clock).open() for name in ("earlier.db", "today.db")]
    assert opened[0].quota.used == opened[1].quota.used > 100
    for client in opened:
        assert await client.value("p:x") == "ä"
        await client("DeleteParameter", Name="p")
        assert client.quota.used == 0
        await client.ssm.close()
