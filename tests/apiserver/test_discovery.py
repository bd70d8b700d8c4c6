"""What clients find out about the server, over HTTPS."""

from __future__ import annotations

import json
import re

import pytest


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/livez"])
def test_health(api, path):
    assert api.get(path).document == {"text": "ok"}


def test_version(api):
    document = api.get("/version").document
    assert document["gitVersion"].startswith(f"v{document['major']}.{document['minor']}")


def test_groups(api):
    assert "v1" in api.get("/api").document["versions"]
    groups = {row["name"]: row for row in api.get("/apis").document["groups"]}
    assert groups["apps"]["preferredVersion"]["groupVersion"] == "apps/v1"


@pytest.mark.parametrize(
    ("path", "name", "namespaced", "kind"),
    [
        ("/api/v1", "namespaces", False, "Namespace"),
        ("/api/v1", "pods/log", True, "Pod"),
        ("/apis/apps/v1", "deployments", True, "Deployment"),
        ("/apis/storage.k8s.io/v1", "storageclasses", False, "StorageClass"),
        (
            "/apis/apiextensions.k8s.io/v1",
            "customresourcedefinitions",
            False,
            "CustomResourceDefinition",
        ),
    ],
)
def test_kinds(api, path, name, namespaced, kind):
    rows = {row["name"]: row for row in api.get(path).document["resources"]}
    assert (rows[name]["namespaced"], rows[name]["kind"]) == (namespaced, kind)


@pytest.mark.parametrize(
    "path",
    ["/apis/example.com/v1", "/api/v2", "/x", "/api/v1/things", "/apis/apps/v1/namespaces/a/pods"],
)
def test_what_is_not_there(api, path):
    reply = api.get(path)
    assert reply.code == 404
    # Only the groups that are compiled in answer a Status.
    is_ours = path.startswith(("/api/", "/apis/apps/"))
    text = "the server could not find the requested resource" if is_ours else "404 page not found\n"
    assert reply.document.get("message", reply.document.get("text")) == text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/api/v1/namespaces"),
        ("POST", "/api/v1/configmaps"),
        ("POST", "/api/v1/namespaces/default/pods/a"),
    ],
)
def test_methods_that_a_path_does_not_take(api, method, path):
    assert api.call(method, path, {}).code == 405


@pytest.mark.parametrize(("group", "kind"), [("api/v1", "Secret"), ("apis/apps/v1", "Deployment")])
def test_schemas_are_published(api, group, kind):
    index = json.loads(api.get("/openapi/v3").document["text"])["paths"]
    document = api.get(index[group]["serverRelativeURL"].partition("?")[0]).document
    marks = [
        row["kind"]
        for schema in document["components"]["schemas"].values()
        for row in schema.get("x-kubernetes-group-version-kind", ())
    ]
    assert kind in marks
    wanted = {"fieldValidation", "dryRun", "fieldManager", "force"}
    patches = [path["patch"] for path in document["paths"].values() if "patch" in path]
    assert wanted <= {row["name"] for row in patches[0]["parameters"]}


def test_schemas_are_published_as_version_2_too(api):
    definitions = api.get("/openapi/v2").document["definitions"]
    port = definitions["io.k8s.api.core.v1.ServicePort"]["properties"]["targetPort"]
    name = port["$ref"].removeprefix("#/definitions/")
    assert definitions[name]["format"] == "int-or-string"
    wanted = re.findall(r'"#/definitions/([^"]+)"', json.dumps(definitions))
    assert set(wanted) <= set(definitions)


def test_every_reference_of_a_schema_leads_somewhere(api):
    document = api.get("/openapi/v3/apis/apps/v1").document
    found = set(references(document))
    assert {row.removeprefix("#/components/schemas/") for row in found} <= set(
        document["components"]["schemas"]
    )


def references(schema):
    rows = (
        schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    )
    if isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
        yield schema["$ref"]
    for row in rows:
        yield from references(row)


def test_who_asks_is_told_what_is_allowed(api):
    asked = {"resourceAttributes": {"verb": "create", "resource": "pods", "namespace": "default"}}
    document = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": asked,
    }
    path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    assert api.call("POST", path, document).document["status"]["allowed"] is True
