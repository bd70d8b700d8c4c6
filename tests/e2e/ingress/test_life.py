"""What happens to a stack behind its ingress while clients are at work."""

from __future__ import annotations

import datetime
import hashlib
import http.client
import os
import re
import signal
import ssl
import threading

import pytest
from tests.serve import standing
from tests.stack.rules import serving

from homeport.net import ca, names
from homeport.registry.access import htpasswd

pytestmark = pytest.mark.e2e

SLOW_S = float(os.environ.get("HOMEPORT_TEST_SLOW_PUSH", "70"))
"""Longer than the 60 s after which Traefik by default cuts a request that still arrives; 130 shows two minutes."""
BASIC = standing.basic("admin", serving.PASSWORD)


@pytest.fixture
def stack(tmp_path):
    with standing.standing(tmp_path) as made:
        yield made


def leaf(stack):
    """The serial number of the certificate that a new client gets."""
    with stack.connect(stack.chosen.hosts.registry) as connection:
        return connection.getpeercert()["serialNumber"]


def renew(stack):
    """As `up` does when the certificate is about to end."""
    wanted = [*names.certificate_names(stack.chosen.hostnames, ["127.0.0.1"]), "new.example"]
    ca.ensure(stack.where.certificates, wanted, datetime.datetime.now(datetime.UTC))


def test_a_renewed_certificate_is_taken_and_no_connection_ends(stack):
    connection = stack.open(stack.chosen.hosts.registry)
    kept, before = connection.sock, leaf(stack)
    renew(stack)
    standing.until(lambda: leaf(stack) != before, "the new certificate")
    for _ in range(3):
        connection.request("GET", "/livez")
        assert connection.getresponse().read() is not None
        assert connection.sock is kept
    assert kept.getpeercert()["serialNumber"] == before
    connection.close()


def test_a_certificate_that_does_not_fit_its_key_is_not_taken(stack):
    before = leaf(stack)
    (stack.where.certificates / "server.crt").write_text(stack.ca)
    standing.until(lambda: "The former certificate stays in use" in stack.log, "the refusal")
    assert leaf(stack) == before
    assert stack.ask(stack.chosen.hosts.registry, "/livez").status == 200


def download(connection, path, began, go_on):
    """Reads a part, waits, and reads the rest; the digest of all."""
    connection.request("GET", path, headers=BASIC)
    answer = connection.getresponse()
    hashed = hashlib.sha256(answer.read(1000))
    began.set()
    assert go_on.wait(standing.WAIT_S)
    hashed.update(answer.read())
    return f"sha256:{hashed.hexdigest()}"


def push(stack, content):
    """A blob of a repository; its digest."""
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    host, path = stack.chosen.hosts.registry, f"/v2/a/blobs/uploads/?digest={digest}"
    assert stack.ask(host, path, "POST", content, **BASIC).status == 201
    return digest


def test_connections_on_direct_ports_outlive_traefik(stack):
    digest = push(stack, os.urandom(64 * 2**20))
    context = stack.context()
    direct = http.client.HTTPSConnection("localhost", stack.ports["registry"], context=context)
    began, go_on, found = threading.Event(), threading.Event(), []
    path = f"/v2/a/blobs/{digest}"
    reader = threading.Thread(
        target=lambda: found.append(download(direct, path, began, go_on)), daemon=True
    )
    reader.start()
    assert began.wait(standing.WAIT_S)
    os.kill(stack.traefik_pid(), signal.SIGKILL)
    assert stack.processes.pop("ingress").wait(20) == 1
    go_on.set()
    reader.join(standing.WAIT_S)
    direct.close()
    assert found == [digest]


def test_new_users_are_let_in_by_what_traefik_is_told(stack):
    """The user interface is not there yet; its users are those of the registry at any time."""
    routes = stack.where.ingress_configuration / "routes.yml"
    before = routes.stat().st_mtime_ns
    htpasswd.add(stack.where.htpasswd, "new", "a new password", cost=4)
    standing.until(lambda: routes.stat().st_mtime_ns != before, "the new users")


def test_a_slow_push_is_let_through(stack):
    """Traefik's own limit would cut it after a minute; the registry cuts one that stands still."""
    count = round(SLOW_S)
    content = os.urandom(count * 1024)
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    connection = stack.open(stack.chosen.hosts.registry)
    connection.putrequest("POST", f"/v2/slow/blobs/uploads/?digest={digest}")
    for name, value in (BASIC | {"Content-Length": str(len(content))}).items():
        connection.putheader(name, value)
    connection.endheaders()
    pause = threading.Event()
    for index in range(count):
        connection.send(content[index * 1024 : (index + 1) * 1024])
        pause.wait(1)
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Docker-Content-Digest"]) == (201, digest)
    connection.close()


def test_a_limit_that_was_given_is_kept(tmp_path):
    with standing.standing(tmp_path, HOMEPORT_INGRESS_READ_TIMEOUT="1s") as stack:
        connection = stack.open(stack.chosen.hosts.registry)
        connection.putrequest("POST", "/v2/slow/blobs/uploads/")
        connection.putheader("Content-Length", "10")
        connection.endheaders(b"x")
        assert re.match("4..|5..", _outcome(connection))
        connection.close()


def _outcome(connection):
    try:
        return str(connection.getresponse().status)
    except (http.client.RemoteDisconnected, ssl.SSLError, ConnectionError):
        return "499"
