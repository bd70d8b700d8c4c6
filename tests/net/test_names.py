import socket

import pytest

from homeport.net import names


def test_the_names_of_a_stack(monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "box.lan")
    made = names.certificate_names(
        ["Registry.Homelab.Local", "*.apps.lan", "0:0::1"], ["127.0.0.1", "10.0.0.1"]
    )
    assert {"localhost", "*.localhost", "127.0.0.1", "::1", "box", "box.local"} <= set(made)
    assert {"registry.homelab.local", "*.registry.homelab.local", "*.apps.lan"} <= set(made)
    assert {"*.s3.localhost.localstack.cloud", "*.s3.localhost", "10.0.0.1"} <= set(made)
    assert "*.*.apps.lan" not in made
    assert len(made) == len(set(made))


def test_a_host_name_that_no_certificate_can_hold_is_left_out(monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "my_box")
    assert not any("my_box" in name for name in names.certificate_names([], []))


@pytest.mark.parametrize(
    ("address", "is_open"), [("0.0.0.0", True), ("::", True), ("127.0.0.1", False), ("a", False)]
)
def test_addresses_that_open_to_the_network(address, is_open):
    assert names.is_wildcard(address) == is_open


def test_listening_on_all_addresses_brings_no_unusable_name():
    assert not {"0.0.0.0", "::"} & set(names.certificate_names([], ["0.0.0.0", "::"]))


def test_function_urls_have_names_below_every_host():
    made = names.certificate_names(["localstack.homelab.local", "10.0.0.1", "*.lan"], [])
    for host in ("localhost", "localhost.localstack.cloud", "localstack.homelab.local"):
        assert f"*.lambda-url.eu-central-1.{host}" in made
    assert not any(name.endswith((".10.0.0.1", ".*.lan")) for name in made)


def test_names_of_buckets_and_services_are_below_every_host_of_the_cloud():
    made = names.certificate_names(["localstack.lan"], [], plain=["registry.lan"])
    for host in ("localhost", "localhost.localstack.cloud", "localstack.lan"):
        for name in (f"bucket.s3.{host}", f"bucket.s3.us-east-1.{host}", f"sqs.eu-west-1.{host}"):
            assert names.is_named(name, made), name
    assert [name for name in made if name.endswith("registry.lan")] == ["registry.lan"]


def test_many_hosts_make_no_certificate_that_clients_refuse():
    hosts = [f"host-{number}.a-domain-of-some-length.example" for number in range(200)]
    made = names.certificate_names(hosts, [])
    assert set(hosts) <= set(made)
    assert sum(len(name) + 2 for name in made) < 50_000


def test_a_name_that_is_too_long_for_dns_is_left_out():
    host = ".".join(["a" * 60] * 4)
    made = names.certificate_names([host], [])
    assert host in made
    assert all(len(name) <= 253 for name in made)


def test_a_zone_is_no_part_of_a_name():
    assert "fe80::1" in names.certificate_names([], ["fe80::1%eth0"])


def test_the_machine_s_whole_name(monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "Box.lan")
    assert {"box", "box.local", "box.lan"} <= set(names.certificate_names([], []))


@pytest.mark.parametrize(
    ("host", "is_named"),
    [
        ("a.lan", True),
        ("A.LAN.", True),
        ("x.b.lan", True),
        ("b.lan", False),
        ("x.y.b.lan", False),
        ("10.0.0.1", True),
        ("10.0.0.2", False),
        ("fd00:0::1", True),
    ],
)
def test_whether_a_certificate_names_a_host(host, is_named):
    assert names.is_named(host, ["a.lan", "*.b.lan", "10.0.0.1", "fd00::1", "*.0.0.2"]) == is_named
