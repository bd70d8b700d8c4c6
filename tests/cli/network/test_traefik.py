import types

import pytest

from homeport import errors
from homeport.cli.network import traefik
from homeport.stack import settings
from homeport.targets.kubernetes.cluster.contract import Listed

CHOSEN = settings.Settings()


def service(*entries, name="traefik", kind="LoadBalancer", **labels):
    return {
        "metadata": {"namespace": "kube-system", "name": name, "labels": labels},
        "spec": {"type": kind},
        "status": {"loadBalancer": {"ingress": list(entries)}},
    }


def addresses(*services):
    asked = []

    def listed(kind, namespace):
        asked.append((kind.name, namespace))
        return Listed(services, "1")

    found = traefik.addresses(CHOSEN, types.SimpleNamespace(list=listed))
    assert asked == [("Service", "kube-system")]
    return found


def test_the_addresses_of_its_load_balancer():
    nodes = [{"ip": "10.0.0.2"}, {"ip": "10.0.0.1"}, {"ip": "fd00::1"}, {"ip": "10.0.0.2"}]
    assert addresses(service(*nodes)) == ("10.0.0.1", "10.0.0.2", "fd00::1")


def test_it_is_found_by_its_label_too():
    labels = {"app.kubernetes.io/name": "traefik"}
    its = service({"ip": "10.0.0.1"}, name="ingress", **labels)
    other = service({"ip": "10.9.9.9"}, name="web")
    assert addresses(other, its) == ("10.0.0.1",)


@pytest.mark.parametrize(
    ("services", "why", "hint"),
    [
        ([], "There is no Service of Traefik", "ingress_namespace"),
        ([service({"ip": "10.0.0.1"}, kind="ClusterIP")], "There is no Service", "dns.address"),
        ([service()], "no address yet", "kubectl -n kube-system describe service traefik"),
        ([service({"hostname": "lb.example.org"})], "the name lb.example.org", "dns.address"),
        ([service({"ip": "nonsense"})], "no address yet", "dns.address"),
    ],
)
def test_what_stands_against_it(services, why, hint):
    with pytest.raises(errors.HomeportError) as raised:
        addresses(*services)
    assert why in raised.value.what
    assert hint in raised.value.hint
