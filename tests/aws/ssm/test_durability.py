"""What was acknowledged is in the files: they are copied while the service runs, as a crash would leave them."""

import shutil

import pytest
from tests.aws.ssm.conftest import Client


@pytest.fixture
async def after_a_crash(client, tmp_path):
    opened = []

    async def crash():
        folder = tmp_path / f"crash{len(opened)}"
        folder.mkdir()
        for path in client.path.parent.glob("ssm.db*"):
            shutil.copy(path, folder / path.name)
        opened.append(await Client(folder / "ssm.db", client.clock).open())
        return opened[-1]

    yield crash
    for each in opened:
        await each.ssm.close()


async def test_each_step_is_there_once_it_is_answered(client, after_a_crash):
    await client.put("p", "1", "SecureString")
    sealed = (await client.get("p"))["Value"]
    left = await after_a_crash()
    assert await left.value("p") == "1"
    assert (await left.get("p"))["Value"] == sealed
    await client.again("p", "2")
    assert await (await after_a_crash()).value("p") == "2"
    await client("LabelParameterVersion", Name="p", ParameterVersion=1, Labels=["old"])
    assert await (await after_a_crash()).value("p:old") == "1"
    await client("DeleteParameter", Name="p")
    error = await (await after_a_crash()).refused("GetParameter", Name="p")
    assert error.code == "ParameterNotFound"


async def test_a_refused_put_leaves_nothing(client, after_a_crash):
    await client.put("p", "1")
    await client.refused("PutParameter", Name="p", Value="2", Type="String")
    await client.refused("PutParameter", Name="q", Value="", Type="String")
    left = await after_a_crash()
    assert await left.names("DescribeParameters") == ["p"]
    assert (await left.get("p"))["Version"] == 1
    assert left.quota.used == client.quota.used
