"""How a running stack is asked: by its names, at whatever address, and with words for people where it fails."""

import contextlib
import socket
import threading

import pytest

from homeport import errors
from homeport.clock import SystemClock
from homeport.stack.rules.asking import asked, connections, trust
from homeport.stack.rules.asking.places import Place

HOST = "registry.homelab.local"


class Socket:
    """Answers each connection with fixed bytes, and keeps what was asked."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.asked: list[bytes] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                with connection:
                    self.asked.append(connection.recv(65_536))
                    connection.sendall(self.answer)

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()


@pytest.fixture
def answering():
    made = []

    def start(answer):
        made.append(Socket(answer))
        return made[-1]

    yield start
    for each in made:
        each.close()


def running(port, **changes):
    given = {"port": port, "plain_port": port, "is_encrypted": False} | changes
    place = Place(HOST, "127.0.0.1", **given)
    user = asked.User("ada", "s3cret")
    return asked.Asked({HOST: place}, cloud=HOST, user=user, time=SystemClock())


OK = b"HTTP/1.1 200 OK\r\nX-Thing: Yes\r\nContent-Length: 5\r\n\r\nhello"


def test_the_name_is_asked_for_at_the_address(answering):
    server = answering(OK)
    with contextlib.closing(running(server.port)) as its:
        reply = its.ask(HOST, "PUT", "/v2/a?b=c", headers={"X-Mine": "1"}, body=b"data")
    assert (reply.status, reply.body, reply.headers["x-thing"]) == (200, b"hello", "Yes")
    lines = server.asked[0].split(b"\r\n")
    assert lines[0] == b"PUT /v2/a?b=c HTTP/1.1"
    assert f"Host: {HOST}:{server.port}".encode() in lines
    assert b"X-Mine: 1" in lines
    assert not any(line.lower().startswith(b"authorization") for line in lines)


def test_the_password_is_sent_where_it_is_wanted(answering):
    server = answering(OK)
    with contextlib.closing(running(server.port)) as its:
        its.ask(HOST, "GET", "/", is_known=True)
    assert b"Authorization: Basic YWRhOnMzY3JldA==" in server.asked[0]


def test_redirects_are_not_followed(answering):
    server = answering(
        b"HTTP/1.1 301 M\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    )
    with contextlib.closing(running(server.port)) as its:
        assert its.ask(HOST, "GET", "/").status == 301
    assert len(server.asked) == 1


FAILURES = {
    "it ends too early": OK.replace(b": 5", b": 500"),
    "it says nothing": b"",
    "it is no HTTP": b"\x00\x01\x02\r\n\r\n",
}


@pytest.mark.parametrize("name", FAILURES)
def test_answers_that_are_none(name, answering):
    server = answering(FAILURES[name])
    its = running(server.port)
    with pytest.raises(errors.HomeportError) as caught:
        its.ask(HOST, "GET", "/")
    its.close()
    assert f"{HOST} is not reached at 127.0.0.1:{server.port}" in caught.value.what
    assert len(server.asked) == 1


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with contextlib.closing(running(port)) as its:
        with pytest.raises(errors.HomeportError, match="Connection refused") as caught:
            its.ask(HOST, "GET", "/")
        with pytest.raises(errors.HomeportError, match="Connection refused"):
            its.certificate(HOST)
    assert "--address" in caught.value.hint


def test_a_name_that_is_not_known():
    place = Place("nowhere.invalid", "")
    its = asked.Asked({place.host: place}, cloud="", user=asked.User("", ""), time=SystemClock())
    with pytest.raises(errors.HomeportError, match=r"The name nowhere.invalid is not known here"):
        its.ask(place.host, "GET", "/")


def test_plain_http_where_tls_is_wanted(answering):
    server = answering(OK)
    with contextlib.closing(running(server.port, is_encrypted=True)) as its:
        with pytest.raises(errors.HomeportError, match="does not speak TLS"):
            its.ask(HOST, "GET", "/")
        with pytest.raises(errors.HomeportError, match="does not speak TLS"):
            its.certificate(HOST)


def test_other_names_are_none_of_the_stack():
    with pytest.raises(errors.HomeportError, match=r"other\.lan is no name of the stack"):
        running(1).ask("other.lan", "GET", "/")


def test_nothing_is_restarted_unasked():
    its = running(1)
    assert not its.can_restart
    with pytest.raises(errors.HomeportError, match="may not be restarted"):
        its.restart("registry")
    done = []
    its.allow_restarts(done.append)
    its.restart("registry")
    assert (its.can_restart, done) == (True, ["registry"])


def test_names_are_unlike_each_other():
    names = {running(1).unique("check") for _ in range(100)}
    assert len(names) == 100
    # The narrowest of all: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    assert all(len(name) <= 63 and name == name.lower() for name in names)


TARGETS = {
    "https://a/b?c=d": "/b?c=d",
    "https://a": "/",
    "https://a/b%20c": "/b%20c",
    "https://a/?": "/",
}


@pytest.mark.parametrize("url", TARGETS)
def test_targets(url):
    assert connections.target(url) == TARGETS[url]


def test_a_broken_ca_is_an_error():
    place = Place(HOST, "127.0.0.1", ca="no PEM")
    with pytest.raises(errors.HomeportError, match=r"CA of registry\.homelab.local is none"):
        trust.context(place)
