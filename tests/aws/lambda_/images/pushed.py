"""Images made on the spot, and a real registry over TLS with a password that holds them."""

import contextlib
import datetime
import gzip
import hashlib
import io
import itertools
import json
import tarfile

from homeport.aws.lambda_.images import place
from homeport.clock import SystemClock
from homeport.edge import config, http
from homeport.edge.server import Server
from homeport.net import ca
from homeport.registry.access import htpasswd
from homeport.registry.options import Options
from homeport.registry.registry import Registry

OCI = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
CONFIG = "application/vnd.oci.image.config.v1+json"


def file(name, content=b"", mode=0o644, **more):
    content = content.encode() if isinstance(content, str) else content
    return entry(name, content, mode=mode, **more)


def folder(name, mode=0o755):
    return entry(name, type=tarfile.DIRTYPE, mode=mode)


def link(name, target):
    return entry(name, type=tarfile.SYMTYPE, linkname=target)


def hard_link(name, target):
    return entry(name, type=tarfile.LNKTYPE, linkname=target)


def entry(name, content=b"", **more):
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for key, value in more.items():
        setattr(info, key, value)
    return info, content


def archive(*entries):
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w", format=tarfile.PAX_FORMAT) as written:
        for info, content in entries:
            written.addfile(info, io.BytesIO(content))
    return body.getvalue()


def packed(*entries):
    return gzip.compress(archive(*entries), 1, mtime=0)


def digest(body):
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def unpacked(body):
    return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body


class Pushed:
    """A registry that runs, and what is pushed to it."""

    def __init__(self, registry, where):
        self.registry = registry
        self.place = where

    async def ask(self, method, target, body=b"", **headers):
        path, _, query = target.partition("?")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named["authorization"] = "Basic YWRtaW46c2VjcmV0"  # admin:secret
        response = self.registry(http.Request(method, path, query, named, http.BytesBody(body)))
        if not isinstance(response, http.Response):
            response = await response
        assert response.status in (201, 202), (response.status, response.body)

    async def blob(self, repository, body):
        await self.ask("POST", f"/v2/{repository}/blobs/uploads/?digest={digest(body)}", body)
        return {"digest": digest(body), "size": len(body)}

    async def manifest(self, repository, tag, content, kind=OCI):
        body = json.dumps(content).encode()
        target = f"/v2/{repository}/manifests/{tag or digest(body)}"
        await self.ask("PUT", target, body, content_type=kind)
        return digest(body)

    async def image(self, repository, *layers, tag="latest", kind=OCI, media=LAYER, **run):
        """Pushes an image; its digest."""
        rootfs = {"type": "layers", "diff_ids": [digest(unpacked(body)) for body in layers]}
        described = {"os": "linux", "architecture": "amd64", "config": run, "rootfs": rootfs}
        config_body = json.dumps(described).encode()
        content = {
            "schemaVersion": 2,
            "mediaType": kind,
            "config": {"mediaType": CONFIG, **await self.blob(repository, config_body)},
            "layers": [
                {"mediaType": media, **await self.blob(repository, body)} for body in layers
            ],
        }
        return await self.manifest(repository, tag, content, kind)

    async def index(self, repository, by_architecture, tag="latest"):
        manifests = [
            {
                "mediaType": OCI,
                "digest": of,
                "size": 1000,
                "platform": {"os": "linux", "architecture": architecture},
            }
            for architecture, of in by_architecture.items()
        ]
        content = {"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}
        return await self.manifest(repository, tag, content, INDEX)


@contextlib.asynccontextmanager
async def serving(folder):
    """A registry over TLS for admin with the password «secret»."""
    users, password = folder / "htpasswd", folder / "admin-password"
    htpasswd.add(users, "admin", "secret", cost=4)
    password.write_text("secret\n")
    ca.ensure(folder, ["localhost", "127.0.0.1"], datetime.datetime.now(datetime.UTC))
    numbers = itertools.count()
    registry = Registry.open(
        folder / "registry",
        options=Options(htpasswd=users),
        clock=SystemClock(),
        ids=lambda: f"upload-{next(numbers)}",
    )
    tls = config.TlsFiles(folder / "server.crt", folder / "server.key")
    server = Server(registry, config.EdgeConfig(tls="only", tls_files=tls), clock=SystemClock())
    await server.start()
    where = place.own(
        "127.0.0.1",
        server.ports[0],
        ["registry.homelab.local"],
        is_tls=True,
        ca=folder / "ca.crt",
        user="admin",
        password=password,
    )
    try:
        yield Pushed(registry, where)
    finally:
        await server.stop(1.0)
        await registry.close()
