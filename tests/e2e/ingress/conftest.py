"""A stack behind its ingress, and a proxy in place of its DNS records."""

from __future__ import annotations

import os
from pathlib import Path

import harness
import pytest
from tests.e2e.kubernetes import tunnels
from tests.serve import standing


class Reached(standing.Standing):
    """A stack, and the environment of a machine that knows its names and its CA."""

    proxy = ""

    @property
    def registry(self) -> str:
        """As in the name of an image."""
        return f"{self.chosen.hosts.registry}:{self.port}"

    @property
    def cloud(self) -> str:
        """As an endpoint."""
        return f"https://{self.chosen.hosts.cloud}:{self.port}"

    @property
    def authority(self) -> Path:
        """The file of its CA."""
        return self.where.certificates / "ca.crt"

    def client_environment(self) -> dict[str, str]:
        """For programs."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "SSL_CERT_FILE": str(self.authority),
            "HTTPS_PROXY": self.proxy,
            "REGISTRY_AUTH_FILE": str(self.folder / "logins.json"),
        }

    def skopeo(self, *words, **options):
        """skopeo, on that machine."""
        program = harness.tool("skopeo")
        environment = self.client_environment()
        return harness.run(program, "--insecure-policy", *words, env=environment, **options)


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """It stands for the tests of one file."""
    made = Reached(tmp_path_factory.mktemp("reached"), HOMEPORT_REGISTRY_TOKENS="true")
    try:
        made.start_all()
        with tunnels.leading_to(made.port) as made.proxy:
            yield made
    finally:
        made.stop()
