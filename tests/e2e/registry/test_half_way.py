"""A client that stops half-way: nothing of it counts, nothing of it stays, and the next client goes on where it stopped."""

import asyncio

import pytest
from tests.e2e.registry import serving

pytestmark = pytest.mark.e2e
BLOB = bytes(range(256)) * 4_096
HALF = len(BLOB) // 2
DIGEST = serving.digest(BLOB)
HERE = "/v2/half/way"
LIMIT_S = 20


async def begin(process):
    return (await process.ask("POST", f"{HERE}/blobs/uploads/")).fields["Location"]


async def cut(process, head, body=b""):
    """Sends the beginning of a request, and breaks the connection."""
    _, writer = await asyncio.open_connection("127.0.0.1", process.port)
    writer.write(head.replace("\n", "\r\n").encode() + body)
    await writer.drain()
    writer.transport.abort()


async def stands_at(process, location, size):
    """Waits until the upload has all that was sent: the connection breaks here earlier than there."""
    async with asyncio.timeout(LIMIT_S):
        while (await process.ask("GET", location)).fields["Range"] != f"0-{size - 1}":
            await asyncio.sleep(0.02)


async def is_there(process, digest=DIGEST):
    reply = await process.ask("GET", f"{HERE}/blobs/{digest}")
    return reply.status == 200 and serving.digest(reply.body) == digest


async def sent(process, what):
    """Cuts a request of that kind off behind the first half of the body, which ends up in an upload."""
    location = await begin(process)
    length, half = f"Content-Length: {len(BLOB)}", BLOB[:HALF]
    head = {
        "chunked PATCH": f"PATCH {location} HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n",
        "PATCH": f"PATCH {location} HTTP/1.1\nHost: x\n{length}\n\n",
        "chunk": f"PATCH {location} HTTP/1.1\nHost: x\nContent-Range: 0-{len(BLOB) - 1}\n{length}\n\n",
        "PUT": f"PUT {location}?digest={DIGEST} HTTP/1.1\nHost: x\n{length}\n\n",
    }[what]
    chunked = b"%x\r\n%s\r\n" % (len(half), half)
    await cut(process, head, chunked if what == "chunked PATCH" else half)
    return location


@pytest.mark.parametrize("what", ["chunked PATCH", "PATCH", "chunk", "PUT"])
@pytest.mark.parametrize("dies", [False, True], ids=["goes on", "restarted"])
async def test_the_next_client_goes_on(process, what, dies):
    location = await sent(process, what)
    await stands_at(process, location, HALF)
    assert not await is_there(process)
    if dies:
        await process.kill()
        await process.start()
        await stands_at(process, location, HALF)
    rest = {"Content_Range": f"{HALF}-{len(BLOB) - 1}"}
    assert (await process.ask("PATCH", location, BLOB[HALF:], **rest)).status == 202
    assert (await process.ask("PUT", f"{location}?digest={DIGEST}")).status == 201
    assert await is_there(process)


@pytest.mark.parametrize("length", [1, HALF, len(BLOB) - 1])
async def test_a_blob_in_one_request_leaves_nothing(process, length):
    target = f"{HERE}/blobs/uploads/?digest={DIGEST}"
    head = f"POST {target} HTTP/1.1\nHost: x\nContent-Length: {len(BLOB)}\n\n"
    await cut(process, head, BLOB[:length])
    async with asyncio.timeout(LIMIT_S):
        while serving.files(process.folder).found:
            await asyncio.sleep(0.02)
    assert not await is_there(process)
    assert (await process.ask("POST", target, BLOB)).status == 201


@pytest.mark.parametrize("head", ["P", "PATCH {} HTT", "PATCH {} HTTP/1.1\nHost: x\nContent-Le"])
async def test_in_the_head(process, head):
    location = await begin(process)
    await cut(process, head.format(location))
    assert (await process.ask("PATCH", location, BLOB)).status == 202
    assert (await process.ask("PUT", f"{location}?digest={DIGEST}")).status == 201


async def test_in_the_manifest(process):
    config = b"{}"
    for data in (config, BLOB):
        uploads = f"{HERE}/blobs/uploads/?digest={serving.digest(data)}"
        assert (await process.ask("POST", uploads, data)).status == 201
    body, target = serving.manifest(config, BLOB), f"{HERE}/manifests/v1"
    kind = f"Content-Type: {serving.MANIFEST}"
    head = f"PUT {target} HTTP/1.1\nHost: x\n{kind}\nContent-Length: {len(body)}\n\n"
    await cut(process, head, body[:-1])
    assert (await process.ask("GET", target)).status == 404
    assert (await process.ask("PUT", target, body, Content_Type=serving.MANIFEST)).status == 201
    assert (await process.ask("GET", target)).body == body
