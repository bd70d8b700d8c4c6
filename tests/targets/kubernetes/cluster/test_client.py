"""The client against the strict API server: what it does, and what becomes of it when things go wrong there."""

import json
import ssl
from concurrent.futures import ThreadPoolExecutor

import pytest
import urllib3
from tests.apiserver import errors as answers
from tests.apiserver import faults
from tests.apiserver.server import Server
from tests.targets.kubernetes.cluster import wires
from tests.targets.kubernetes.cluster.wires import Moving, Wire

from homeport import clock
from homeport.targets.kubernetes.cluster import client, errors, kubeconfig, limits
from homeport.targets.kubernetes.cluster.wire.retrying import Patience
from homeport.targets.kubernetes.objects import kinds
from homeport.targets.kubernetes.objects.kinds import Kind, Ref

NAMES = Ref(kinds.CONFIG_MAP, "default", "names")


def named(name="names", **data):
    metadata = {"name": name, "namespace": "default", "labels": {"app": "homeport"}}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


@pytest.fixture
def server():
    with Server(faults=faults.Faults()) as running:
        yield running
    assert running.failures == []


class Connected:
    def __init__(self, server, folder):
        self.server, self.folder, self.clock = server, folder, Moving()
        self.during_pause = lambda: None

    def wait(self, pause_s):
        self.clock.wait(pause_s)
        self.during_pause()

    def __call__(self, user="token"):
        path = self.server.kubeconfig(self.folder / "kube", user=user)
        access = kubeconfig.load(path, "", {"HOME": str(self.folder)})
        return client.connect(access, self.clock, wait=self.wait, chance=lambda: 1.0)


@pytest.fixture
def connect(server, tmp_path):
    return Connected(server, tmp_path)


@pytest.fixture
def cluster(connect):
    with connect() as found:
        yield found


@pytest.mark.parametrize("user", ["token", "certificate", "exec"])
def test_each_way_to_be_known(connect, user):
    with connect(user) as found:
        assert found.version().startswith("v1.35.")
        assert found.apply(named(a="1"))["data"] == {"a": "1"}


def test_it_is_the_cluster_of_its_context(cluster, server):
    assert (cluster.context, cluster.server) == ("stand-in", server.url)


def test_an_object_comes_changes_and_goes(cluster):
    assert cluster.get(NAMES) is None
    first = cluster.apply(named(a="1"))
    assert cluster.get(NAMES) == first
    second = cluster.apply(named(b="2"))
    assert second["data"] == {"b": "2"}
    assert second["metadata"]["uid"] == first["metadata"]["uid"]
    assert {entry["manager"] for entry in second["metadata"]["managedFields"]} == {"homeport"}
    cluster.delete(NAMES, uid=second["metadata"]["uid"])
    assert cluster.get(NAMES) is None
    cluster.delete(NAMES)


def test_a_dry_run_tells_and_changes_nothing(cluster):
    assert cluster.apply(named(a="1"), is_dry_run=True)["data"] == {"a": "1"}
    assert cluster.get(NAMES) is None
    kept = cluster.apply(named(a="1"))
    cluster.delete(NAMES, is_dry_run=True)
    assert cluster.get(NAMES) == kept


def test_a_field_of_somebody_else_is_taken_over_by_force_only(cluster, server):
    other = json.dumps(named(a="1"))
    _as_another(server, other)
    with pytest.raises(errors.Conflict) as caught:
        cluster.apply(named(a="2"))
    assert [(cause.manager, cause.field) for cause in caught.value.causes] == [("helm", ".data.a")]
    assert "helm owns .data.a" in caught.value.what
    assert cluster.apply(named(a="2"), is_forced=True)["data"] == {"a": "2"}


def _as_another(server, body):
    """An apply by another manager, through the server's own front door."""
    context = ssl.create_default_context(cadata=server.authority_pem.decode())
    with urllib3.PoolManager(ssl_context=context) as pool:
        answer = pool.request(
            "PATCH",
            f"{server.url}/api/v1/namespaces/default/configmaps/names?fieldManager=helm",
            body=body,
            headers={
                "Authorization": f"Bearer {server.credentials.token}",
                "Content-Type": "application/apply-patch+yaml",
            },
        )
    assert answer.status in {200, 201}


@pytest.mark.parametrize(
    ("obj", "kind", "fields"),
    [
        (named() | {"spec": {"x": 1}}, errors.Invalid, [".spec"]),
        (named(a=1), errors.Invalid, [".data.a"]),
        (named("Not_A_Name"), errors.Invalid, ["metadata.name"]),
    ],
)
def test_objects_that_are_wrong(cluster, connect, obj, kind, fields):
    with pytest.raises(kind) as caught:
        cluster.apply(obj)
    assert [cause.field for cause in caught.value.causes] == fields
    assert connect.clock.pauses == []


def test_a_namespace_that_is_not_there(cluster):
    obj = named()
    obj["metadata"]["namespace"] = "none"
    with pytest.raises(errors.NotFound, match='namespaces "none" not found'):
        cluster.apply(obj)


def test_one_of_another_uid_is_not_deleted(cluster):
    cluster.apply(named(a="1"))
    with pytest.raises(errors.Conflict, match=r"[Pp]recondition"):
        cluster.delete(NAMES, uid="00000000-0000-0000-0000-000000000000")
    assert cluster.get(NAMES) is not None


def test_a_merge_patch(cluster):
    cluster.apply(named(a="1", b="2"))
    changed = cluster.patch(NAMES, {"data": {"a": None, "c": "3"}})
    assert changed["data"] == {"b": "2", "c": "3"}
    with pytest.raises(errors.NotFound):
        cluster.patch(NAMES._replace(name="none"), {"data": {}})


def test_lists_are_whole_and_say_what_they_hold(cluster, monkeypatch, server):
    monkeypatch.setattr(limits, "PAGE", 4)
    for number in range(10):
        cluster.apply(named(f"n{number}"))
    listed = cluster.list(kinds.CONFIG_MAP, "default", "app=homeport")
    assert [kinds.ref(item).name for item in listed.items] == [f"n{n}" for n in range(10)]
    assert listed.version == str(server.store.version)
    pages = [request for request in server.requests if request.verb == "list"]
    assert [request.query.get("limit") for request in pages] == ["4", "4", "4"]
    assert cluster.list(kinds.CONFIG_MAP, "default", "app=none").items == ()


def test_a_list_whose_pages_are_too_old_is_read_at_once(cluster, monkeypatch, server):
    monkeypatch.setattr(limits, "PAGE", 4)
    for number in range(6):
        cluster.apply(named(f"n{number}"))
    gone = faults._raising(lambda _: _expired())
    server.faults.add(gone, verb="list").matches = lambda request: "continue" in request.query
    assert len(cluster.list(kinds.CONFIG_MAP, "default", "app=homeport").items) == 6
    pages = [request.query for request in server.requests if request.verb == "list"]
    assert ["limit" in query for query in pages] == [True, True, False]


def _expired():
    return answers.expired("The provided continue parameter is too old")


def test_kinds_that_are_not_there(cluster, server):
    server.install("traefik.io")
    assert cluster.has(kinds.INGRESS_ROUTE)
    assert not cluster.has(kinds.CERTIFICATE)
    assert not cluster.has(Kind("apps/v1", "Flotilla", "flotillas"))
    assert cluster.get(Ref(kinds.CERTIFICATE, "default", "x")) is None
    assert cluster.list(kinds.CERTIFICATE).items == ()
    with pytest.raises(errors.NotFound):
        list(cluster.watch(kinds.CERTIFICATE))


def test_what_is_there_is_asked_once(cluster, server):
    server.install()
    for _ in range(3):
        assert cluster.has(kinds.SECRET)
        assert not cluster.has(kinds.CERTIFICATE)
    asked = [request.path for request in server.requests]
    assert asked == ["/api/v1", "/apis/cert-manager.io/v1"]


def test_a_watch_goes_on_from_a_list(cluster):
    cluster.apply(named("before"))
    since = cluster.list(kinds.CONFIG_MAP, "default").version
    cluster.apply(named("after", a="1"))
    cluster.apply(named("after", a="2"))
    cluster.delete(Ref(kinds.CONFIG_MAP, "default", "after"))
    seen = list(cluster.watch(kinds.CONFIG_MAP, "default", since=since, idle_s=2))
    changes = [change.type for change in seen if change.type != "BOOKMARK"]
    assert changes == ["ADDED", "MODIFIED", "DELETED"]
    since = seen[-1].object["metadata"]["resourceVersion"]
    again = list(cluster.watch(kinds.CONFIG_MAP, "default", since=since, idle_s=1.5))
    assert [change.type for change in again if change.type != "BOOKMARK"] == []


def test_a_watch_from_too_long_ago(cluster, server):
    since = cluster.list(kinds.CONFIG_MAP).version
    server.store.forget()
    with pytest.raises(errors.Gone):
        list(cluster.watch(kinds.CONFIG_MAP, since=since, idle_s=2))


def test_a_watch_that_is_dropped_goes_on_where_it_was(cluster, server):
    since = cluster.list(kinds.CONFIG_MAP, "default").version
    changes = cluster.watch(kinds.CONFIG_MAP, "default", since=since, idle_s=30)
    cluster.apply(named("one"))
    first = next(changes)
    server.drop_connections()
    assert list(changes) == []
    cluster.apply(named("two"))
    since = first.object["metadata"]["resourceVersion"]
    changes = cluster.watch(kinds.CONFIG_MAP, "default", since=since, idle_s=30)
    assert next(changes).object["metadata"]["name"] == "two"
    changes.close()


@pytest.mark.parametrize(
    "fault",
    [
        faults.too_many(),
        faults.internal(),
        faults.unavailable(),
        faults.timed_out(),
        faults.dropped(),
        faults.dropped_after(),
        faults.conflict(),
    ],
    ids=["429", "500", "503", "504", "dropped", "dropped after", "lost race"],
)
def test_an_apply_gets_through(cluster, server, fault):
    server.faults.add(fault, verb="patch", count=2)
    assert cluster.apply(named(a="1"))["data"] == {"a": "1"}
    assert cluster.get(NAMES)["data"] == {"a": "1"}
    assert len([request for request in server.requests if request.verb == "patch"]) == 3


def test_a_delete_whose_answer_was_lost_is_done(cluster, server):
    uid = cluster.apply(named(a="1"))["metadata"]["uid"]
    server.faults.add(faults.dropped_after(), verb="delete")
    cluster.delete(NAMES, uid=uid)
    assert cluster.get(NAMES) is None


def test_a_delete_whose_answer_was_lost_leaves_its_successor_alone(cluster, server, connect):
    uid = cluster.apply(named(a="1"))["metadata"]["uid"]
    server.faults.add(faults.dropped_after(), verb="delete")
    connect.during_pause = lambda: cluster.apply(named(b="2"))
    cluster.delete(NAMES, uid=uid)
    assert cluster.get(NAMES)["data"] == {"b": "2"}


def test_a_server_that_stays_ill_is_told(cluster, server, connect):
    server.faults.add(faults.unavailable(), count=None)
    with pytest.raises(errors.Busy, match="It was asked 10 times"):
        cluster.apply(named(a="1"))
    assert sum(connect.clock.pauses) < 30


def test_what_may_not_be_done(cluster, server, connect):
    server.faults.add(faults.forbidden("dev"), verb="patch")
    with pytest.raises(errors.Forbidden, match='"dev" cannot patch') as caught:
        cluster.apply(named(a="1"))
    assert "auth can-i patch configmaps --namespace default" in caught.value.hint
    assert connect.clock.pauses == []


@pytest.mark.parametrize(
    ("user", "advice"),
    [
        ("token", "kubectl create token"),
        ("certificate", "does not know the client certificate"),
        ("exec", "log in again with kube-credential"),
    ],
)
def test_credentials_that_have_expired(connect, server, user, advice):
    with connect(user) as found:
        found.version()
        server.expire_credentials()
        with pytest.raises(errors.Unauthorized) as caught:
            found.version()
    assert "context 'stand-in'" in caught.value.what
    assert advice in caught.value.hint
    assert connect.clock.pauses == []


def test_a_plugin_that_has_a_new_token_is_asked_once(connect, server):
    with connect("exec") as found:
        found.version()
        server.expire_credentials()
        connect.server.kubeconfig(connect.folder / "kube", user="exec")
        found.version()
    assert [request.path for request in server.requests] == ["/version"] * 3


def test_a_server_that_restarts(cluster, server):
    cluster.apply(named(a="1"))
    server.restart()
    assert cluster.get(NAMES)["data"] == {"a": "1"}


def test_a_server_that_comes_back_later(server, tmp_path):
    path = server.kubeconfig(tmp_path / "kube")
    access = kubeconfig.load(path, "", {"HOME": str(tmp_path)})
    server.stop()
    pauses = []

    def wait(pause_s):
        pauses.append(pause_s)
        if len(pauses) == 3:
            server.start()

    with client.connect(access, clock.SystemClock(), patience=Patience(60), wait=wait) as found:
        assert found.version()
    assert len(pauses) == 3


def test_many_threads(cluster, server):
    with ThreadPoolExecutor(8) as pool:
        applied = list(pool.map(lambda n: cluster.apply(named(f"n{n}", a=str(n))), range(40)))
    assert [obj["data"]["a"] for obj in applied] == [str(n) for n in range(40)]
    assert len(cluster.list(kinds.CONFIG_MAP, "default", "app=homeport").items) == 40


def test_it_is_a_cluster_for_as_long_as_it_is_needed(server, tmp_path):
    access = kubeconfig.load(server.kubeconfig(tmp_path / "kube"), "", {"HOME": str(tmp_path)})
    with client.connected(access, clock.SystemClock()) as found:
        found.apply(named(a="1"))
        changes = found.watch(kinds.CONFIG_MAP, "default", idle_s=60)
        assert next(changes).type == "ADDED"
    assert list(changes) == []


def test_a_list_without_end_has_an_end():
    page = wires.answer(200, {"kind": "PodList", "metadata": {"continue": "on"}, "items": []})
    with Wire(page) as wire, pytest.raises(errors.ClusterError, match="more than 1000 pages"):
        wire.client().list(kinds.POD)


def test_all_kinds_of_namespaces_are_known(tmp_path):
    with Server() as server:
        access = kubeconfig.load(server.kubeconfig(tmp_path / "kubeconfig"), "", {})
        with client.connected(access, clock.SystemClock()) as cluster:
            versions = cluster.versions()
            found = {kind for version in versions for kind in cluster.kinds(version)}
    assert {"v1", "apps/v1", "traefik.io/v1alpha1"} <= set(versions)
    assert {kind for kind in kinds.APPLIED if kind.is_namespaced} <= found
    assert kinds.NODE not in found
