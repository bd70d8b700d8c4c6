"""Each file by itself, and all of them below a root."""

import os
import stat

import pytest
from tests.net.resolving import machines

from homeport.net.resolving import mac, machine, resolved, servers, switch


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("hosts: files dns", [("files", set()), ("dns", set())]),
        ("hosts:files[NOTFOUND=return]dns # x", [("files", {"NOTFOUND"}), ("dns", set())]),
        (
            "hosts: resolve [!UNAVAIL=return] dns",
            [("resolve", {"NOTFOUND", "TRYAGAIN"}), ("dns", set())],
        ),
        ("hosts: mdns [notfound=RETURN tryagain=continue]", [("mdns", {"NOTFOUND"})]),
        ("hosts: [NOTFOUND=return] dns", [("dns", set())]),
        ("hosts:", []),
        ("#hosts: x\npasswd: files", [("files", set()), ("dns", set())]),
        ("", [("files", set()), ("dns", set())]),
    ],
)
def test_sources(line, wanted):
    assert [(each.name, set(each.ends_at)) for each in switch.hosts(line)] == [
        (name, ends & {"NOTFOUND", "UNAVAIL", "TRYAGAIN"}) for name, ends in wanted
    ]


def test_servers():
    text = "; a\nnameserver 1.1.1.1\nnameserver\nnameserver fe80::1%eth0\noptions x\nnameserver 3\nnameserver 4"
    assert servers.listed(text) == ("1.1.1.1", "fe80::1%eth0", "3")
    assert servers.listed("") == ("127.0.0.1",)
    assert servers.is_stub(("127.0.0.53",))
    assert not servers.is_stub(("127.0.0.1", "127.0.0.53"))


def test_what_resolvectl_says():
    everywhere, link, tunnel = resolved.scopes(machines.STATUS)
    assert everywhere == resolved.Scope("Global")
    assert link == resolved.Scope("enp3s0", ("192.168.1.2", "fd00::2"), ("lan",))
    assert tunnel == resolved.Scope("wg0", ("10.8.0.1",), ("~corp.example",), is_default=False)


def test_domains_on_many_lines():
    text = "Link 9 (a b)\n DNS Servers: 1.1.1.1#dns.example\n DNS Domain: one\n   ~two\nDefault Route: yes\n"
    assert resolved.scopes(text) == [
        resolved.Scope("a b", ("1.1.1.1#dns.example",), ("one", "~two"))
    ]


@pytest.mark.parametrize("text", ["", "Failed to get global data: x", "\n\n", "Link", "::::"])
def test_what_is_no_status(text):
    assert resolved.scopes(text) == []


def test_files_of_resolved_are_read_in_their_order():
    texts = {
        "main": "[Resolve]\nDNS=1.1.1.1\nDomains=~a\nMulticastDNS=yes\n",
        "10": "[Resolve]\n; no\nDNS=\nDNS=2.2.2.2\n",
        "20": "[Other]\nDNS=9\n",
        "30": "[Resolve]\nDomains=~b ~c\nMulticastDNS=resolve\n",
        "40": "not a file of that form",
    }
    assert resolved.configured(texts) == resolved.Scope(
        "Global", ("1.1.1.1", "2.2.2.2"), ("~a", "~b", "~c")
    )


def test_an_empty_one_takes_back_what_was_before():
    texts = {"a": "[Resolve]\nDNS=1.1.1.1\n", "b": "[Resolve]\nDNS=\n"}
    assert resolved.configured(texts).servers == ()


def test_files_of_macos():
    texts = {"local": "nameserver 1.1.1.1\nport x\n", "a.local": "port 5300\nnameserver ::1\n"}
    assert mac.resolver_of("b.a.local", texts) == mac.Resolver("a.local", ("::1",), 5300)
    assert mac.resolver_of("b.local", texts) == mac.Resolver("local", ("1.1.1.1",))
    assert mac.resolver_of("notlocal", texts) is None


# A whole machine


@pytest.fixture
def root(tmp_path):
    def put(path, text=""):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)

    put("etc/nsswitch.conf", "hosts: files dns")
    put("etc/hosts", "127.0.0.1 localhost")
    put("usr/lib/systemd/resolved.conf", "[Resolve]")
    put("usr/lib/systemd/resolved.conf.d/20-a.conf", "the vendor's")
    put("etc/systemd/resolved.conf.d/20-a.conf", "the admin's")
    put("run/systemd/resolved.conf.d/10-b.conf", "b")
    put("etc/resolver/homelab.local", "nameserver ::1")
    put("run/avahi-daemon/socket")
    put("etc/mdns.allow")
    return tmp_path


def never():
    raise AssertionError("resolvectl would start a systemd-resolved that does not run")


def test_a_machine_is_read(root):
    found = machine.read(root, "linux", never)
    assert (found.switch, found.hosts, found.servers) == (
        "hosts: files dns",
        "127.0.0.1 localhost",
        "",
    )
    assert found.configured == {
        "/usr/lib/systemd/resolved.conf": "[Resolve]",
        "/run/systemd/resolved.conf.d/10-b.conf": "b",
        "/etc/systemd/resolved.conf.d/20-a.conf": "the admin's",
    }
    assert (found.has_avahi, found.has_resolved, found.allowed, found.resolvers) == (
        True,
        False,
        "",
        {},
    )


def test_resolvectl_is_asked_where_systemd_resolved_runs(root):
    (root / "run/systemd/resolve").mkdir()
    found = machine.read(root, "linux", lambda: "said")
    assert (found.has_resolved, found.resolved) == (True, "said")


def test_files_of_resolver_are_those_of_macos(root):
    assert machine.read(root, "darwin", never).resolvers == {"homelab.local": "nameserver ::1"}


def test_an_empty_root_is_a_machine_that_says_nothing(tmp_path):
    assert machine.read(tmp_path, "linux", never) == machine.Machine()


def program(folder, text):
    path = folder / "resolvectl"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('echo "$@"', "--no-pager status\n"),
        ("cat", ""),
        ("echo x; exit 1", ""),
        ("printf '\\377'", "\ufffd"),
        ("exec sleep 60", ""),
    ],
    ids=["answers", "has no input", "fails", "writes bytes", "hangs"],
)
def test_resolvectl(tmp_path, monkeypatch, text, said):
    program(tmp_path, text)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(machine, "LIMIT_S", 0.5)
    assert machine.status() == said


def test_no_resolvectl(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert machine.status() == ""
