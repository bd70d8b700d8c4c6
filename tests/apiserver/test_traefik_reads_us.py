"""The real Traefik lists and watches the stand-in, and routes by what it reads there."""

from __future__ import annotations

import base64
import http.server
import threading

import bcrypt
import pytest
from tests.apiserver import ingress
from tests.apiserver.cluster import Cluster
from tests.apiserver.controllers import samples

pytestmark = pytest.mark.e2e
HOST = "web.homelab.local"


class Answering(http.server.BaseHTTPRequestHandler):
    """Answers every request alike."""

    def log_message(self, *_):
        """Says nothing."""

    def do_GET(self):
        """200 and a word."""
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")


@pytest.fixture
def port():
    """Of a server behind the Service."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture
def cluster(port):
    with Cluster() as found:
        found.add_authority()
        found.apply(samples.namespace(), samples.service())
        found.endpoint("registry", "web", "127.0.0.1", port, is_loopback=True)
        yield found


def route(entry_point="web", **more):
    return {
        "apiVersion": "traefik.io/v1alpha1",
        "kind": "IngressRoute",
        "metadata": {"name": f"web-{entry_point}", "namespace": "registry"},
        "spec": {
            "entryPoints": [entry_point],
            "routes": [
                {
                    "kind": "Rule",
                    "match": f"Host(`{HOST}`)",
                    "services": [{"name": "web", "port": 5000}],
                }
                | more.pop("rule", {})
            ],
        }
        | more,
    }


def basic_auth():
    return {
        "apiVersion": "traefik.io/v1alpha1",
        "kind": "Middleware",
        "metadata": {"name": "auth", "namespace": "registry"},
        "spec": {"basicAuth": {"secret": "auth"}},
    }


def test_a_route_is_listed(cluster, tmp_path):
    cluster.apply(route())
    with ingress.running(cluster, tmp_path) as traefik:
        traefik.wait(lambda: traefik.get(HOST), 200)
        assert traefik.get(HOST) == (200, b"hello")
        assert traefik.get("other.homelab.local")[0] == 404
        assert traefik.problems() == []


def test_a_route_is_watched(cluster, tmp_path):
    with ingress.running(cluster, tmp_path) as traefik:
        assert traefik.get(HOST)[0] == 404
        cluster.apply(route())
        traefik.wait(lambda: traefik.get(HOST), 200)
        cluster.world.remove(cluster.get("IngressRoute", "registry", "web-web"))
        traefik.wait(lambda: traefik.get(HOST), 404)


def test_watches_that_are_cut_are_begun_again(cluster, tmp_path):
    with ingress.running(cluster, tmp_path) as traefik:
        cluster.restart()
        cluster.apply(route())
        traefik.wait(lambda: traefik.get(HOST), 200)


def test_a_certificate_of_cert_manager(cluster, tmp_path):
    cluster.apply(samples.certificate("homelab-ca"))
    cluster.apply(route("websecure", tls={"secretName": "web-tls"}))
    secret = cluster.get("Secret", "registry", "web-tls")
    authority = base64.b64decode(secret["data"]["ca.crt"])
    with ingress.running(cluster, tmp_path) as traefik:
        traefik.wait(lambda: traefik.get_secure(HOST, authority), 200)
        assert traefik.get(HOST)[0] == 404


def test_its_problems_are_heard(cluster, tmp_path):
    cluster.apply(samples.config("auth", "Secret", one="YQ==", two="Yg=="), basic_auth())
    cluster.apply(route(rule={"middlewares": [{"name": "auth"}]}))
    with ingress.running(cluster, tmp_path) as traefik:
        traefik.wait(
            lambda: ["must be single element exactly" in str(traefik.problems())], wanted=True
        )
        assert traefik.get(HOST)[0] == 404


def test_basic_auth(cluster, tmp_path):
    line = b"dev:" + bcrypt.hashpw(b"test", bcrypt.gensalt(5))
    users = base64.b64encode(line).decode()
    cluster.apply(samples.config("auth", "Secret", htpasswd=users), basic_auth())
    cluster.apply(route(rule={"middlewares": [{"name": "auth"}]}))
    good = "Basic " + base64.b64encode(b"dev:test").decode()
    bad = "Basic " + base64.b64encode(b"dev:wrong").decode()
    with ingress.running(cluster, tmp_path) as traefik:
        traefik.wait(lambda: traefik.get(HOST), 401)
        assert traefik.get(HOST, Authorization=bad)[0] == 401
        assert traefik.get(HOST, Authorization=good)[0] == 200
