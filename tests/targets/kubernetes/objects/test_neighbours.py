"""What is rendered, in the hands of others: kubectl applies it, Traefik routes by it, both against the stand-in."""

import base64
import http.server
import os
import subprocess
import sys
import threading

import bcrypt
import pytest
from tests.apiserver import ingress, neighbours
from tests.apiserver.cluster import Cluster
from tests.targets.kubernetes.objects import stacks

from homeport.targets.kubernetes import yaml_text
from homeport.targets.kubernetes.objects import render

pytestmark = pytest.mark.e2e

PASSWORD = "secret"
HASHED = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
MATERIAL = render.Material(f"ada:{HASHED}\n")
LOGIN = {"Authorization": "Basic " + base64.b64encode(f"ada:{PASSWORD}".encode()).decode()}
WITHOUT_SOCKET = {"cloud.docker_socket": "none"}
"""The stand-in's node has containerd, as those of K3s."""
REGISTRY, UI, CLOUD = (
    "registry.homelab.local",
    "registry-ui.homelab.local",
    "localstack.homelab.local",
)


class Answering(http.server.BaseHTTPRequestHandler):
    """Says which server answers, and whether a password came with the request."""

    def log_message(self, *_):
        """Says nothing."""

    def do_GET(self):
        """200."""
        body = f"{self.server.name} {self.headers.get('Authorization', '')[:5]}".strip().encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def behind():
    """A server for each Service."""
    servers = {}
    for name in ("registry", "registry-ui", "localstack"):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        server.name = name
        threading.Thread(target=server.serve_forever).start()
        servers[name] = server
    yield {name: server.server_address[1] for name, server in servers.items()}
    for server in servers.values():
        server.shutdown()
        server.server_close()


def deploy(cluster, ports, given=None):
    rendered = stacks.Rendered(WITHOUT_SOCKET | (given or {}), MATERIAL)
    cluster.apply(*(obj for obj in rendered.all if obj["kind"] != "Deployment"))
    for name, port in ports.items():
        where = "localstack" if name == "localstack" else "registry"
        cluster.endpoint(where, name, "127.0.0.1", port, is_loopback=True)
    secret = cluster.get("Secret", "registry", "registry-tls")
    return base64.b64decode(secret["data"]["ca.crt"])


@pytest.fixture
def cluster():
    with Cluster() as found:
        yield found


def test_traefik_routes_by_our_objects(cluster, behind, tmp_path):
    authority = deploy(cluster, behind)
    with ingress.running(cluster, tmp_path) as traefik:
        traefik.wait(lambda: traefik.get_secure(CLOUD, authority), 200)
        assert traefik.get_secure(CLOUD, authority) == (200, b"localstack")
        assert traefik.get_secure(f"bucket.s3.{CLOUD}", authority) == (200, b"localstack")
        for host, name in ((REGISTRY, b"registry"), (UI, b"registry-ui")):
            assert traefik.get_secure(host, authority, "/v2/")[0] == 401
            assert traefik.get_secure(host, authority, "/v2/", **LOGIN) == (200, name + b" Basic")
        assert traefik.problems() == []


def test_traefik_sends_plain_http_on_and_serves_nothing(cluster, behind, tmp_path):
    deploy(cluster, behind)
    with ingress.running(cluster, tmp_path) as traefik:
        traefik.wait(lambda: traefik.get(CLOUD), 301)
        for host in (REGISTRY, UI, CLOUD, f"bucket.{CLOUD}"):
            assert traefik.get(host, "/v2/", **LOGIN) == (301, b"Moved Permanently")


def test_traefik_leaves_passwords_to_homeport_s_own_registry(cluster, behind, tmp_path):
    authority = deploy(cluster, behind, {"registry.engine": "builtin"})
    token = {"Authorization": "Bearer x"}
    with ingress.running(cluster, tmp_path) as traefik:
        traefik.wait(lambda: traefik.get_secure(REGISTRY, authority), 200)
        assert traefik.get_secure(REGISTRY, authority, **token) == (200, b"registry Beare")
        assert traefik.get_secure(UI, authority)[0] == 401


@pytest.mark.parametrize(
    "given",
    [{}, {"registry.engine": "builtin", "cloud.engine": "builtin"}],
    ids=["upstream", "builtin"],
)
def test_kubectl_applies_it_and_all_becomes_ready(cluster, tmp_path, given):
    def kubectl(*words, text=None):
        config = str(cluster.kubeconfig(tmp_path / "kubeconfig"))
        return subprocess.run(
            [neighbours.kubectl(), *words],
            input=text,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
            env={"KUBECONFIG": config, "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        ).stdout

    text = yaml_text.documents(stacks.Rendered(WITHOUT_SOCKET | given, MATERIAL).all)
    applied = kubectl("apply", "--server-side", "-f", "-", text=text)
    assert applied.count("serverside-applied") == text.count("\nkind: ")
    for where, name in (("registry", "registry"), ("registry", "registry-ui"), ("localstack",) * 2):
        kubectl("wait", "-n", where, f"deploy/{name}", "--for=condition=Available", "--timeout=60s")
        kubectl(
            "wait", "-n", where, f"certificate/{name}", "--for=condition=Ready", "--timeout=60s"
        )
    assert kubectl("diff", "--server-side", "-f", "-", text=text) == ""


def test_render_into_kubectl(cluster, tmp_path):
    users = tmp_path / "kubernetes/homeport/htpasswd"
    users.parent.mkdir(parents=True)
    users.write_text(MATERIAL.htpasswd)
    pipe = f'"$0" -P -m homeport render --cloud-docker-socket none | {neighbours.kubectl()} apply --server-side -f -'
    environment = {
        "KUBECONFIG": str(cluster.kubeconfig(tmp_path / "kubeconfig")),
        "HOMEPORT_DATA": str(tmp_path),
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
    }
    done = subprocess.run(
        ["sh", "-c", pipe, sys.executable],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "secret/registry-auth serverside-applied" in done.stdout, done.stderr
    stored = cluster.get("Secret", "registry", "registry-auth")["data"]["htpasswd"]
    assert base64.b64decode(stored).decode() == MATERIAL.htpasswd
