"""One object: facts, previews that cannot hurt, downloads, links, versions."""

from __future__ import annotations

import asyncio
import json
import shlex

import pytest
from tests.console.cloud.s3.hostile import HOSTILE

from homeport.console.cloud.s3 import keys

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f0005000201a5e5d6b90000000049454e44ae426082"
)


async def sent(visitor, location, **headers):
    """Status, headers and bytes of an answer that streams."""
    response = await visitor.send("GET", location, headers=headers)
    fields = {name.lower(): value for name, value in response.headers}
    if isinstance(response.body, bytes):
        return response.status, fields, response.body
    return response.status, fields, b"".join([piece async for piece in response.body])


async def test_what_is_known_of_it(visitor, make, s3):
    bucket = make()
    s3.put_object(
        Bucket=bucket,
        Key="f/a.txt",
        Body=b"x" * 2000,
        ContentType="text/plain",
        CacheControl="max-age=5",
        Metadata={"owner": "<b>ann</b>"},
        Tagging="team=blue",
        ChecksumAlgorithm="SHA256",
    )
    page = await visitor.get(f"/s3/{bucket}/object?key=f/a.txt")
    for words in ("1.95 KiB (2,000 bytes)", "text/plain", "max-age=5", "<b>ann</b>", "blue"):
        assert words in page.text
    assert "SHA256" in page.text
    assert page.all("b") == []
    assert page.links["f"] == f"/s3/{bucket}?prefix=f%2F"


async def test_json_is_made_readable(visitor, make):
    bucket = make("a.json", body=b'{"a":[1,2.5],"b":"</pre><script>"}')
    page = await visitor.get(f"/s3/{bucket}/object?key=a.json")
    assert json.loads(page.find("pre").raw) == {"a": [1, 2.5], "b": "</pre><script>"}
    assert page.find("pre").raw.count("\n") > 3


@pytest.mark.parametrize(
    "text", ['{"a":1,"a":2}', '{"a":1.10}', "{", "1e400", "[" * 5000, '{"a":' + "9" * 5000 + "}"]
)
async def test_json_that_would_read_otherwise_stays_as_it_is(visitor, make, text):
    bucket = make("a.json", body=text.encode())
    page = await visitor.get(f"/s3/{bucket}/object?key=a.json")
    assert page.find("pre").raw == text


async def test_a_long_text_is_cut(visitor, make):
    bucket = make("a.log", body="é".encode() * 200_000, ContentType="text/plain")
    page = await visitor.get(f"/s3/{bucket}/object?key=a.log")
    assert page.find("pre").raw == "é" * 131_072
    assert "The first 256 KiB of 391 KiB." in page.text


async def test_bytes_are_no_text(visitor, make):
    bucket = make("a.bin", body=bytes(range(256)))
    page = await visitor.get(f"/s3/{bucket}/object?key=a.bin")
    assert page.all("pre") == []
    assert "Download it." in page.text


@pytest.mark.parametrize(
    ("key", "content_type", "element"),
    [
        ("a.png", "image/png", "img"),
        ("a.png", "binary/octet-stream", "img"),
        ("a.svg", "image/svg+xml", "img"),
        ("a.mp3", "audio/mpeg", "audio"),
        ("a.mp4", "video/mp4", "video"),
    ],
)
async def test_what_a_browser_shows_comes_from_a_sandbox(visitor, make, key, content_type, element):
    bucket = make(key, body=PNG, ContentType=content_type)
    page = await visitor.get(f"/s3/{bucket}/object?key={key}")
    status, fields, body = await sent(visitor, page.find(element).attributes["src"])
    assert (status, body) == (200, PNG)
    assert fields["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert fields["x-content-type-options"] == "nosniff"
    assert fields["content-type"].split("/")[0] in {"image", "audio", "video"}


@pytest.mark.parametrize(
    "content_type",
    ["text/html", "application/xhtml+xml", "text/xml", "image/svg+xml; x", "text/javascript", "x"],
)
async def test_what_could_run_is_not_shown(visitor, make, content_type):
    bucket = make("page", body=b"<script>alert(1)</script>", ContentType=content_type)
    page = await visitor.get(f"/s3/{bucket}/object?key=page")
    assert all("src" in each.attributes for each in page.all("script"))
    status, fields, _ = await sent(visitor, f"/s3/{bucket}/object/look?key=page")
    if "svg" in content_type:
        assert fields["content-type"] == "image/svg+xml"
        assert fields["content-security-policy"].startswith("sandbox;")
    else:
        assert status == 415


@pytest.mark.parametrize("key", HOSTILE)
async def test_a_download_is_a_file_of_a_safe_name(visitor, make, key):
    bucket = make(key, body=b"<script>", ContentType="text/html")
    status, fields, body = await sent(visitor, keys.object_(bucket, key, "download"))
    assert (status, body) == (200, b"<script>")
    assert fields["content-type"] == "application/octet-stream"
    assert fields["content-disposition"].startswith('attachment; filename="')
    assert fields["content-length"] == "8"


async def test_a_part_of_a_download(visitor, make):
    bucket = make("k", body=b"0123456789")
    location = f"/s3/{bucket}/object/download?key=k"
    status, fields, body = await sent(visitor, location, range="bytes=2-4")
    assert (status, body, fields["content-range"]) == (206, b"234", "bytes 2-4/10")
    assert (await sent(visitor, location, range="bytes=99-"))[0] == 416
    head = await visitor.send("HEAD", location)
    assert ("Content-Length", "10") in head.headers


async def test_a_large_download_in_pieces(visitor, make, s3):
    bucket = make()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x" * 5_000_000)
    response = await visitor.send("GET", f"/s3/{bucket}/object/download?key=k")
    sizes = [len(piece) async for piece in response.body]
    assert sum(sizes) == 5_000_000
    assert max(sizes) <= 256 * 1024
    response.on_end()


async def test_a_link_works_without_a_login(visitor, make, standing):
    bucket = make("a b.txt", body=b"by link")
    page = await visitor.get(f"/s3/{bucket}/object?key=a%20b.txt&view=share&expires=300")
    link = page.all("pre")[0].raw
    assert standing._http.request("GET", link).data == b"by link"
    assert "X-Amz-Expires=300" in link
    assert page.all("pre")[1].raw == f"curl -fo 'a b.txt' '{link}'"


@pytest.mark.parametrize("key", [key for key in HOSTILE if len(key) < 500])
async def test_the_command_gets_any_key(visitor, make, tmp_path, key):
    bucket = make(key, body=b"by command")
    page = await visitor.get(keys.object_(bucket, key, view="share"))
    command = [*shlex.split(page.all("pre")[1].raw), "--silent", "--show-error"]
    process = await asyncio.create_subprocess_exec(*command, cwd=tmp_path)
    assert await process.wait() == 0
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"by command"]


async def test_a_link_to_write(visitor, make, s3, standing):
    bucket = make("k")
    page = await visitor.get(f"/s3/{bucket}/object?key=k&view=share&method=put")
    answer = standing._http.request("PUT", page.all("pre")[0].raw, body=b"by link")
    assert answer.status == 200
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"by link"


async def test_a_reader_gets_no_link_to_write(reader, make):
    bucket = make("k", body=b"old")
    page = await reader.get(f"/s3/{bucket}/object?key=k&view=share&method=put")
    assert "curl -fo" in page.all("pre")[1].raw
    assert "can read this object" in page.text


async def test_versions_and_delete_markers(visitor, make, s3):
    bucket = make(versions=True)
    first = s3.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
    s3.put_object(Bucket=bucket, Key="k", Body=b"22")
    s3.put_object(Bucket=bucket, Key="kk", Body=b"another")
    s3.delete_object(Bucket=bucket, Key="k")
    page = await visitor.get(f"/s3/{bucket}/object?key=k")
    assert "It was deleted: its newest version is a delete marker" in page.text
    page = await visitor.get(page.links["Its versions"])
    rows = page.rows()
    assert [row[2] for row in rows] == ["", "2 B", "1 B"]
    assert rows[0][0] == "delete marker newest"
    page = await visitor.get(f"/s3/{bucket}/object?key=k&version={first}")
    assert page.find("pre").raw == "1"
    assert first in page.text


@pytest.mark.parametrize("query", ["key=nope", "key=", "", "key=k&version=nope"])
async def test_one_that_is_not_there(visitor, make, query):
    page = await visitor.get(f"/s3/{make('k')}/object?{query}")
    assert page.status in {400, 404}
    assert page.all("div", class_="trouble")


async def test_a_reader_sees_no_way_to_change(reader, make):
    page = await reader.get(f"/s3/{make('k')}/object?key=k")
    assert "Change" not in page.links
    assert page.all("form", method="post") == [page.find("form", action="/logout")]
