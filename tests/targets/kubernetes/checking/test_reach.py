"""Where the names are reached from here."""

import base64

import pytest
from tests.apiserver.cluster import Cluster
from tests.stack.rules import examples
from tests.targets.kubernetes.checking import deployed

from homeport import errors
from homeport.targets.kubernetes.checking import reach
from homeport.targets.kubernetes.checking.reach import Address

STACK = examples.planned()
KNOWN = examples.planned(
    HOMEPORT_REGISTRY_HOSTNAME="localhost",
    HOMEPORT_CLOUD_HOSTNAME="127.0.0.1",
    HOMEPORT_UI_ENABLED="false",
)

ADDRESSES = {
    "192.168.1.20": Address("192.168.1.20"),
    "127.0.0.1:8443": Address("127.0.0.1", 8443),
    "[::1]:8443": Address("::1", 8443),
    "[fe80::1]": Address("fe80::1"),
    "fe80::1": Address("fe80::1"),
    "traefik.lan:443": Address("traefik.lan"),
}


@pytest.mark.parametrize("text", ADDRESSES)
def test_addresses(text):
    assert reach.parse(text) == ADDRESSES[text]
    assert reach.parse(text, 8080).plain_port == 8080


@pytest.mark.parametrize("text", ["", "a b", "1.2.3.4:0", "1.2.3.4:65536", "https://a", "[::1"])
def test_what_is_no_address(text):
    with pytest.raises(errors.HomeportError, match="is no address"):
        reach.parse(text)


def places(folder, stack, given=None, *objects):
    with Cluster() as cluster:
        cluster.apply(*objects)
        with deployed.connected(cluster, folder) as connected:
            return reach.reach(stack, connected, given)


def test_an_address_that_is_given_is_taken_for_all(tmp_path):
    reached = places(tmp_path, STACK, Address("127.0.0.1", 8443, 8080))
    assert {(p.address, p.port, p.plain_port) for p in reached.places.values()} == {
        ("127.0.0.1", 8443, 8080)
    }
    assert list(reached.places) == [
        "registry.homelab.local",
        "localstack.homelab.local",
        "registry-ui.homelab.local",
    ]
    assert reached.notes == ()


def test_names_that_resolve_are_asked_as_they_are(tmp_path):
    reached = places(tmp_path, KNOWN)
    assert reached.places["localhost"].address == "localhost"
    assert reached.places["localhost"].port == 443


def test_names_that_do_not_are_asked_at_traefiks_service(tmp_path):
    traefik = examples.service("traefik", 443, namespace="kube-system", ip="192.168.1.20")
    found = places(tmp_path, STACK, None, traefik)
    assert {place.address for place in found.places.values()} == {"192.168.1.20"}
    assert "are not known here; asked at 192.168.1.20" in found.notes[0]


def test_without_any_way_the_error_says_what_to_do(tmp_path):
    class Empty:
        def list(self, kind, namespace):
            return type("Listed", (), {"items": ()})

    with pytest.raises(errors.HomeportError, match="is not known here") as caught:
        reach.reach(STACK, Empty(), None)
    assert "--address 127.0.0.1:8443" in caught.value.hint


def secret(text):
    data = {"ca.crt": base64.b64encode(text).decode(), "tls.crt": "", "tls.key": ""}
    return examples.made("v1", "Secret", "registry-tls", "registry", type="Opaque", data=data)


CAS = {"of cert-manager": (b"PEM", "PEM"), "empty, as with ACME": (b"", "")}


@pytest.mark.parametrize("name", CAS)
def test_the_ca_of_the_certificate_is_trusted(name, tmp_path):
    text, ca = CAS[name]
    namespace = examples.made("v1", "Namespace", "registry")
    found = places(tmp_path, STACK, Address("127.0.0.1"), namespace, secret(text))
    assert found.places["registry.homelab.local"].ca == ca
    assert found.places["localstack.homelab.local"].ca == ""


def test_a_ca_that_is_none(tmp_path):
    namespace = examples.made("v1", "Namespace", "registry")
    with pytest.raises(errors.HomeportError, match=r"ca\.crt of the Secret registry-tls"):
        places(tmp_path, STACK, Address("127.0.0.1"), namespace, secret(b"\xff"))
