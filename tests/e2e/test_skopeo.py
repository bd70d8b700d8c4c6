"""skopeo and podman, unmodified, against the registry of a running stack."""

from __future__ import annotations

import shutil

import harness
import images
import pytest

pytestmark = pytest.mark.e2e
MIB = images.MIB


def skopeo(stack, *arguments):
    environment = {**stack.environment, "SSL_CERT_FILE": str(stack.ca)}
    return harness.run(harness.tool("skopeo"), "--insecure-policy", *arguments, env=environment)


def credentials(stack):
    return f"admin:{harness.PASSWORD}"


def test_an_image_of_1_gib_comes_back_digest_equal(stack, tmp_path):
    digest = images.image(tmp_path / "in", [256 * MIB] * 4)
    target = f"docker://{stack.registry}/big/image:v1"
    skopeo(
        stack,
        "copy",
        "--preserve-digests",
        "--dest-creds",
        credentials(stack),
        f"oci:{tmp_path}/in:latest",
        target,
    )
    shutil.rmtree(tmp_path / "in")
    skopeo(
        stack,
        "copy",
        "--preserve-digests",
        "--src-creds",
        credentials(stack),
        target,
        f"oci:{tmp_path}/out:latest",
    )
    seen = skopeo(
        stack, "inspect", "--format", "{{.Digest}}", f"oci:{tmp_path}/out:latest"
    ).stdout.strip()
    assert seen == digest
    memory = {name: row["memory"] / MIB for name, row in stack.status().items()}
    assert memory["registry"] < 200


def test_an_image_of_many_layers(stack, tmp_path):
    digest = images.image(tmp_path / "in", [2048] * 60)
    target = f"docker://{stack.registry}/many:v1"
    skopeo(
        stack,
        "copy",
        "--preserve-digests",
        "--dest-creds",
        credentials(stack),
        f"oci:{tmp_path}/in:latest",
        target,
    )
    inspected = skopeo(
        stack, "inspect", "--creds", credentials(stack), "--format", "{{.Digest}}", target
    )
    assert inspected.stdout.strip() == digest


def test_tags_are_listed_and_deleted(stack, tmp_path):
    images.image(tmp_path / "in", [1000])
    for tag in ("b", "a"):
        target = f"docker://{stack.registry}/tagged:{tag}"
        skopeo(
            stack, "copy", "--dest-creds", credentials(stack), f"oci:{tmp_path}/in:latest", target
        )
    listed = skopeo(
        stack, "list-tags", "--creds", credentials(stack), f"docker://{stack.registry}/tagged"
    )
    assert '"a",\n        "b"' in listed.stdout
    skopeo(stack, "delete", "--creds", credentials(stack), f"docker://{stack.registry}/tagged:a")


def test_without_credentials_nothing_is_served(stack, tmp_path):
    images.image(tmp_path / "in", [1000])
    environment = {
        **stack.environment,
        "SSL_CERT_FILE": str(stack.ca),
        "REGISTRY_AUTH_FILE": str(tmp_path / "none.json"),
    }
    refused = harness.run(
        harness.tool("skopeo"),
        "inspect",
        f"docker://{stack.registry}/any:thing",
        env=environment,
        check=False,
    )
    assert refused.returncode != 0
    assert (
        "unauthorized" in refused.stderr.lower()
        or "authentication required" in refused.stderr.lower()
    )


def test_podman_logs_in_pushes_and_pulls(stack, tmp_path, short_path):
    images.image(tmp_path / "in", [5 * MIB])
    podman = podman_of(stack, short_path)
    podman("login", "-u", "admin", "--password-stdin", stack.registry, input=harness.PASSWORD)
    podman("pull", f"oci:{tmp_path}/in")
    image = podman("images", "-q").stdout.split()[0]
    podman("push", image, f"{stack.registry}/by/podman:1")
    podman("rmi", "-f", image)
    podman("pull", f"{stack.registry}/by/podman:1")
    assert podman("images", "-q").stdout.split()


def podman_of(stack, folder):
    certificates = folder / "certs.d"
    certificates.mkdir()
    shutil.copy(stack.ca, certificates / "ca.crt")
    environment = {
        **stack.environment,
        "REGISTRY_AUTH_FILE": str(folder / "auth.json"),
        "HOME": str(folder),
    }
    own = ("--root", folder / "root", "--runroot", folder / "run", "--storage-driver", "vfs")

    def podman(verb, *arguments, **options):
        tls = ("--cert-dir", certificates) if verb in {"login", "pull", "push"} else ()
        return harness.run(
            harness.tool("podman"), *own, verb, *tls, *arguments, env=environment, **options
        )

    return podman
