"""What of an object may not change once it is there, over HTTPS."""

from __future__ import annotations

import pytest
from tests.apiserver import client, samples

FIXED = "field is immutable"


@pytest.mark.parametrize(
    ("maker", "path", "value", "field", "wanted"),
    [
        (samples.secret, "type", "example.com/other", "type", FIXED),
        (
            samples.service,
            "spec.clusterIP",
            "10.43.255.254",
            "spec.clusterIPs[0]",
            "may not change once set",
        ),
        (
            samples.claim,
            "spec.accessModes",
            ["ReadWriteMany"],
            "spec",
            "spec is immutable after creation",
        ),
        (
            samples.claim,
            "spec.resources.requests.storage",
            "2Gi",
            "spec",
            "spec is immutable after creation",
        ),
    ],
)
def test_some_fields_stay(api, namespace, maker, path, value, field, wanted):
    made = api.create(maker(namespace)).document
    reply = api.patch(made, samples.changed({}, path, value))
    assert (reply.code, reply.causes[0][0]) == (422, field)
    assert wanted in reply.message


def test_a_selector_stays(api, namespace):
    document = samples.deployment(namespace)
    api.apply(document)
    other = samples.changed(document, "spec.selector.matchLabels", {"app": "b"})
    reply = api.apply(samples.changed(other, "spec.template.metadata.labels", {"app": "b"}))
    assert (reply.code, reply.causes) == (422, [("spec.selector", "FieldValueInvalid")])
    assert reply.message == (
        'Deployment.apps "registry" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"b"}}: '
        "field is immutable"
    )


@pytest.mark.parametrize("maker", [samples.secret, samples.config_map])
def test_what_is_sealed_stays(api, namespace, maker):
    document = maker(namespace) | {"immutable": True}
    api.create(document)
    for change in ({"data": {"new": "eA=="}}, {"immutable": False}):
        reply = api.patch(document, change)
        assert (reply.code, reply.causes[0][1]) == (422, "FieldValueForbidden")
        assert "field is immutable when `immutable` is set" in reply.message


def volume(claim):
    """The volume of a claim, which no controller has to look for."""
    place = claim["metadata"]
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": place["namespace"]},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "capacity": {"storage": "1Gi"},
            "claimRef": {"name": place["name"], "namespace": place["namespace"]},
            "hostPath": {"path": "/nowhere"},
            "storageClassName": "local-path",
        },
    }


@pytest.fixture
def bound(api, namespace):
    """A claim as it is once it has its volume."""
    document = samples.changed(samples.claim(namespace), "spec.volumeName", namespace)
    api.create(volume(document))
    api.create(document)
    status = {"phase": "Bound", "capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"]}
    path = f"{client.where(document)}/status"
    assert api.call("PATCH", path, {"status": status}, form=client.MERGE).code == 200
    yield document
    api.delete(volume(document))


@pytest.mark.parametrize("write", ["apply", "patch"])
def test_a_claim_does_not_shrink(api, bound, write):
    smaller = samples.changed(bound, "spec.resources.requests.storage", "500Mi")
    if write == "apply":
        reply = api.apply(smaller, force="true")
    else:
        reply = api.patch(bound, {"spec": {"resources": {"requests": {"storage": "500Mi"}}}})
    assert (reply.code, reply.causes) == (
        422,
        [("spec.resources.requests.storage", "FieldValueForbidden")],
    )
    assert "field can not be less than status.capacity" in reply.message


def test_a_claim_grows_only_where_its_class_lets_it(api, bound):
    reply = api.patch(bound, {"spec": {"resources": {"requests": {"storage": "2Gi"}}}})
    assert (reply.code, reply.document["reason"]) == (403, "Forbidden")
    assert reply.message == (
        'persistentvolumeclaims "storage" is forbidden: only dynamically provisioned pvc can be resized and the '
        "storageclass that provisions the pvc must support resize"
    )


def test_the_same_amount_in_other_words_is_no_change(api, bound):
    reply = api.patch(bound, {"spec": {"resources": {"requests": {"storage": "1024Mi"}}}})
    assert (reply.code, reply.document["spec"]["resources"]["requests"]["storage"]) == (200, "1Gi")


def test_a_role_binding_keeps_its_role(api, namespace):
    document = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding"}
    document |= {"metadata": {"name": "a", "namespace": namespace}}
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "a"}
    api.create(document | {"roleRef": role})
    reply = api.patch(document, {"roleRef": {"name": "b"}})
    assert (reply.code, "cannot change roleRef" in reply.message) == (422, True)


def test_only_the_spec_moves_the_generation(api, namespace):
    document = samples.deployment(namespace)
    api.create(document)
    labelled = api.patch(document, {"metadata": {"labels": {"a": "b"}}}).document
    changed = api.patch(document, {"spec": {"minReadySeconds": 3}}).document
    assert changed["metadata"]["generation"] == labelled["metadata"]["generation"] + 1


def test_a_dry_run_of_a_change_keeps_nothing(api, namespace):
    document = samples.config_map(namespace)
    before = api.create(document).document
    reply = api.patch(document, {"data": {"a": "2"}}, dryRun="All")
    assert reply.document["data"] == {"a": "2"}
    assert api.read(document).document == before


def test_annotations_of_a_deployment_move_its_generation(api, namespace):
    document = samples.deployment(namespace)
    before = api.create(document).document["metadata"]["generation"]
    reply = api.patch(document, {"metadata": {"annotations": {"a": "b"}}})
    assert reply.document["metadata"]["generation"] == before + 1


@pytest.mark.parametrize(
    ("change", "path"),
    [({"kind": "Secret"}, "patch"), ({"metadata": {"uid": "x"}}, "metadata.uid")],
)
def test_an_object_stays_what_it_is(api, namespace, change, path):
    document = samples.config_map(namespace)
    api.create(document)
    reply = api.patch(document, change)
    assert (reply.code, reply.causes[0]) == (422, (path, "FieldValueInvalid"))
