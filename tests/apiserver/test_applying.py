"""Server-side apply over HTTPS: https://kubernetes.io/docs/reference/using-api/server-side-apply/"""

from __future__ import annotations

import json

import pytest
from tests.apiserver import client, samples

DRY = {"dryRun": "All"}


@pytest.fixture
def settings(namespace):
    return samples.config_map(namespace, a="1", b="1")


def test_apply_creates_what_is_not_there(api, settings):
    reply = api.apply(settings)
    entry = reply.document["metadata"]["managedFields"][0]
    assert (reply.code, reply.document["data"]) == (201, settings["data"])
    assert (entry["manager"], entry["operation"], entry["apiVersion"]) == ("tests", "Apply", "v1")
    assert entry["fieldsV1"] == {"f:data": {"f:a": {}, "f:b": {}}}


def test_the_same_again_changes_nothing(api, settings):
    first = api.apply(settings)
    again = api.apply(settings)
    assert (again.code, again.document) == (200, first.document)


def test_a_dry_run_answers_what_would_come_and_keeps_nothing(api, settings):
    assert api.apply(settings, **DRY).code == 201
    assert api.read(settings).code == 404
    before = api.apply(settings).document
    reply = api.apply(samples.changed(settings, "data.a", "2"), **DRY)
    assert (reply.code, reply.document["data"]["a"]) == (200, "2")
    assert api.read(settings).document == before


def test_fields_that_leave_the_set_are_removed(api, settings):
    api.apply(settings)
    reply = api.apply(samples.changed(settings, "data.b", None))
    assert reply.document["data"] == {"a": "1"}


def test_a_conflict_names_manager_and_field(api, settings):
    api.apply(settings)
    reply = api.apply(samples.changed(settings, "data.a", "2"), manager="other")
    assert (reply.code, reply.document["reason"]) == (409, "Conflict")
    assert reply.message == 'Apply failed with 1 conflict: conflict with "tests": .data.a'
    assert reply.document["details"]["causes"] == [
        {"reason": "FieldManagerConflict", "message": 'conflict with "tests"', "field": ".data.a"}
    ]


def test_who_writes_without_apply_is_named_with_the_version(api, settings):
    api.create(settings, fieldManager="kubectl")
    reply = api.apply(samples.changed(settings, "data.a", "2"))
    assert reply.document["details"]["causes"][0]["message"] == 'conflict with "kubectl" using v1'


def test_force_takes_over(api, settings):
    api.apply(settings)
    changed = samples.changed(settings, "data", {"a": "2"})
    reply = api.apply(changed, manager="other", force="true")
    owned = {row["manager"]: row["fieldsV1"] for row in reply.document["metadata"]["managedFields"]}
    assert (reply.code, reply.document["data"]) == (200, {"a": "2", "b": "1"})
    assert owned == {"other": {"f:data": {"f:a": {}}}, "tests": {"f:data": {"f:b": {}}}}


def test_what_was_there_before_anybody_applied_is_the_creators(api, settings):
    api.create(settings)
    entries = api.apply(settings).document["metadata"]["managedFields"]
    assert [(row["manager"], row["operation"]) for row in entries] == [
        ("tests", "Apply"),
        ("stand-in-tests", "Update"),
    ]


def test_an_old_resource_version_is_refused(api, settings):
    old = api.apply(settings).document["metadata"]["resourceVersion"]
    api.apply(samples.changed(settings, "data.a", "2"))
    stale = samples.changed(settings, "metadata.resourceVersion", old)
    reply = api.apply(samples.changed(stale, "data.a", "3"))
    assert (reply.code, reply.document["reason"]) == (409, "Conflict")
    assert "the object has been modified" in reply.message


@pytest.mark.parametrize(
    ("path", "value", "wanted"),
    [
        ("spec.replicaz", 1, ".spec.replicaz: field not declared in schema"),
        ("spec.replicas", "1", ".spec.replicas: expected numeric (int or float), got string"),
    ],
)
def test_what_the_schema_does_not_take_is_refused(api, namespace, path, value, wanted):
    reply = api.apply(samples.changed(samples.deployment(namespace), path, value))
    where = f"{namespace}/registry; apps/v1, Kind=Deployment"
    assert reply.code == 500
    assert reply.message == f"failed to create typed patch object ({where}): {wanted}"


def test_custom_kinds_are_as_strict(api, namespace):
    route = samples.changed(samples.ingress_route(namespace), "spec.entrypoints", ["web"])
    reply = api.apply(route)
    if reply.code == 404:
        pytest.skip("this cluster has no Traefik")
    assert reply.message.endswith(".spec.entrypoints: field not declared in schema")


@pytest.mark.parametrize(
    ("query", "code", "wanted"),
    [
        ({}, 422, "fieldManager: Required value: is required for apply patch"),
        ({"fieldManager": "a", "dryRun": "Some"}, 422, "dryRun"),
        ({"fieldManager": "a", "fieldValidation": "Sloppy"}, 422, "fieldValidation"),
        ({"fieldManager": "a" * 129}, 422, "fieldManager"),
    ],
)
def test_parameters_are_checked(api, settings, query, code, wanted):
    path = client.where(settings)
    reply = api.call("PATCH", path, settings, form=client.APPLY, **query)
    assert reply.code == code
    assert wanted in reply.message


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("apiVersion", "v2", 400),
        ("metadata.name", "other", 400),
        ("metadata.namespace", "other", 400),
        ("metadata.managedFields", [{"manager": "a"}], 400),
    ],
)
def test_an_object_that_is_not_the_one_of_the_path_is_refused(api, settings, path, value, code):
    changed = samples.changed(settings, path, value)
    reply = api.call(
        "PATCH", client.where(settings), changed, form=client.APPLY, fieldManager="tests"
    )
    assert reply.code == code


def test_yaml_is_taken(api, settings):
    body = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: '5'}\n"
    path = client.where(settings)
    reply = api.call("PATCH", path, body, form=client.APPLY, fieldManager="tests")
    assert (reply.code, reply.document["data"]) == (201, {"a": "5"})


@pytest.mark.parametrize(("mode", "code"), [("Strict", 400), ("Warn", 201), ("Ignore", 201)])
def test_a_field_given_twice_is_refused_when_strict(api, settings, mode, code):
    body = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: "1", a: "2"}\n'
    reply = api.call(
        "PATCH",
        client.where(settings),
        body,
        form=client.APPLY,
        fieldManager="tests",
        fieldValidation=mode,
    )
    assert reply.code == code
    assert ("warning" in reply.headers) is (mode == "Warn")


def test_a_missing_namespace_is_named(api):
    reply = api.apply(samples.config_map("homeport-test-missing"))
    assert (reply.code, reply.message) == (404, 'namespaces "homeport-test-missing" not found')


def test_a_status_is_applied_by_itself(api, namespace):
    document = samples.deployment(namespace)
    api.apply(document)
    status = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": document["metadata"]}
    status |= {"status": {"conditions": [{"type": "Mine", "status": "True"}]}}
    path = f"{client.where(document)}/status"
    reply = api.call("PATCH", path, status, form=client.APPLY, fieldManager="controller")
    entries = reply.document["metadata"]["managedFields"]
    assert [row["type"] for row in reply.document["status"]["conditions"]] == ["Mine"]
    assert ("controller", "status") in {(row["manager"], row.get("subresource")) for row in entries}


def test_a_status_in_the_object_is_not_taken(api, namespace):
    document = samples.deployment(namespace) | {"status": {"replicas": 7}}
    reply = api.apply(document)
    assert reply.document["status"].get("replicas", 0) == 0
    assert "f:status" not in reply.document["metadata"]["managedFields"][0]["fieldsV1"]


@pytest.mark.parametrize(("manager", "code"), [("kubectl", 200), ("other", 409)])
def test_kubectl_takes_over_what_it_applied_on_its_own_side(api, settings, manager, code):
    noted = {"kubectl.kubernetes.io/last-applied-configuration": json.dumps(settings)}
    document = samples.changed(settings, "metadata.annotations", noted)
    api.create(document, fieldManager="kubectl-client-side-apply")
    reply = api.apply(samples.changed(settings, "data.a", "2"), manager=manager)
    assert reply.code == code
    api.patch(settings, {"data": {"b": "3"}}, fieldManager="editor")
    reply = api.apply(samples.changed(settings, "data.b", "4"), manager=manager)
    assert (reply.code, ("editor" in reply.message)) == (409, True)
