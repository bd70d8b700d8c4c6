"""Through a real proxy, which must see the name of the API server and nothing that is ours."""

import socket
import threading

import pytest
from tests.targets.kubernetes.cluster import wires
from tests.targets.kubernetes.cluster.wires import TOKEN, Wire

from homeport.targets.kubernetes.cluster import errors
from homeport.targets.kubernetes.cluster.configuration.access import Proxy
from homeport.targets.kubernetes.cluster.wire.retrying import Patience

VERSION = wires.answer(200, {"gitVersion": "v1.35.6+k3s1"})


class Through:
    """Answers CONNECT with a status, and carries bytes where that is 200."""

    def __init__(self, status):
        self.status, self.heads, self.carried = status, [], b""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client):
        head = client.recv(65536).decode()
        self.heads.append(head)
        client.sendall(f"HTTP/1.1 {self.status} Whatever\r\n\r\n".encode())
        if self.status != 200:
            client.close()
            return
        host, _, port = head.split(" ")[1].partition(":")
        with socket.create_connection((host, int(port))) as server, client:
            back = threading.Thread(target=_copy, args=(server, client, []), daemon=True)
            back.start()
            seen = []
            _copy(client, server, seen)
            self.carried += b"".join(seen)
            back.join(5)


def _copy(source, target, seen):
    try:
        while piece := source.recv(65536):
            seen.append(piece)
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return


def test_it_sees_the_name_of_the_server_and_its_own_password():
    with Through(200) as proxy, Wire(VERSION) as wire:
        chosen = Proxy(proxy.url, "Basic cHJveHk6cHc=")
        with wire.client(proxy=chosen) as client:
            assert client.version() == "v1.35.6+k3s1"
        seen = wire.seen[0]
    assert proxy.heads[0].startswith(f"CONNECT 127.0.0.1:{wire.port} HTTP/1.")
    assert "Proxy-Authorization: Basic cHJveHk6cHc=" in proxy.heads[0]
    assert TOKEN not in proxy.heads[0]
    assert TOKEN.encode() not in proxy.carried
    assert seen.values("authorization") == [f"Bearer {TOKEN}"]
    assert seen.values("proxy-authorization") == []


@pytest.mark.parametrize("status", [403, 407, 502])
def test_one_that_refuses_is_named(status):
    with Through(status) as proxy, Wire(VERSION) as wire:
        client = wire.client(Patience(1), proxy=Proxy(proxy.url, "Basic cHJveHk6cHc="))
        with pytest.raises(errors.Unreachable, match=f"through the proxy {proxy.url}") as caught:
            client.version()
    assert "the proxy did not connect to it" in caught.value.what
    assert "cHJveHk6cHc=" not in str(caught.value)
    assert wire.seen == []


def test_one_that_is_not_there_is_named():
    with Wire(VERSION) as wire, pytest.raises(errors.Unreachable, match="proxy http:"):
        wire.client(Patience(1), proxy=Proxy("http://127.0.0.1:1")).version()
