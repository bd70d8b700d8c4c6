"""What the server fills in and gives out, over HTTPS."""

from __future__ import annotations

import base64

import pytest
from tests.apiserver import client, samples


def value(document, path):
    place = document
    for part in path.split("."):
        place = place[int(part)] if isinstance(place, list) else place[part]
    return place


DEPLOYMENT = [
    ("spec.revisionHistoryLimit", 10),
    ("spec.progressDeadlineSeconds", 600),
    (
        "spec.strategy",
        {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}},
    ),
    ("spec.template.spec.restartPolicy", "Always"),
    ("spec.template.spec.terminationGracePeriodSeconds", 30),
    ("spec.template.spec.dnsPolicy", "ClusterFirst"),
    ("spec.template.spec.schedulerName", "default-scheduler"),
    ("spec.template.spec.securityContext", {}),
    ("spec.template.spec.containers.0.imagePullPolicy", "IfNotPresent"),
    ("spec.template.spec.containers.0.terminationMessagePath", "/dev/termination-log"),
    ("spec.template.spec.containers.0.terminationMessagePolicy", "File"),
    ("spec.template.spec.containers.0.resources", {"limits": {"cpu": "500m", "memory": "1Gi"}}),
    ("spec.template.spec.containers.0.ports.0", {"containerPort": 80, "protocol": "TCP"}),
    (
        "spec.template.spec.containers.0.readinessProbe",
        {
            "httpGet": {"path": "/", "port": 80, "scheme": "HTTP"},
            "timeoutSeconds": 1,
            "periodSeconds": 10,
            "successThreshold": 1,
            "failureThreshold": 3,
        },
    ),
    ("spec.template.spec.volumes.0", {"name": "a", "emptyDir": {}}),
    ("spec.template.spec.volumes.1.secret.defaultMode", 420),
]


@pytest.fixture(scope="module")
def filled(api):
    document = samples.deployment(
        "default",
        resources={"limits": {"cpu": "0.5", "memory": "1024Mi"}},
        ports=[{"containerPort": 80}],
        readinessProbe={"httpGet": {"port": 80}},
    )
    volumes = [{"name": "a"}, {"name": "b", "secret": {"secretName": "c"}}]
    document = samples.changed(document, "spec.template.spec.volumes", volumes)
    return api.create(document, dryRun="All").document


@pytest.mark.parametrize(("path", "wanted"), DEPLOYMENT)
def test_deployments(filled, path, wanted):
    assert value(filled, path) == wanted


def test_recreate_has_no_numbers(api, namespace):
    document = samples.changed(samples.deployment(namespace), "spec.strategy", {"type": "Recreate"})
    assert api.apply(document).document["spec"]["strategy"] == {"type": "Recreate"}


SERVICE = [
    ("type", "ClusterIP"),
    ("sessionAffinity", "None"),
    ("internalTrafficPolicy", "Cluster"),
    ("ports.0", {"name": "http", "port": 5000, "protocol": "TCP", "targetPort": 5000}),
]


@pytest.mark.parametrize(("path", "wanted"), SERVICE)
def test_services(api, namespace, path, wanted):
    assert value(api.create(samples.service(namespace)).document["spec"], path) == wanted


def test_a_service_gets_an_address_and_keeps_it(api, namespace):
    document = samples.service(namespace)
    first = api.apply(document).document["spec"]
    again = api.apply(samples.changed(document, "spec.ports.0.port", 5001)).document["spec"]
    assert first["clusterIPs"] == [first["clusterIP"]]
    assert (again["clusterIP"], again["ports"][0]["port"]) == (first["clusterIP"], 5001)


def test_services_get_different_addresses(api, namespace):
    made = [api.apply(samples.service(namespace, name)).document for name in ("a", "b")]
    assert len({row["spec"]["clusterIP"] for row in made}) == 2


def test_a_load_balancer_gets_node_ports_and_keeps_them(api, namespace):
    document = samples.changed(samples.service(namespace), "spec.type", "LoadBalancer")
    first = api.apply(document).document["spec"]
    again = api.apply(samples.changed(document, "metadata.labels", {"a": "b"})).document["spec"]
    assert (first["allocateLoadBalancerNodePorts"], first["externalTrafficPolicy"]) == (
        True,
        "Cluster",
    )
    assert first["ports"][0]["nodePort"] == again["ports"][0]["nodePort"] >= 30000


def test_a_service_that_is_no_longer_exposed_loses_its_node_ports(api, namespace):
    document = samples.service(namespace)
    api.apply(samples.changed(document, "spec.type", "LoadBalancer"))
    spec = api.apply(document).document["spec"]
    assert (spec["type"], "nodePort" in spec["ports"][0]) == ("ClusterIP", False)
    assert {"externalTrafficPolicy", "allocateLoadBalancerNodePorts"}.isdisjoint(spec)


def test_what_another_service_has_is_not_given_out(api, namespace):
    exposed = samples.changed(samples.service(namespace, "a"), "spec.type", "NodePort")
    first = api.create(exposed).document["spec"]
    for path, taken in (("spec.clusterIP", first["clusterIP"]), ("spec.ports", first["ports"])):
        other = samples.changed(samples.service(namespace, "b"), "spec.type", "NodePort")
        reply = api.create(samples.changed(other, path, taken))
        assert (reply.code, "already allocated" in reply.message) == (422, True)


def test_plain_text_of_a_secret_becomes_data(api, namespace):
    document = samples.secret(namespace) | {"stringData": {"b": "text"}}
    made = api.create(document).document
    assert made["data"] == {"htpasswd": "YTpi", "b": base64.b64encode(b"text").decode()}
    assert (made["type"], "stringData" in made) == ("Opaque", False)


def test_claims(api, namespace):
    document = samples.changed(
        samples.claim(namespace), "spec.resources.requests.storage", "1024Mi"
    )
    made = api.create(document).document
    assert (made["spec"]["volumeMode"], made["status"]["phase"]) == ("Filesystem", "Pending")
    assert made["spec"]["resources"]["requests"]["storage"] == "1Gi"


def test_namespaces_are_labelled_and_held(api, namespace):
    made = api.get(f"/api/v1/namespaces/{namespace}").document
    assert made["metadata"]["labels"]["kubernetes.io/metadata.name"] == namespace
    assert (made["spec"]["finalizers"], made["status"]["phase"]) == (["kubernetes"], "Active")


def test_the_label_of_a_namespace_stays(api, namespace):
    document = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
    reply = api.patch(document, {"metadata": {"labels": None}})
    assert reply.document["metadata"]["labels"] == {"kubernetes.io/metadata.name": namespace}


def test_network_policies(api, namespace):
    document = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy"}
    document |= {"metadata": {"name": "a", "namespace": namespace}}
    document |= {"spec": {"podSelector": {}, "ingress": [{"ports": [{"port": 1}]}]}}
    made = api.create(document).document["spec"]
    assert (made["policyTypes"], made["ingress"][0]["ports"][0]["protocol"]) == (["Ingress"], "TCP")


def test_defaults_of_an_apply_are_nobodys(api, namespace):
    document = samples.deployment(namespace)
    owned = api.apply(document).document["metadata"]["managedFields"][0]["fieldsV1"]["f:spec"]
    assert sorted(owned) == ["f:replicas", "f:selector", "f:template"]
    path = f"{client.where(document)}?fieldManager=other"
    change = samples.changed(document, "spec.revisionHistoryLimit", 3)
    assert api.call("PATCH", path, change, form=client.APPLY).code == 200
