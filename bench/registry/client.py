"""A client on one kept connection: pushes what the benchmarks ask for afterwards."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from bench import servers
from bench.registry import peers

KIND = "application/vnd.oci.image.{}"
MANIFEST_TYPE = KIND.format("manifest.v1+json")


class Descriptor(NamedTuple):
    """What a manifest says of a blob."""

    kind: str
    digest: str
    size: int

    def json(self) -> dict[str, Any]:
        return {"mediaType": KIND.format(self.kind), "digest": self.digest, "size": self.size}


class Client:
    """Requests, one after the other."""

    def __init__(self, registry: peers.Running) -> None:
        port, context = registry.server.port, servers.UNVERIFIED
        self._connection = (
            http.client.HTTPSConnection("127.0.0.1", port, timeout=60, context=context)
            if registry.mode.tls
            else http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        )
        self._headers = registry.headers

    def call(
        self, method: str, target: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[http.client.HTTPMessage, bytes]:
        """Head fields and body of the answer; anything but success is an error."""
        self._connection.request(method, target, body, {**self._headers, **(headers or {})})
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {target}: {answer.status} {text[:500]!r}")
        return answer.headers, text

    def begin(self, name: str, query: str = "") -> str:
        """Starts an upload; the path and query of its Location."""
        headers, _ = self.call("POST", f"/v2/{name}/blobs/uploads/{query}")
        return local(headers["Location"])

    def push_blob(self, name: str, data: bytes, kind: str = "layer.v1.tar") -> Descriptor:
        """Uploads a blob as a whole."""
        digest = sha256(data)
        octets = {"Content-Type": "application/octet-stream"}
        self.call("PUT", closing(self.begin(name), digest), data, octets)
        return Descriptor(kind, digest, len(data))

    def push_image(self, name: str, tag: str, layer: bytes) -> tuple[str, Descriptor]:
        """One config, one layer, one manifest; the manifest's digest, and the layer."""
        config = self.push_blob(name, b"{}", "config.v1+json")
        described = self.push_blob(name, layer)
        body = manifest(config, described)
        self.put_manifest(name, tag, body)
        return sha256(body), described

    def put_manifest(self, name: str, reference: str, body: bytes) -> None:
        """Puts a manifest under a tag or its digest."""
        target = f"/v2/{name}/manifests/{reference}"
        self.call("PUT", target, body, {"Content-Type": MANIFEST_TYPE})

    def close(self) -> None:
        self._connection.close()


@contextlib.contextmanager
def connected(registry: peers.Running) -> Iterator[Client]:
    """A client until the block ends."""
    with contextlib.closing(Client(registry)) as client:
        yield client


def manifest(config: Descriptor, *layers: Descriptor) -> bytes:
    """The bytes of an image's manifest."""
    document = {
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "config": config.json(),
        "layers": [layer.json() for layer in layers],
    }
    return json.dumps(document).encode()


def sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def local(location: str) -> str:
    """Path and query of a Location, which the peers give with scheme and host."""
    split = urlsplit(location)
    return f"{split.path}?{split.query}" if split.query else split.path


def closing(location: str, digest: str) -> str:
    """Where the PUT goes that ends an upload."""
    return f"{location}{'&' if '?' in location else '?'}digest={digest}"
