"""What `kubectl logs` gets."""

from __future__ import annotations

import threading

import pytest
from tests.apiserver import errors, kinds
from tests.apiserver.cluster import Cluster
from tests.apiserver.controllers import samples

from homeport.clock import VirtualClock


@pytest.fixture
def cluster():
    found = Cluster(clock=VirtualClock(), is_stepped=True)
    found.apply(samples.namespace())
    return found


def read(cluster, **options):
    return b"".join(cluster.logs.read("registry", "one", "", options))


@pytest.mark.parametrize(
    ("options", "expected"),
    [({}, b"a\nb\nc\n"), ({"tailLines": "2"}, b"b\nc\n"), ({"tailLines": "9"}, b"a\nb\nc\n")],
)
def test_lines(cluster, options, expected):
    cluster.apply(samples.pod())
    cluster.logs.write("registry", "one", "app", "a", "b", "c")
    assert read(cluster, **options) == expected


def test_following_ends_with_the_pod(cluster):
    cluster.apply(samples.pod())
    cluster.logs.write("registry", "one", "app", "a")
    lines = cluster.logs.read("registry", "one", "app", {"follow": "true", "tailLines": "0"})
    found = []
    reader = threading.Thread(target=lambda: found.extend(row for row in lines if row))
    reader.start()
    cluster.logs.write("registry", "one", "app", "b")
    cluster.store.remove(kinds.POD, "registry", "one")
    reader.join(10)
    assert not reader.is_alive()
    assert found in ([b"b\n"], [])


def test_following_gets_what_is_appended(cluster):
    cluster.apply(samples.pod())
    cluster.logs.write("registry", "one", "app", "a")
    lines = cluster.logs.read("registry", "one", "app", {"follow": "true"})
    assert next(lines) == b"a\n"
    cluster.logs.write("registry", "one", "app", "b")
    assert next(row for row in lines if row) == b"b\n"


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ("pull", "trying and failing to pull image"),
        ("mount", "ContainerCreating"),
    ],
)
def test_a_container_that_has_not_started(cluster, step, why):
    if step == "mount":
        cluster.controllers.delay(mount=5)
    else:
        cluster.controllers.fail(step)
    cluster.apply(samples.pod())
    with pytest.raises(errors.ApiError) as caught:
        read(cluster)
    assert caught.value.code == 400
    assert caught.value.message == f'container "app" in pod "one" is waiting to start: {why}'


def test_a_pod_that_is_not_there(cluster):
    with pytest.raises(errors.ApiError) as caught:
        read(cluster)
    assert caught.value.code == 404
