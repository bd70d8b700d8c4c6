"""What was acknowledged is in the files: they are copied while the service runs, as a crash would leave them."""

import shutil

import pytest
from tests.aws.secretsmanager.conftest import Client


@pytest.fixture
async def after_a_crash(client, tmp_path):
    opened = []

    async def crash():
        folder = tmp_path / f"crash{len(opened)}"
        folder.mkdir()
        for path in client.path.parent.glob("secretsmanager.db*"):
            shutil.copy(path, folder / path.name)
        opened.append(await Client(folder / "secretsmanager.db", client.clock).open())
        return opened[-1]

    yield crash
    for each in opened:
        await each.manager.close()


async def test_each_step_is_there_once_it_is_answered(client, after_a_crash):
    arn = (await client.make(value="1"))["ARN"]
    assert await (await after_a_crash()).value(arn) == "1"
    version = await client.put("2", VersionStages=["AWSPENDING"])
    assert await (await after_a_crash()).value(VersionStage="AWSPENDING") == "2"
    await client(
        "UpdateSecretVersionStage", SecretId="s", VersionStage="x", MoveToVersionId=version
    )
    assert await (await after_a_crash()).value(VersionStage="x") == "2"
    await client("DeleteSecret", SecretId="s")
    left = await after_a_crash()
    assert (await left.refused("GetSecretValue", SecretId="s")).code == "InvalidRequestException"
    await client("RestoreSecret", SecretId="s")
    assert await (await after_a_crash()).value() == "1"
    await client("DeleteSecret", SecretId="s", ForceDeleteWithoutRecovery=True)
    assert await (await after_a_crash()).names(IncludePlannedDeletion=True) == []


async def test_a_window_ends_after_a_crash_too(client, clock, after_a_crash):
    await client.make()
    await client("DeleteSecret", SecretId="s", RecoveryWindowInDays=7)
    left = await after_a_crash()
    await clock.advance(7 * 86_400)
    assert (await left.refused("DescribeSecret", SecretId="s")).code == "ResourceNotFoundException"
