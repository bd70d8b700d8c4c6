"""Lists, selections, pages and tables, over HTTPS."""

from __future__ import annotations

import pytest
from tests.apiserver import client, samples

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


@pytest.fixture
def several(api, namespace):
    for name, labels in (("a", {"x": "1"}), ("b", {"x": "2", "y": "1"}), ("c", {})):
        document = samples.changed(samples.config_map(namespace, name), "metadata.labels", labels)
        assert api.create(document).code == 201
    return client.collection(samples.config_map(namespace))


def found(reply):
    """The names in a list, but for what every namespace of a real cluster has."""
    assert reply.code == 200, reply.document
    names = [row["metadata"]["name"] for row in reply.document["items"]]
    return "".join(name for name in names if name != "kube-root-ca.crt")


@pytest.mark.parametrize(
    ("selector", "wanted"),
    [
        *(("x=1", "a"), ("x!=1", "bc"), ("x", "ab"), ("!x", "c"), ("x in (1,2)", "ab")),
        *(("x notin (1)", "bc"), ("x,y", "b"), ("x==2,y=1", "b"), ("x=3", "")),
    ],
)
def test_labels_select(api, several, selector, wanted):
    assert found(api.get(several, labelSelector=selector)) == wanted


@pytest.mark.parametrize(
    ("selector", "wanted"),
    [("metadata.name=b", "b"), ("metadata.name!=b", "ac"), ("metadata.namespace=other", "")],
)
def test_fields_select(api, several, selector, wanted):
    assert found(api.get(several, fieldSelector=selector)) == wanted


@pytest.mark.parametrize(
    "query", [{"fieldSelector": "data.a=1"}, {"labelSelector": "x in"}, {"fieldSelector": "x"}]
)
def test_selectors_that_make_no_sense_are_refused(api, several, query):
    assert api.get(several, **query).code == 400


def test_events_are_selected_by_what_they_are_about(api, namespace):
    for name in ("a", "b"):
        about = {"kind": "Pod", "name": name, "namespace": namespace, "uid": f"uid-{name}"}
        event = {"apiVersion": "v1", "kind": "Event", "involvedObject": about, "reason": "Failed"}
        event |= {"metadata": {"name": name, "namespace": namespace}}
        assert api.create(event).code == 201
    path = f"/api/v1/namespaces/{namespace}/events"
    assert (
        found(api.get(path, fieldSelector="involvedObject.name=b,involvedObject.kind=Pod")) == "b"
    )
    assert found(api.get(path, fieldSelector="involvedObject.uid=uid-a,reason!=x")) == "a"


def test_a_list_says_its_version_and_its_items_not_what_they_are(api, several):
    document = api.get(several).document
    assert (document["kind"], document["apiVersion"]) == ("ConfigMapList", "v1")
    assert int(document["metadata"]["resourceVersion"]) > 0
    assert {"kind", "apiVersion"}.isdisjoint(document["items"][0])


def test_a_long_list_comes_in_pages(api, several):
    query = {"limit": 2, "labelSelector": "!none"}
    first = api.get(several, **query)
    more = first.document["metadata"]["continue"]
    second = api.get(several, **query, **{"continue": more})
    assert (len(first.document["items"]), "continue" in second.document["metadata"]) == (2, False)
    assert found(first) + found(second) == "abc"


def test_a_namespace_sees_its_own_only(api, several, namespace):
    rows = api.get("/api/v1/configmaps", labelSelector="x").document["items"]
    assert [
        row["metadata"]["name"] for row in rows if row["metadata"]["namespace"] == namespace
    ] == ["a", "b"]
    assert found(api.get("/api/v1/namespaces/homeport-test-missing/configmaps")) == ""


def test_rows_for_people(api, several):
    document = api.call("GET", several, headers={"Accept": TABLE}, labelSelector="x").document
    assert document["kind"] == "Table"
    assert [row["cells"][0] for row in document["rows"]] == ["a", "b"]
    assert document["rows"][0]["object"]["kind"] == "PartialObjectMetadata"


def test_a_version_that_has_not_come_yet_is_waited_for_by_the_client(api, several):
    reply = api.get(several, resourceVersion=2**40, resourceVersionMatch="NotOlderThan")
    assert (reply.code, reply.document["reason"]) == (504, "Timeout")
    assert reply.document["details"]["causes"][0]["reason"] == "ResourceVersionTooLarge"


@pytest.mark.parametrize(
    ("accept", "code"), [("image/png", 406), ("*/*", 200), ("application/json", 200)]
)
def test_only_json_comes_out(api, several, accept, code):
    assert api.call("GET", several, headers={"Accept": accept}).code == code


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"resourceVersionMatch": "Exact"}, 422),
        ({"resourceVersion": "1", "resourceVersionMatch": "Sideways"}, 422),
        ({"limit": "x"}, 400),
        ({"resourceVersion": "x"}, 400),
        ({"continue": "x"}, 400),
    ],
)
def test_parameters_that_make_no_sense_are_refused(api, namespace, query, code):
    path = client.collection(samples.config_map(namespace))
    assert api.get(path, **query).code == code
