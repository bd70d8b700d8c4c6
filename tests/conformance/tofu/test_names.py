"""The records with the real provider `ryanwholey/pihole`, in the stand-in Pi-hole."""

import pytest
from tests.conformance.tofu import conftest, exporting
from tests.pihole import moments, resolver, standing

HOSTS = ["192.168.1.20 traefik.homelab.local"]
ALIASES = [
    f"{name}.homelab.local,traefik.homelab.local"
    for name in ("localstack", "registry", "registry-ui")
]


@pytest.fixture
def pihole():
    if resolver.PROGRAM is None:
        pytest.skip("dnsmasq is not installed (Debian: dnsmasq-base)")
    made = standing.StandIn(moments.Real())
    made.kept.password = "secret"
    with made:
        yield made


@pytest.fixture
def tofu(tool, mirror, pihole):
    conftest.provider(mirror, "ryanwholey/pihole")
    words = {"dns__provider": "pihole", "dns__address": "192.168.1.20", "pihole__url": pihole.url}
    exporting.write(tool.root, **words)
    tool.environment["TF_VAR_pihole_password"] = "secret"
    tool("dns", "init", "-input=false")
    return tool


def kept(pihole):
    return sorted(pihole.kept.hosts), sorted(pihole.kept.aliases)


def test_a_whole_life(tofu, pihole):
    tofu("dns", "validate")
    tofu.apply("dns")
    assert kept(pihole) == (HOSTS, sorted(ALIASES))
    tofu.is_unchanged("dns")
    tofu.destroy("dns")
    assert kept(pihole) == ([], [])


def test_a_wrong_address_is_refused(tofu):
    tofu.environment["TF_VAR_traefik_address"] = "traefik"
    assert "must be an IPv4 address" in tofu("dns", "plan", "-input=false", code=1)
