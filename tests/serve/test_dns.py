"""The DNS server as a process: `homeport serve dns`, and programs of this machine that ask it."""

import asyncio
import contextlib
import dataclasses
import os
import shutil
import signal
import subprocess
import sys
import threading
import types
from pathlib import Path

import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import pytest
from tests.net.dns.server import zones

from homeport import clock, errors
from homeport.serve import dns as serving
from homeport.stack import settings

TIME = clock.VirtualClock()


def chosen(domain="homelab.test", hostname="", **dns_):
    made = settings.Settings(domain=domain)
    registry = dataclasses.replace(made.registry, hostname=hostname)
    return dataclasses.replace(made, registry=registry, dns=dataclasses.replace(made.dns, **dns_))


def found(made, name, kind="A"):
    its = serving.zones(made, serving._led_to(made), TIME).find(
        dns.name.from_text(name), dns.rdatatype.from_text(kind)
    )
    return [str(row) for one in its.answer for row in one]


def test_the_names_of_the_settings():
    made = chosen(address="10.0.0.1", address6="fd00::1", host="10.0.0.53")
    assert found(made, "registry.homelab.test")[-1] == "10.0.0.1"
    assert found(made, "bucket.s3.localstack.homelab.test", "AAAA")[-1] == "fd00::1"
    assert found(made, "ns.homelab.test") == ["10.0.0.53"]
    assert found(chosen(), "traefik.homelab.test") == ["127.0.0.1"]


def test_a_machine_without_a_network_answers_with_what_it_was_given(monkeypatch):
    monkeypatch.setattr("homeport.net.names.outside", list)
    made = chosen(address="10.0.0.1", host="0.0.0.0")
    assert found(made, "ns.homelab.test") == ["10.0.0.1"]


async def test_a_machine_that_moves_takes_its_names_along(monkeypatch):
    here = ["192.168.1.20"]
    monkeypatch.setattr("homeport.net.names.outside", lambda: here)
    made, time = chosen(host="0.0.0.0"), clock.VirtualClock()
    made = dataclasses.replace(made, ingress=dataclasses.replace(made.ingress, host="0.0.0.0"))
    seen = []
    its = types.SimpleNamespace(replace=seen.append)
    task = asyncio.create_task(serving.follow(made, ("192.168.1.20",), its, time))
    await time.advance(serving.LOOK_S)
    here.clear()
    await time.advance(serving.LOOK_S)
    assert not seen
    here.append("10.0.0.5")
    await time.advance(serving.LOOK_S * 3)
    task.cancel()
    (zones_,) = seen
    found_ = zones_.find(dns.name.from_text("traefik.homelab.test"), dns.rdatatype.A)
    assert [str(row) for row in found_.answer[0]] == ["10.0.0.5"]


@pytest.mark.parametrize(
    ("host", "upstream"),
    [("10.0.0.1", "10.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("0.0.0.0", "10.9.9.9")],
)
def test_it_does_not_ask_itself(monkeypatch, host, upstream):
    monkeypatch.setattr("homeport.net.names.outside", lambda: ["10.9.9.9"])
    with pytest.raises(errors.SettingsError, match="itself"):
        serving._upstreams(chosen(host=host, upstreams=(upstream,)).dns)
    assert serving._upstreams(chosen(host=host, upstreams=("192.0.2.1",)).dns)


@contextlib.contextmanager
def served(folder, port):
    """The process, and what it wrote."""
    log = folder / "log"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "HOMEPORT_DATA": str(folder / "data"),
        "HOMEPORT_DOMAIN": "homelab.test",
        "HOMEPORT_DNS_PROVIDER": "builtin",
        "HOMEPORT_DNS_ADDRESS": "10.0.0.1",
        "HOMEPORT_DNS_PORT": str(port),
    }
    command = [sys.executable, "-m", "homeport", "serve", "dns"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    pause = threading.Event()
    for _ in range(300):
        if b"is ready" in log.read_bytes():
            break
        pause.wait(0.05)
    try:
        yield process, log
    finally:
        process.kill()
        process.wait()


def test_a_process_answers_and_stops(tmp_path):
    port = zones.free_port()
    with served(tmp_path, port) as (process, log):
        packet = zones.query("registry.homelab.test").to_wire()
        answer = dns.message.from_wire(zones.by_datagram(port, packet))
        assert answer.rcode() == dns.rcode.NOERROR
        assert f"dns://127.0.0.1:{port}".encode() in log.read_bytes()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert b"Traceback" not in log.read_bytes()


ROOM = """
set -e
ip link set lo up
ip addr add 10.7.7.7/32 dev lo
ip addr add fd77::7/128 dev lo
mount --make-rprivate /
printf 'nameserver 127.0.0.1\\n' > {folder}/resolv.conf
printf '127.0.0.1 localhost\\n' > {folder}/hosts
printf 'hosts: files dns\\n' > {folder}/nsswitch.conf
for file in resolv.conf hosts nsswitch.conf; do mount --bind {folder}/$file /etc/$file; done
{before}
{python} -m homeport serve dns > {folder}/log 2>&1 &
server=$!
trap 'kill $server' EXIT
for _ in $(seq 100); do grep -q 'is ready' {folder}/log && break; sleep 0.1; done
{script}
"""
"""A machine of its own, as far as the network and /etc go."""


@pytest.fixture
def room(tmp_path):
    """Runs a script on a machine of its own; what it wrote."""
    if not shutil.which("unshare") or not shutil.which("ip"):
        pytest.skip("unshare and ip are not installed")

    def run(script, before="", **settings_):
        text = ROOM.format(folder=tmp_path, python=sys.executable, script=script, before=before)
        environment = {
            "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin",
            "HOME": str(tmp_path),
            "HOMEPORT_DATA": str(tmp_path / "data"),
            "HOMEPORT_DOMAIN": "homelab.test",
            "HOMEPORT_DNS_ADDRESS": "10.0.0.1",
            **settings_,
        }
        words = ["unshare", *([] if os.getuid() == 0 else ["-r"]), "-mn", "bash", "-c", text]
        done = subprocess.run(
            words, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        if "Operation not permitted" in done.stderr:
            pytest.skip("this user may make no namespaces")
        assert done.returncode == 0, done.stdout + done.stderr + _log(tmp_path)
        return done.stdout

    return run


def _log(folder: Path) -> str:
    return (folder / "log").read_text() if (folder / "log").exists() else ""


def test_programs_of_a_machine_find_the_names(room):
    said = room(
        "getent ahostsv4 registry.homelab.test\n"
        "getent hosts bucket.s3.localstack.homelab.test\n"
        "getent hosts nobody.homelab.test || echo nobody"
    )
    assert "10.0.0.1" in said.splitlines()[0]
    assert said.splitlines()[-2].split()[0] == "10.0.0.1"
    assert said.splitlines()[-1] == "nobody"


def test_it_is_on_port_53_where_that_is_free(room, tmp_path):
    room("true")
    assert "dns://127.0.0.1:53" in _log(tmp_path)


HOLDER = """import socket, time
held = socket.create_server(("127.0.0.1", 53))
open("{flag}", "w").close()
time.sleep(60)
"""


def test_it_is_on_another_port_where_53_is_taken(room, tmp_path):
    (tmp_path / "holder.py").write_text(HOLDER.format(flag=tmp_path / "flag"))
    before = (
        f"{sys.executable} {tmp_path}/holder.py & holder=$!\n"
        f"while [ ! -e {tmp_path}/flag ]; do sleep 0.05; done"
    )
    room("kill $holder", before=before)
    assert "Port 53 of 127.0.0.1 cannot be had" in _log(tmp_path)
    assert "is ready on dns://127.0.0.1:5300" in _log(tmp_path)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_an_answer_comes_from_the_address_that_was_asked(room, host):
    """A connected client throws away what comes from another: https://www.rfc-editor.org/rfc/rfc2181#section-4"""
    dig = shutil.which("dig") or pytest.skip("dig is not installed")
    reached = [("127.0.0.1", "10.7.7.7"), ("10.7.7.7", "127.0.0.1")]
    reached += [("::1", "fd77::7"), ("fd77::7", "::1")] if host == "::" else []
    asks = [
        f"{dig} -b {client} +short +time=1 +tries=1 @{one} traefik.homelab.test"
        for client, one in reached
    ]
    said = room("\n".join(asks), HOMEPORT_DNS_HOST=host, HOMEPORT_DNS_CLIENTS="0.0.0.0/0,::/0")
    assert said.splitlines() == ["10.0.0.1"] * len(reached)


def test_the_hosts_file_of_a_container_is_written_in_place(room, tmp_path):
    """It is a mount of its own, over which nothing can be renamed."""
    homeport = f"{sys.executable} -m homeport dns"
    said = room(
        f"{homeport} apply -y 2>&1\ncat /etc/hosts\n"
        f"printf 'nameserver 192.0.2.1\\n' > {tmp_path}/resolv.conf\n"
        "getent hosts registry-ui.homelab.test\n"
        f"{homeport} remove -y\ncat /etc/hosts",
        HOMEPORT_DNS_PROVIDER="hosts",
    )
    assert "written in place" in said
    assert "10.0.0.1        registry-ui.homelab.test" in said
    assert said.endswith("127.0.0.1 localhost\n")
