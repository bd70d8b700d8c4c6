"""`homeport registry import`, on a storage folder as registry v2 leaves it."""

import hashlib
import json

import pytest

IMAGE = "application/vnd.oci.image.manifest.v1+json"


class Old:
    """The folder of a registry v2: https://github.com/distribution/distribution/blob/v3.1.1/registry/storage/paths.go"""

    def __init__(self, folder):
        self.folder = folder
        self.root = folder / "docker/registry/v2"
        (self.root / "blobs").mkdir(parents=True)

    def data(self, digest):
        encoded = digest.removeprefix("sha256:")
        return self.root / "blobs/sha256" / encoded[:2] / encoded / "data"

    def store(self, content):
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        self.data(digest).parent.mkdir(parents=True, exist_ok=True)
        self.data(digest).write_bytes(content)
        return digest

    def link(self, repository, place, digest):
        path = self.root / "repositories" / repository / place / "link"
        path.parent.mkdir(parents=True)
        path.write_text(digest)

    def push(self, repository, tag, content):
        config = self.store(content)
        layer = {"mediaType": "application/octet-stream", "digest": config, "size": len(content)}
        body = {"schemaVersion": 2, "mediaType": IMAGE, "config": layer, "layers": []}
        manifest = self.store(json.dumps(body).encode())
        self.link(repository, f"_layers/{config.replace(':', '/')}", config)
        self.link(repository, f"_manifests/revisions/{manifest.replace(':', '/')}", manifest)
        self.link(repository, f"_manifests/tags/{tag}/current", manifest)
        return config


@pytest.fixture
def old(tmp_path):
    return Old(tmp_path / "old")


def test_it_is_taken_over_once(stack, old):
    stack.push("mine:v1=mine")
    old.push("team/app", "v1", b"x" * 5000)
    code, out, err = stack.run("import", str(old.folder))
    assert (code, err) == (0, "")
    assert "1 tag and 1 manifest were taken over" in out
    assert "1 blob of 4.9 KiB" in out
    assert stack.json("usage")["tags"] == 2
    assert "0 tags and 0 manifests" in stack.run("import", str(old.folder))[1]


def test_what_is_left_out_is_named(stack, old):
    stack.push("mine:v1=mine")
    old.push("good", "v1", b"good")
    old.data(old.push("bad", "v1", b"bad")).write_bytes(b"BAD")
    code, out, _ = stack.run("import", str(old.folder))
    assert code == 1
    assert "left out:\n  bad:v1@sha256:" in out
    assert [each["name"] for each in stack.json("usage", "-r", "--order", "name")] == [
        "good",
        "mine",
    ]


def test_blobs_move_to_a_registry_that_runs(stack, old, until):
    stack.push("mine:v1=mine")
    config = old.push("team/app", "v1", b"x" * 5000)
    stack.start(until)
    report = stack.json("import", "old", "--move")
    assert (report["tags"], report["removed"] > 0) == (1, True)
    assert not old.data(config).exists()
