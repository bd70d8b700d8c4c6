"""What tests of space need: images pushed in a line, and a look at what there is."""

import json
import sqlite3

import pytest

from homeport.registry.options import Collection, Options
from homeport.registry.registry import Registry
from homeport.registry.space.collect import Collector

HOUR = 3600.0


class Shop:
    """A registry, with short words for what clients do to it."""

    def __init__(self, home, tools):
        self.home = home
        self.tools = tools
        # What the registry does by itself stands aside: each test begins what it is about.
        home._open = self._open
        self.backend.journal._tells.clear()

    def _open(self):
        home = self.home
        options = Options(collection=Collection(interval_s=None))
        return Registry.open(
            home.folder, options, clock=home.clock, ids=lambda: next(home._ids), quota=home.quota
        )

    @property
    def backend(self):
        return self.home.registry._backend

    @property
    def db(self):
        return self.backend.db

    async def put(self, name, reference, document, kind=None):
        body = json.dumps(document).encode()
        kind = kind or document["mediaType"]
        if reference is None:
            reference = self.tools.sha256(body)
        target = f"/v2/{name}/manifests/{reference}"
        answer = await self.home.ask("PUT", target, body, content_type=kind)
        assert answer.status == 201, answer
        return self.tools.sha256(body)

    async def image(self, name, reference, *layers, subject=None, **more):
        """An image of these layers (bytes, or digests of what is there); without a reference it has no tag."""
        digests = [
            layer if isinstance(layer, str) else await self.home.push_blob(name, layer)
            for layer in layers or (b"{}",)
        ]
        return await self.put(name, reference, self.document(digests, subject, **more))

    def document(self, digests, subject=None, **more):
        if subject is not None:
            more["subject"] = {"mediaType": self.tools.OCI_IMAGE, "digest": subject, "size": 1}
        document = self.tools.image(digests[0], 1, **more)
        document["layers"] = [
            {"mediaType": "a/b", "digest": digest, "size": 1} for digest in digests[1:]
        ]
        return document

    async def index(self, name, reference, *children, subject=None):
        document = {
            "schemaVersion": 2,
            "mediaType": self.tools.OCI_INDEX,
            "manifests": [
                {"mediaType": self.tools.OCI_IMAGE, "digest": child, "size": 1}
                for child in children
            ],
        }
        if subject is not None:
            document["subject"] = {"mediaType": "a/b", "digest": subject, "size": 1}
        return await self.put(name, reference, document)

    async def status(self, method, target):
        return (await self.home.ask(method, target)).status

    async def has_blob(self, name, digest):
        return await self.status("GET", f"/v2/{name}/blobs/{digest}") == 200

    async def has(self, name, reference):
        return await self.status("GET", f"/v2/{name}/manifests/{reference}") == 200

    async def delete(self, name, reference):
        assert await self.status("DELETE", f"/v2/{name}/manifests/{reference}") == 202

    def links(self):
        """All blobs of all repositories."""
        rows = self.db.query(
            "SELECT r.name, b.digest FROM repository_blob l JOIN blob b ON b.id = l.blob"
            " JOIN repository r ON r.id = l.repository"
        )
        return set(rows)

    def manifests(self):
        return set(
            self.db.query(
                "SELECT r.name, m.digest FROM manifest m JOIN repository r ON r.id = m.repository"
            )
        )

    def tags(self, name):
        rows = self.db.query(
            "SELECT t.name FROM tag t JOIN repository r ON r.id = t.repository WHERE r.name = ?",
            (name,),
        )
        return {tag for (tag,) in rows}

    def files(self):
        folder = self.home.folder / "blobs" / "files"
        return [path for path in folder.rglob("*") if path.is_file()]

    def path(self, digest):
        ((file,),) = self.db.query("SELECT file FROM blob WHERE digest = ?", (digest,))
        return self.backend.content.path(file)

    async def pullable(self, name, digest):
        """Asserts that a manifest and all that it names can be had."""
        answer = await self.home.ask("GET", f"/v2/{name}/manifests/{digest}")
        assert answer.status == 200, (name, digest)
        document = answer.json
        for child in document.get("manifests", []):
            await self.pullable(name, child["digest"])
        for blob in [
            *([document["config"]] if "config" in document else []),
            *document.get("layers", []),
        ]:
            assert await self.has_blob(name, blob["digest"]), (name, digest, blob)

    def fail_commits(self):
        """From now on, until the returned function is called, the disk takes no commit."""
        committer = self.db._committer
        works = committer._commit

        def fail():
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR
            return error

        committer._commit = fail

        def heal():
            committer._commit = works

        return heal


@pytest.fixture
def shop(home, tools):
    return Shop(home, tools)


@pytest.fixture
def new_shop():
    return Shop


@pytest.fixture
def collector(shop):
    return Collector(shop.backend, Collection(grace_s=HOUR))


@pytest.fixture
def heard(shop):
    """What the journal tells, from now on."""
    told = []
    shop.backend.journal.listen(tell=told.append)
    return told


@pytest.fixture
def noted(shop):
    """What the journal notes, from now on."""
    found = []
    shop.backend.journal.listen(note=lambda _, event: found.append(event))
    return found
