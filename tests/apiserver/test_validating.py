"""What is refused of objects, field by field, over HTTPS: code 422 and a cause for each mistake."""

from __future__ import annotations

import pytest
from tests.apiserver import samples

REQUIRED, INVALID = "FieldValueRequired", "FieldValueInvalid"
DUPLICATE, UNSUPPORTED = "FieldValueDuplicate", "FieldValueNotSupported"
FORBIDDEN, MISSING = "FieldValueForbidden", "FieldValueNotFound"
POD = "spec.template.spec"
CONTAINER = f"{POD}.containers.0"
SAID = f"{POD}.containers[0]"
TWO_PORTS = [{"name": "a", "port": 1}, {"name": "a", "port": 2}]
PROBE = {"httpGet": {"port": 80}}
CLAIMED = {"name": "data", "persistentVolumeClaim": {"claimName": "storage"}}


def refused(api, document):
    reply = api.create(document)
    assert (reply.code, reply.document.get("reason")) == (422, "Invalid"), reply.document
    return reply


@pytest.mark.parametrize(
    ("path", "value", "cause"),
    [
        ("spec.template.metadata.labels", {"app": "b"}, ("spec.template.metadata.labels", INVALID)),
        ("spec.selector", {}, ("spec.selector", INVALID)),
        ("spec.replicas", -1, ("spec.replicas", INVALID)),
        ("spec.strategy", {"type": "Sudden"}, ("spec.strategy", UNSUPPORTED)),
        (
            "spec.strategy",
            {"type": "Recreate", "rollingUpdate": {}},
            ("spec.strategy.rollingUpdate", FORBIDDEN),
        ),
        (f"{POD}.containers", [], (f"{POD}.containers", REQUIRED)),
        (f"{POD}.restartPolicy", "Never", (f"{POD}.restartPolicy", UNSUPPORTED)),
        (f"{POD}.volumes", [CLAIMED, CLAIMED], (f"{POD}.volumes[1].name", DUPLICATE)),
        (f"{POD}.volumes", [{"name": "Data"}], (f"{POD}.volumes[0].name", INVALID)),
        (
            f"{POD}.volumes",
            [{"name": "a", "secret": {}}],
            (f"{POD}.volumes[0].secret.secretName", REQUIRED),
        ),
        (
            f"{POD}.volumes",
            [{**CLAIMED, "emptyDir": {}}],
            (f"{POD}.volumes[0].persistentVolumeClaim", FORBIDDEN),
        ),
        (f"{CONTAINER}.name", "Main", (f"{SAID}.name", INVALID)),
        (f"{CONTAINER}.image", "", (f"{SAID}.image", REQUIRED)),
        (f"{CONTAINER}.imagePullPolicy", "Sometimes", (f"{SAID}.imagePullPolicy", UNSUPPORTED)),
        (
            f"{CONTAINER}.ports",
            [{"containerPort": 0}],
            (f"{SAID}.ports[0].containerPort", REQUIRED),
        ),
        (
            f"{CONTAINER}.ports",
            [{"containerPort": 70000}],
            (f"{SAID}.ports[0].containerPort", INVALID),
        ),
        (
            f"{CONTAINER}.ports",
            [{"containerPort": 1, "name": "a_b"}],
            (f"{SAID}.ports[0].name", INVALID),
        ),
        (f"{CONTAINER}.env", [{"name": "A=B"}], (f"{SAID}.env[0].name", INVALID)),
        (
            f"{CONTAINER}.env",
            [{"name": "A", "valueFrom": {}}],
            (f"{SAID}.env[0].valueFrom", INVALID),
        ),
        (
            f"{CONTAINER}.volumeMounts",
            [{"name": "data", "mountPath": "/x"}],
            (f"{SAID}.volumeMounts[0].name", MISSING),
        ),
        (
            f"{CONTAINER}.resources",
            {"limits": {"cpu": "1"}, "requests": {"cpu": "2"}},
            (f"{SAID}.resources.requests", INVALID),
        ),
        (f"{CONTAINER}.readinessProbe", {}, (f"{SAID}.readinessProbe", REQUIRED)),
        (
            f"{CONTAINER}.readinessProbe",
            {**PROBE, "exec": {}},
            (f"{SAID}.readinessProbe.httpGet", FORBIDDEN),
        ),
        (
            f"{CONTAINER}.livenessProbe",
            {**PROBE, "successThreshold": 2},
            (f"{SAID}.livenessProbe.successThreshold", INVALID),
        ),
        (
            f"{CONTAINER}.livenessProbe",
            {"tcpSocket": {"port": 0}},
            (f"{SAID}.livenessProbe.tcpSocket.port", INVALID),
        ),
    ],
)
def test_deployments(api, namespace, path, value, cause):
    document = samples.changed(samples.deployment(namespace), path, value)
    assert cause in refused(api, document).causes


def test_a_selector_must_be_given(api, namespace):
    reply = refused(api, samples.changed(samples.deployment(namespace), "spec.selector", None))
    assert ("spec.selector", REQUIRED) in reply.causes


@pytest.mark.parametrize(
    ("path", "value", "cause"),
    [
        ("metadata.name", "1a", ("metadata.name", INVALID)),
        ("spec.type", "Global", ("spec.type", UNSUPPORTED)),
        ("spec.ports", [], ("spec.ports", REQUIRED)),
        ("spec.ports.0.port", 0, ("spec.ports[0].port", INVALID)),
        ("spec.ports.0.protocol", "HTTP", ("spec.ports[0].protocol", UNSUPPORTED)),
        ("spec.ports.0.targetPort", "Main", ("spec.ports[0].targetPort", INVALID)),
        ("spec.ports", [{"port": 1}, {"port": 2}], ("spec.ports[0].name", REQUIRED)),
        ("spec.ports", TWO_PORTS, ("spec.ports[1].name", DUPLICATE)),
        ("spec.ports.0.nodePort", 30100, ("spec.ports[0].nodePort", FORBIDDEN)),
        ("spec.externalTrafficPolicy", "Local", ("spec.externalTrafficPolicy", INVALID)),
        ("spec.selector", {"a b": "c"}, ("spec.selector", INVALID)),
        (
            "spec.loadBalancerSourceRanges",
            ["1.2.3.4/8"],
            ("spec.LoadBalancerSourceRanges", FORBIDDEN),
        ),
    ],
)
def test_services(api, namespace, path, value, cause):
    document = samples.changed(samples.service(namespace), path, value)
    assert cause in refused(api, document).causes


@pytest.mark.parametrize(
    ("path", "value", "cause"),
    [
        ("spec.accessModes", [], ("spec.accessModes", REQUIRED)),
        ("spec.accessModes", ["Anyone"], ("spec.accessModes", UNSUPPORTED)),
        ("spec.resources", {}, ("spec.resources[storage]", REQUIRED)),
        ("spec.resources.requests.storage", "0", ("spec.resources[storage]", INVALID)),
        ("spec.storageClassName", "Local", ("spec.storageClassName", INVALID)),
    ],
)
def test_claims(api, namespace, path, value, cause):
    document = samples.changed(samples.claim(namespace), path, value)
    assert cause in refused(api, document).causes


@pytest.mark.parametrize(
    ("maker", "path", "value", "cause"),
    [
        (samples.config_map, "metadata.name", "A", ("metadata.name", INVALID)),
        (samples.config_map, "metadata.name", "a_b", ("metadata.name", INVALID)),
        (samples.config_map, "metadata.labels", {"a": "b c"}, ("metadata.labels", INVALID)),
        (samples.config_map, "metadata.labels", {"a/b/c": ""}, ("metadata.labels", INVALID)),
        (samples.config_map, "data", {"a b": ""}, ("data[a b]", INVALID)),
        (samples.config_map, "data", {"a": "x" * 2**20 + "x"}, ("[]", "FieldValueTooLong")),
        (samples.secret, "data", {"a/b": ""}, ("data[a/b]", INVALID)),
        (samples.secret, "type", "kubernetes.io/tls", ("data[tls.crt]", REQUIRED)),
    ],
)
def test_names_labels_and_keys(api, namespace, maker, path, value, cause):
    assert cause in refused(api, samples.changed(maker(namespace), path, value)).causes


@pytest.mark.parametrize("name", ["A", "a.b", "a" * 64, "-a"])
def test_names_of_namespaces_are_labels(api, name):
    document = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    assert ("metadata.name", INVALID) in refused(api, document).causes


@pytest.mark.parametrize(
    ("path", "value", "cause"),
    [
        ("spec.routes", None, ("spec.routes", REQUIRED)),
        ("spec.routes.0.match", None, ("spec.routes[0].match", REQUIRED)),
        ("spec.routes.0.kind", "Law", ("spec.routes[0].kind", UNSUPPORTED)),
        ("spec.entryPoints", "web", ("spec.entryPoints", "FieldValueTypeInvalid")),
        ("spec.routes.0.priority", "high", ("spec.routes[0].priority", "FieldValueTypeInvalid")),
    ],
)
def test_custom_kinds(api, namespace, path, value, cause):
    reply = api.create(samples.changed(samples.ingress_route(namespace), path, value))
    if reply.code == 404:
        pytest.skip("this cluster has no Traefik")
    assert cause in reply.causes


def test_expressions_of_custom_kinds_are_run(api, namespace):
    document = {"apiVersion": "traefik.io/v1alpha1", "kind": "Middleware"}
    document |= {"metadata": {"name": "a", "namespace": namespace}}
    document |= {"spec": {"addPrefix": {"prefix": "x"}}}
    reply = api.create(document)
    if reply.code == 404:
        pytest.skip("this cluster has no Traefik")
    assert (reply.code, reply.causes[0][0]) == (422, "spec.addPrefix.prefix")
    assert "must start with a '/'" in reply.message


def policy(namespace, **spec):
    document = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy"}
    return document | {"metadata": {"name": "a", "namespace": namespace}, "spec": spec}


@pytest.mark.parametrize(
    ("spec", "cause"),
    [
        ({"policyTypes": ["Sideways"]}, ("spec.policyTypes[0]", UNSUPPORTED)),
        ({"ingress": [{"from": [{}]}]}, ("spec.ingress[0].from[0]", REQUIRED)),
        (
            {"ingress": [{"from": [{"ipBlock": {"cidr": "x"}}]}]},
            ("spec.ingress[0].from[0].ipBlock.cidr", INVALID),
        ),
        ({"egress": [{"ports": [{"port": 0}]}]}, ("spec.egress[0].ports[0].port", INVALID)),
    ],
)
def test_network_policies(api, namespace, spec, cause):
    assert cause in refused(api, policy(namespace, podSelector={}, **spec)).causes


def test_all_mistakes_are_named_at_once(api, namespace):
    document = samples.deployment(namespace, image="", imagePullPolicy="x")
    reply = refused(api, samples.changed(document, "spec.replicas", -1))
    assert len(reply.causes) == 3
    assert reply.message.startswith('Deployment.apps "registry" is invalid: [')


@pytest.mark.parametrize("query", [{}, {"dryRun": "All"}])
def test_an_apply_is_validated_as_a_create_is(api, namespace, query):
    reply = api.apply(samples.deployment(namespace, image=""), **query)
    assert (reply.code, reply.causes) == (422, [(f"{SAID}.image", REQUIRED)])
    assert reply.message == f'Deployment.apps "registry" is invalid: {SAID}.image: Required value'
