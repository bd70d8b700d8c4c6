"""Behind a proxy that ends TLS and calls the registry by another name and scheme: the real Traefik, and one of a few lines."""

import json
import re
import shutil

import images
import pytest
from tests.e2e.registry_clients import proxies, served

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
ANN = (served.ANN, served.ANNS_PASSWORD)
MIB = images.MIB


@pytest.fixture(scope="module", params=["on", "off"], ids=["tokens", "basic"])
def behind(request, tmp_path_factory):
    """The registry itself, in plain HTTP."""
    folder = tmp_path_factory.mktemp("behind")
    with served.serving(folder, has_tls=False, TOKENS=request.param) as made:
        yield made
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module", params=[proxies.traefik, proxies.ending_tls])
def proxied(request, behind):
    """The same as its clients see it."""
    with request.param(behind) as made:
        yield made


def test_what_a_client_is_told_to_ask(proxied, behind):
    answer = proxied.ask("GET", "/v2/")
    wanted = 'Basic realm="homeport"'
    if behind.extra["HOMEPORT_REGISTRY_TOKENS"] == "on":
        wanted = f'Bearer realm="https://{proxied.host}/v2/token",service="homeport"'
    assert (answer.status, answer.fields["WWW-Authenticate"]) == (401, wanted)


def test_skopeo_and_docker(proxied, behind, skopeo, docker, tmp_path):
    digest = images.image(tmp_path / "in", [8 * MIB, 1000])
    name = f"{proxied.host}/by/skopeo:1"
    skopeo.login(proxied, *ANN)
    skopeo(proxied, "copy", "--preserve-digests", f"oci:{tmp_path}/in:latest", f"docker://{name}")
    docker.login(proxied, *ANN)
    assert digest in docker(proxied, "pull", name).stdout
    again = f"{proxied.host}/by/docker:1"
    docker(proxied, "tag", name, again)
    begin = len(behind.log)
    docker(proxied, "push", again)
    assert len(re.findall(r"mount=\S+ 201", behind.log[begin:])) == 2
    docker(proxied, "rmi", name, again)
    docker(proxied, "pull", again)
    seen = json.loads(skopeo(proxied, "inspect", f"docker://{again}").stdout)
    assert len(seen["Layers"]) == 2
    shutil.rmtree(tmp_path / "in")


def test_podman_and_containerd(proxied, skopeo, podman, ctr, image):
    name = f"{proxied.host}/by/both:1"
    skopeo.login(proxied, *ANN)
    skopeo(proxied, "copy", image, f"docker://{name}")
    podman.login(proxied, *ANN)
    podman(proxied, "pull", name)
    podman(proxied, "tag", name, f"{proxied.host}/by/podman:1")
    podman(proxied, "push", f"{proxied.host}/by/podman:1")
    user = ("--user", ":".join(ANN))
    ctr(proxied, "pull", *user, name)
    ctr(proxied, "tag", "--force", name, f"{proxied.host}/by/ctr:1")
    ctr(proxied, "push", *user, f"{proxied.host}/by/ctr:1")
