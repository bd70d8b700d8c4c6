"""What must hold of every answer, and of what is stored, whatever was asked for."""

import asyncio
import hashlib
import json
import re
import resource
import sqlite3
from pathlib import Path

from homeport.registry import errors

# What a registry writes, and nothing else.
_KNOWN = re.compile(
    r"registry(/registry\.db(-wal|-shm)?|/lock|/blobs(/(staging|files)(/[0-9a-f]{2})?(/[a-z0-9-]+)?)?)?"
)
GROWTH_MIB = 200
"""What a search may add to the process, however long it goes on: bodies have 4 MiB at most, and some are under way at once."""


def check_answer(asked, status, headers, body):
    """Status, fields and body of one answer; names of fields in lower case."""
    assert 200 <= status < 500 or status == 501, (asked, status, body)
    for name, value in headers.items():
        assert not re.search(r"[\0\r\n]", name + value), asked
        (name + value).encode("latin-1")
    if status >= 400 and body and asked.method != "HEAD":
        _check_error(asked, status, body)
    elif (
        "json" in headers.get("content-type", "")
        and asked.method != "HEAD"
        and "/manifests/" not in asked.path
    ):
        json.loads(body)
    digest = headers.get("docker-content-digest")
    if digest and status == 200 and asked.method == "GET":
        algorithm, _, encoded = digest.partition(":")
        assert hashlib.new(algorithm, body).hexdigest() == encoded, asked


def _check_error(asked, status, body):
    listed = json.loads(body)["errors"]
    assert listed, asked
    for one in listed:
        assert one["code"] in errors.CODES, (asked, one)
        assert one["message"], asked
        assert isinstance(one["message"], str), asked
    assert len(body) < 64 * 1024, (asked, status)


def guard(parent):
    """Puts files around a registry that nobody has any business with; returns what checks them."""
    (parent / "neighbour").mkdir(parents=True)
    for path in (parent / "secret", parent / "neighbour" / "secret"):
        path.write_bytes(b"nobody's business")

    def check():
        for path in parent.rglob("*"):
            name = path.relative_to(parent).as_posix()
            if name in {"secret", "neighbour/secret"}:
                assert path.read_bytes() == b"nobody's business"
            else:
                assert name in {"neighbour", "htpasswd"} or _KNOWN.fullmatch(name), name

    return check


def memory_mib():
    """What the process has now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


async def check_stored(folder, ask):
    """Each file is named, each that is named has its digest, and each manifest and list can be pulled by `ask`."""
    rows, named, names = _rows(folder)
    files = {path.name: path for path in (folder / "blobs" / "files").rglob("*-*")}
    assert set(files) == set(named)
    for file, (digest, size) in named.items():
        algorithm, _, encoded = digest.partition(":")
        data = files[file].read_bytes()
        assert (len(data), hashlib.new(algorithm, data).hexdigest()) == (size, encoded)
    for name, reference, media_type, content in rows:
        status, headers, body = await ask(f"/v2/{name}/manifests/{reference}")
        assert (status, body, headers["content-type"]) == (200, content, media_type)
    for name in names:
        status, _, body = await ask(f"/v2/{name}/tags/list")
        assert status == 200
        assert json.loads(body)["name"] == name
    for name, subject in {(name, digest) for name, digest, *_ in rows if ":" in digest}:
        status, _, body = await ask(f"/v2/{name}/referrers/{subject}")
        assert status == 200
        assert json.loads(body)["schemaVersion"] == 2
    await asyncio.sleep(0)


def _rows(folder):
    with sqlite3.connect(folder / "registry.db") as connection:
        manifest = "SELECT r.name, {}, m.media_type, m.content FROM manifest m JOIN repository r ON r.id = m.repository"
        rows = connection.execute(manifest.format("m.digest")).fetchall()
        rows += connection.execute(
            manifest.format("t.name") + " JOIN tag t ON t.manifest = m.id"
        ).fetchall()
        blobs = connection.execute("SELECT file, digest, size FROM blob").fetchall()
        names = [name for (name,) in connection.execute("SELECT name FROM repository")]
    connection.close()
    return rows, {file: (digest, size) for file, digest, size in blobs}, names
