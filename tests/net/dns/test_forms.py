"""What is entered by hand, taken by those for whom it is written."""

import shutil
import subprocess
import threading

import dns.message
import dns.rcode
import pytest
from tests.net.dns.server import zones

from homeport.net.dns import forms, records
from homeport.net.dns.hosts import text

NAMES = ["registry.homelab.test", "registry-ui.homelab.test", "localstack.homelab.test"]
ENTERED = forms.Entered(
    "homelab.test",
    records.of(NAMES, "traefik.homelab.test", ["10.0.0.1", "fd00::1"], 300),
    (NAMES[2],),
)


def tool(name):
    found = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def lines(form):
    return "\n".join(forms.FORMS[form](ENTERED)) + "\n"


class Peer:
    """A real server with the records."""

    def __init__(self, command, folder, port):
        self.port, self.log = port, folder / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)

    def addresses(self, name, kind="A"):
        packet = zones.query(name, kind).to_wire()
        pause = threading.Event()
        for _ in range(100):
            try:
                found = zones.by_datagram(self.port, packet, 1)
            except ConnectionRefusedError:
                found = None
            if found:
                answer = dns.message.from_wire(found)
                rows = [str(row) for one in answer.answer for row in one]
                return dns.rcode.to_text(answer.rcode()), rows[-1:]
            pause.wait(0.05)
        raise AssertionError(self.log.read_text())


@pytest.fixture(params=["dnsmasq", "unbound"])
def peer(request, tmp_path):
    port = zones.free_port()
    commands = {
        "dnsmasq": [
            *(
                tool("dnsmasq"),
                "-k",
                "-C",
                str(tmp_path / "conf"),
                "-p",
                str(port),
                "-a",
                "127.0.0.1",
            ),
            *("-z", "-R", "-h", "-u", "root", "--pid-file="),
        ],
        "unbound": [tool("unbound"), "-d", "-c", str(tmp_path / "conf")],
    }
    head = (
        f'server:\n interface: 127.0.0.1@{port}\n chroot: ""\n username: ""\n pidfile: ""\n'
        f' directory: "{tmp_path}"\n use-syslog: no\n module-config: iterator\n'
        "remote-control:\n control-enable: no\n"
    )
    its_head = {"dnsmasq": "", "unbound": head}[request.param]
    (tmp_path / "conf").write_text(its_head + lines(request.param))
    its = Peer(commands[request.param], tmp_path, port)
    yield its
    its.process.terminate()
    its.process.wait(10)


def test_a_server_that_was_told_so_knows_the_names(peer):
    below = [f"b.{NAMES[2]}", f"b.s3.{NAMES[2]}"]
    for name in ("traefik.homelab.test", *NAMES, *below):
        assert peer.addresses(name) == ("NOERROR", ["10.0.0.1"]), name
        assert peer.addresses(name, "AAAA") == ("NOERROR", ["fd00::1"]), name


def test_a_zone_file(tmp_path):
    checker = tool("nsd-checkzone")
    start = "@ 300 IN SOA ns hostmaster 7 7200 3600 1209600 60\n@ IN NS ns\nns IN A 10.0.0.53\n"
    (tmp_path / "zone").write_text(start + lines("bind"))
    done = subprocess.run(
        [checker, "homelab.test", str(tmp_path / "zone")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_lines_of_a_hosts_file():
    found = {entry.record[:3] for entry in text.parse(lines("hosts"), "hosts").entries}
    assert found == {
        (name, kind, value)
        for name in ("traefik.homelab.test", *NAMES)
        for kind, value in (("A", "10.0.0.1"), ("AAAA", "fd00::1"))
    }


def test_what_is_typed_into_a_pi_hole():
    assert "traefik.homelab.test  10.0.0.1" in lines("pihole")
    assert "registry.homelab.test  traefik.homelab.test" in lines("pihole")
