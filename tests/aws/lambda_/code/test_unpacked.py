"""What invocations get of a package: made once, kept while it is used, gone when nothing needs it."""

import asyncio

import pytest
from tests.aws.lambda_.conftest import Client, zipped

from homeport import errors
from homeport.aws.lambda_.code import archive
from homeport.aws.protocol.call import AwsError
from homeport.storage.quota import Quota


def folders(client):
    return sorted(path.name for path in (client.folder / "lambda" / "code").iterdir())


def contents(client):
    return [path for path in (client.folder / "lambda" / "files").rglob("*") if path.is_file()]


async def settled(client):
    await client.lambda_._unpacked.close()


async def test_the_files_of_a_version(client):
    await client.make(files={"index.py": "1", "lib/a.py": "2"})
    code = await client.lambda_.functions.code(client.resolve().version)
    assert (code.task / "index.py").read_text() == "1"
    assert (code.task / "lib" / "a.py").read_text() == "2"
    assert code.layers == ()


async def test_many_who_ask_at_once_share_one_folder(client, monkeypatch):
    calls = []
    real = archive.unpack
    monkeypatch.setattr(
        archive, "unpack", lambda path, folder: calls.append(path) or real(path, folder)
    )
    await client.make()
    version = client.resolve().version
    found = await asyncio.gather(*(client.lambda_.functions.code(version) for _ in range(20)))
    assert len({code.task for code in found}) == 1
    assert len(calls) == 1


async def test_published_versions_share_the_folder_of_their_package(client):
    await client.make(Publish=True)
    latest = await client.lambda_.functions.code(client.resolve().version)
    published = await client.lambda_.functions.code(client.resolve("f", "1").version)
    assert latest.task == published.task


async def test_a_folder_stays_while_somebody_runs_on_it(client):
    await client.make()
    code = await client.lambda_.functions.code(client.resolve().version)
    await client("DeleteFunction", FunctionName="f")
    await settled(client)
    assert (code.task / "index.py").exists()
    assert contents(client) == []
    client.lambda_.functions.release(code)
    await settled(client)
    assert folders(client) == []


async def test_a_folder_that_is_not_used_stays_ready_until_its_package_goes(client):
    await client.make()
    version = client.resolve().version
    client.lambda_.functions.release(await client.lambda_.functions.code(version))
    assert len(folders(client)) == 1
    await client("UpdateFunctionCode", FunctionName="f", ZipFile=zipped({"a": "new"}))
    await settled(client)
    assert folders(client) == []
    assert len(contents(client)) == 1


async def test_the_package_of_a_published_version_outlives_an_update(client):
    await client.make(files={"a": "old"}, Publish=True)
    await client("UpdateFunctionCode", FunctionName="f", ZipFile=zipped({"a": "new"}))
    old = await client.lambda_.functions.code(client.resolve("f", "1").version)
    new = await client.lambda_.functions.code(client.resolve("f").version)
    assert (old.task / "a").read_text() == "old"
    assert (new.task / "a").read_text() == "new"
    await client("DeleteFunction", FunctionName="f", Qualifier="1")
    assert len(contents(client)) == 1


async def test_a_version_that_was_deleted_has_no_files(client):
    await client.make()
    version = client.resolve().version
    await client("DeleteFunction", FunctionName="f")
    with pytest.raises(AwsError) as caught:
        await client.lambda_.functions.code(version)
    assert caught.value.code == "ResourceNotFoundException"


async def test_a_failed_start_is_tried_again(client, monkeypatch):
    await client.make()
    version = client.resolve().version
    real = archive.unpack

    def broken(path, folder):
        raise OSError(5, "disk")

    monkeypatch.setattr(archive, "unpack", broken)
    with pytest.raises(errors.StorageError):
        await client.lambda_.functions.code(version)
    monkeypatch.setattr(archive, "unpack", real)
    code = await client.lambda_.functions.code(version)
    assert (code.task / "index.py").exists()
    assert len(folders(client)) == 1


async def test_one_who_goes_away_does_not_end_it_for_the_others(client):
    await client.make()
    version = client.resolve().version
    leaving = asyncio.ensure_future(client.lambda_.functions.code(version))
    staying = asyncio.ensure_future(client.lambda_.functions.code(version))
    await asyncio.sleep(0)
    leaving.cancel()
    code = await staying
    assert (code.task / "index.py").exists()
    client.lambda_.functions.release(code)
    await client("DeleteFunction", FunctionName="f")
    await settled(client)
    assert folders(client) == []


async def test_a_restart_begins_with_no_folder_and_sweeps_what_no_row_names(client):
    await client.make()
    await client.lambda_.functions.code(client.resolve().version)
    stray = client.folder / "lambda" / "files" / "ab" / ("ab" * 16)
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"x")
    await client.restart()
    assert folders(client) == []
    await asyncio.gather(*client.lambda_._tasks)
    assert not stray.exists()
    assert not (client.folder / "lambda" / "code.old").exists()
    code = await client.lambda_.functions.code(client.resolve().version)
    assert (code.task / "index.py").exists()


@pytest.fixture
async def small(tmp_path, clock):
    client = Client(tmp_path, clock)
    client.quota = Quota(1_000_000)
    await client.open()
    yield client
    await client.lambda_.close()


def big(letter):
    return {"a": letter * 200_000}


async def test_packages_and_folders_count_towards_the_quota(small):
    before = small.quota.used
    await small.make("f", big("x"))
    package = len(zipped(big("x")))
    version = small.resolve("f").version
    code = await small.lambda_.functions.code(version)
    assert small.quota.used - before >= package + 200_000
    small.lambda_.functions.release(code)
    await small("DeleteFunction", FunctionName="f")
    await settled(small)
    assert small.quota.used - before < 50_000


async def test_what_nobody_runs_makes_room(small):
    versions = []
    for name in "ab":
        await small.make(name, big(name))
        versions.append(small.resolve(name).version)
    first = await small.lambda_.functions.code(versions[0])
    small.lambda_.functions.release(first)
    second = await small.lambda_.functions.code(versions[1])
    assert (second.task / "a").exists()
    small.quota.limit = small.quota.used + 100_000
    again = await small.make("c", {"a": "c"})
    assert again["State"] == "Active"
    third = await small.lambda_.functions.code(versions[0])
    assert (third.task / "a").exists()


async def test_no_room_is_said(small):
    await small.make("a", big("a"))
    small.quota.limit = small.quota.used + 1000
    with pytest.raises(errors.StorageFull):
        await small.lambda_.functions.code(small.resolve("a").version)
    with pytest.raises(errors.StorageFull):
        await small.make("b", big("b"))
    await small("DeleteFunction", FunctionName="a")
    await small.make("b", {"a": "b"})


async def test_the_quota_knows_after_a_restart_what_is_there(small):
    await small.make("a", big("a"))
    used = small.quota.used
    small.quota = Quota(1_000_000)
    await small.restart()
    assert abs(small.quota.used - used) < 20_000
