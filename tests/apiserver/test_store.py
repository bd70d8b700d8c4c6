"""The store that all of the stand-in works on."""

from __future__ import annotations

import threading

import pytest
from tests.apiserver import errors, kinds, samples
from tests.apiserver.store import FOREGROUND, Store

from homeport import clock as clocks


@pytest.fixture
def store():
    return Store(clock=clocks.VirtualClock(1_700_000_000.0), history=5)


def made(store, name="settings", **data):
    return store.create(kinds.CONFIG_MAP, samples.config_map("here", name, **data))


def test_a_new_object_gets_what_only_the_server_gives(store):
    metadata = made(store)["metadata"]
    assert metadata["creationTimestamp"] == "2023-11-14T22:13:20Z"
    assert metadata["resourceVersion"] == str(store.version)
    assert len(metadata["uid"]) == 36


def test_what_is_stored_is_never_handed_out(store):
    made(store)["data"]["a"] = "changed"
    store.get(kinds.CONFIG_MAP, "here", "settings")["data"]["a"] = "changed"
    store.list(kinds.CONFIG_MAP)[0]["data"]["a"] = "changed"
    assert store.get(kinds.CONFIG_MAP, "here", "settings")["data"] == {"a": "1"}


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (made, 409),
        (lambda store: store.get(kinds.CONFIG_MAP, "here", "other"), 404),
        (lambda store: store.remove(kinds.CONFIG_MAP, "there", "settings"), 404),
        (lambda store: store.update(kinds.CONFIG_MAP, samples.config_map("here", "other")), 404),
    ],
)
def test_what_cannot_be_done(store, action, code):
    made(store)
    with pytest.raises(errors.ApiError) as caught:
        action(store)
    assert caught.value.code == code


def test_an_update_of_an_older_version_is_refused(store):
    old = made(store)
    store.update(kinds.CONFIG_MAP, {**old, "data": {"a": "2"}})
    with pytest.raises(errors.ApiError) as caught:
        store.update(kinds.CONFIG_MAP, {**old, "data": {"a": "3"}})
    assert (caught.value.reason, caught.value.message) == (
        "Conflict",
        f'Operation cannot be fulfilled on configmaps "settings": {errors.MODIFIED}',
    )


def test_an_update_that_changes_nothing_makes_no_version(store):
    old = made(store)
    assert store.update(kinds.CONFIG_MAP, old) == old
    assert store.version == int(old["metadata"]["resourceVersion"])


def test_the_generation_counts_changes_of_the_spec_only(store):
    made_ = store.create(kinds.DEPLOYMENT, samples.deployment("here"))
    labelled = store.update(kinds.DEPLOYMENT, samples.changed(made_, "metadata.labels", {"a": "b"}))
    scaled = store.update(kinds.DEPLOYMENT, samples.changed(labelled, "spec.replicas", 3))
    told = store.update_status(kinds.DEPLOYMENT, scaled | {"status": {"replicas": 3}})
    rows = (made_, labelled, scaled, told)
    assert [row["metadata"]["generation"] for row in rows] == [1, 1, 2, 2]


def test_status_and_the_rest_are_written_apart(store):
    old = store.create(kinds.DEPLOYMENT, samples.deployment("here"))
    told = store.update_status(
        kinds.DEPLOYMENT, samples.changed(old, "spec.replicas", 9) | {"status": {"replicas": 1}}
    )
    changed = store.update(
        kinds.DEPLOYMENT, samples.changed(told, "spec.replicas", 2) | {"status": {"replicas": 7}}
    )
    assert told["spec"]["replicas"] == 0
    assert (changed["spec"]["replicas"], changed["status"]) == (2, {"replicas": 1})


def test_finalizers_hold_an_object(store):
    document = samples.changed(samples.config_map("here"), "metadata.finalizers", ["a/b"])
    store.create(kinds.CONFIG_MAP, document)
    marked = store.remove(kinds.CONFIG_MAP, "here", "settings")
    assert marked["metadata"]["deletionTimestamp"]
    store.update(kinds.CONFIG_MAP, samples.changed(marked, "metadata.finalizers", None))
    assert store.find(kinds.CONFIG_MAP, "here", "settings") is None


def test_deletion_in_the_foreground_waits_for_its_finalizer(store):
    made(store)
    marked = store.remove(kinds.CONFIG_MAP, "here", "settings", finalizer=FOREGROUND)
    assert marked["metadata"]["finalizers"] == [FOREGROUND]
    assert store.remove(kinds.CONFIG_MAP, "here", "settings") == marked


def test_a_deleted_namespace_is_terminating(store):
    spec = {"metadata": {"name": "n"}, "spec": {"finalizers": ["kubernetes"]}}
    store.create(kinds.NAMESPACE, spec)
    assert store.remove(kinds.NAMESPACE, "", "n")["status"] == {"phase": "Terminating"}


def test_the_history_tells_every_write_in_order(store):
    begin = store.version
    old = made(store)
    store.update(kinds.CONFIG_MAP, {**old, "data": {"a": "2"}})
    store.create(kinds.SECRET, samples.secret("here"))
    store.remove(kinds.CONFIG_MAP, "here", "settings")
    changes = store.history(begin, kinds.CONFIG_MAP)
    assert [change.type for change in changes] == ["ADDED", "MODIFIED", "DELETED"]
    assert [change.version for change in changes] == [begin + 1, begin + 2, begin + 4]
    assert changes[2].object["metadata"]["resourceVersion"] == str(begin + 4)


def test_history_is_forgotten_after_a_while(store):
    begin = store.version
    for number in range(6):
        made(store, f"n{number}")
    with pytest.raises(errors.ApiError) as caught:
        store.history(begin)
    assert (caught.value.code, caught.value.reason) == (410, "Expired")
    assert len(store.history(begin + 1)) == 5


def test_compaction_forgets_all(store):
    begin = store.version
    made(store)
    store.forget()
    with pytest.raises(errors.ApiError):
        store.history(begin)
    assert store.history(store.version) == []


def test_waiting_ends_with_the_next_write(store):
    begin, seen = store.version, []
    waiter = threading.Thread(target=lambda: seen.append(store.wait(begin, 30)))
    waiter.start()
    made(store)
    waiter.join(30)
    assert seen == [begin + 1]


def test_callers_back_hear_of_every_write(store):
    seen = []
    store.on_change(lambda change: seen.append((change.type, change.object["data"])))
    made(store, a="5")
    assert seen == [("ADDED", {"a": "5"})]
