"""Who owns what of an object after each kind of write, over HTTPS.

https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
"""

from __future__ import annotations

import pytest
from tests.apiserver import samples


@pytest.fixture
def settings(namespace):
    return samples.config_map(namespace, a="1")


def entries(reply):
    """Manager, operation and whether the time is known, of each entry."""
    rows = reply.document["metadata"].get("managedFields", [])
    return [(row["manager"], row["operation"], "time" in row) for row in rows]


def owned(reply, manager):
    """The fields of a manager's entry."""
    rows = reply.document["metadata"]["managedFields"]
    return next(row["fieldsV1"] for row in rows if row["manager"] == manager)


def test_who_makes_a_map_owns_it_and_who_applies_to_it_does_not(api, settings):
    api.create(settings, fieldManager="maker")
    reply = api.apply(samples.changed(settings, "data", {"b": "2"}))
    assert owned(reply, "maker") == {"f:data": {".": {}, "f:a": {}}}
    assert owned(reply, "tests") == {"f:data": {"f:b": {}}}


def test_structures_of_a_kind_are_nobodys(api, namespace):
    reply = api.create(samples.deployment(namespace), fieldManager="maker")
    spec = owned(reply, "maker")["f:spec"]
    assert spec["f:strategy"] == {
        "f:rollingUpdate": {".": {}, "f:maxSurge": {}, "f:maxUnavailable": {}},
        "f:type": {},
    }
    containers = spec["f:template"]["f:spec"]["f:containers"]
    assert list(containers) == ['k:{"name":"main"}']


def test_custom_kinds_have_no_such_structures(api, namespace):
    reply = api.create(samples.ingress_route(namespace), fieldManager="maker")
    if reply.code == 404:
        pytest.skip("this cluster has no Traefik")
    assert owned(reply, "maker") == {"f:spec": {".": {}, "f:entryPoints": {}, "f:routes": {}}}


def test_an_apply_that_changes_nothing_has_no_time(api, settings):
    api.apply(settings, manager="one")
    reply = api.apply(settings, manager="two")
    assert entries(reply) == [("two", "Apply", False), ("one", "Apply", True)]


@pytest.mark.parametrize("cleared", [[], [{}]])
def test_what_is_cleared_is_tracked_no_more(api, settings, cleared):
    api.create(settings, fieldManager="maker")
    assert entries(api.patch(settings, {"metadata": {"managedFields": cleared}})) == []
    assert entries(api.patch(settings, {"data": {"b": "2"}})) == []
    reply = api.apply(samples.changed(settings, "data.a", "2"))
    assert reply.message == (
        'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a'
    )


def test_null_is_no_wish_to_clear(api, settings):
    api.create(settings, fieldManager="maker")
    reply = api.patch(settings, {"metadata": {"managedFields": None}})
    assert entries(reply) == [("maker", "Update", True)]


def test_empty_maps_are_not_there(api, settings):
    document = samples.changed(samples.changed(settings, "data", {}), "metadata.labels", {})
    reply = api.create(document, fieldManager="maker")
    assert "data" not in reply.document
    assert "labels" not in reply.document["metadata"]
    assert entries(reply) == []


RECREATE = {"type": "Recreate"}


@pytest.mark.parametrize("strategy", [RECREATE, RECREATE | {"rollingUpdate": None}])
@pytest.mark.parametrize("query", [{}, {"force": "true"}, {"dryRun": "All"}])
def test_an_apply_does_not_take_away_what_was_filled_in(api, namespace, strategy, query):
    document = samples.deployment(namespace)
    api.apply(document)
    reply = api.apply(samples.changed(document, "spec.strategy", strategy), **query)
    assert (reply.code, reply.causes) == (
        422,
        [("spec.strategy.rollingUpdate", "FieldValueForbidden")],
    )


def test_a_patch_takes_away_what_was_filled_in(api, namespace):
    document = samples.deployment(namespace)
    api.apply(document)
    strategy = RECREATE | {"rollingUpdate": None}
    assert api.patch(document, {"spec": {"strategy": strategy}}).code == 200
    assert api.apply(samples.changed(document, "spec.strategy", RECREATE)).code == 200


def test_a_structure_of_a_custom_kind_that_is_emptied_is_null(api, namespace):
    route = samples.changed(samples.ingress_route(namespace), "spec.tls", {"secretName": "a"})
    if api.apply(route).code == 404:
        pytest.skip("this cluster has no Traefik")
    reply = api.apply(samples.changed(route, "spec.tls", {}))
    assert (reply.code, reply.causes) == (422, [("spec.tls", "FieldValueTypeInvalid")])
    assert api.apply(samples.changed(route, "spec.tls", None)).code == 200
