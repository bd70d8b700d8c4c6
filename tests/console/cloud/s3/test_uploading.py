"""Uploads pass through the console, in parts, whole or not at all."""

from __future__ import annotations

import asyncio
import hashlib
import tracemalloc
import urllib.parse

import pytest
from tests.console.cloud.s3.hostile import HOSTILE
from tests.console.visitor import HOST, Page

from homeport.console.cloud.s3 import uploading
from homeport.edge import http

MIB = 2**20


class Body:
    """A body that arrives in pieces, and may be cut."""

    def __init__(self, pieces, *, is_cut=False, length=None):
        self._pieces = pieces
        self._is_cut = is_cut
        self.length = length

    def peek(self):
        return None

    async def read(self, limit):
        raise AssertionError("an upload is never read whole")

    async def __aiter__(self):
        for piece in self._pieces:
            yield piece
            await asyncio.sleep(0)
        if self._is_cut:
            raise http.ClientGone("The client ended the connection within its body.")


async def put(visitor, bucket, key, body, query="", **headers):
    """An upload as the page's script sends it."""
    await visitor.get("/s3")
    request = http.Request(
        "PUT",
        f"/s3/{bucket}/upload",
        f"key={urllib.parse.quote(key, safe='')}{query}",
        {
            "host": HOST,
            "origin": f"https://{HOST}",
            "hx-request": "true",
            "cookie": "; ".join(f"{k}={v}" for k, v in visitor.cookies.items()),
            "x-csrf-token": visitor.token,
            **headers,
        },
        http.BytesBody(body) if isinstance(body, bytes) else body,
        "https",
        "127.0.0.1:50000",
    )
    return Page(await visitor.console(request))


def uploads(s3, bucket):
    return s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])


async def test_a_small_file(visitor, s3, make):
    bucket = make()
    page = await put(visitor, bucket, "a/b.json", b"{}")
    assert page.status == 201
    found = s3.get_object(Bucket=bucket, Key="a/b.json")
    assert (found["Body"].read(), found["ContentType"]) == (b"{}", "application/json")


async def test_the_type_that_the_browser_says(visitor, s3, make):
    bucket = make()
    await put(visitor, bucket, "x.bin", b"1", **{"content-type": "text/csv"})
    assert s3.head_object(Bucket=bucket, Key="x.bin")["ContentType"] == "text/csv"


async def test_an_empty_file(visitor, s3, make):
    bucket = make()
    assert (await put(visitor, bucket, "empty", Body([]))).status == 201
    assert s3.head_object(Bucket=bucket, Key="empty")["ContentLength"] == 0


@pytest.mark.parametrize("size", [8 * MIB - 1, 8 * MIB, 8 * MIB + 1, 20 * MIB + 3])
async def test_sizes_around_a_part(visitor, s3, make, size):
    bucket = make()
    data = hashlib.shake_256(b"seed").digest(size)
    pieces = [data[at : at + 300_007] for at in range(0, size, 300_007)]
    page = await put(visitor, bucket, "large", Body(pieces, length=size))
    assert page.status == 201
    stored = s3.get_object(Bucket=bucket, Key="large")["Body"].read()
    assert hashlib.sha256(stored).digest() == hashlib.sha256(data).digest()
    assert uploads(s3, bucket) == []


@pytest.mark.parametrize("key", HOSTILE)
async def test_any_key(visitor, make, names, key):
    bucket = make()
    assert (await put(visitor, bucket, key, b"x")).status == 201
    assert names(bucket) == [key]


@pytest.mark.parametrize("number", [1, 40])
async def test_a_cut_leaves_nothing(visitor, s3, make, names, number):
    bucket = make()
    with pytest.raises(http.ClientGone):
        await put(visitor, bucket, "cut", Body([b"x" * MIB] * number, is_cut=True))
    assert names(bucket) == []
    assert uploads(s3, bucket) == []


async def test_a_cancelled_one_leaves_nothing(visitor, s3, make, names):
    bucket = make()
    began = asyncio.Event()

    async def pieces():
        for _ in range(10):
            yield b"x" * MIB
        began.set()
        await asyncio.Event().wait()

    body = Body([])
    body.__class__ = type("Endless", (Body,), {"__aiter__": lambda _: pieces()})
    task = asyncio.ensure_future(put(visitor, bucket, "cancelled", body))
    await asyncio.wait_for(began.wait(), 20)
    assert len(uploads(s3, bucket)) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (names(bucket), uploads(s3, bucket)) == ([], [])


async def test_what_is_there_is_replaced_only_where_that_is_said(visitor, s3, make):
    bucket = make("k", body=b"old")
    page = await put(visitor, bucket, "k", b"new")
    assert page.status == 409
    assert "There is an object k already." in page.text
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"old"
    assert (await put(visitor, bucket, "k", b"new", "&overwrite=1")).status == 201
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"new"


async def test_who_comes_second_replaces_nothing(visitor, s3, make):
    """Between the question whether it is there and the end of the upload somebody else stores it."""
    bucket = make()

    async def pieces():
        yield b"x" * 9 * MIB
        await asyncio.to_thread(s3.put_object, Bucket=bucket, Key="race", Body=b"first")

    body = Body([])
    body.__class__ = type("Late", (Body,), {"__aiter__": lambda _: pieces()})
    page = await put(visitor, bucket, "race", body)
    assert page.status == 409
    assert s3.get_object(Bucket=bucket, Key="race")["Body"].read() == b"first"
    assert uploads(s3, bucket) == []


@pytest.mark.parametrize(("key", "size"), [("", 0), ("k" * 1025, 1025), ("é" * 513, 1026)])
async def test_keys_of_a_wrong_length(visitor, make, key, size):
    page = await put(visitor, make(), key, b"x")
    assert page.status == 400
    assert f"this one has {size}" in page.text


async def test_more_than_it_passes_on_is_refused_at_once(visitor, make):
    page = await put(visitor, make(), "k", Body([], length=80 * 2**30))
    assert page.status == 413
    assert "aws s3 cp" in page.text


async def test_a_bucket_that_is_not_there(visitor):
    page = await put(visitor, "nowhere-at-all", "k", b"x", "&overwrite=1")
    assert page.status == 404
    assert "NoSuchBucket" in page.text


async def test_a_reader_may_not(reader, make, names):
    bucket = make()
    assert (await put(reader, bucket, "k", b"x")).status == 403
    assert names(bucket) == []


async def test_without_the_token(visitor, make, names):
    bucket = make()
    page = await put(visitor, bucket, "k", b"x", **{"x-csrf-token": "wrong"})
    assert page.status == 403
    assert names(bucket) == []


async def test_from_another_site(visitor, make, names):
    bucket = make()
    page = await put(visitor, bucket, "k", b"x", origin="https://evil.example")
    assert page.status == 403
    assert names(bucket) == []


async def test_too_many_at_once(visitor, make, names):
    bucket = make()
    gate = asyncio.Event()

    async def pieces():
        yield b"x"
        await gate.wait()

    bodies = []
    for _ in range(uploading.AT_ONCE + 1):
        body = Body([])
        body.__class__ = type("Held", (Body,), {"__aiter__": lambda _: pieces()})
        bodies.append(body)
    tasks = [
        asyncio.ensure_future(put(visitor, bucket, f"k{at}", body))
        for at, body in enumerate(bodies)
    ]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED, timeout=20)
    assert [task.result().status for task in done] == [503]
    gate.set()
    assert sorted(page.status for page in await asyncio.gather(*tasks)) == [
        201
    ] * uploading.AT_ONCE + [503]
    assert len(names(bucket)) == uploading.AT_ONCE
    assert (await put(visitor, bucket, "after", b"x")).status == 201


async def test_memory_is_flat(visitor, make):
    bucket = make()
    piece = b"x" * MIB

    async def pieces():
        for _ in range(96):
            yield piece

    body = Body([], length=96 * MIB)
    body.__class__ = type("Many", (Body,), {"__aiter__": lambda _: pieces()})
    await put(visitor, bucket, "warm", b"x")
    tracemalloc.start()
    try:
        assert (await put(visitor, bucket, "large", body)).status == 201
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 16 * MIB
