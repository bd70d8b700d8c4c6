import shutil
import socket
import subprocess

import pytest

from homeport.net import interfaces

FIB_TRIE = """\
Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 127.0.0.0/8 2 0 2
        |-- 127.0.0.1
           /32 host LOCAL
        |-- 127.255.255.255
           /32 link BROADCAST
     +-- 172.17.0.0/16 2 0 2
        |-- 172.17.0.1
           /32 host LOCAL
     +-- 192.168.1.0/24 2 0 2
        |-- 192.168.1.5
           /32 host LOCAL
        |-- 192.168.1.255
           /32 link BROADCAST
Local:
     |-- 169.254.3.4
        /32 host LOCAL
     |-- 192.168.1.5
        /32 host LOCAL
"""
IF_INET6 = """\
fd000000000000000000000000000002 04 40 00 82     eth0
fd000000000000000000000000000003 04 40 00 01     eth0
fd000000000000000000000000000004 04 40 00 20     eth0
00000000000000000000000000000001 01 80 10 80       lo
fe8000000000000000fc00fffe000001 04 40 20 80     eth0
"""


@pytest.fixture
def proc(tmp_path, monkeypatch):
    monkeypatch.setattr(interfaces, "outward", list)
    (tmp_path / "net").mkdir()
    (tmp_path / "net/fib_trie").write_text(FIB_TRIE)
    (tmp_path / "net/if_inet6").write_text(IF_INET6)
    return tmp_path


def test_all_lasting_addresses_of_a_machine(proc):
    assert interfaces.addresses(proc) == ["172.17.0.1", "192.168.1.5", "fd00::2"]


def test_there_is_an_end_to_them(proc):
    lines = (
        f"     |-- 10.0.{n // 250}.{n % 250 + 1}\n        /32 host LOCAL\n" for n in range(500)
    )
    (proc / "net/fib_trie").write_text("".join(lines))
    assert len(interfaces.addresses(proc)) == interfaces.MOST


def test_a_system_that_keeps_no_such_files(tmp_path, monkeypatch):
    monkeypatch.setattr(interfaces, "outward", lambda: ["192.168.1.5", "192.168.1.5"])
    assert interfaces.addresses(tmp_path) == ["192.168.1.5"]


def test_a_machine_without_a_network(tmp_path, monkeypatch):
    def refuse(*_args):
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert interfaces.addresses(tmp_path) == []


@pytest.mark.skipif(shutil.which("ip") is None, reason="iproute2 is not installed")
def test_they_are_those_that_ip_shows():
    shown = subprocess.run(
        ["ip", "-br", "-4", "addr"], capture_output=True, text=True, check=True
    ).stdout
    for address in (each for each in interfaces.addresses() if ":" not in each):
        assert f"{address}/" in shown
