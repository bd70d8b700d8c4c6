"""Changes as they happen, over HTTPS."""

from __future__ import annotations

import itertools

import pytest
from tests.apiserver import client, samples

INITIAL_END = "k8s.io/initial-events-end"


@pytest.fixture
def path(namespace):
    return client.collection(samples.config_map(namespace))


def told(events, count):
    """The next events, in short."""
    rows = itertools.islice(events, count)
    return [(row["type"], row["object"]["metadata"]["name"]) for row in rows]


def version(api, path):
    return api.get(path).document["metadata"]["resourceVersion"]


def test_changes_come_in_order(api, namespace, path):
    document = samples.config_map(namespace)
    # A real cluster puts a map of its own into each namespace.
    query = {"fieldSelector": "metadata.name=settings", "resourceVersion": version(api, path)}
    with api.watch(path, **query) as events:
        api.create(document)
        api.patch(document, {"data": {"a": "2"}})
        api.delete(document)
        assert told(events, 3) == [(name, "settings") for name in ("ADDED", "MODIFIED", "DELETED")]


def test_without_a_version_all_that_is_there_comes_first(api, namespace, path):
    api.create(samples.config_map(namespace, "a"))
    with api.watch(path, fieldSelector="metadata.name!=kube-root-ca.crt") as events:
        api.create(samples.config_map(namespace, "b"))
        assert told(events, 2) == [("ADDED", "a"), ("ADDED", "b")]


def test_a_dry_run_is_not_told(api, namespace, path):
    with api.watch(path, resourceVersion=version(api, path)) as events:
        api.create(samples.config_map(namespace, "a"), dryRun="All")
        api.create(samples.config_map(namespace, "b"))
        assert told(events, 1) == [("ADDED", "b")]


def test_what_comes_under_a_selector_is_added_and_what_leaves_it_deleted(api, namespace, path):
    document = samples.config_map(namespace)
    api.create(document)
    query = {"labelSelector": "x=1", "resourceVersion": version(api, path)}
    with api.watch(path, **query) as events:
        for label in ("1", "2"):
            api.patch(document, {"metadata": {"labels": {"x": label}}})
        assert told(events, 2) == [("ADDED", "settings"), ("DELETED", "settings")]


def test_one_object_is_watched_by_its_name(api, namespace, path):
    query = {"fieldSelector": "metadata.name=b", "resourceVersion": version(api, path)}
    with api.watch(path, **query) as events:
        for name in ("a", "b"):
            api.create(samples.config_map(namespace, name))
        assert told(events, 1) == [("ADDED", "b")]


def test_a_watch_ends_when_it_is_asked_to(api, path):
    query = {"timeoutSeconds": 1, "resourceVersion": version(api, path)}
    with api.watch(path, **query) as events:
        assert list(events) == []


def test_a_bookmark_ends_what_was_there_already(api, namespace, path):
    api.create(samples.config_map(namespace))
    query = {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan"}
    query |= {"fieldSelector": "metadata.name=settings"}
    with api.watch(path, allowWatchBookmarks="true", timeoutSeconds=5, **query) as events:
        first, second = itertools.islice(events, 2)
    assert (first["type"], second["type"]) == ("ADDED", "BOOKMARK")
    assert second["object"]["metadata"]["annotations"] == {INITIAL_END: "true"}


def test_the_beginning_is_sent_only_with_the_right_match(api, path):
    reply = api.get(path, watch="true", sendInitialEvents="true")
    assert (reply.code, reply.document["reason"]) == (422, "Invalid")


def test_a_version_that_is_none_is_refused(api, path):
    assert api.get(path, watch="true", resourceVersion="x").code == 500
