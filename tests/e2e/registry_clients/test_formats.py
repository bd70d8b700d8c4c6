"""What one client has pushed, another pulls: several architectures in one index, zstd layers, Docker's own manifests, artifacts."""

import json
import os
import shutil

import harness
import images
import pytest
from tests.e2e.registry_clients import served

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
ANN = (served.ANN, served.ANNS_PASSWORD)
USER = ("--user", ":".join(ANN))
DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd"


@pytest.fixture(scope="module")
def registry(tmp_path_factory, docker, podman, buildah, skopeo):
    """All clients are logged in."""
    folder = tmp_path_factory.mktemp("formats")
    with served.serving(folder) as made:
        for client in (docker, podman, buildah, skopeo):
            client.login(made, *ANN)
        yield made
    shutil.rmtree(folder, ignore_errors=True)


def raw(skopeo, registry, name):
    """A manifest as it is in the registry."""
    return json.loads(
        skopeo(registry, "inspect", "--raw", f"docker://{registry.host}/{name}").stdout
    )


def test_an_index_of_buildah_is_pulled_by_each_architecture(
    registry, buildah, docker, ctr, skopeo, tmp_path
):
    name = f"{registry.host}/many/arch:1"
    buildah(registry, "manifest", "create", "many")
    for architecture in ("arm64", "amd64"):
        made = buildah(registry, "from", "--arch", architecture, "scratch").stdout.strip()
        (tmp_path / "for").write_text(architecture)
        buildah(registry, "copy", made, tmp_path / "for", "/for")
        buildah(registry, "config", "--arch", architecture, made)
        buildah(registry, "commit", "--manifest", "many", "--rm", made)
    buildah(registry, "manifest", "push", "--all", "many", f"docker://{name}")
    listed = raw(skopeo, registry, "many/arch:1")["manifests"]
    assert {each["platform"]["architecture"] for each in listed} == {"arm64", "amd64"}
    docker(registry, "pull", name)
    shown = json.loads(docker(registry, "image", "inspect", name).stdout)[0]
    assert shown["Architecture"] == "amd64"
    ctr(registry, "pull", "--all-platforms", *USER, name)
    again = f"{registry.host}/many/again:1"
    ctr(registry, "tag", name, again)
    ctr(registry, "push", *USER, again)
    assert raw(skopeo, registry, "many/again:1") == raw(skopeo, registry, "many/arch:1")


def test_zstd_layers_are_pulled_by_podman_and_containerd(registry, skopeo, podman, ctr, tmp_path):
    images.image(tmp_path / "in", [200_000])
    # A layer that is squeezed already is pushed as it is.
    skopeo(
        registry, "copy", "--dest-decompress", f"oci:{tmp_path}/in:latest", f"dir:{tmp_path}/plain"
    )
    name = f"{registry.host}/packed/zstd:1"
    skopeo(
        registry,
        "copy",
        "--format=oci",
        "--dest-compress-format=zstd",
        f"dir:{tmp_path}/plain",
        f"docker://{name}",
    )
    assert [each["mediaType"] for each in raw(skopeo, registry, "packed/zstd:1")["layers"]] == [
        ZSTD
    ]
    podman(registry, "pull", name)
    podman(registry, "image", "inspect", name)
    ctr(registry, "pull", *USER, name)


def test_manifests_of_docker_from_podman(registry, podman, docker, ctr, skopeo, image):
    made = podman(registry, "pull", "-q", image).stdout.strip()
    name = f"{registry.host}/of/docker:1"
    podman(registry, "push", "--format=v2s2", made, name)
    assert raw(skopeo, registry, "of/docker:1")["mediaType"] == DOCKER
    docker(registry, "pull", name)
    ctr(registry, "pull", *USER, name)


# oras, where it is: https://oras.land/docs/commands/


@pytest.fixture
def oras(registry, tmp_path):
    program = harness.tool("oras")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}

    def run(verb, *arguments, **options):
        # It takes localhost for a registry of plain HTTP.
        trusted = ("--plain-http=false", "--ca-file", registry.ca)
        return harness.run(
            program, verb, *trusted, *arguments, env=environment, cwd=tmp_path, **options
        )

    run("login", "-u", ANN[0], "--password-stdin", registry.host, input=ANN[1])
    return run


def test_oras_attaches_finds_and_copies(registry, oras, skopeo, image, tmp_path):
    name = f"{registry.host}/artifacts/app:1"
    skopeo(registry, "copy", image, f"docker://{name}")
    (tmp_path / "report.json").write_text("{}")
    oras("attach", "--artifact-type=text/report", "--annotation=by=ann", name, "report.json")
    found = json.loads(oras("discover", "--format=json", name).stdout)
    (only,) = found.get("referrers") or found["manifests"]
    assert (only["artifactType"], only["annotations"]["by"]) == ("text/report", "ann")
    oras("push", f"{registry.host}/artifacts/file:1", "report.json:text/plain")
    (tmp_path / "report.json").unlink()
    oras("pull", f"{registry.host}/artifacts/file:1")
    assert (tmp_path / "report.json").read_text() == "{}"
    assert oras("repo", "tags", f"{registry.host}/artifacts/file").stdout.split() == ["1"]
