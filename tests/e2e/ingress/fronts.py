"""The same sites behind the real Traefik twice: as `homeport up` has them (file provider), and as `homeport apply` (CRD provider)."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import http.client
import http.server
import json
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.apiserver import neighbours
from tests.serve import standing
from tests.targets.kubernetes.checking import deployed

from homeport.net import files
from homeport.net.ingress import dynamic, static
from homeport.serve.traefik import configuring, renewing
from homeport.stack import settings
from homeport.stack.groups import sites
from homeport.targets.kubernetes.objects import names

WAIT_S = 30


class Echo(http.server.BaseHTTPRequestHandler):
    """Says what it was asked."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """Says nothing."""

    def do_GET(self):
        """The request as it arrived."""
        said = {"path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}}
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextlib.contextmanager
def echo() -> Iterator[int]:
    """The port of a server that says what it was asked."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@dataclasses.dataclass
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def asked(self) -> dict:
        """What the server behind it saw."""
        return json.loads(self.body)


@dataclasses.dataclass
class Front:
    """One Traefik."""

    name: str
    chosen: settings.Settings
    port: int
    plain_port: int
    authorities: str
    location_port: int
    """That of the redirect."""

    def context(self) -> ssl.SSLContext:
        """Trusts its certificates."""
        return ssl.create_default_context(cadata=self.authorities)

    def secure(self, host: str, path: str = "/", **headers: str) -> Answer:
        """Asks by HTTPS."""
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=WAIT_S)
        connection = http.client.HTTPSConnection(host, self.port)
        connection.sock = self.context().wrap_socket(raw, server_hostname=host)
        return _answer(connection, host, path, headers)

    def plain(self, host: str, path: str = "/", method: str = "GET") -> Answer:
        """Asks by plain HTTP."""
        connection = http.client.HTTPConnection("127.0.0.1", self.plain_port, timeout=WAIT_S)
        return _answer(connection, host, path, {}, method)

    def certificate(self, host: str, protocols=("http/1.1",)) -> tuple[dict, str | None]:
        """The one that a client of that name gets, and the protocol that was agreed on."""
        context = self.context()
        context.check_hostname = False
        context.set_alpn_protocols(list(protocols))
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=WAIT_S)
        with context.wrap_socket(raw, server_hostname=host) as secure:
            return secure.getpeercert(), secure.selected_alpn_protocol()


def _answer(connection, host, path, headers, method="GET") -> Answer:
    with contextlib.closing(connection):
        connection.putrequest(method, path, skip_host=True)
        for name, value in {"Host": host, **headers}.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        found = connection.getresponse()
        return Answer(found.status, found.headers, found.read())


@contextlib.contextmanager
def local(folder: Path, behind: int) -> Iterator[Front]:
    """By the files that `homeport serve ingress` writes."""
    stack = standing.Standing(folder)
    chosen = stack.chosen
    other = dynamic.Backend(f"http://127.0.0.1:{behind}")
    backends = {**configuring.backends(chosen), sites.UI: other, sites.CLOUD: other}
    try:
        stack.start("registry")
        with _traefik(stack, backends):
            yield Front("local", chosen, stack.port, stack.plain_port, stack.ca, stack.port)
    finally:
        stack.stop()


@contextlib.contextmanager
def _traefik(stack: standing.Standing, backends) -> Iterator[None]:
    where, chosen = stack.where, stack.chosen
    where.ingress_configuration.mkdir()
    renewing.Routes(chosen, stack.port, backends).write()
    listening = static.Listening("127.0.0.1", stack.port, stack.plain_port)
    made = configuring.static_text(configuring.static_configuration(chosen, listening))
    files.write(configuring.static_file(where), made, 0o600)
    process = subprocess.Popen(
        [neighbours.traefik(), f"--configFile={configuring.static_file(where)}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(WAIT_S)


@contextlib.contextmanager
def cluster(folder: Path, behind: int) -> Iterator[Front]:
    """By the objects that `homeport apply` applies, in a stand-in cluster."""
    folder.mkdir()
    with deployed.deployed(
        folder, HOMEPORT_REGISTRY_ENGINE="builtin", HOMEPORT_UI_ENGINE="builtin"
    ) as found:
        chosen, stand_in = found.served.chosen, found.stand_in
        for namespace, name in (
            (chosen.registry.namespace, "registry-ui"),
            (chosen.cloud.namespace, "localstack"),
        ):
            for former in stand_in.world.all("EndpointSlice", namespace):
                if former["metadata"]["labels"]["kubernetes.io/service-name"] == name:
                    stand_in.world.remove(former)
            stand_in.endpoint(namespace, name, "127.0.0.1", behind, is_loopback=True)
        authorities = {
            _authority(stand_in.get("Secret", namespace, names.certificate_secret(name)))
            for namespace, name in (
                (chosen.registry.namespace, names.REGISTRY),
                (chosen.registry.namespace, names.UI),
                (chosen.cloud.namespace, names.CLOUD),
            )
        }
        ports = found.traefik.ports
        yield Front("cluster", chosen, ports["websecure"], ports["web"], "".join(authorities), 443)


def _authority(secret: dict) -> str:
    return base64.b64decode(secret["data"]["ca.crt"]).decode()


FRONTS = {"local": local, "cluster": cluster}
