"""Uploads, request by request."""

import asyncio

import pytest

from homeport.edge import http
from homeport.registry import limits
from homeport.storage.quota import Quota

BLOB = b"0123456789"
BASE = "/v2/a/b/blobs/uploads/"


async def _finish(home, location, data, digest):
    answer = await home.ask("PUT", f"{location}?digest={digest}")
    assert answer.status == 201, answer
    assert answer.headers["Location"] == f"/v2/a/b/blobs/{digest}"
    assert (await home.ask("GET", answer.headers["Location"])).body == data


def _leftovers(home):
    return list((home.folder / "blobs" / "staging").iterdir())


async def test_new_upload_is_empty(home):
    answer = await home.ask("POST", BASE)
    assert answer.status == 202
    assert answer.headers["Location"].startswith("/v2/a/b/blobs/uploads/")
    assert answer.headers["Range"] == "0-0"


async def test_one_put(home, tools):
    location = await home.begin()
    answer = await home.ask("PUT", f"{location}?digest={tools.sha256(BLOB)}", BLOB)
    assert answer.status == 201
    assert (await home.ask("GET", location)).code == "BLOB_UPLOAD_UNKNOWN"


async def test_stream_of_unknown_length(home, tools):
    location = await home.begin()
    answer = await home.ask("PATCH", location, tools.Stream(b"01234", b"", b"56789"))
    assert (answer.status, answer.headers["Range"]) == (202, "0-9")
    await _finish(home, location, BLOB, tools.sha256(BLOB))


async def test_chunks_and_the_last_one_with_put(home, tools):
    location = await home.begin()
    await home.ask("PATCH", location, BLOB[:4], content_range="0-3")
    await home.ask("PATCH", location, BLOB[4:7], content_range="4-6")
    status = await home.ask("GET", location)
    assert (status.status, status.headers["Range"]) == (204, "0-6")
    target = f"{location}?digest={tools.sha256(BLOB)}"
    assert (await home.ask("PUT", target, BLOB[7:], content_range="7-9")).status == 201


@pytest.mark.parametrize("start", [0, 3, 5])
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_chunk_out_of_order_changes_nothing(home, tools, method, start):
    location = await home.begin()
    await home.ask("PATCH", location, BLOB[:4], content_range="0-3")
    target = f"{location}?digest={tools.sha256(BLOB)}" if method == "PUT" else location
    answer = await home.ask(method, target, b"x", content_range=f"{start}-{start}")
    assert (answer.status, answer.code, answer.headers["Range"]) == (416, "RANGE_INVALID", "0-3")
    await home.ask("PATCH", location, BLOB[4:], content_range="4-9")
    await _finish(home, location, BLOB, tools.sha256(BLOB))


@pytest.mark.parametrize("pieces", [[b"0123"], [b"0123", b"4567", b"89"]])
async def test_chunk_that_is_not_as_long_as_it_says(home, tools, pieces):
    location = await home.begin()
    await home.ask("PATCH", location, BLOB[:4])
    answer = await home.ask("PATCH", location, tools.Stream(*pieces), content_range="4-9")
    assert (answer.status, answer.code) == (400, "SIZE_INVALID")
    await home.ask("PATCH", location, BLOB[4:])
    await _finish(home, location, BLOB, tools.sha256(BLOB))


async def test_length_that_belies_the_range_is_refused_unread(home):
    location = await home.begin()
    answer = await home.ask("PATCH", location, BLOB, content_range="0-4")
    assert (answer.status, answer.code) == (400, "SIZE_INVALID")
    assert (await home.ask("GET", location)).headers["Range"] == "0-0"


async def test_wrong_digest_ends_the_upload(home, tools):
    location = await home.begin()
    await home.ask("PATCH", location, BLOB)
    answer = await home.ask("PUT", f"{location}?digest={tools.sha256(b'other')}")
    assert (answer.status, answer.code) == (400, "DIGEST_INVALID")
    assert (await home.ask("GET", location)).status == 404
    assert (await home.ask("GET", f"/v2/a/b/blobs/{tools.sha256(BLOB)}")).status == 404
    assert _leftovers(home) == []


@pytest.mark.parametrize("query", ["", "?digest=", "?digest=md5:abc", "?digest=sha256:zz"])
async def test_closing_without_a_digest_leaves_the_upload(home, tools, query):
    location = await home.begin()
    await home.ask("PATCH", location, BLOB)
    answer = await home.ask("PUT", location + query)
    assert (answer.status, answer.code) == (400, "DIGEST_INVALID")
    await _finish(home, location, BLOB, tools.sha256(BLOB))


@pytest.mark.parametrize("query", ["", "?digest-algorithm=sha512"])
async def test_sha512_whether_announced_or_not(home, tools, query):
    location = (await home.ask("POST", BASE + query)).headers["Location"]
    await home.ask("PATCH", location, BLOB)
    await _finish(home, location, BLOB, tools.sha512(BLOB))


async def test_unknown_algorithm(home):
    answer = await home.ask("POST", BASE + "?digest-algorithm=md5")
    assert (answer.status, answer.code) == (400, "DIGEST_INVALID")


async def test_post_with_another_digest(home, tools):
    answer = await home.ask("POST", f"{BASE}?digest={tools.sha256(b'x')}", BLOB)
    assert (answer.status, answer.code) == (400, "DIGEST_INVALID")
    assert _leftovers(home) == []


async def test_cancel(home):
    location = await home.begin()
    await home.ask("PATCH", location, BLOB)
    assert (await home.ask("DELETE", location)).status == 204
    assert (await home.ask("DELETE", location)).code == "BLOB_UPLOAD_UNKNOWN"
    assert _leftovers(home) == []


async def test_upload_belongs_to_its_repository(home):
    location = await home.begin("a/b")
    answer = await home.ask("PATCH", location.replace("/a/b/", "/a/c/"), BLOB)
    assert (answer.status, answer.code) == (404, "BLOB_UPLOAD_UNKNOWN")


async def test_two_requests_at_once(home, tools):
    location = await home.begin()
    gate = asyncio.Event()

    class Slow(tools.Stream):
        async def __aiter__(self):
            yield BLOB[:5]
            await gate.wait()
            yield BLOB[5:]

    first = asyncio.ensure_future(home.ask("PATCH", location, Slow()))
    await asyncio.sleep(0)
    second = await home.ask("PATCH", location, BLOB)
    assert (second.status, second.code) == (409, "BLOB_UPLOAD_INVALID")
    gate.set()
    assert (await first).status == 202
    await _finish(home, location, BLOB, tools.sha256(BLOB))


async def test_cancel_beside_a_request(home, tools):
    location = await home.begin()
    gate = asyncio.Event()

    class Slow(tools.Stream):
        async def __aiter__(self):
            yield BLOB
            await gate.wait()

    writing = asyncio.ensure_future(home.ask("PATCH", location, Slow()))
    await asyncio.sleep(0)
    assert (await home.ask("DELETE", location)).status == 204
    assert (await home.ask("GET", location)).status == 404
    gate.set()
    assert (await writing).status == 404
    assert _leftovers(home) == []


async def test_lost_connection_keeps_what_arrived(home, tools):
    location = await home.begin()
    with pytest.raises(http.ClientGone):
        await home.ask("PATCH", location, tools.Stream(BLOB[:6], is_lost=True))
    assert (await home.ask("GET", location)).headers["Range"] == "0-5"
    await home.ask("PATCH", location, BLOB[6:], content_range="6-9")
    await _finish(home, location, BLOB, tools.sha256(BLOB))


async def test_lost_connection_of_a_single_post_leaves_nothing(home, tools):
    target = f"{BASE}?digest={tools.sha256(BLOB)}"
    with pytest.raises(http.ClientGone):
        await home.ask("POST", target, tools.Stream(BLOB[:6], is_lost=True))
    assert _leftovers(home) == []


async def test_acknowledged_bytes_survive_a_kill(home, tools):
    location = await home.begin()
    await home.ask("PATCH", location, BLOB[:6])
    await home.restart()
    assert (await home.ask("GET", location)).headers["Range"] == "0-5"
    await home.ask("PATCH", location, BLOB[6:])
    await _finish(home, location, BLOB, tools.sha256(BLOB))


async def test_unacknowledged_bytes_are_gone_after_a_kill(home, tools):
    location = await home.begin()
    await home.ask("PATCH", location, BLOB[:6])

    class Stuck(tools.Stream):
        async def __aiter__(self):
            yield b"x" * 3_000_000
            await asyncio.Event().wait()

    writing = asyncio.ensure_future(home.ask("PATCH", location, Stuck()))
    await asyncio.sleep(0.05)
    killed = home.image()
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    await home.restart(killed)
    assert (await home.ask("GET", location)).headers["Range"] == "0-5"
    await home.ask("PATCH", location, BLOB[6:])
    await _finish(home, location, BLOB, tools.sha256(BLOB))


async def test_empty_upload_survives_a_restart(home, tools):
    location = await home.begin()
    await home.restart()
    await home.ask("PATCH", location, BLOB)
    await _finish(home, location, BLOB, tools.sha256(BLOB))


async def test_uploads_are_given_up_after_168_hours(home, tools):
    await home.registry.recover()
    old = await home.begin()
    await home.ask("PATCH", old, BLOB)
    await home.clock.advance(100 * 3600)
    young = await home.begin()
    await home.clock.advance(68 * 3600 + 3600)
    await asyncio.sleep(0.1)
    assert (await home.ask("GET", old)).status == 404
    assert (await home.ask("GET", young)).status == 204
    assert _leftovers(home) == []


async def test_mount(home, tools):
    digest = await home.push_blob("source", BLOB)
    answer = await home.ask("POST", f"{BASE}?mount={digest}&from=source")
    assert (answer.status, answer.headers["Location"]) == (201, f"/v2/a/b/blobs/{digest}")
    assert (await home.ask("GET", f"/v2/a/b/blobs/{digest}")).body == BLOB


@pytest.mark.parametrize("source", ["&from=nobody", "&from=Bad Name", "&from=", ""])
async def test_mount_that_can_not_be_becomes_an_upload(home, source):
    digest = await home.push_blob("source", BLOB)
    answer = await home.ask("POST", f"{BASE}?mount={digest}{source}")
    assert answer.status == 202
    assert answer.headers["Location"].startswith(BASE)


async def test_mount_of_no_digest(home):
    answer = await home.ask("POST", f"{BASE}?mount=latest&from=source")
    assert (answer.status, answer.code) == (400, "DIGEST_INVALID")


async def test_too_many_uploads(home, monkeypatch):
    monkeypatch.setattr(limits, "UPLOADS", 2)
    await home.begin()
    await home.begin()
    answer = await home.ask("POST", BASE)
    assert (answer.status, answer.code) == (429, "TOOMANYREQUESTS")
    assert "Retry-After" in answer.headers


async def test_one_repository_does_not_take_all_uploads(home, monkeypatch):
    monkeypatch.setattr(limits, "UPLOADS_OF_REPOSITORY", 1)
    await home.begin()
    assert (await home.ask("POST", BASE)).status == 429
    await home.begin("another")


async def test_full_quota_is_told_and_frees_what_was_written(tmp_path, tools):
    quota = Quota(100)
    home = tools.Home(tmp_path / "full", quota=quota)
    try:
        location = await home.begin()
        await home.ask("PATCH", location, b"x" * 60)
        answer = await home.ask("PATCH", location, b"x" * 60)
        assert (answer.status, answer.code) == (413, "DENIED")
        assert "quota" in answer.json["errors"][0]["message"]
        assert (await home.ask("GET", location)).headers["Range"] == "0-59"
        await home.ask("DELETE", location)
        assert quota.used == 0
        await home.push_blob("a/b", b"x" * 90)
        assert quota.used == 90
    finally:
        await home.registry.close()


async def test_large_stream_is_hashed_as_it_comes(home, tools):
    piece = bytes(range(256)) * 1024
    location = await home.begin()
    answer = await home.ask("PATCH", location, tools.Stream(*[piece] * 20))
    assert answer.status == 202
    await _finish(home, location, piece * 20, tools.sha256(piece * 20))
