"""Creating, replacing and patching over HTTPS."""

from __future__ import annotations

import json

import pytest
from tests.apiserver import client, samples

STRICT = {"fieldValidation": "Strict"}


def twice(document, first, second):
    """The object as JSON, with one field given twice."""
    return json.dumps(document).replace(first, f"{first}, {second}")


# Creating


def test_a_new_object_comes_back_with_what_the_server_gives(api, namespace):
    reply = api.create(samples.config_map(namespace))
    metadata = reply.document["metadata"]
    assert reply.code == 201
    assert {"uid", "creationTimestamp", "resourceVersion", "managedFields"} <= set(metadata)
    assert metadata["managedFields"][0]["operation"] == "Update"


def test_a_name_is_taken_once(api, namespace):
    document = samples.config_map(namespace)
    api.create(document)
    reply = api.create(document)
    assert (reply.code, reply.document["reason"]) == (409, "AlreadyExists")
    assert reply.message == 'configmaps "settings" already exists'
    assert reply.document["details"] == {"name": "settings", "kind": "configmaps"}


def test_a_name_is_made_where_only_its_beginning_is_given(api, namespace):
    document = samples.changed(samples.config_map(namespace), "metadata.generateName", "a-")
    reply = api.create(samples.changed(document, "metadata.name", None))
    name = reply.document["metadata"]["name"]
    assert (name[:2], len(name)) == ("a-", 7)


def test_a_dry_run_creates_nothing(api, namespace):
    document = samples.config_map(namespace)
    assert api.create(document, dryRun="All").code == 201
    assert api.read(document).code == 404
    api.create(document)
    assert api.create(document, dryRun="All").code == 409


@pytest.mark.parametrize(
    ("path", "value", "wanted"),
    [
        ("spec.x", 1, 'unknown field "spec.x"'),
        (
            "spec.template.spec.containers.0.imagee",
            "a",
            'unknown field "spec.template.spec.containers[0].imagee"',
        ),
        ("metadata.label", {}, 'unknown field "metadata.label"'),
    ],
)
def test_undeclared_fields_are_refused_when_strict(api, namespace, path, value, wanted):
    document = samples.changed(samples.deployment(namespace), path, value)
    reply = api.create(document, **STRICT)
    assert (reply.code, reply.document["reason"]) == (400, "BadRequest")
    head = 'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error'
    assert reply.message == f"{head}: {wanted}"


def test_fields_given_twice_are_refused_when_strict(api, namespace):
    document = samples.deployment(namespace)
    body = twice(document, '"replicas": 0', '"replicas": 1')
    path = client.collection(document)
    reply = api.call("POST", path, body, **STRICT)
    assert (reply.code, 'duplicate field "spec.replicas"' in reply.message) == (400, True)


@pytest.mark.parametrize(("mode", "is_warned"), [("Warn", True), ("Ignore", False), ("", True)])
def test_undeclared_fields_are_left_out_otherwise(api, namespace, mode, is_warned):
    document = samples.changed(samples.deployment(namespace), "spec.x", 1)
    reply = api.create(document, **({"fieldValidation": mode} if mode else {}))
    assert (reply.code, "x" in reply.document["spec"]) == (201, False)
    assert reply.headers.get("warning", "") == (
        r'299 - "unknown field \"spec.x\""' if is_warned else ""
    )


def test_undeclared_fields_of_custom_kinds_are_left_out_too(api, namespace):
    document = samples.changed(samples.ingress_route(namespace), "spec.entrypoints", ["web"])
    reply = api.create(document, **STRICT)
    if reply.code == 404:
        pytest.skip("this cluster has no Traefik")
    assert 'unknown field "spec.entrypoints"' in reply.message
    kept = api.create(document)
    assert (kept.code, "entrypoints" in kept.document["spec"]) == (201, False)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", 400),
        ("[]", 400),
        ("{}", 422),
        ('{"kind": "ConfigMap"}', 422),
        ('{"kind": "Secret", "apiVersion": "v1"}', 400),
        (
            '{"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "a", "namespace": "b"}}',
            400,
        ),
        (
            '{"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "a"}, "data": {"a": 1}}',
            400,
        ),
        ('{"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "a"}}', 201),
        ('{"kind": "ConfigMap", "apiVersion": "v1", "metadata": {}}', 422),
    ],
)
def test_bodies_are_read_with_care(api, namespace, body, code):
    path = client.collection(samples.config_map(namespace))
    assert api.call("POST", path, body).code == code


@pytest.mark.parametrize(
    ("form", "code"), [("text/plain", 415), ("application/json; charset=utf-8", 201)]
)
def test_the_form_of_a_body_counts(api, namespace, form, code):
    document = samples.config_map(namespace)
    assert api.call("POST", client.collection(document), document, form=form).code == code


def test_nothing_is_created_in_a_namespace_that_is_not_there(api):
    reply = api.create(samples.config_map("homeport-test-missing"))
    assert (reply.code, reply.message) == (404, 'namespaces "homeport-test-missing" not found')


def test_a_new_object_has_no_version(api, namespace):
    document = samples.changed(samples.config_map(namespace), "metadata.resourceVersion", "5")
    reply = api.create(document)
    assert reply.message == "resourceVersion should not be set on objects to be created"


# Replacing


def test_a_replaced_object_is_as_it_was_sent(api, namespace):
    made = api.create(samples.config_map(namespace, a="1", b="2")).document
    reply = api.put(samples.changed(made, "data", {"c": "3"}))
    assert (reply.code, reply.document["data"]) == (200, {"c": "3"})
    assert reply.document["metadata"]["uid"] == made["metadata"]["uid"]


def test_an_older_version_is_not_put_over_a_newer(api, namespace):
    old = api.create(samples.config_map(namespace)).document
    api.put(samples.changed(old, "data.a", "2"))
    reply = api.put(samples.changed(old, "data.a", "3"))
    assert (reply.code, reply.document["reason"]) == (409, "Conflict")


def test_without_a_version_the_last_one_wins(api, namespace):
    document = samples.config_map(namespace)
    api.create(document)
    assert api.put(samples.changed(document, "data.a", "9")).document["data"] == {"a": "9"}


def test_an_object_that_is_not_there_is_not_replaced(api, namespace):
    assert api.put(samples.config_map(namespace)).code == 404


def test_another_uid_is_another_object(api, namespace):
    made = api.create(samples.config_map(namespace)).document
    reply = api.put(samples.changed(made, "metadata.uid", "0" * 8))
    assert (reply.code, "Precondition failed: UID" in reply.message) == (409, True)


def test_a_writer_is_named_by_its_program_where_it_does_not_say(api, namespace):
    document = samples.config_map(namespace)
    api.create(document, fieldManager="one")
    reply = api.patch(document, {"data": {"b": "2"}})
    managers = {
        row["manager"]: row["fieldsV1"] for row in reply.document["metadata"]["managedFields"]
    }
    assert managers["stand-in-tests"] == {"f:data": {"f:b": {}}}


# Patching


def test_a_merge_patch_sets_and_removes(api, namespace):
    document = samples.config_map(namespace, a="1", b="2")
    api.create(document)
    reply = api.patch(document, {"data": {"a": None, "c": "3"}})
    assert (reply.code, reply.document["data"]) == (200, {"b": "2", "c": "3"})


def test_a_patch_that_changes_nothing_makes_no_version(api, namespace):
    document = samples.config_map(namespace, a="1")
    made = api.create(document).document
    assert api.patch(document, {"data": {"a": "1"}}).document == made


def test_a_json_patch_is_carried_out_whole_or_not_at_all(api, namespace):
    document = samples.config_map(namespace, a="1")
    api.create(document)
    good = [
        {"op": "test", "path": "/data/a", "value": "1"},
        {"op": "add", "path": "/data/b", "value": "2"},
    ]
    assert api.patch(document, good, client.OPERATIONS).document["data"] == {"a": "1", "b": "2"}
    assert (
        api.patch(
            document, [*good[:1], {"op": "remove", "path": "/data/x"}], client.OPERATIONS
        ).code
        == 422
    )


def test_a_strategic_patch_knows_the_keys_of_lists(api, namespace):
    document = samples.deployment(namespace)
    api.create(document)
    containers = [{"name": "main", "image": "registry:3"}, {"name": "side", "image": "registry:2"}]
    change = {"spec": {"template": {"spec": {"containers": containers}}}}
    reply = api.patch(document, change, client.STRATEGIC)
    found = reply.document["spec"]["template"]["spec"]["containers"]
    assert {row["name"]: row["image"] for row in found} == {
        "main": "registry:3",
        "side": "registry:2",
    }


def test_custom_kinds_take_no_strategic_patch(api, namespace):
    document = samples.ingress_route(namespace)
    if api.create(document).code == 404:
        pytest.skip("this cluster has no Traefik")
    assert api.patch(document, {"spec": {}}, client.STRATEGIC).code == 415


@pytest.mark.parametrize(
    ("change", "form", "code"),
    [
        ({"data": {"a": 1}}, client.MERGE, 422),
        ({"x": 1}, "text/plain", 415),
        ("{", client.MERGE, 400),
        ({"a": 1}, client.OPERATIONS, 400),
        ({"metadata": {"name": "other"}}, client.MERGE, 400),
    ],
)
def test_patches_that_make_no_sense_are_refused(api, namespace, change, form, code):
    document = samples.config_map(namespace)
    api.create(document)
    assert api.patch(document, change, form).code == code


def test_only_an_apply_may_be_forced(api, namespace):
    document = samples.config_map(namespace)
    api.create(document)
    assert api.patch(document, {"data": {}}, force="true").code == 422


# Status


def test_a_status_is_written_apart(api, namespace):
    made = api.create(samples.claim(namespace)).document
    change = samples.changed(made, "status.phase", "Lost")
    change = samples.changed(change, "spec.volumeName", "other")
    reply = api.call("PUT", f"{client.where(made)}/status", change)
    assert (reply.document["status"]["phase"], "volumeName" in reply.document["spec"]) == (
        "Lost",
        False,
    )


def test_a_kind_without_status_has_no_such_path(api, namespace):
    document = samples.config_map(namespace)
    api.create(document)
    assert api.get(f"{client.where(document)}/status").code == 404
