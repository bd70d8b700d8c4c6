"""A disk or quota that is full: docker and skopeo show why, nothing half-pushed stays, pulls and deletes go on, and pushes again once there is room."""

import contextlib
import shutil
import time

import daemons
import harness
import images
import pytest
from test_skopeo import credentials, skopeo

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
MIB = images.MIB
LIMIT_S = 20


@pytest.fixture
def tiny_disk(tmp_path):
    """A disk of 176 MiB, of which 64 must stay free."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mount = (harness.tool("mount"), "-t", "tmpfs", "-o", "size=176m", "tmpfs", folder)
    done = harness.run(*mount, check=False)
    if done.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    yield folder
    harness.run(harness.tool("umount"), "-l", folder)


@pytest.fixture
def on_a_full_disk(tiny_disk):
    with harness.Stack(tiny_disk / "data").running() as stack:
        yield stack


@pytest.fixture
def with_a_quota(tmp_path):
    made = harness.Stack(tmp_path / "data", extra={"HOMEPORT_REGISTRY_QUOTA": "100MiB"})
    with made.running() as stack:
        yield stack
    shutil.rmtree(tmp_path, ignore_errors=True)


@pytest.fixture(params=["on_a_full_disk", "with_a_quota"])
def small(request):
    """A registry with room for some 100 MiB."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def large(tmp_path):
    """A layout of an image that does not fit: its second layer is one too many."""
    digest = images.image(tmp_path / "large", [40 * MIB, 90 * MIB])
    return tmp_path / "large", digest


def push(stack, layout, name, **options):
    there = f"docker://{stack.registry}/{name}"
    arguments = (
        "--preserve-digests",
        "--dest-creds",
        credentials(stack),
        f"oci:{layout}:latest",
        there,
    )
    return run_skopeo(stack, "copy", *arguments, **options)


def run_skopeo(stack, *arguments, **options):
    environment = {**stack.environment, "SSL_CERT_FILE": str(stack.ca)}
    return harness.run(
        harness.tool("skopeo"), "--insecure-policy", *arguments, env=environment, **options
    )


def digest_of(stack, name):
    arguments = ("inspect", "--creds", credentials(stack), "--format", "{{.Digest}}")
    return skopeo(stack, *arguments, f"docker://{stack.registry}/{name}").stdout.strip()


def blob_bytes(stack):
    """What files take in the registry's folder."""
    with contextlib.suppress(FileNotFoundError):
        return sum(
            file.stat().st_size
            for file in (stack.data / "registry" / "blobs").rglob("*")
            if file.is_file()
        )
    return blob_bytes(stack)


def pulls_and_deletes(stack, name, digest, tmp_path):
    assert digest_of(stack, name) == digest
    source = f"docker://{stack.registry}/{name}"
    out = tmp_path / "out"
    skopeo(stack, "copy", "--src-creds", credentials(stack), source, f"dir:{out}")
    shutil.rmtree(out)
    skopeo(stack, "delete", "--creds", credentials(stack), source)


def test_skopeo_is_told_and_the_rest_goes_on(small, large, tmp_path):
    kept = images.image(tmp_path / "kept", [5 * MIB])
    push(small, tmp_path / "kept", "kept:v1")
    layout, digest = large
    refused = push(small, layout, "large:v1", check=False)
    assert refused.returncode != 0
    assert "no room left" in refused.stderr
    assert (
        run_skopeo(
            small,
            "inspect",
            "--creds",
            credentials(small),
            f"docker://{small.registry}/large:v1",
            check=False,
        ).returncode
        != 0
    )
    # The layer that fitted stays for the next try; of the other nothing does.
    assert blob_bytes(small) < 50 * MIB
    pulls_and_deletes(small, "kept:v1", kept, tmp_path)
    again = images.image(tmp_path / "again", [20 * MIB])
    push(small, tmp_path / "again", "again:v1")
    assert digest_of(small, "again:v1") == again
    assert digest not in digest_of(small, "again:v1")


def test_docker_shows_why(small, large, tmp_path, short_path):
    layout, _ = large
    name = f"{small.registry}/large:v1"
    with daemons.dockerd(short_path / "docker", small.environment) as docker:
        skopeo(small, "copy", f"oci:{layout}:latest", f"docker-archive:{tmp_path}/large.tar:{name}")
        docker("load", "--input", tmp_path / "large.tar")
        docker("login", small.registry, "-u", "admin", "--password-stdin", input=harness.PASSWORD)
        refused = docker("push", name, check=False)
    assert refused.returncode != 0
    assert "no room left" in refused.stderr + refused.stdout


def test_a_disk_that_others_filled(on_a_full_disk, tiny_disk, tmp_path):
    """To the last byte: even the registry's own rows find no room."""
    kept = images.image(tmp_path / "kept", [5 * MIB])
    push(on_a_full_disk, tmp_path / "kept", "kept:v1")
    filler = tiny_disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    images.image(tmp_path / "more", [1 * MIB])
    refused = push(on_a_full_disk, tmp_path / "more", "more:v1", check=False)
    assert refused.returncode != 0
    assert digest_of(on_a_full_disk, "kept:v1") == kept
    filler.unlink()
    push_once_there_is_room(on_a_full_disk, tmp_path / "more", "more:v1")
    pulls_and_deletes(on_a_full_disk, "kept:v1", kept, tmp_path)


def push_once_there_is_room(stack, layout, name):
    """The free space of a disk is looked up once a second at most, so what others free is seen a moment later."""
    deadline = time.monotonic() + LIMIT_S
    while push(stack, layout, name, check=False).returncode != 0:
        assert time.monotonic() < deadline
