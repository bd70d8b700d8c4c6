"""A pull-through cache before three kinds of registries: ours with passwords, ours with tokens, and Debian's docker-registry."""

import contextlib
import hashlib
import json
import shutil
from pathlib import Path

import images
import pytest
from tests.e2e.registry_clients import peers, proxies, served

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
ANN = (served.ANN, served.ANNS_PASSWORD)
KINDS = ("basic", "docker.io", "debian")
"""Prefixes; tokens are asked for by the one that containerd takes for docker.io."""
MIB = images.MIB
EARLY = 8 * MIB
"""What the large layer's upstream lets through at first."""
LARGE = 256 * MIB


@contextlib.contextmanager
def upstream_of(kind, folder):
    if kind == "debian":
        with peers.docker_registry(folder) as made:
            yield made
    else:
        tokens = "on" if kind == "docker.io" else "off"
        with served.serving(folder, TOKENS=tokens) as made:
            yield made


def entry(prefix, upstream, port=0, **more):
    """An upstream as it is set."""
    url = f"https://localhost:{port or upstream.port}"
    user, password = ANN
    its = {"prefix": prefix, "url": url, "user": user, "password": password}
    return its | {"ca": str(upstream.ca), "fresh": "0s", **more}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("cache")
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def upstreams(folder, skopeo, image):
    """Each with `library/x` in two tags."""
    with contextlib.ExitStack() as running:
        made = {kind: running.enter_context(upstream_of(kind, folder / kind)) for kind in KINDS}
        for upstream in made.values():
            skopeo.login(upstream, *ANN)
            for tag in ("1", "kept"):
                skopeo(upstream, "copy", image, f"docker://{upstream.host}/library/x:{tag}")
        yield made


@pytest.fixture(scope="module")
def cache(folder, upstreams):
    """Everybody may pull from it. What it knows of a tag is asked for again each time."""
    listed = [entry(kind, upstream) for kind, upstream in upstreams.items()]
    rules = [
        {"repositories": ["**"], "anonymous": True},
        {"repositories": ["**"], "users": [served.ANN], "allow": ["pull", "push"]},
    ]
    with served.serving(
        folder / "cache", UPSTREAMS=json.dumps(listed), RULES=json.dumps(rules)
    ) as made:
        yield made


@pytest.mark.parametrize("kind", KINDS)
def test_docker_podman_and_skopeo_pull(cache, docker, podman, skopeo, kind, tmp_path, image):
    name = f"{cache.host}/{kind}/library/x:1"
    docker(cache, "pull", name)
    podman(cache, "pull", name)
    skopeo(cache, "copy", "--preserve-digests", f"docker://{name}", f"oci:{tmp_path}/out:latest")
    indexes = [Path(at) / "index.json" for at in (image.split(":")[1], tmp_path / "out")]
    wanted, found = (json.loads(at.read_text())["manifests"][0]["digest"] for at in indexes)
    assert found == wanted


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_there(cache, docker, podman, skopeo, kind):
    for name in (f"{cache.host}/{kind}/library/x:none", f"{cache.host}/{kind}/library/none:1"):
        for client in (docker, podman):
            words = client(cache, "pull", name, check=False).stderr
            assert "manifest unknown: manifest unknown to registry" in words
        words = skopeo(cache, "inspect", f"docker://{name}", check=False).stderr
        assert "manifest unknown: manifest unknown to registry" in words


def test_containerd_takes_it_for_a_mirror(cache, ctr):
    ctr(cache, "pull", "docker.io/library/x:1")
    assert "GET /v2/library/x/manifests/sha256" in cache.log
    assert "ns=docker.io" in cache.log
    done = ctr(cache, "pull", "docker.io/library/x:none", check=False)
    assert "docker.io/library/x:none: not found" in done.stderr


MIRROR = """\
[[registry]]
location = "docker.io"
[[registry.mirror]]
location = "{host}/docker.io"
"""
"""https://github.com/containers/image/blob/main/docs/containers-registries.conf.5.md"""


def test_podman_takes_it_for_a_mirror(cache, podman, tmp_path):
    settings = tmp_path / "registries.conf"
    settings.write_text(MIRROR.format(host=cache.host))
    podman(cache, "pull", "docker.io/library/x:1", registries=settings)
    podman(cache, "rmi", "docker.io/library/x:1")
    assert '"GET /v2/docker.io/library/x/manifests/1" 200' in cache.log


def test_a_push_is_refused(cache, docker, podman, skopeo, image):
    wanted = "this repository is a mirror of basic: push to that registry, or under another name"
    there = f"{cache.host}/basic/library/x:mine"
    for client in (docker, podman):
        client.login(cache, *ANN)
        client(cache, "pull", f"{cache.host}/basic/library/x:1")
        client(cache, "tag", f"{cache.host}/basic/library/x:1", there)
        done = client(cache, "push", there, check=False)
        assert done.returncode != 0
        assert wanted in done.stdout + done.stderr
        client.logout(cache)
    skopeo.login(cache, *ANN)
    assert wanted in skopeo(cache, "copy", image, f"docker://{there}", check=False).stderr
    skopeo.logout(cache)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_here_is_pulled_when_the_upstream_has_gone(cache, upstreams, docker, skopeo, kind):
    kept, name = f"{cache.host}/{kind}/library/x:kept", f"{cache.host}/{kind}/library/x:1"
    docker(cache, "pull", kept)
    docker(cache, "rmi", "-f", kept, name, check=False)
    upstreams[kind].stop()
    try:
        docker(cache, "pull", kept)
        answer = cache.ask("GET", f"/v2/{kind}/library/x/manifests/kept")
        assert (answer.status, answer.fields["Warning"]) == (200, '110 - "Response is Stale"')
        done = docker(cache, "pull", f"{cache.host}/{kind}/library/y:1", check=False)
        assert "502 Bad Gateway" in done.stderr
        done = skopeo(cache, "inspect", f"docker://{cache.host}/{kind}/library/y:1", check=False)
        assert done.returncode != 0
    finally:
        upstreams[kind].start()


def test_a_large_layer_begins_to_come_while_the_upstream_still_sends(folder, skopeo, tmp_path):
    with (
        served.serving(folder / "large-upstream") as upstream,
        proxies.held_up(upstream.port, EARLY) as line,
    ):
        layout = tmp_path / "in"
        images.image(layout, [LARGE])
        skopeo.login(upstream, *ANN)
        skopeo(upstream, "copy", f"oci:{layout}:latest", f"docker://{upstream.host}/big:1")
        digest = large_layer(layout)
        shutil.rmtree(layout)
        listed = json.dumps([entry("up", upstream, line.port)])
        with served.serving(folder / "large", UPSTREAMS=listed, AUTH="off") as cache:
            check_early(cache, line, digest)


def large_layer(layout):
    index = json.loads((layout / "index.json").read_text())
    manifest = layout / "blobs" / index["manifests"][0]["digest"].replace(":", "/")
    return json.loads(manifest.read_text())["layers"][0]["digest"]


def check_early(cache, line, digest):
    """Reads what comes while the line is held up, and then the rest."""
    with contextlib.closing(cache.connect()) as connection:
        connection.request("GET", f"/v2/up/big/blobs/{digest}")
        answer = connection.getresponse()
        first = answer.read(MIB)
        assert len(first) == MIB
        line.let_go()
        hashed = hashlib.sha256(first)
        while data := answer.read(MIB):
            hashed.update(data)
    assert f"sha256:{hashed.hexdigest()}" == digest
