"""A storage folder as `registry:2` leaves it, and an importer beside a registry."""

import hashlib
import json
import os

import pytest

from homeport.registry.importing.importer import Importer

DOCKER_IMAGE = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
OCI_IMAGE = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"


class Old:
    """The folder of an old registry. Every step of a push can be left out, as damage does."""

    def __init__(self, root):
        self.root = root
        self.v2 = root / "docker" / "registry" / "v2"
        for name in ("blobs", "repositories"):
            (self.v2 / name).mkdir(parents=True)

    def data(self, digest):
        algorithm, _, encoded = digest.partition(":")
        return self.v2 / "blobs" / algorithm / encoded[:2] / encoded / "data"

    def repository(self, name):
        return self.v2 / "repositories" / name

    def link(self, name, kind, digest, at=None):
        """A link below a repository: in `_layers`, in `_manifests/revisions`, of a tag."""
        algorithm, _, encoded = digest.partition(":")
        folder = self.repository(name) / kind
        path = folder / ("link" if folder.name == "current" else f"{algorithm}/{encoded}/link")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(digest)
        if at is not None:
            os.utime(path, (at, at))
        return path

    def blob(self, name, data):
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        self.data(digest).parent.mkdir(parents=True, exist_ok=True)
        if not self.data(digest).exists():
            self.data(digest).write_bytes(data)
        if name:
            self.link(name, "_layers", digest)
        return {"mediaType": "application/x.layer", "digest": digest, "size": len(data)}

    def manifest(self, name, body, *tags, at=None):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        descriptor = self.blob("", data)
        digest = descriptor["digest"]
        self.link(name, "_manifests/revisions", digest, at)
        for tag in tags:
            self.tag(name, tag, digest, at)
        if not isinstance(body, bytes) and "mediaType" in body:
            descriptor["mediaType"] = body["mediaType"]
        return descriptor

    def tag(self, name, tag, digest, at=None):
        self.link(name, f"_manifests/tags/{tag}/index", digest, at)
        return self.link(name, f"_manifests/tags/{tag}/current", digest, at)

    def image(self, name, *tags, layers=(b"layer",), kind=OCI_IMAGE, at=None, **more):
        """Returns the descriptor of an image."""
        body = {
            "schemaVersion": 2,
            "mediaType": kind,
            "config": self.blob(name, json.dumps([name, len(layers)]).encode()),
            "layers": [self.blob(name, layer) for layer in layers],
            **more,
        }
        return self.manifest(name, body, *tags, at=at)

    def index(self, name, *tags, manifests, kind=OCI_INDEX, at=None, **more):
        body = {"schemaVersion": 2, "mediaType": kind, "manifests": list(manifests), **more}
        return self.manifest(name, body, *tags, at=at)

    def files(self):
        """Every file with its bytes and time."""
        return {
            path: (path.read_bytes(), path.stat().st_mtime)
            for path in self.root.rglob("*")
            if path.is_file()
        }

    def tags(self):
        """Repository, tag and the bytes of the manifest, of all that can be served."""
        for path in self.v2.glob("repositories/**/_manifests/tags/*/current/link"):
            name = path.relative_to(self.v2 / "repositories").as_posix().split("/_manifests/")[0]
            yield name, path.parts[-3], self.data(path.read_text()).read_bytes()


@pytest.fixture
def old(tmp_path):
    return Old(tmp_path / "old")


@pytest.fixture
def importing(home, old):
    """Imports the old folder and returns the report."""

    async def run(path=None, **options):
        importer = Importer(home.registry._backend)
        return await importer.run(path or old.root, **options)

    return run


@pytest.fixture
def pulled(home):
    """Pulls a manifest by any reference, and all that it names; returns its digest."""

    async def pull(name, reference, home=home):
        answer = await home.ask("GET", f"/v2/{name}/manifests/{reference}")
        assert answer.status == 200, (name, reference, answer)
        digest = "sha256:" + hashlib.sha256(answer.body).hexdigest()
        assert answer.headers["Docker-Content-Digest"] == digest
        body = answer.json
        assert answer.headers["Content-Type"] == body.get("mediaType", OCI_IMAGE)
        for child in body.get("manifests", []):
            await pull(name, child["digest"], home)
        for blob in [*([body["config"]] if "config" in body else []), *body.get("layers", [])]:
            answer = await home.ask("GET", f"/v2/{name}/blobs/{blob['digest']}")
            assert "sha256:" + hashlib.sha256(answer.body).hexdigest() == blob["digest"]
        return digest

    return pull


@pytest.fixture
def check():
    """What must hold of a registry at rest; returns all its tags."""

    async def look(home, pull):
        db = home.registry._backend.db
        found = {
            (name, tag)
            for name in (await home.ask("GET", "/v2/_catalog")).json["repositories"]
            for tag in (await home.ask("GET", f"/v2/{name}/tags/list")).json["tags"]
        }
        for name, tag in found:
            await pull(name, tag, home)
        for name, digest in db.query(
            "SELECT r.name, m.digest FROM manifest m JOIN repository r ON r.id = m.repository"
        ):
            await pull(name, digest, home)
        named = {file for (file,) in db.query("SELECT file FROM blob")}
        root = home.folder / "blobs"
        assert {path.name for path in root.rglob("*") if path.is_file()} == named
        return found

    return look
