"""Real clients against our server, and real servers beside it: the same question gets the same answer from both."""

import contextlib
import shutil

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import pytest
from tests.net.dns.server import zones

QUESTIONS = [
    (name, kind)
    for name in (
        "homelab.test",
        "traefik.homelab.test",
        "registry.homelab.test",
        "REGISTRY.Homelab.Test",
        "localstack.homelab.test",
        "bucket.localstack.homelab.test",
        "bucket.s3.localstack.homelab.test",
        "*.localstack.homelab.test",
        "ns.homelab.test",
        "nobody.homelab.test",
        "a.b.nobody.homelab.test",
        "below.registry.homelab.test",
        "example.org",
    )
    for kind in ("A", "AAAA", "CNAME", "SOA", "NS", "MX", "TXT", "HTTPS")
]
ZONE = """$ORIGIN homelab.test.
$TTL 300
@ 300 SOA ns hostmaster 7 7200 3600 1209600 60
@ NS ns
ns A 10.0.0.53
traefik A 10.0.0.1
traefik AAAA fd00::1
registry CNAME traefik
registry-ui CNAME traefik
localstack CNAME traefik
*.localstack CNAME traefik
"""


def tool(name):
    found = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@contextlib.asynccontextmanager
async def knot(folder):
    port = zones.free_port()
    (folder / "homelab.test.zone").write_text(ZONE)
    (folder / "knot.conf").write_text(
        f"server:\n  rundir: {folder}\n  listen: 127.0.0.1@{port}\n"
        f"database:\n  storage: {folder}\n"
        f'template:\n  - id: default\n    storage: {folder}\n    file: "%s.zone"\n    zonefile-load: whole\n'
        "zone:\n  - domain: homelab.test\n"
    )
    async with zones.started([tool("knotd"), "-c", str(folder / "knot.conf")], folder, port):
        yield port


@contextlib.asynccontextmanager
async def nsd(folder):
    port = zones.free_port()
    (folder / "homelab.test.zone").write_text(ZONE)
    (folder / "nsd.conf").write_text(
        f'server:\n  ip-address: 127.0.0.1@{port}\n  username: ""\n  zonesdir: "{folder}"\n'
        f'  database: ""\n  pidfile: "{folder}/pid"\n  xfrdfile: "{folder}/xfrd"\n'
        f'  zonelistfile: "{folder}/list"\n  xfrdir: "{folder}"\n  minimal-responses: yes\n'
        "remote-control:\n  control-enable: no\n"
        'zone:\n  name: homelab.test\n  zonefile: "homelab.test.zone"\n'
    )
    async with zones.started([tool("nsd"), "-d", "-c", str(folder / "nsd.conf")], folder, port):
        yield port


def seen(packet):
    """What of an answer must be the same: code, flags, answer, and how a no is told."""
    found = dns.message.from_wire(packet)
    kept = dns.flags.QR | dns.flags.AA | dns.flags.TC | dns.flags.RD
    no = [one for one in found.authority if one.rdtype == dns.rdatatype.SOA]
    return (
        dns.rcode.to_text(found.rcode()),
        found.flags & kept,
        found.question,
        sorted(map(str, found.answer)),
        sorted(map(str, no)),
    )


@pytest.mark.parametrize("peer", [knot, nsd], ids=["knot", "nsd"])
async def test_answers_are_those_of_a_real_server(listening, ask, tmp_path, peer):
    ours = await listening()
    async with peer(tmp_path) as theirs:
        for name, kind in QUESTIONS:
            for edns in (False, 0):
                packet = zones.query(name, kind, use_edns=edns).to_wire()
                mine, its = await ask(ours.port, packet), await ask(theirs, packet)
                assert seen(mine) == seen(its), (name, kind, edns)


async def dig(port, *words):
    from_dig = [tool("dig"), "@127.0.0.1", "-p", str(port), "+time=2", "+tries=1", *words]
    process = await zones.run(from_dig)
    return process.stdout


@pytest.mark.parametrize("way", ["+notcp", "+tcp", "+noedns", "+dnssec", "+bufsize=512", "+cookie"])
async def test_dig(listening, way):
    running = await listening()
    said = await dig(
        running.port, "registry.homelab.test", way, "+norec", "+noall", "+answer", "+comments"
    )
    assert "status: NOERROR" in said
    assert "traefik.homelab.test.\t300\tIN\tA\t10.0.0.1" in said
    assert "WARNING" not in said


async def test_dig_of_what_is_refused(listening):
    running = await listening()
    assert "Transfer failed" in await dig(running.port, "homelab.test", "AXFR")
    assert "REFUSED" in await dig(running.port, "version.bind", "CH", "TXT")
    assert "BADVERS" in await dig(running.port, "homelab.test", "+edns=1", "+noednsneg")
    assert "NOTIMP" in await dig(running.port, "homelab.test", "+opcode=2")
    assert "NXDOMAIN" in await dig(running.port, "nobody.homelab.test")


async def test_kdig_keeps_a_connection_open(listening):
    running = await listening()
    words = ["+tcp", "+keepopen", "registry.homelab.test", "+noall", "+answer"]
    process = await zones.run(
        [tool("kdig"), "@127.0.0.1", "-p", str(running.port), *words, *words[2:]]
    )
    assert process.stdout.count("10.0.0.1") == 2, process.stderr


async def test_a_resolver_finds_the_names_by_our_server(listening, ask, tmp_path):
    """unbound, told that the domain is ours, as the router of a home would be."""
    ours, port = await listening(), zones.free_port()
    (tmp_path / "unbound.conf").write_text(
        f'server:\n  interface: 127.0.0.1@{port}\n  chroot: ""\n  username: ""\n  pidfile: ""\n'
        f'  directory: "{tmp_path}"\n  use-syslog: no\n  do-not-query-localhost: no\n'
        "  module-config: iterator\n  local-zone: test. nodefault\n"
        f"stub-zone:\n  name: homelab.test\n  stub-addr: 127.0.0.1@{ours.port}\n"
        "remote-control:\n  control-enable: no\n"
    )
    command = [tool("unbound"), "-d", "-c", str(tmp_path / "unbound.conf")]
    async with zones.started(command, tmp_path, port):
        found = dns.message.from_wire(
            await ask(port, zones.query("b.s3.localstack.homelab.test").to_wire())
        )
        no = dns.message.from_wire(await ask(port, zones.query("x.homelab.test").to_wire()))
    assert [str(row) for one in found.answer for row in one] == [
        "traefik.homelab.test.",
        "10.0.0.1",
    ]
    assert dns.rcode.to_text(no.rcode()) == "NXDOMAIN"
