"""Faults between a client and the API, as the client sees them."""

from __future__ import annotations

import contextlib
import http.client
import json
import ssl
import time
import urllib.error
import urllib.request

import pytest
from tests.apiserver import errors, faults
from tests.apiserver.cluster import Cluster

NO_RIGHT = 'User "dev" cannot get resource "configmaps" in API group ""'
PATH = "/api/v1/namespaces/default/configmaps"


@pytest.fixture
def cluster():
    with Cluster() as found:
        found.controllers.stall()
        yield found


def send(cluster, path, method="GET", document=None, token=""):
    """The code, the headers and the body of an answer."""
    context = ssl.create_default_context(cadata=cluster.server.authority_pem.decode())
    request = urllib.request.Request(cluster.server.url + path, method=method)
    token = token or cluster.server.credentials.token
    request.add_header("Authorization", f"Bearer {token}")
    if document is not None:
        request.data = json.dumps(document).encode()
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, context=context, timeout=10) as answer:
            return answer.status, answer.headers, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, json.load(error)


def config(name="one"):
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "default"},
        "data": {"a": "b"},
    }


@pytest.mark.parametrize(
    ("fault", "code", "reason", "message"),
    [
        (
            faults.conflict(),
            409,
            "Conflict",
            f'Operation cannot be fulfilled on configmaps "one": {errors.MODIFIED}',
        ),
        (
            faults.invalid("data.a", 'Invalid value: "b": too short'),
            422,
            "Invalid",
            'ConfigMap "one" is invalid: data.a: Invalid value: "b": too short',
        ),
        (faults.too_many(7), 429, "TooManyRequests", "Too many requests, please try again later."),
        (
            faults.internal(),
            500,
            "InternalError",
            "Internal error occurred: etcdserver: leader changed",
        ),
        (
            faults.unavailable(),
            503,
            "ServiceUnavailable",
            "the server is currently unable to handle the request",
        ),
        (
            faults.timed_out(),
            504,
            "Timeout",
            f"Timeout: {faults.TIMED_OUT}",
        ),
        (
            faults.forbidden("dev"),
            403,
            "Forbidden",
            f'configmaps "one" is forbidden: {NO_RIGHT} in the namespace "default"',
        ),
    ],
)
def test_answers_are_statuses(cluster, fault, code, reason, message):
    cluster.store.create(*created())
    cluster.faults.add(fault, kind="ConfigMap", name="one")
    found, _, status = send(cluster, f"{PATH}/one")
    assert (found, status["kind"], status["code"]) == (code, "Status", code)
    assert (status["reason"], status["message"]) == (reason, message)
    assert send(cluster, f"{PATH}/one")[0] == 200


def created():
    kind = faults.Kind("", "v1", "configmaps", "ConfigMap", namespaced=True)
    return kind, config()


def test_a_429_says_when_to_come_back(cluster):
    cluster.faults.add(faults.too_many(7))
    _, headers, status = send(cluster, PATH)
    assert headers["Retry-After"] == "7"
    assert status["details"]["retryAfterSeconds"] == 7


def test_a_422_names_the_field(cluster):
    cluster.faults.add(faults.invalid("data.a", "Required value", "FieldValueRequired"))
    _, _, status = send(cluster, f"{PATH}/one")
    cause = {"reason": "FieldValueRequired", "message": "Required value", "field": "data.a"}
    assert status["details"]["causes"] == [cause]


def test_a_cluster_scope_is_named_so(cluster):
    cluster.faults.add(faults.forbidden("dev"), verb="list", kind="Node")
    _, _, status = send(cluster, "/api/v1/nodes")
    expected = (
        'nodes is forbidden: User "dev" cannot list resource "nodes" in API group "" '
        "at the cluster scope"
    )
    assert status["message"] == expected


@pytest.mark.parametrize(
    ("fits", "is_met"),
    [
        ({"verb": "list"}, True),
        ({"verb": "list", "kind": "ConfigMap", "namespace": "default"}, True),
        ({"path": "/api/v1/namespaces"}, True),
        ({"verb": "get"}, False),
        ({"kind": "Secret"}, False),
        ({"namespace": "other"}, False),
        ({"name": "one"}, False),
        ({"path": "/apis"}, False),
    ],
)
def test_a_fault_meets_what_it_is_for(cluster, fits, is_met):
    rule = cluster.faults.add(faults.internal(), **fits)
    assert send(cluster, PATH)[0] == (500 if is_met else 200)
    assert [row.path for row in rule.met] == ([PATH] if is_met else [])


def test_a_fault_has_its_count(cluster):
    cluster.faults.add(faults.unavailable(), count=2)
    assert [send(cluster, PATH)[0] for _ in range(3)] == [503, 503, 200]


def test_a_fault_without_end(cluster):
    cluster.faults.add(faults.unavailable(), count=None)
    assert [send(cluster, PATH)[0] for _ in range(3)] == [503, 503, 503]
    cluster.faults.clear()
    assert send(cluster, PATH)[0] == 200


def test_a_misspelt_word_is_refused(cluster):
    with pytest.raises(TypeError, match="nmae"):
        cluster.faults.add(faults.internal(), nmae="one")


def test_slow(cluster):
    cluster.faults.add(faults.slow(0.3))
    begin = time.monotonic()
    assert send(cluster, PATH)[0] == 200
    assert time.monotonic() - begin >= 0.3


@pytest.mark.parametrize(
    ("fault", "is_written"), [(faults.dropped(), False), (faults.dropped_after(), True)]
)
def test_dropped_connections(cluster, fault, is_written):
    cluster.faults.add(fault, verb="create")
    with pytest.raises((http.client.HTTPException, OSError)):
        send(cluster, PATH, "POST", config())
    assert (cluster.get("ConfigMap", "default", "one") is not None) == is_written


def test_expired_credentials(cluster):
    token = cluster.server.credentials.token
    assert send(cluster, PATH, token=token)[0] == 200
    cluster.expire_credentials()
    assert send(cluster, PATH, token=token)[0] == 401


def test_a_restart_keeps_the_objects(cluster):
    cluster.store.create(*created())
    cluster.restart()
    assert send(cluster, f"{PATH}/one")[0] == 200


def test_a_watch_is_dropped(cluster):
    with contextlib.closing(watching(cluster)) as answer:
        cluster.drop_watches()
        with contextlib.suppress(http.client.HTTPException, OSError):
            assert answer.read() == b""


def test_a_forgotten_history_is_410(cluster):
    cluster.store.create(*created())
    old = cluster.store.version - 1
    cluster.drop_watches(is_forgotten=True)
    code, _, status = send(cluster, f"{PATH}?watch=1&resourceVersion={old}&timeoutSeconds=1")
    seen = status.get("object", status)
    assert (code, seen["code"], seen["reason"]) in {(200, 410, "Expired"), (410, 410, "Expired")}


def watching(cluster):
    context = ssl.create_default_context(cadata=cluster.server.authority_pem.decode())
    version = cluster.store.version
    request = urllib.request.Request(
        f"{cluster.server.url}{PATH}?watch=1&resourceVersion={version}"
    )
    request.add_header("Authorization", f"Bearer {cluster.server.credentials.token}")
    return urllib.request.urlopen(request, context=context, timeout=10)
