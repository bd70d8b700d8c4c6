"""The registry as a whole: opening, recovery, what is told when the disk fails."""

import pytest

from homeport import errors as faults
from homeport.storage.quota import Quota


async def test_start_removes_what_no_commit_names(home):
    digest = await home.push_blob("a/b", b"kept")
    location = await home.begin()
    await home.ask("PATCH", location, b"kept too")
    folder = home.folder / "blobs"
    orphans = [folder / "files" / "aa" / ("sha256-" + "aa" * 40), folder / "staging" / ("bb" * 16)]
    for orphan in orphans:
        orphan.parent.mkdir(exist_ok=True)
        orphan.write_bytes(b"lost")
    copies = [
        home.folder.with_name("registry+") / path.relative_to(home.folder) for path in orphans
    ]
    await home.restart()
    assert not [path for path in copies if path.exists()]
    assert (await home.ask("GET", f"/v2/a/b/blobs/{digest}")).body == b"kept"
    assert (await home.ask("GET", location)).headers["Range"] == "0-7"


async def test_folder_that_can_not_be_made(tmp_path, tools):
    (tmp_path / "file").touch()
    with pytest.raises(faults.StorageError, match="could not be made"):
        tools.Home(tmp_path / "file" / "registry")


async def test_users_that_can_not_be_read(tmp_path, tools):
    with pytest.raises(faults.SettingsError, match="could not be read"):
        tools.Home(tmp_path / "registry", users=tmp_path)


async def test_full_quota_leaves_pulls_and_deletes_alive(tmp_path, tools):
    quota = Quota(10)
    home = tools.Home(tmp_path / "full", quota=quota)
    digest = await home.push_blob("a/b", b"0123456789")
    refused = await home.ask("POST", f"/v2/a/b/blobs/uploads/?digest={tools.sha256(b'x')}", b"x")
    assert (refused.status, refused.code) == (413, "DENIED")
    assert (await home.ask("GET", f"/v2/a/b/blobs/{digest}")).body == b"0123456789"
    assert (await home.ask("DELETE", f"/v2/a/b/blobs/{digest}")).status == 202
    assert quota.used == 0
    await home.registry.close()


async def test_failed_commit_of_a_blob_leaves_no_file(home, tools, monkeypatch):
    db = home.registry._backend.db
    write = db.write

    async def fail(_work):
        raise faults.StorageError("The disk is gone.")

    monkeypatch.setattr(db, "write", fail)
    digest = tools.sha256(b"x")
    answer = await home.ask("POST", f"/v2/a/b/blobs/uploads/?digest={digest}", b"x")
    assert (answer.status, answer.code) == (500, "UNKNOWN")
    monkeypatch.setattr(db, "write", write)
    assert (await home.ask("HEAD", f"/v2/a/b/blobs/{digest}")).status == 404
    assert [path for path in (home.folder / "blobs").rglob("*") if path.is_file()] == []


async def test_expiry_that_fails_is_repeated(home, monkeypatch, caplog):
    await home.registry.recover()
    location = await home.begin()
    db = home.registry._backend.db
    write = db.write

    async def fail(_work):
        raise faults.StorageError("The disk is gone.")

    monkeypatch.setattr(db, "write", fail)
    await home.clock.advance(169 * 3600)
    assert "could not be removed" in caplog.text
    monkeypatch.setattr(db, "write", write)
    await home.clock.advance(3600)
    await home.registry._expiry
    assert (await home.ask("GET", location)).status == 404
