"""Deleting, over HTTPS."""

from __future__ import annotations

import pytest
from tests.apiserver import client, samples


@pytest.fixture
def made(api, namespace):
    return api.create(samples.config_map(namespace)).document


def test_what_is_deleted_is_gone(api, made):
    reply = api.delete(made)
    assert (reply.code, reply.document["status"]) == (200, "Success")
    assert reply.document["details"]["uid"] == made["metadata"]["uid"]
    assert api.read(made).code == 404


def test_what_is_not_there_is_not_deleted(api, namespace):
    reply = api.delete(samples.config_map(namespace))
    assert (reply.code, reply.message) == (404, 'configmaps "settings" not found')


@pytest.mark.parametrize("field", ["uid", "resourceVersion"])
def test_preconditions_are_kept(api, made, field):
    reply = api.delete(made, {"preconditions": {field: "1"}})
    assert (reply.code, reply.document["reason"]) == (409, "Conflict")
    assert reply.message.startswith('Operation cannot be fulfilled on ConfigMap "settings": the ')
    assert api.delete(made, {"preconditions": {field: made["metadata"][field]}}).code == 200


@pytest.mark.parametrize("how", [{"dryRun": "All"}, None])
def test_a_dry_run_deletes_nothing(api, made, how):
    reply = api.delete(made, None if how else {"dryRun": ["All"]}, **(how or {}))
    assert (reply.code, api.read(made).code) == (200, 200)


def test_a_policy_that_is_none_is_refused(api, made):
    assert api.delete(made, {"propagationPolicy": "Sideways"}).code == 422


def test_a_finalizer_holds_what_is_deleted(api, namespace):
    document = samples.changed(
        samples.config_map(namespace), "metadata.finalizers", ["a.example/b"]
    )
    api.create(document)
    left = api.delete(document).document
    assert left["metadata"]["deletionTimestamp"]
    reply = api.patch(document, {"metadata": {"finalizers": ["a.example/b", "a.example/c"]}})
    assert (reply.code, "no new finalizers can be added" in reply.message) == (422, True)
    api.patch(document, {"metadata": {"finalizers": None}})
    assert api.read(document).code == 404


def test_a_whole_collection_goes_by_selector(api, namespace):
    for name, label in (("a", "1"), ("b", "2"), ("c", "1")):
        document = samples.config_map(namespace, name)
        api.create(samples.changed(document, "metadata.labels", {"x": label}))
    path = client.collection(samples.config_map(namespace))
    assert api.call("DELETE", path, labelSelector="x=1").code == 200
    rows = api.get(path, labelSelector="x").document["items"]
    assert [row["metadata"]["name"] for row in rows] == ["b"]


def test_a_namespace_that_ends_takes_nothing_new(api, namespace):
    # A finalizer of its own keeps the namespace in this state on a real cluster as well.
    keeper = samples.changed(samples.config_map(namespace), "metadata.finalizers", ["a.example/b"])
    api.create(keeper)
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
    assert api.delete(space).document["status"]["phase"] == "Terminating"
    reply = api.create(samples.secret(namespace))
    assert (reply.code, reply.document["reason"]) == (403, "Forbidden")
    assert reply.document["details"]["causes"] == [
        {
            "reason": "NamespaceTerminating",
            "message": f"namespace {namespace} is being terminated",
            "field": "metadata.namespace",
        }
    ]
    api.patch(keeper, {"metadata": {"finalizers": None}})


@pytest.mark.parametrize("name", ["default", "kube-system", "kube-public"])
def test_some_namespaces_stay(api, name):
    reply = api.delete({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    assert reply.code == 403
    assert reply.message == f'namespaces "{name}" is forbidden: this namespace may not be deleted'


@pytest.mark.parametrize(
    ("maker", "kind"),
    [
        (samples.service, "Service"),
        (samples.claim, "PersistentVolumeClaim"),
        (samples.secret, "Status"),
        (samples.deployment, "Status"),
    ],
)
def test_some_kinds_answer_the_object_that_is_gone(api, namespace, maker, kind):
    document = maker(namespace)
    api.create(document)
    reply = api.delete(document)
    assert (reply.code, reply.document["kind"]) == (200, kind)


def test_who_waits_for_dependents_can_be_told_not_to(api, namespace):
    document = samples.changed(
        samples.config_map(namespace), "metadata.finalizers", ["foregroundDeletion"]
    )
    api.create(document)
    assert api.delete(document).document["kind"] == "ConfigMap"
    assert api.delete(document, {"propagationPolicy": "Background"}).code == 200
    assert api.read(document).code == 404


def test_a_finalizer_has_a_domain(api, namespace):
    document = samples.changed(samples.config_map(namespace), "metadata.finalizers", ["mine"])
    reply = api.create(document)
    assert (reply.code, reply.causes) == (
        422,
        [("metadata.finalizers[0]", "FieldValueInvalid")],
    )
