"""Blobs: read, ranges, conditions, deletion and the files behind them."""

import asyncio

import pytest

BLOB = b"0123456789"


def _files(home):
    return sorted(
        path.name for path in (home.folder / "blobs" / "files").rglob("*") if path.is_file()
    )


def _staged(home):
    return list((home.folder / "blobs" / "staging").iterdir())


@pytest.fixture
async def digest(home):
    return await home.push_blob("a/b", BLOB)


async def test_get(home, digest):
    answer = await home.ask("GET", f"/v2/a/b/blobs/{digest}")
    assert (answer.status, answer.body) == (200, BLOB)
    assert answer.headers["Docker-Content-Digest"] == digest
    assert answer.headers["ETag"] == f'"{digest}"'
    assert "immutable" in answer.headers["Cache-Control"]


async def test_head(home, digest):
    answer = await home.ask("HEAD", f"/v2/a/b/blobs/{digest}")
    assert (answer.status, answer.body, answer.headers["Content-Length"]) == (200, b"", "10")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_known_bytes_are_not_sent_again(home, digest, method):
    answer = await home.ask(method, f"/v2/a/b/blobs/{digest}", if_none_match=f'W/"{digest}"')
    assert (answer.status, answer.body) == (304, b"")


async def test_range(home, digest):
    answer = await home.ask("GET", f"/v2/a/b/blobs/{digest}", range="bytes=2-4")
    assert (answer.status, answer.body) == (206, b"234")
    assert answer.headers["Content-Range"] == "bytes 2-4/10"


async def test_range_of_another_version_is_ignored(home, digest):
    answer = await home.ask("GET", f"/v2/a/b/blobs/{digest}", range="bytes=2-4", if_range='"x"')
    assert (answer.status, answer.body) == (200, BLOB)


async def test_unsatisfiable_range(home, digest):
    answer = await home.ask("GET", f"/v2/a/b/blobs/{digest}", range="bytes=10-")
    assert (answer.status, answer.code) == (416, "RANGE_INVALID")
    assert answer.headers["Content-Range"] == "bytes */10"


async def test_empty_blob(home):
    digest = await home.push_blob("a/b", b"")
    answer = await home.ask("GET", f"/v2/a/b/blobs/{digest}")
    assert (answer.status, answer.body) == (200, b"")


async def test_sha512(home, tools):
    digest = tools.sha512(BLOB)
    answer = await home.ask("POST", f"/v2/a/b/blobs/uploads/?digest={digest}", BLOB)
    assert answer.headers["Docker-Content-Digest"] == digest
    assert (await home.ask("GET", f"/v2/a/b/blobs/{digest}")).body == BLOB


async def test_blob_of_another_repository_is_unknown(home, digest):
    answer = await home.ask("GET", f"/v2/a/c/blobs/{digest}")
    assert (answer.status, answer.code) == (404, "BLOB_UNKNOWN")


async def test_percent_encoded_digest(home, digest):
    answer = await home.ask("GET", f"/v2/a/b/blobs/{digest.replace(':', '%3A')}")
    assert answer.body == BLOB


async def test_same_bytes_are_stored_once(home, digest):
    assert await home.push_blob("a/b", BLOB) == digest
    assert await home.push_blob("other", BLOB) == digest
    assert len(_files(home)) == 1
    assert _staged(home) == []


async def test_concurrent_uploads_of_the_same_bytes(home, tools):
    digest = tools.sha256(BLOB)
    target = f"/v2/a/b/blobs/uploads/?digest={digest}"
    answers = await asyncio.gather(*(home.ask("POST", target, BLOB) for _ in range(8)))
    assert {answer.status for answer in answers} == {201}
    assert len(_files(home)) == 1
    assert (await home.ask("GET", f"/v2/a/b/blobs/{digest}")).body == BLOB


async def test_file_goes_with_the_last_repository(home, digest):
    await home.push_blob("other", BLOB)
    assert (await home.ask("DELETE", f"/v2/a/b/blobs/{digest}")).status == 202
    assert (await home.ask("HEAD", f"/v2/a/b/blobs/{digest}")).status == 404
    assert (await home.ask("GET", f"/v2/other/blobs/{digest}")).body == BLOB
    assert (await home.ask("DELETE", f"/v2/other/blobs/{digest}")).status == 202
    assert _files(home) == []


async def test_deleting_twice(home, digest):
    await home.ask("DELETE", f"/v2/a/b/blobs/{digest}")
    answer = await home.ask("DELETE", f"/v2/a/b/blobs/{digest}")
    assert (answer.status, answer.code) == (404, "BLOB_UNKNOWN")


async def test_download_under_way_keeps_the_file(home, digest):
    response = home.send("GET", f"/v2/a/b/blobs/{digest}")
    await home.ask("DELETE", f"/v2/a/b/blobs/{digest}")
    assert len(_files(home)) == 1
    response.on_end()
    await asyncio.sleep(0.05)
    assert _files(home) == []


@pytest.mark.parametrize("round_", range(5))
async def test_deletion_beside_a_push_never_loses_the_push(home, digest, round_):
    target = f"/v2/a/b/blobs/uploads/?digest={digest}"
    deletion, push = await asyncio.gather(
        home.ask("DELETE", f"/v2/a/b/blobs/{digest}"), home.ask("POST", target, BLOB)
    )
    assert (deletion.status, push.status) == (202, 201)
    found = home.send("GET", f"/v2/a/b/blobs/{digest}")
    if found.status == 200:
        assert len(_files(home)) == 1
        found.on_end()
    else:
        assert _files(home) == []


async def test_pushed_again_after_deletion(home, digest):
    await home.ask("DELETE", f"/v2/a/b/blobs/{digest}")
    await home.push_blob("a/b", BLOB)
    assert (await home.ask("GET", f"/v2/a/b/blobs/{digest}")).body == BLOB
