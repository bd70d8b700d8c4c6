"""The registry as a whole: opening, recovery, what is told when the disk fails."""

import json

import pytest

from homeport import errors as faults
from homeport.clock import VirtualClock
from homeport.edge import http
from homeport.registry.options import Options
from homeport.registry.registry import Registry
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
    assert "old uploads failed and is tried again later" in caplog.text
    monkeypatch.setattr(db, "write", write)
    await home.clock.advance(3600)
    await home.registry._work.close()
    assert (await home.ask("GET", location)).status == 404


async def test_ready_is_who_reads_the_database(home, monkeypatch):
    assert (await home.ask("GET", "/readyz")).status == 200
    await home.registry._backend.db.close()
    answer = await home.ask("GET", "/readyz")
    assert (answer.status, answer.code) == (503, "UNKNOWN")
    assert "closed" in answer.json["errors"][0]["message"]
    assert (await home.ask("GET", "/livez")).status == 200


async def test_ready_is_who_can_read_the_users(locked_home):
    locked_home.users.unlink()
    assert (await locked_home.ask("GET", "/readyz")).status == 200
    locked_home.users.mkdir()
    assert (await locked_home.ask("GET", "/readyz")).status == 503


async def test_health_tells_its_methods(locked_home):
    answer = await locked_home.ask("OPTIONS", "/readyz")
    assert (answer.status, answer.headers["Allow"]) == (204, "OPTIONS, GET, HEAD")


@pytest.fixture
async def dressed(tmp_path, tools):
    """One that adds two fields to each response."""

    class Dressed(tools.Home):
        def _open(self):
            headers = (("X-A", "1"), ("Access-Control-Allow-Origin", "*"))
            options = Options(headers=headers)
            return Registry.open(
                self.folder, options, clock=self.clock, ids=lambda: next(self._ids)
            )

    home = Dressed(tmp_path / "dressed")
    yield home
    await home.registry.close()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v2/", 200),
        ("GET", "/livez", 200),
        ("OPTIONS", "/v2/", 204),
        ("GET", "/v2/a/tags/list", 404),
        ("POST", "/v2/a/blobs/uploads/", 202),
        ("POST", "/v2/A/blobs/uploads/", 400),
    ],
)
async def test_fields_are_added_to_each_response(dressed, method, path, status):
    for _ in range(2):
        answer = await dressed.ask(method, path)
        assert answer.status == status
        assert answer.fields[-2:] == [("X-A", "1"), ("Access-Control-Allow-Origin", "*")]
        assert [name for name, _ in answer.fields].count("X-A") == 1


async def test_options_that_can_not_work_open_nothing(tmp_path, tools):
    with pytest.raises(faults.SettingsError, match="59 s"):
        Registry.open(tmp_path / "x", Options(token_s=59), clock=None, ids=None)
    assert not (tmp_path / "x").exists()


async def test_a_registry_that_does_not_open_leaves_no_secret(tmp_path):
    options = Options(htpasswd=tmp_path, control=tmp_path / "control")
    with pytest.raises(faults.SettingsError):
        Registry.open(tmp_path / "x", options, clock=VirtualClock(), ids=lambda: "id")
    assert not (tmp_path / "control").exists()


async def test_users_that_can_not_be_read_are_told_to_the_log_alone(locked_home, caplog, tools):
    locked_home.users.unlink()
    locked_home.users.mkdir()
    locked_home.authorization = tools.basic("ann", "secret")
    answer = await locked_home.ask("GET", "/v2/")
    assert (answer.status, str(locked_home.users) in answer.body.decode()) == (500, False)
    assert str(locked_home.users) in caplog.text


@pytest.mark.parametrize(("host", "where"), [("h:5", "https://h:5"), ("", "HTTPS")])
async def test_plain_http_is_told_where_to_go(home, host, where):
    asked = http.Request("GET", "/v2/", "", {"host": host}, http.BytesBody())
    answer = home.registry.in_plain(asked)
    (told,) = json.loads(answer.body)["errors"]
    assert (answer.status, told["code"]) == (400, "DENIED")
    assert f"use {where}, and log in" in told["message"]
