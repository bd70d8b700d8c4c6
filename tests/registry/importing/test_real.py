"""The storage of a real docker-registry, pushed to by skopeo: every manifest and blob is the same here, and skopeo pulls it."""

import asyncio
import contextlib
import gzip
import hashlib
import json
import os
import shutil
import socket
import urllib.error
import urllib.request
import uuid

import pytest

from homeport.clock import SystemClock
from homeport.edge import config
from homeport.edge.server import Server
from homeport.registry.importing.importer import Importer
from homeport.registry.registry import Registry

REGISTRY, SKOPEO = shutil.which("docker-registry"), shutil.which("skopeo")

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(
        REGISTRY is None or SKOPEO is None,
        reason="docker-registry and skopeo are not installed (apt-get install docker-registry skopeo)",
    ),
]

OCI_IMAGE = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
ACCEPT = f"{OCI_IMAGE}, {OCI_INDEX}, application/vnd.docker.distribution.manifest.v2+json"
CONFIG = """
version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage:
  delete: {{enabled: true}}
  filesystem: {{rootdirectory: {root}}}
http: {{addr: 127.0.0.1:{port}}}
"""


@contextlib.asynccontextmanager
async def docker_registry(folder):
    """Yields the address of one whose storage is the folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = folder.with_suffix(".yml")
    settings.write_text(CONFIG.format(root=folder, port=port))
    # Each REGISTRY_* variable would stand in for a setting.
    child = await asyncio.create_subprocess_exec(
        REGISTRY, "serve", str(settings), env={"PATH": os.environ["PATH"]}
    )
    try:
        async with asyncio.timeout(20):
            while not await is_open(port):
                await asyncio.sleep(0.02)
        yield f"127.0.0.1:{port}"
    finally:
        child.terminate()
        await child.wait()


async def is_open(port):
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


@contextlib.asynccontextmanager
async def ours(folder):
    """Yields a registry and its address."""
    clock = SystemClock()
    registry = Registry.open(folder, clock=clock, ids=lambda: uuid.uuid4().hex)
    server = Server(registry, config.EdgeConfig(), clock=clock)
    await server.start()
    try:
        yield registry, f"127.0.0.1:{server.ports[0]}"
    finally:
        await server.stop(1.0)
        await registry.close()


async def skopeo(folder, *arguments):
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    environment["REGISTRY_AUTH_FILE"] = str(folder / "auth.json")
    child = await asyncio.create_subprocess_exec(
        SKOPEO,
        "--insecure-policy",
        *arguments,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await child.communicate()
    assert child.returncode == 0, output.decode()


def _ask(method, url, body, kind):
    request = urllib.request.Request(
        url, body, {"Accept": ACCEPT, "Content-Type": kind}, method=method
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


async def ask(method, host, path, body=None, kind="application/octet-stream"):
    return await asyncio.to_thread(_ask, method, f"http://{host}{path}", body, kind)


class Layout:
    """An OCI layout, for skopeo to push."""

    def __init__(self, folder):
        self.folder = folder
        self._blobs = folder / "blobs" / "sha256"
        self._blobs.mkdir(parents=True)
        (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
        self._tagged = []

    def _add(self, data, kind):
        encoded = hashlib.sha256(data).hexdigest()
        (self._blobs / encoded).write_bytes(data)
        return {"mediaType": kind, "digest": f"sha256:{encoded}", "size": len(data)}

    def image(self, tag, *layers, arch="amd64"):
        diffs = ["sha256:" + hashlib.sha256(data).hexdigest() for data in layers]
        about = {
            "architecture": arch,
            "os": "linux",
            "rootfs": {"type": "layers", "diff_ids": diffs},
        }
        body = {
            "schemaVersion": 2,
            "mediaType": OCI_IMAGE,
            "config": self._add(
                json.dumps(about).encode(), "application/vnd.oci.image.config.v1+json"
            ),
            "layers": [self._add(gzip.compress(data, mtime=0), LAYER) for data in layers],
        }
        return self._tag(tag, self._add(json.dumps(body).encode(), OCI_IMAGE))

    def index(self, tag, **arms):
        listed = [
            {**arm, "platform": {"architecture": arch, "os": "linux"}} for arch, arm in arms.items()
        ]
        body = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": listed}
        return self._tag(tag, self._add(json.dumps(body).encode(), OCI_INDEX))

    def _tag(self, tag, descriptor):
        if tag:
            named = {"org.opencontainers.image.ref.name": tag}
            self._tagged.append({**descriptor, "annotations": named})
        index = {"schemaVersion": 2, "manifests": self._tagged}
        (self.folder / "index.json").write_text(json.dumps(index))
        return descriptor


async def push_all(layout, host, work):
    """Two tags, Docker's form, an index, an artifact, and one that is deleted; returns its digest."""
    base = b"base" * 5000
    layout.image("plain", base, os.urandom(300_000))
    layout.image("gone", base, b"of the deleted one" * 100)
    arms = {
        arch: layout.image("", base, arch.encode() * 99, arch=arch) for arch in ("amd64", "arm64")
    }
    layout.index("multi", **arms)

    async def push(tag, target, *options):
        remote = f"docker://{host}/{target}"
        await skopeo(
            work, "copy", "--dest-tls-verify=false", *options, f"oci:{layout.folder}:{tag}", remote
        )

    await push("plain", "team/app:v1")
    await push("plain", "team/app:latest")
    await push("plain", "team/app/docker:v1", "--format", "v2s2")
    await push("multi", "team/multi:v1", "--all")
    await push("gone", "team/app:gone")
    _, fields, _ = await ask("HEAD", host, "/v2/team/app/manifests/gone")
    digest = fields["Docker-Content-Digest"]
    assert (await ask("DELETE", host, f"/v2/team/app/manifests/{digest}"))[0] == 202
    await push_artifact(host)
    return digest


async def push_artifact(host):
    """One that refers to an image, and the index that stands in for a list of referrers."""
    _, fields, manifest = await ask("GET", host, "/v2/team/app/manifests/v1")
    subject = {
        "mediaType": OCI_IMAGE,
        "digest": fields["Docker-Content-Digest"],
        "size": len(manifest),
    }
    _, started, _ = await ask("POST", host, "/v2/team/app/blobs/uploads/", b"")
    empty = "sha256:" + hashlib.sha256(b"{}").hexdigest()
    await ask("PUT", host, started["Location"].partition(host)[2] + f"&digest={empty}", b"{}")
    described = {"mediaType": "application/vnd.oci.empty.v1+json", "digest": empty, "size": 2}
    artifact = {"schemaVersion": 2, "mediaType": OCI_IMAGE, "artifactType": "application/x.sbom"}
    artifact |= {"config": described, "layers": [described], "subject": subject}
    data = json.dumps(artifact).encode()
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    listed = {"mediaType": OCI_IMAGE, "digest": digest, "size": len(data)}
    index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [listed]}
    tag = subject["digest"].replace(":", "-")
    for reference, body, kind in (
        (digest, data, OCI_IMAGE),
        (tag, json.dumps(index).encode(), OCI_INDEX),
    ):
        status, _, text = await ask("PUT", host, f"/v2/team/app/manifests/{reference}", body, kind)
        assert status == 201, text


async def same(old, new, repository, reference):
    """Compares a manifest and all that it names."""
    path = f"/v2/{repository}/manifests/{reference}"
    (status, fields, body), (_, ours, ours_body) = (
        await ask("GET", old, path),
        await ask("GET", new, path),
    )
    assert status == 200
    assert (ours["Docker-Content-Digest"], ours_body) == (fields["Docker-Content-Digest"], body)
    assert ours["Content-Type"] == fields["Content-Type"]
    manifest = json.loads(body)
    for child in manifest.get("manifests", []):
        await same(old, new, repository, child["digest"])
    for blob in [
        *manifest.get("layers", []),
        *([manifest["config"]] if "config" in manifest else []),
    ]:
        path = f"/v2/{repository}/blobs/{blob['digest']}"
        assert (await ask("GET", new, path))[2] == (await ask("GET", old, path))[2]


async def tags(host):
    _, _, catalog = await ask("GET", host, "/v2/_catalog")
    return {
        (repository, tag)
        for repository in json.loads(catalog)["repositories"]
        for tag in json.loads((await ask("GET", host, f"/v2/{repository}/tags/list"))[2])["tags"]
    }


async def test_all_of_a_docker_registry(tmp_path):
    layout = Layout(tmp_path / "layout")
    async with docker_registry(tmp_path / "old") as old, ours(tmp_path / "new") as (registry, new):
        deleted = await push_all(layout, old, tmp_path)
        report = await Importer(registry._backend).run(tmp_path / "old")
        assert (report.manifests, report.skipped, report.copied) == (7, 0, 0)
        assert report.linked > 5
        found = await tags(new)
        assert found == await tags(old)
        assert len(found) == 5
        for repository, tag in sorted(found):
            await same(old, new, repository, tag)
            remote = f"docker://{new}/{repository}:{tag}"
            if not tag.startswith("sha256-"):
                target = tmp_path / "pulled" / repository / tag
                target.mkdir(parents=True)
                await skopeo(
                    tmp_path, "copy", "--all", "--src-tls-verify=false", remote, f"dir:{target}"
                )
        assert (await ask("GET", new, f"/v2/team/app/manifests/{deleted}"))[0] == 404
        await check_referrers(new)


async def check_referrers(host):
    _, fields, _ = await ask("HEAD", host, "/v2/team/app/manifests/v1")
    _, _, body = await ask("GET", host, f"/v2/team/app/referrers/{fields['Docker-Content-Digest']}")
    assert [one["artifactType"] for one in json.loads(body)["manifests"]] == ["application/x.sbom"]


async def test_repeated_while_the_old_one_is_pushed_to(tmp_path):
    layout = Layout(tmp_path / "layout")
    layout.image("plain", b"base" * 5000)
    folder = tmp_path / "old"
    async with docker_registry(folder) as old, ours(tmp_path / "new") as (registry, new):
        imports = Importer(registry._backend)
        for number in range(3):
            remote = f"docker://{old}/team/app:v{number}"
            push = skopeo(
                tmp_path, "copy", "--dest-tls-verify=false", f"oci:{layout.folder}:plain", remote
            )
            pushing = asyncio.ensure_future(push)
            while not pushing.done():
                if (folder / "docker/registry/v2/blobs").exists():
                    await imports.run(folder)
                await asyncio.sleep(0.01)
            await pushing
        report = await imports.run(folder)
        assert report.skipped == 0
        assert await tags(new) == await tags(old)
        await same(old, new, "team/app", "v2")
