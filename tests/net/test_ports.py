"""Which port is taken where the machine decides."""

import errno
import socket

import pytest

from homeport.net import ports

DENIED = PermissionError(errno.EACCES, "Permission denied")
TAKEN = OSError(errno.EADDRINUSE, "Address already in use")


def listening(kind=socket.SOCK_STREAM, family=socket.AF_INET, address="127.0.0.1"):
    made = socket.socket(family, kind)
    made.bind((address, 0))
    if kind == socket.SOCK_STREAM:
        made.listen()
    return made


def test_a_port_that_is_free():
    with listening() as held:
        port = held.getsockname()[1]
    assert ports.trouble("127.0.0.1", port, has_datagrams=True) is None


def test_a_port_that_is_taken():
    with listening() as held:
        assert ports.is_in_use(ports.trouble("127.0.0.1", held.getsockname()[1]))


def test_a_port_that_is_taken_for_datagrams_only():
    with listening(socket.SOCK_DGRAM) as held:
        port = held.getsockname()[1]
        assert ports.trouble("127.0.0.1", port) is None
        assert ports.is_in_use(ports.trouble("127.0.0.1", port, has_datagrams=True))


def test_a_port_where_somebody_answers():
    with listening() as held:
        port = held.getsockname()[1]
        assert ports.is_answered("127.0.0.1", port)
        assert ports.is_answered("0.0.0.0", port)
    assert not ports.is_answered("127.0.0.1", port)


def test_an_address_of_another_machine():
    error = ports.trouble("192.0.2.1", 8443)
    assert error.errno == errno.EADDRNOTAVAIL
    assert not ports.is_in_use(error)
    assert not ports.is_for_root(error)


def test_an_address_of_version_6():
    with listening(family=socket.AF_INET6, address="::1") as held:
        port = held.getsockname()[1]
        assert ports.is_in_use(ports.trouble("::1", port))


@pytest.mark.parametrize(
    ("against", "taken", "port", "refused"),
    [
        ({}, (), 443, []),
        ({443: DENIED}, (), 8443, [443]),
        ({}, (443,), 8443, [443]),
        ({443: DENIED, 8443: TAKEN}, (), None, [443, 8443]),
    ],
)
def test_the_first_against_which_nothing_stands(against, taken, port, refused):
    found = ports.first((443, 8443), against.get, taken)
    assert found.port == port
    assert [number for number, _ in found.refusals] == refused


def test_who_may_not_is_told_from_who_cannot():
    assert ports.is_for_root(DENIED)
    assert not ports.is_for_root(TAKEN)
