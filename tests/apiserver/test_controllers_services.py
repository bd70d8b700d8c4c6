"""Services: one LoadBalancer a port, and endpoints of ready pods."""

from __future__ import annotations

import pytest
from tests.apiserver.cluster import Cluster
from tests.apiserver.controllers import samples

from homeport.clock import VirtualClock


@pytest.fixture
def cluster():
    found = Cluster(clock=VirtualClock(), is_stepped=True)
    found.apply(samples.namespace())
    return found


def ingress(cluster, name, namespace="registry"):
    status = cluster.get("Service", namespace, name)["status"]
    return [row["ip"] for row in status["loadBalancer"].get("ingress", [])]


def endpoint_slice(cluster):
    return cluster.world.all("EndpointSlice", "registry")[0]


def balanced(name, port=4566):
    return samples.service(name, port=port, kind="LoadBalancer")


def test_a_load_balancer_gets_the_address_of_the_node(cluster):
    cluster.apply(balanced("edge"))
    assert ingress(cluster, "edge") == ["192.168.1.20"]


def test_a_port_is_given_once(cluster):
    cluster.apply(balanced("edge"))
    cluster.apply(balanced("again"), balanced("other", 4567))
    found = [ingress(cluster, name) for name in ("edge", "again", "other")]
    assert found == [["192.168.1.20"], [], ["192.168.1.20"]]


@pytest.mark.parametrize("port", [80, 443])
def test_traefik_has_its_ports_already(cluster, port):
    cluster.apply(balanced("edge", port))
    assert ingress(cluster, "edge") == []
    assert ingress(cluster, "traefik", "kube-system") == ["192.168.1.20"]


def test_without_a_controller_it_waits_for_ever(cluster):
    cluster.controllers.set(has_load_balancer=False)
    cluster.apply(balanced("edge"))
    assert ingress(cluster, "edge") == []
    cluster.controllers.set(has_load_balancer=True)
    cluster.settle()
    assert ingress(cluster, "edge") == ["192.168.1.20"]


def test_a_freed_port_is_given_to_the_next(cluster):
    cluster.apply(balanced("edge"), balanced("next"))
    cluster.world.remove(cluster.get("Service", "registry", "edge"))
    cluster.settle()
    assert ingress(cluster, "next") == ["192.168.1.20"]


def test_a_ready_pod_is_an_endpoint(cluster):
    cluster.apply(samples.deployment(), samples.service())
    found = endpoint_slice(cluster)
    (pod,) = cluster.world.all("Pod", "registry")
    (endpoint,) = found["endpoints"]
    assert endpoint["addresses"] == [pod["status"]["podIP"]]
    assert endpoint["conditions"]["ready"] is True
    assert found["ports"] == [{"name": "", "port": 5000, "protocol": "TCP"}]
    assert found["metadata"]["labels"]["kubernetes.io/service-name"] == "web"


def test_an_unready_pod_is_none_that_serves(cluster):
    cluster.controllers.fail("unready")
    cluster.apply(samples.deployment(), samples.service())
    assert endpoint_slice(cluster)["endpoints"][0]["conditions"]["ready"] is False


def test_a_named_port_is_the_container_s(cluster):
    pod = samples.pod("web", ports=[{"name": "api", "containerPort": 5001}])
    cluster.apply(pod, samples.service(target="api"))
    assert endpoint_slice(cluster)["ports"][0]["port"] == 5001


def test_a_service_can_lead_out_of_the_cluster(cluster):
    cluster.apply(samples.service())
    cluster.endpoint("registry", "web", "10.77.0.1", 8080)
    cluster.settle()
    found = endpoint_slice(cluster)
    assert found["endpoints"][0]["addresses"] == ["10.77.0.1"]
    assert found["ports"][0]["port"] == 8080


def test_an_endpoint_is_never_on_loopback(cluster):
    with pytest.raises(ValueError, match="loopback"):
        cluster.endpoint("registry", "web", "127.0.0.1", 8080)


def test_endpoints_go_with_their_service(cluster):
    cluster.apply(samples.deployment(), samples.service())
    cluster.world.remove(cluster.get("Service", "registry", "web"))
    cluster.settle()
    assert cluster.world.all("EndpointSlice", "registry") == []
