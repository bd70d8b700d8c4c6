"""A registry with many repositories, and one of many tags: ours by HTTP, Distribution's as the files that it would have written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.registry import client, peers

REPOSITORIES, TAGS = 10_000, 10_000
TAGGED = "many/tags"
CLIENTS = 8
CONFIG = b"{}"
LAYER = b"0123456789abcdef" * 64


def repository(number: int) -> str:
    return f"many/r{number:05}"


def tag(number: int) -> str:
    return f"t{number:05}"


def by_http(registry: peers.Running) -> None:
    """Blobs are mounted from the first repository; each repository and tag is a manifest of its own put."""
    with client.connected(registry) as first:
        for name in ("many/a", TAGGED):
            first.push_image(name, "latest", LAYER)
    with ThreadPoolExecutor(CLIENTS) as clients:
        for done in [clients.submit(_push, registry, number) for number in range(CLIENTS)]:
            done.result()


def _push(registry: peers.Running, first: int) -> None:
    blobs = _described()
    body = client.manifest(*blobs)
    with client.connected(registry) as connection:
        for number in range(first, REPOSITORIES, CLIENTS):
            for blob in blobs:
                connection.begin(repository(number), f"?mount={blob.digest}&from=many/a")
            connection.put_manifest(repository(number), "latest", body)
        for number in range(first, TAGS, CLIENTS):
            connection.put_manifest(TAGGED, tag(number), body)


def _described() -> tuple[client.Descriptor, client.Descriptor]:
    return (
        client.Descriptor("config.v1+json", client.sha256(CONFIG), len(CONFIG)),
        client.Descriptor("layer.v1.tar", client.sha256(LAYER), len(LAYER)),
    )


def on_disk(root: Path, is_tagged: Callable[[int], bool] = lambda _: True) -> None:
    """The same in the layout of registry v2, whose pushes would take minutes; some repositories may have no tag.

    https://github.com/distribution/distribution/blob/v2.8.2/registry/storage/paths.go
    """
    config, layer = _described()
    body = client.manifest(config, layer)
    top = root / "docker" / "registry" / "v2"
    for data in (CONFIG, LAYER, body):
        encoded = hashlib.sha256(data).hexdigest()
        _write(top / "blobs" / "sha256" / encoded[:2] / encoded / "data", data)
    digests = [config.digest, layer.digest]
    manifest = client.sha256(body)
    for number in range(REPOSITORIES):
        tags = ["latest"] if is_tagged(number) else []
        _repository(top / "repositories" / repository(number), digests, manifest, tags)
    every = ["latest", *(tag(number) for number in range(TAGS))]
    _repository(top / "repositories" / TAGGED, digests, manifest, every)


def _repository(folder: Path, layers: list[str], manifest: str, tags: list[str]) -> None:
    for digest in layers:
        _link(folder / "_layers", digest)
    _link(folder / "_manifests" / "revisions", manifest)
    tagged = folder / "_manifests" / "tags"
    tagged.mkdir()
    for name in tags:
        _write(tagged / name / "current" / "link", manifest.encode())
        _link(tagged / name / "index", manifest)


def _link(folder: Path, digest: str) -> None:
    _write(folder / digest.replace(":", "/") / "link", digest.encode())


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def listed(text: bytes) -> int:
    """How many repositories or tags an answer has."""
    answer = json.loads(text)
    return len(answer.get("repositories") or answer.get("tags") or [])
