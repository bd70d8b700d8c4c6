"""OCI layouts made on the spot, so that no test needs a network: layers of random bytes with digests that are known."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import zlib
from pathlib import Path

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
MIB = 1 << 20


class _Blob:
    """Writes a blob of a layout under its digest."""

    def __init__(self, layout: Path) -> None:
        self.folder = layout / "blobs" / "sha256"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.temporary = self.folder / "part"
        self.file = self.temporary.open("wb")
        self.hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        self.file.write(data)
        self.hash.update(data)
        self.size += len(data)

    def end(self, media_type: str) -> dict:
        self.file.close()
        digest = self.hash.hexdigest()
        self.temporary.rename(self.folder / digest)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": self.size}


def layer(layout: Path, size: int) -> tuple[dict, str]:
    """A gzip layer (stored, not squeezed) with one file of random bytes; its descriptor and its diff id."""
    blob, inner = _Blob(layout), hashlib.sha256()
    packer = zlib.compressobj(0, wbits=31)

    def put(data: bytes) -> None:
        inner.update(data)
        blob.write(packer.compress(data))

    info = tarfile.TarInfo(f"data-{os.urandom(4).hex()}")
    info.size = size
    put(info.tobuf())
    for offset in range(0, size, MIB):
        put(os.urandom(min(MIB, size - offset)))
    put(b"\0" * (-size % 512 + 1024))
    blob.write(packer.flush())
    return blob.end(LAYER), f"sha256:{inner.hexdigest()}"


def _file_layer(layout: Path, files: dict[str, Path]) -> tuple[dict, str]:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        for name, path in files.items():
            archive.add(path, name)
    blob = _Blob(layout)
    packer = zlib.compressobj(1, wbits=31)
    blob.write(packer.compress(raw.getvalue()) + packer.flush())
    return blob.end(LAYER), f"sha256:{hashlib.sha256(raw.getvalue()).hexdigest()}"


def image(
    layout: Path, layer_sizes: list[int], files: dict[str, Path] | None = None, tag: str = "latest"
) -> str:
    """An OCI layout with one image; the digest of its manifest."""
    layers = [layer(layout, size) for size in layer_sizes]
    if files:
        layers.append(_file_layer(layout, files))
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Cmd": ["/bin/busybox", "echo", "hello from homeport"]},
        "rootfs": {"type": "layers", "diff_ids": [diff for _, diff in layers]},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": _json(layout, config, CONFIG),
        "layers": [descriptor for descriptor, _ in layers],
    }
    described = _json(layout, manifest, MANIFEST)
    named = {**described, "annotations": {"org.opencontainers.image.ref.name": tag}}
    (layout / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    (layout / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [named]}))
    return described["digest"]


def _json(layout: Path, value: dict, media_type: str) -> dict:
    blob = _Blob(layout)
    blob.write(json.dumps(value).encode())
    return blob.end(media_type)
