"""For any hosts, a client that trusts the CA connects by each name, and by no other."""

import contextlib
import datetime
import socket
import ssl
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.net import ca, names

LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True).filter(
    lambda text: not text.startswith("xn--") and not text.isdigit() and "--" not in text
)
HOST = st.lists(LABEL, min_size=2, max_size=5).map(".".join)
ADDRESS = st.ip_addresses().map(str)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("certificates")
    ca.ensure(made, ["first"], datetime.datetime.now(datetime.UTC))
    return made


def connects(folder, name):
    """Whether a client verifies a server for a name, over a connection of its own."""
    ours, theirs = socket.socketpair()
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(folder / "server.crt", folder / "server.key")
    trusting = ssl.create_default_context(cafile=folder / "ca.crt")

    def serve():
        with contextlib.suppress(OSError), serving.wrap_socket(theirs, server_side=True) as server:
            server.sendall(b"hello")

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with trusting.wrap_socket(ours, server_hostname=name) as client:
            return client.recv(5) == b"hello"
    except ssl.SSLCertVerificationError:
        return False
    finally:
        ours.close()
        thread.join()
        theirs.close()


@settings(max_examples=30, deadline=None)
@given(
    wide=st.lists(HOST, max_size=3),
    plain=st.lists(HOST, max_size=3),
    listening=st.lists(ADDRESS, max_size=3),
    bucket=LABEL,
    stranger=HOST,
)
def test_any_hosts(folder, wide, plain, listening, bucket, stranger):
    made = names.certificate_names(wide, listening, plain)
    ca.ensure(folder, made, datetime.datetime.now(datetime.UTC))
    assert ca.flaw(folder, made, datetime.datetime.now(datetime.UTC)) is None
    below = [f"{bucket}.s3.{host}" for host in wide]
    reached = [address for address in listening if not names.is_wildcard(address)]
    for name in (*wide, *plain, *below, *reached, "localhost", f"{bucket}.s3.localhost", "::1"):
        assert connects(folder, name), name
    assert connects(folder, stranger) == names.is_named(stranger, made)
