"""The certificate is renewed under a registry and a cloud that run: open connections go on, new ones see the new one."""

import base64
import contextlib
import datetime
import hashlib
import http.client
import os
import socket
import ssl
import threading

import pytest
from cryptography import x509
from tests.stack.rules import serving

from homeport.net import ca, files
from homeport.stack import folders
from homeport.targets.local import prepare

SIZE = 48 * 2**20
"""More than the buffers of both sides hold, so that the download is under way when the certificate changes."""
WAIT_S = 30.0
"""The files are looked at every ten seconds."""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    made = serving.Served(tmp_path_factory.mktemp("renewed"))
    made.start("registry", "cloud")
    yield made
    made.stop()


class Client:
    """One connection to a component by its name, kept."""

    def __init__(self, served, name, host, headers=None):
        context = ssl.create_default_context(cadata=served.ca)
        self.connection = http.client.HTTPSConnection(host, served.ports[name], context=context)
        place = ("127.0.0.1", served.ports[name])
        self.connection._create_connection = lambda *_: socket.create_connection(place, WAIT_S)
        self.headers = headers or {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def ask(self, method, path, body=None, **headers):
        self.connection.request(method, path, body, self.headers | headers)
        return self.connection.getresponse()

    def read(self, method, path, body=None, **headers):
        answer = self.ask(method, path, body, **headers)
        return answer.status, answer.read()

    @property
    def serial(self):
        der = self.connection.sock.getpeercert(binary_form=True)
        return x509.load_der_x509_certificate(der).serial_number


def registry(served):
    credentials = base64.b64encode(f"admin:{serving.PASSWORD}".encode()).decode()
    headers = {"Authorization": f"Basic {credentials}"}
    return Client(served, "registry", served.chosen.hosts.registry, headers)


def cloud(served):
    return Client(served, "cloud", served.chosen.hosts.cloud)


def stored_blob(client, content):
    client.read("POST", "/v2/images/blobs/uploads/")
    answer = client.ask("POST", "/v2/images/blobs/uploads/")
    answer.read()
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    place = answer.getheader("Location")
    joint = "&" if "?" in place else "?"
    status, said = client.read("PUT", f"{place}{joint}digest={digest}", content)
    assert status == 201, said
    return f"/v2/images/blobs/{digest}"


def stored_object(client, content):
    assert client.read("PUT", "/bucket")[0] == 200
    assert client.read("PUT", "/bucket/key", content)[0] == 200
    return "/bucket/key"


COMPONENTS = {
    "registry": (registry, stored_blob, "/v2/"),
    "cloud": (cloud, stored_object, "/_localstack/health"),
}


def renew(served):
    """As the supervisor does it where there is a new name."""
    folder = folders.of(served.chosen).certificates
    now = datetime.datetime.now(datetime.UTC)
    names = [*prepare.certificate_names(served.chosen), f"{os.urandom(4).hex()}.example"]
    assert ca.ensure(folder, names, now).is_new_certificate
    made = x509.load_pem_x509_certificate(files.server(folder).certificate.read_bytes())
    return made.serial_number


def until_new_connections_see(make, served, path, serial):
    pause = threading.Event()
    for _ in range(int(WAIT_S / 0.2)):
        with make(served) as client:
            assert client.read("GET", path)[0] == 200
            if client.serial == serial:
                return
        pause.wait(0.2)
    raise AssertionError(f"new connections do not see the new certificate after {WAIT_S} s")


@contextlib.contextmanager
def going_on(served, name):
    """A connection that is kept and a download that is under way, which end as they began."""
    make, store, path = COMPONENTS[name]
    content = os.urandom(SIZE)
    with make(served) as kept, make(served) as loading:
        place = store(kept, content)
        download = loading.ask("GET", place)
        begin, old = download.read(2**20), kept.serial
        yield old
        assert kept.read("GET", path)[0] == 200
        assert begin + download.read() == content
        assert loading.read("GET", path)[0] == 200
        assert (kept.serial, loading.serial) == (old, old)


@pytest.mark.e2e
def test_a_renewal_drops_no_connection(served):
    with going_on(served, "registry") as old, going_on(served, "cloud"):
        new = renew(served)
        for make, _, path in COMPONENTS.values():
            until_new_connections_see(make, served, path, new)
    assert new != old
