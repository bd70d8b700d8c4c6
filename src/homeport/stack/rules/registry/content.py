"""A small image, and how it goes into a registry and out of it again.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import urllib.parse
from collections.abc import Iterator
from typing import NamedTuple

from homeport import errors
from homeport.stack.rules.rule import Planned, Reply, Running

REPOSITORY = "homeport-verify"
"""Always the same: registry:2 goes on listing a repository whose last image is gone."""

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"


class Image(NamedTuple):
    """One image of one layer, unlike every other."""

    tag: str
    config: bytes
    layer: bytes

    @property
    def manifest(self) -> bytes:
        """The bytes of its manifest: https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md"""
        document = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": _described(self.config, CONFIG),
            "layers": [_described(self.layer, LAYER)],
        }
        return json.dumps(document).encode()

    @property
    def digest(self) -> str:
        """The digest of its manifest."""
        return digest(self.manifest)


def new(running: Running) -> Image:
    """An image that nobody has pushed yet."""
    tag = running.unique("check")
    config = {"architecture": "amd64", "os": "linux", "config": {"Labels": {"check": tag}}}
    config["rootfs"] = {"type": "layers", "diff_ids": [digest(tag.encode())]}
    return Image(tag, json.dumps(config).encode(), tag.encode())


def digest(data: bytes) -> str:
    """The digest of some bytes."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


class Client:
    """Pushes to one repository and pulls from it, as a user."""

    def __init__(self, running: Running, planned: Planned, repository: str = REPOSITORY) -> None:
        self._running = running
        self.host = planned.chosen.hosts.registry
        self.repository = repository

    def push(self, image: Image) -> None:
        """Uploads the blobs and puts the manifest. Raises `HomeportError`."""
        for blob in (image.config, image.layer):
            self._upload(blob)
        kind = {"Content-Type": MANIFEST}
        self.ask("PUT", f"manifests/{image.tag}", (201,), body=image.manifest, headers=kind)

    def pull(self, image: Image) -> None:
        """Gets it by tag and by digest, with all its blobs. Raises `HomeportError` where a byte differs."""
        accepted = {"Accept": MANIFEST}
        for reference in (image.tag, image.digest):
            reply = self.ask("GET", f"manifests/{reference}", (200,), headers=accepted)
            self._same(reply, image.manifest, f"the manifest {reference}")
        for blob in (image.config, image.layer):
            reply = self.ask("GET", f"blobs/{digest(blob)}", (200,))
            self._same(reply, blob, f"the blob {digest(blob)}")

    @contextlib.contextmanager
    def removing(self, image: Image, *, may_delete: bool) -> Iterator[None]:
        """Removes the image in the end, whatever happened; what is not there is no error."""
        try:
            yield
        finally:
            if may_delete:
                self.remove(image)

    def remove(self, image: Image) -> None:
        """Deletes the manifest and the blobs. Raises `HomeportError` where one stays."""
        wanted = (202, 404)
        self.ask("DELETE", f"manifests/{image.digest}", wanted)
        for blob in (image.config, image.layer):
            self.ask("DELETE", f"blobs/{digest(blob)}", wanted)

    def ask(
        self,
        method: str,
        place: str,
        answers: tuple[int, ...],
        *,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """A request below the repository, or at a whole path. Raises `HomeportError` for another answer than these."""
        path = place if place.startswith("/") else f"/v2/{self.repository}/{place}"
        reply = self._running.ask(
            self.host, method, path, is_known=True, headers=headers or {}, body=body
        )
        if reply.status not in answers:
            raise refused(method, f"https://{self.host}{path}", reply)
        return reply

    def _upload(self, blob: bytes) -> None:
        started = self.ask("POST", "blobs/uploads/", (202,))
        path = next_place(started, self.host)
        joint = "&" if "?" in path else "?"
        kind = {"Content-Type": "application/octet-stream"}
        self.ask("PUT", f"{path}{joint}digest={digest(blob)}", (201,), body=blob, headers=kind)

    def _same(self, reply: Reply, wanted: bytes, what: str) -> None:
        if reply.body != wanted:
            raise errors.HomeportError(
                f"{self.host} gives back other bytes for {what} than were pushed.",
                hint="homeport registry scrub finds what has rotted; check the disk of the volume.",
            )


def next_place(reply: Reply, host: str) -> str:
    """Where an upload goes on. Raises `HomeportError` where clients would be sent elsewhere."""
    location = reply.headers.get("location", "")
    parts = urllib.parse.urlsplit(location)
    if parts.scheme and (parts.scheme != "https" or parts.hostname != host):
        raise errors.HomeportError(
            f"The registry sends uploads on to {parts.scheme}://{parts.netloc}, not to https://{host}.",
            hint="It must see X-Forwarded-Proto and Host of its clients, or be told its address: http.host in config.yml.",
        )
    if not parts.path.startswith("/"):
        raise errors.HomeportError(
            f"The registry began an upload without saying where it goes on: {location!r}."
        )
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def refused(method: str, url: str, reply: Reply) -> errors.HomeportError:
    """What the registry answered instead."""
    return errors.HomeportError(
        f"{method} {url} is answered with {reply.status}{_words(reply)}.",
        hint="homeport logs registry tells more.",
    )


def _words(reply: Reply) -> str:
    """The first error of the body: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes"""
    try:
        entry = json.loads(reply.body)["errors"][0]
        return f": {entry['code']}, {entry.get('message', '')}"
    except (ValueError, KeyError, IndexError, TypeError):
        return ""


def _described(data: bytes, kind: str) -> dict[str, object]:
    return {"mediaType": kind, "digest": digest(data), "size": len(data)}
