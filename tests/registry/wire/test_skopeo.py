"""A real client: skopeo pushes and pulls over TLS with a password, and every digest stays the same."""

import asyncio
import gzip
import hashlib
import json
import os
import shutil

import pytest

SKOPEO = shutil.which("skopeo")

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(SKOPEO is None, reason="skopeo is not installed (apt-get install skopeo)"),
]

DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
CREDENTIALS = "ann:secret"


async def _skopeo(guarded, *arguments, is_good=True):
    # The policy of Debian's package may be absent, and REGISTRY_* may be set: neither is this test's.
    environment = {"PATH": os.environ["PATH"], "HOME": str(guarded.folder)}
    environment["SSL_CERT_FILE"] = str(guarded.folder / "ca.crt")
    # By default below /run, where an ordinary user without a login session may not look.
    environment["REGISTRY_AUTH_FILE"] = str(guarded.folder / "auth.json")
    process = await asyncio.create_subprocess_exec(
        SKOPEO,
        "--insecure-policy",
        *arguments,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert (process.returncode == 0) == is_good, output.decode()
    return output.decode()


def _write_blob(layout, data):
    digest = hashlib.sha256(data).hexdigest()
    (layout / "blobs" / "sha256" / digest).write_bytes(data)
    return {"digest": f"sha256:{digest}", "size": len(data)}


@pytest.fixture
def layout(tmp_path, tools):
    """An OCI layout of three layers, one of them of 8 MiB."""
    folder = tmp_path / "layout"
    (folder / "blobs" / "sha256").mkdir(parents=True)
    plain = [b"a" * 1024, b"b" * 1024, os.urandom(8 * 1024 * 1024)]
    contents = [gzip.compress(data, mtime=0) for data in plain]
    layers = [
        {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", **_write_blob(folder, content)}
        for content in contents
    ]
    ids = ["sha256:" + hashlib.sha256(data).hexdigest() for data in plain]
    rootfs = {"type": "layers", "diff_ids": ids}
    config = json.dumps({"architecture": "amd64", "os": "linux", "rootfs": rootfs}).encode()
    described = _write_blob(folder, config)
    image = tools.image(described["digest"], described["size"], layers=layers)
    manifest = {"mediaType": tools.OCI_IMAGE, **_write_blob(folder, json.dumps(image).encode())}
    manifest["annotations"] = {"org.opencontainers.image.ref.name": "v1"}
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [manifest]}))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    return folder


def _pulled(folder):
    """Digest and content of each file of a pulled image."""
    names = [path for path in folder.iterdir() if path.name not in {"version", "manifest.json"}]
    for path in names:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
    return {path.name for path in names}


async def test_push_and_pull_of_an_oci_image(guarded, layout, tmp_path):
    remote = f"docker://{guarded.host}/team/app:v1"
    push = ("copy", "--dest-creds", CREDENTIALS, "--preserve-digests")
    await _skopeo(guarded, *push, f"oci:{layout}:v1", remote)
    await _skopeo(guarded, "copy", "--src-creds", CREDENTIALS, remote, f"dir:{tmp_path / 'out'}")
    index = json.loads((layout / "index.json").read_text())
    manifest = (tmp_path / "out" / "manifest.json").read_bytes()
    assert index["manifests"][0]["digest"] == "sha256:" + hashlib.sha256(manifest).hexdigest()
    assert len(_pulled(tmp_path / "out")) == 4


async def test_docker_image_tags_mount_and_delete(guarded, layout, tmp_path):
    base = f"docker://{guarded.host}/team/app"
    both = ("--src-creds", CREDENTIALS, "--dest-creds", CREDENTIALS)
    push = ("copy", "--dest-creds", CREDENTIALS, "--format", "v2s2")
    await _skopeo(guarded, *push, f"oci:{layout}:v1", f"{base}:v1")
    await _skopeo(guarded, "copy", *both, f"{base}:v1", f"docker://{guarded.host}/other/app:v2")
    raw = await _skopeo(guarded, "inspect", "--raw", "--creds", CREDENTIALS, f"{base}:v1")
    assert json.loads(raw)["mediaType"] == DOCKER
    listed = await _skopeo(guarded, "list-tags", "--creds", CREDENTIALS, base)
    assert json.loads(listed)["Tags"] == ["v1"]
    await _skopeo(guarded, "delete", "--creds", CREDENTIALS, f"{base}:v1")
    gone = await _skopeo(guarded, "inspect", "--creds", CREDENTIALS, f"{base}:v1", is_good=False)
    assert "manifest unknown" in gone
    await _skopeo(
        guarded, "inspect", "--creds", CREDENTIALS, f"docker://{guarded.host}/other/app:v2"
    )


async def test_stranger_is_told_so(guarded, layout):
    remote = f"docker://{guarded.host}/team/app:v1"
    for credentials in (["--dest-creds", "ann:wrong"], []):
        output = await _skopeo(
            guarded, "copy", *credentials, f"oci:{layout}:v1", remote, is_good=False
        )
        assert "authentication required" in output or "unauthorized" in output
