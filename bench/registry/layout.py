"""An OCI layout of large random layers, which skopeo pushes as they are: gzip's frame around bytes that are stored, not squeezed.

https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
"""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
import zlib
from pathlib import Path

from bench.registry import client

MIB = 1 << 20


class _Blob:
    """A blob of the layout, under its digest once it is whole."""

    def __init__(self, layout: Path) -> None:
        self._folder = layout / "blobs" / "sha256"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file = (self._folder / "part").open("wb")
        self._hash, self._size = hashlib.sha256(), 0

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self._hash.update(data)
        self._size += len(data)

    def end(self, kind: str) -> client.Descriptor:
        self._file.close()
        digest = self._hash.hexdigest()
        (self._folder / "part").rename(self._folder / digest)
        return client.Descriptor(kind, f"sha256:{digest}", self._size)


def make(layout: Path, layers: int, size: int) -> None:
    """An image called `latest`."""
    made = [_layer(layout, size) for _ in range(layers)]
    config = {
        "architecture": "amd64",
        "os": "linux",
        "rootfs": {"type": "layers", "diff_ids": [diff for _, diff in made]},
    }
    described = _put(layout, json.dumps(config).encode(), "config.v1+json")
    body = client.manifest(described, *(layer for layer, _ in made))
    image = _put(layout, body, "manifest.v1+json").json()
    image["annotations"] = {"org.opencontainers.image.ref.name": "latest"}
    (layout / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    (layout / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [image]}))


def _layer(layout: Path, size: int) -> tuple[client.Descriptor, str]:
    """A layer of one file; its descriptor and its diff id."""
    blob, inner, packer = _Blob(layout), hashlib.sha256(), zlib.compressobj(0, wbits=31)
    info = tarfile.TarInfo("data")
    info.size = size
    pieces = (os.urandom(min(MIB, size - start)) for start in range(0, size, MIB))
    for data in (info.tobuf(), *pieces, b"\0" * (-size % 512 + 1024)):
        inner.update(data)
        blob.write(packer.compress(data))
    blob.write(packer.flush())
    return blob.end("layer.v1.tar+gzip"), f"sha256:{inner.hexdigest()}"


def _put(layout: Path, data: bytes, kind: str) -> client.Descriptor:
    blob = _Blob(layout)
    blob.write(data)
    return blob.end(kind)
