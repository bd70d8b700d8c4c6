"""What the suites of other tests need to run against containers: the cloud as their stack, the registry as their address."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import bcrypt
import harness
import pytest
from tests.conformance.registry import test_oci as oci
from tests.e2e.image import built, containers, mounted, stacks

OCI = built.ROOT / "tests" / "conformance" / "registry"


@pytest.fixture(scope="module")
def shared_stack(podman: containers.Podman) -> Iterator[stacks.Cloud]:
    """The cloud of the tests of one file that change nothing in it."""
    with stacks.serving(podman) as made:
        yield made


@pytest.fixture
def stack(podman: containers.Podman) -> Iterator[stacks.Cloud]:
    """A cloud of the test's own."""
    with stacks.serving(podman) as made:
        yield made


def run_oci(podman: containers.Podman, which: str) -> str:
    """What the official suite says of a registry with a mounted Secret; skips where it cannot be built."""
    if oci.GO is None:
        pytest.skip("Go, which builds the suite, is not installed")
    hashed = bcrypt.hashpw(b"secret", bcrypt.gensalt(4)).decode()
    secret = mounted.Volume(podman.folder, {"htpasswd": f"ann:{hashed}\n"})
    volume = f"--volume={podman.volume()}:/var/lib/registry"
    with podman.serving("registry", volume, secret.at("/auth")) as container:
        told = {
            "OCI_REGISTRY": f"localhost:{container.port}",
            "OCI_TLS": "disabled",
            "OCI_USERNAME": "ann",
            "OCI_PASSWORD": "secret",
        }
        words = ("-m", "pytest", "-p", "no:cacheprovider", "-q", "-k", which, OCI)
        said = harness.run(sys.executable, *words, env={**os.environ, **told}, cwd=built.ROOT)
    if "could not be built" in said.stdout:
        pytest.skip(said.stdout[-300:])
    return said.stdout
