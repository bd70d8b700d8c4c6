"""The token flow with real clients: mounts, lists, deletes, and pushes that take longer than a token holds."""

import concurrent.futures
import json
import re
import shutil
import time

import images
import pytest
from tests.e2e.registry_clients import proxies, served

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
ANN = (served.ANN, served.ANNS_PASSWORD)
USER = ("--user", ":".join(ANN))
TOKEN_S = 60
"""The least that can be set."""
BYTES_PER_S = 100_000
LAYER = (TOKEN_S + 8) * BYTES_PER_S


@pytest.fixture(scope="module")
def registry(tmp_path_factory, image, skopeo, docker, podman, buildah):
    """With one image, `team/app:1`; all clients are logged in."""
    folder = tmp_path_factory.mktemp("tokens")
    with served.serving(folder, TOKENS="on", TOKEN_LIFE=f"{TOKEN_S}s") as made:
        for client in (skopeo, docker, podman, buildah):
            client.login(made, *ANN)
        skopeo(made, "copy", image, f"docker://{made.host}/team/app:1")
        yield made
    shutil.rmtree(folder, ignore_errors=True)


def requests(registry, begin, what):
    """The requests of that kind in the log behind its first bytes, each with its status."""
    return re.findall(f'"({what})" ([0-9]+)', registry.log[begin:])


def digest_of(skopeo, registry, name):
    seen = skopeo(
        registry, "inspect", "--format", "{{.Digest}}", f"docker://{registry.host}/{name}"
    )
    return seen.stdout.strip()


def test_docker_mounts_from_another_repository(registry, docker):
    here, there = (f"{registry.host}/{name}:1" for name in ("team/app", "other/docker"))
    docker(registry, "pull", here)
    docker(registry, "tag", here, there)
    begin = len(registry.log)
    docker(registry, "push", there)
    mounts = requests(registry, begin, r"POST /v2/other/docker/blobs/uploads/\?\S*mount=\S+")
    assert [status for _, status in mounts] == ["201", "201"]
    assert len(requests(registry, begin, 'PATCH [^"]*')) <= 1  # of its config alone


@pytest.mark.parametrize("name", ["podman", "buildah"])
def test_podman_and_buildah(registry, request, skopeo, name):
    client = request.getfixturevalue(name)
    here, there = f"{registry.host}/team/app:1", f"{registry.host}/other/{name}:1"
    client(registry, "pull", here)
    client(registry, "tag", here, there)
    client(registry, "push", there)
    client(registry, "rmi", "-f", there)
    client(registry, "pull", there)
    assert digest_of(skopeo, registry, f"other/{name}:1")


def test_skopeo_copies_lists_and_deletes(registry, skopeo):
    base = f"docker://{registry.host}/other/skopeo"
    for tag in ("b", "a"):
        skopeo(registry, "copy", f"docker://{registry.host}/team/app:1", f"{base}:{tag}")
    assert json.loads(skopeo(registry, "list-tags", base).stdout)["Tags"] == ["a", "b"]
    # skopeo deletes by digest, so both tags go.
    skopeo(registry, "delete", f"{base}:a")
    assert json.loads(skopeo(registry, "list-tags", base).stdout)["Tags"] == []


def test_containerd_asks_by_post_and_where_that_is_refused_by_get(registry, ctr, skopeo):
    here, there = (f"{registry.host}/{name}:1" for name in ("team/app", "other/ctr"))
    begin = len(registry.log)
    ctr(registry, "pull", *USER, here)
    ctr(registry, "tag", "--force", here, there)
    ctr(registry, "push", *USER, there)
    assert {status for _, status in requests(registry, begin, "POST /v2/token")} == {"200"}
    assert digest_of(skopeo, registry, "other/ctr:1") == digest_of(skopeo, registry, "team/app:1")
    begin = len(registry.log)
    assert ctr(registry, "pull", "--user", "ann:old", here, check=False).returncode != 0
    asked = requests(registry, begin, r"(?:POST|GET) /v2/token\S*")
    assert [(line.split()[0], status) for line, status in asked[:2]] == [
        ("POST", "400"),
        ("GET", "401"),
    ]


@pytest.fixture
def large(registry, tmp_path, skopeo):
    """An image that takes longer than a token holds, on a slow line."""
    images.image(tmp_path / "in", [LAYER])
    source = f"oci:{tmp_path}/in:latest"
    skopeo(registry, "copy", source, f"docker://{registry.host}/large/app:1")
    yield source
    shutil.rmtree(tmp_path, ignore_errors=True)


def test_a_push_goes_on_when_its_token_has_ended(registry, large, docker, ctr, podman, skopeo):
    name = f"{registry.host}/large/app:1"
    docker(registry, "pull", name)
    podman(registry, "pull", name)
    ctr(registry, "pull", *USER, name)
    with proxies.slow(registry, BYTES_PER_S) as line:
        there = {
            tool: f"{line.host}/slow/{tool}:1" for tool in ("docker", "podman", "ctr", "skopeo")
        }
        docker(line, "tag", name, there["docker"])
        podman(line, "tag", name, there["podman"])
        ctr(line, "tag", name, there["ctr"])
        for client in (docker, podman, skopeo):
            client.login(line, *ANN)
        begun = time.monotonic()
        at_once(
            lambda: docker(line, "push", there["docker"]),
            lambda: podman(line, "push", there["podman"]),
            lambda: ctr(line, "push", *USER, there["ctr"]),
            lambda: skopeo(line, "copy", large, f"docker://{there['skopeo']}"),
        )
        assert time.monotonic() - begun > TOKEN_S
    for tool in there:
        assert digest_of(skopeo, registry, f"slow/{tool}:1")


def at_once(*jobs):
    with concurrent.futures.ThreadPoolExecutor(len(jobs)) as threads:
        for running in [threads.submit(job) for job in jobs]:
            running.result()
