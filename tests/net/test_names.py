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
