"""A whole deployed stack: what `homeport apply` has put into the stand-in, with real containers' programs behind the real Traefik."""

from __future__ import annotations

import base64
import contextlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import harness
from botocore.config import Config
from tests.apiserver import ingress, neighbours
from tests.apiserver.cluster import Cluster
from tests.cli.kubernetes.seeing import Shell
from tests.e2e.kubernetes import nodes, tunnels

REGISTRY, UI, CLOUD = (
    "registry.homelab.local",
    "registry-ui.homelab.local",
    "localstack.homelab.local",
)
PASSWORD = "a password for tests"
SETTINGS = {
    "HOMEPORT_CLOUD_ENGINE": "builtin",
    "HOMEPORT_CLOUD_EDGE": "off",
    "HOMEPORT_ADMIN_PASSWORD": PASSWORD,
}


def shell(cluster: Cluster, folder: Path, **settings: str) -> Shell:
    """Somebody who deploys to a cluster."""
    made = Shell(folder, cluster.kubeconfig(folder / "kubeconfig"))
    made.environment |= SETTINGS | settings
    return made


def kubectl(shell: Shell, *words: str, **options) -> subprocess.CompletedProcess[str]:
    """kubectl, for the same person."""
    return harness.run(neighbours.kubectl(), *words, env=shell.environment, **options)


@dataclass
class Whole:
    """A stack that runs, and the clients of it."""

    cluster: Cluster
    shell: Shell
    traefik: ingress.Ingress
    containers: dict[str, nodes.Container]
    proxy: str

    @property
    def ca(self) -> Path:
        """Whom all names are trusted by, as cert-manager left it in the cluster."""
        return self.shell.folder / "ca.pem"

    def homeport(self, *words: str) -> str:
        """What a command says, which must end well."""
        done = self.shell.run(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def curl(self, url: str, *words: str) -> str:
        """HTTP version, code and where it is sent on to."""
        entry = "web" if url.startswith("http:") else "websecure"
        led = ("--connect-to", f"::127.0.0.1:{self.traefik.ports[entry]}")
        shown = "%{http_version} %{http_code} %{redirect_url}"
        quiet = ("--silent", "--show-error", "--output", os.devnull, "--write-out", shown)
        trust = ("--cacert", str(self.ca))
        return harness.run(harness.tool("curl"), *quiet, *trust, *led, *words, url).stdout.strip()

    def skopeo(self, *words: str | Path, **options) -> subprocess.CompletedProcess[str]:
        """skopeo, on a machine that trusts the cluster's authority."""
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.shell.folder),
            "SSL_CERT_FILE": str(self.ca),
            "HTTPS_PROXY": self.proxy,
            "REGISTRY_AUTH_FILE": str(self.shell.folder / "none.json"),
        }
        program = harness.tool("skopeo")
        return harness.run(program, "--insecure-policy", *words, env=environment, **options)

    def s3(self, endpoint: str):
        """boto3's client."""
        return boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            verify=str(self.ca),
            config=Config(proxies={"https": self.proxy}),
        )


@contextlib.contextmanager
def deployed(folder: Path, engine: str) -> Iterator[Whole]:
    """Applied by the command, and run by the programs of its containers, while the block does."""
    with Cluster() as cluster, contextlib.ExitStack() as stack:
        person = shell(cluster, folder, HOMEPORT_REGISTRY_ENGINE=engine)
        done = person.run("apply", "--yes")
        assert done.returncode == 0, done.stdout + done.stderr
        _trust(cluster, folder / "ca.pem")
        containers = {
            name: _run(stack, cluster, name, folder / name) for name in ("registry", "localstack")
        }
        registry = containers["registry"].port
        cluster.endpoint("registry", "registry-ui", "127.0.0.1", registry, is_loopback=True)
        traefik = stack.enter_context(ingress.running(cluster, folder))
        proxy = stack.enter_context(tunnels.leading_to(traefik.ports["websecure"]))
        whole = Whole(cluster, person, traefik, containers, proxy)
        authority = whole.ca.read_bytes()
        login = basic("admin", PASSWORD)
        traefik.wait(lambda: traefik.get_secure(REGISTRY, authority, "/v2/", **login), 200)
        traefik.wait(lambda: traefik.get_secure(CLOUD, authority, "/_localstack/health"), 200)
        yield whole


def basic(user: str, password: str) -> dict[str, str]:
    """The header of a login."""
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def _trust(cluster: Cluster, path: Path) -> None:
    secret = cluster.get("Secret", "registry", "registry-tls")
    path.write_bytes(base64.b64decode(secret["data"]["ca.crt"]))


def _run(stack: contextlib.ExitStack, cluster: Cluster, name: str, folder: Path) -> nodes.Container:
    container = nodes.Container(cluster, name, name, folder)
    stack.enter_context(container.running())
    cluster.endpoint(name, name, "127.0.0.1", container.port, is_loopback=True)
    return container
