"""Requests byte by byte, and the answers wanted, against the real server.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#endpoints
"""

import asyncio
import json
import ssl
from typing import NamedTuple

import pytest

BLOB = b"{}"
BIG = b"0123456789abcdef" * 65_536


class Case(NamedTuple):
    """First line, further head fields, body; wanted: status, some head fields, a part of the body."""

    line: str
    fields: str = ""
    body: bytes = b""
    status: int = 200
    wanted: dict = {}  # noqa: RUF012 - never changed
    part: str = ""


CASES = {
    "ping": Case("GET /v2/", wanted={"docker-distribution-api-version": "registry/2.0"}),
    "ping without slash": Case("GET /v2"),
    "blob": Case("GET /v2/a/b/blobs/{blob}", wanted={"content-length": "2", "etag": '"{blob}"'}),
    "blob head": Case("HEAD /v2/a/b/blobs/{blob}", wanted={"content-length": "2"}),
    "big blob head": Case("HEAD /v2/a/b/blobs/{big}", wanted={"content-length": "1048576"}),
    "blob range": Case(
        "GET /v2/a/b/blobs/{big}",
        "Range: bytes=16-19\r\n",
        status=206,
        wanted={"content-range": "bytes 16-19/1048576", "content-length": "4"},
        part="0123",
    ),
    "blob range behind the end": Case(
        "GET /v2/a/b/blobs/{blob}",
        "Range: bytes=2-\r\n",
        status=416,
        wanted={"content-range": "bytes */2"},
        part="RANGE_INVALID",
    ),
    "known blob": Case(
        "GET /v2/a/b/blobs/{blob}", 'If-None-Match: "{blob}"\r\n', status=304
    ),
    "unknown blob": Case("GET /v2/a/b/blobs/{none}", status=404, part="BLOB_UNKNOWN"),
    "manifest": Case(
        "GET /v2/a/b/manifests/v1",
        wanted={"docker-content-digest": "{manifest}", "content-type": "application/vnd.oci.image.manifest.v1+json"},
    ),
    "manifest head": Case("HEAD /v2/a/b/manifests/v1", wanted={"content-length": "{size}"}),
    "manifest whatever is accepted": Case("GET /v2/a/b/manifests/v1", "Accept: text/html\r\n"),
    "unknown manifest": Case("GET /v2/a/b/manifests/v2", status=404, part="MANIFEST_UNKNOWN"),
    "unknown manifest head": Case("HEAD /v2/a/b/manifests/v2", status=404),
    "tags": Case("GET /v2/a/b/tags/list", part='"tags": ["v1"]'),
    "tags of nobody": Case("GET /v2/x/tags/list", status=404, part="NAME_UNKNOWN"),
    "catalog": Case("GET /v2/_catalog", part='{"repositories": ["a/b"]}'),
    "no referrers": Case("GET /v2/x/referrers/{none}", part='"manifests":[]'),
    "start": Case("POST /v2/a/b/blobs/uploads/", status=202, wanted={"range": "0-0"}),
    "mount": Case(
        "POST /v2/c/blobs/uploads/?mount={blob}&from=a/b",
        status=201,
        wanted={"location": "/v2/c/blobs/{blob}"},
    ),
    "whole blob": Case(
        "POST /v2/a/b/blobs/uploads/?digest={blob}", "Content-Length: 2\r\n", BLOB, 201
    ),
    "whole blob, chunked": Case(
        "POST /v2/a/b/blobs/uploads/?digest={blob}",
        "Transfer-Encoding: chunked\r\n",
        b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
        201,
    ),
    "whole blob of another digest": Case(
        "POST /v2/a/b/blobs/uploads/?digest={none}", "Content-Length: 2\r\n", BLOB, 400, {}, "DIGEST_INVALID"
    ),
    "manifest too large": Case(
        "PUT /v2/a/b/manifests/v1", "Content-Length: 4194305\r\n", b"", 413, {}, "SIZE_INVALID"
    ),
    "manifest no json": Case(
        "PUT /v2/a/b/manifests/v1", "Content-Length: 1\r\n", b"{", 400, {}, "MANIFEST_INVALID"
    ),
    "manifest without a body": Case("PUT /v2/a/b/manifests/v1", status=400, part="MANIFEST_INVALID"),
    "no upload": Case("PATCH /v2/a/b/blobs/uploads/x", status=404, part="BLOB_UPLOAD_UNKNOWN"),
    "bad name": Case("GET /v2/A/manifests/v1", status=400, part="NAME_INVALID"),
    "name out of the folder": Case("GET /v2/../../etc/manifests/v1", status=400, part="NAME_INVALID"),
    "encoded name": Case("GET /v2/a%2Fb/manifests/v1"),
    "broken encoding": Case("GET /v2/%zz/manifests/v1", status=400, part="NAME_INVALID"),
    "zero byte in the name": Case("GET /v2/%00/tags/list", status=400, part="NAME_INVALID"),
    "no text in the name": Case("GET /v2/%ff/manifests/v1", status=400, part="NAME_INVALID"),
    "bad digest": Case("GET /v2/a/b/blobs/sha256:x", status=400, part="DIGEST_INVALID"),
    "unknown algorithm": Case("GET /v2/a/b/blobs/md5:00", status=400, part="DIGEST_INVALID"),
    "bad number": Case("GET /v2/_catalog?n=-1", status=400, part="PAGINATION_NUMBER_INVALID"),
    "many fields": Case("GET /v2/_catalog?" + "a=1&" * 200, status=414, part="UNSUPPORTED"),
    "bad content range": Case(
        "PATCH {upload}", "Content-Range: x\r\nContent-Length: 1\r\n", b"x", 400, {}, "BLOB_UPLOAD_INVALID"
    ),
    "chunk out of order": Case(
        "PATCH {upload}", "Content-Range: 5-5\r\nContent-Length: 1\r\n", b"x", 416, {"range": "0-0"}, "RANGE_INVALID"
    ),
    "chunk of the wrong length": Case(
        "PATCH {upload}", "Content-Range: 0-5\r\nContent-Length: 1\r\n", b"x", 400, {}, "SIZE_INVALID"
    ),
    "close without digest": Case("PUT {upload}", status=400, part="DIGEST_INVALID"),
    "state": Case("GET {upload}", status=204, wanted={"location": "{upload}"}),
    "cancel": Case("DELETE {upload}", status=204),
    "options": Case("OPTIONS /v2/a/b/tags/list", status=204, wanted={"allow": "OPTIONS, GET, HEAD"}),
    "method": Case("POST /v2/", status=405, wanted={"allow": "OPTIONS, GET, HEAD"}),
    "elsewhere": Case("GET /", status=404, part="UNSUPPORTED"),
    "health": Case("GET /livez", part="ok"),
    "delete a tag": Case("DELETE /v2/a/b/manifests/v1", status=202),
    "delete a manifest": Case("DELETE /v2/a/b/manifests/{manifest}", status=202),
    "delete a blob": Case("DELETE /v2/a/b/blobs/{blob}", status=202),
    "delete no blob": Case("DELETE /v2/a/b/blobs/{none}", status=404, part="BLOB_UNKNOWN"),
}  # fmt: skip


def _request(line, fields="", body=b""):
    if body and "Length" not in fields and "chunked" not in fields:
        fields += f"Content-Length: {len(body)}\r\n"
    return f"{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{fields}\r\n".encode() + body


@pytest.fixture
async def known(served, tools):
    """What stands for the names in braces."""
    blob, big = tools.sha256(BLOB), tools.sha256(BIG)
    manifest = json.dumps(tools.image(blob, 2)).encode()
    for line, fields, body in (
        (f"POST /v2/a/b/blobs/uploads/?digest={blob}", "", BLOB),
        (f"POST /v2/a/b/blobs/uploads/?digest={big}", "", BIG),
        ("PUT /v2/a/b/manifests/v1", f"Content-Type: {tools.OCI_IMAGE}\r\n", manifest),
    ):
        assert (await served.ask(_request(line, fields, body)))[0] == 201
    _, begun, _ = await served.ask(_request("POST /v2/a/b/blobs/uploads/"))
    return {
        "blob": blob,
        "big": big,
        "none": tools.sha256(b"none"),
        "manifest": tools.sha256(manifest),
        "size": str(len(manifest)),
        "upload": begun["location"],
    }


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_case(served, known, case):
    line = case.line.format(**known)
    request = _request(line, case.fields.format(**known), case.body)
    status, fields, body = await served.ask(request)
    assert status == case.status, body
    assert {name: fields.get(name) for name in case.wanted} == {
        name: value.format(**known) for name, value in case.wanted.items()
    }
    assert case.part in body.decode()
    if status >= 400 and not line.startswith("HEAD"):
        assert fields["content-type"] == "application/json"
        assert set(json.loads(body)["errors"][0]) == {"code", "message", "detail"}
    if line.startswith("HEAD") or status in {204, 304}:
        assert body == b""


async def test_big_blob_is_sent_whole(served, known):
    _, _, body = await served.ask(_request(f"GET /v2/a/b/blobs/{known['big']}"))
    assert body == BIG


async def test_expect_continue(served, known, tools):
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    head = _request(
        f"PATCH {known['upload']}", f"Expect: 100-continue\r\nContent-Length: {len(BIG)}\r\n"
    )
    writer.write(head)
    assert b"100 Continue" in await reader.readuntil(b"\r\n\r\n")
    writer.write(BIG)
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 202")
    closing = _request(f"PUT {known['upload']}?digest={tools.sha256(BIG)}")
    assert (await served.ask(closing))[0] == 201


async def test_cut_off_upload_can_be_gone_on_with(served, known, tools):
    _, writer = await asyncio.open_connection("127.0.0.1", served.port)
    half = len(BIG) // 2
    head = _request(f"PATCH {known['upload']}", f"Content-Length: {len(BIG)}\r\n")
    writer.write(head + BIG[:half])
    await writer.drain()
    writer.close()
    async with asyncio.timeout(10):
        while True:
            status, fields, _ = await served.ask(_request(f"GET {known['upload']}"))
            if fields["range"] == f"0-{half - 1}":
                break
            await asyncio.sleep(0.01)
    rest = _request(
        f"PATCH {known['upload']}", f"Content-Range: {half}-{len(BIG) - 1}\r\n", BIG[half:]
    )
    assert (await served.ask(rest))[0] == 202
    closing = _request(f"PUT {known['upload']}?digest={tools.sha256(BIG)}")
    assert (await served.ask(closing))[0] == 201
    assert status == 204


@pytest.mark.parametrize(
    ("authorization", "status"), [(None, 401), ("secret", 200), ("wrong", 401)]
)
async def test_tls_and_password(guarded, tools, authorization, status):
    context = ssl.create_default_context(cafile=guarded.folder / "ca.crt")
    reader, writer = await asyncio.open_connection("localhost", guarded.port, ssl=context)
    field = f"Authorization: {tools.basic('ann', authorization)}\r\n" if authorization else ""
    writer.write(_request("GET /v2/", field))
    answer = (await reader.read()).decode().lower()
    writer.close()
    assert answer.startswith(f"http/1.1 {status} ")
    assert ('www-authenticate: basic realm="homeport"' in answer) == (status == 401)
