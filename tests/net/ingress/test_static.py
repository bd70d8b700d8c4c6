"""How Traefik itself is started."""

from pathlib import Path

import pytest

from homeport.net.ingress import static


def made(host="127.0.0.1", read_timeout_s=None, **options):
    listening = static.Listening(host, 8443, 8080)
    options = {"grace_s": 8, "level": "info"} | options
    return static.configuration(
        listening, Path("/run/routes.yml"), read_timeout_s=read_timeout_s, **options
    )


def test_nobody_outside_is_asked_or_told_anything():
    found = made()
    assert found["global"] == {"checkNewVersion": False, "sendAnonymousUsage": False}
    assert set(found) == {"global", "log", "entryPoints", "providers"}


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1:8443"),
        ("0.0.0.0", "0.0.0.0:8443"),
        ("::", "[::]:8443"),
        ("box.lan", "box.lan:8443"),
    ],
)
def test_where_it_listens(host, address):
    points = made(host)["entryPoints"]
    assert points["websecure"]["address"] == address
    assert points["web"]["address"] == address.replace("8443", "8080")
    assert "tls" not in points["web"]["http"]


@pytest.mark.parametrize(
    ("given", "text"), [(None, "0s"), (1.0, "1s"), (0.5, "0.5s"), (604_800.0, "604800s")]
)
def test_how_long_a_request_may_take_to_arrive(given, text):
    for point in made(read_timeout_s=given)["entryPoints"].values():
        timeouts = point["transport"]["respondingTimeouts"]
        assert timeouts == {"readTimeout": text, "writeTimeout": "0s", "idleTimeout": "180s"}


def test_a_path_goes_on_as_it_came():
    http = made()["entryPoints"]["websecure"]["http"]
    assert http["sanitizePath"] is False
    assert len(http["encodedCharacters"]) == 7
    assert all(http["encodedCharacters"].values())


def test_levels_of_the_log():
    levels = [made(level=level)["log"]["level"] for level in ("debug", "info", "warning", "error")]
    assert levels == ["DEBUG", "INFO", "WARN", "ERROR"]


@pytest.mark.parametrize("server", ["", "https://ca.example/directory"])
def test_certificates_by_acme(server):
    acme = static.Acme("me@example.org", "cloudflare", server, Path("/data/acme.json"))
    found = made(acme=acme)["certificatesResolvers"]["homeport"]["acme"]
    assert found.pop("caServer", "") == server
    assert found == {
        "email": "me@example.org",
        "storage": "/data/acme.json",
        "dnsChallenge": {"provider": "cloudflare"},
    }
