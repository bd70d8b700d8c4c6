"""The stand-in as a server: credentials, connections, faults, releases and installed kinds."""

from __future__ import annotations

import itertools
import ssl

import pytest
import urllib3
from tests.apiserver import client, errors, hooks, kinds, samples
from tests.apiserver.server import Server
from tests.apiserver.store import Store

NAMESPACES = "/api/v1/namespaces"


def connect(server, folder, way="token"):
    return client.Api(server.kubeconfig(folder / way, way))


@pytest.fixture
def stand_in(bare_apiserver, tmp_path):
    with connect(bare_apiserver, tmp_path) as found:
        yield found


@pytest.mark.parametrize("way", ["token", "certificate", "exec"])
def test_every_way_in_works_until_it_expires(bare_apiserver, tmp_path, way):
    with connect(bare_apiserver, tmp_path, way) as found:
        assert found.get(NAMESPACES).code == 200
        bare_apiserver.expire_credentials()
        reply = found.get(NAMESPACES)
    assert (reply.code, reply.document["reason"]) == (401, "Unauthorized")


@pytest.mark.parametrize("header", ["", "Bearer wrong", "Basic YTpi"])
@pytest.mark.parametrize("path", [NAMESPACES, "/version", "/nothing"])
def test_nobody_gets_in_without(stand_in, header, path):
    assert stand_in.call("GET", path, headers={"Authorization": header}).code == 401


def test_no_other_authority_is_trusted(bare_apiserver):
    pool = urllib3.PoolManager(ssl_context=ssl.create_default_context(), retries=False)
    with pytest.raises(urllib3.exceptions.SSLError):
        pool.request("GET", bare_apiserver.url)
    pool.clear()


def test_a_restart_keeps_port_and_objects(bare_apiserver, stand_in):
    stand_in.create(samples.config_map("default"))
    address = bare_apiserver.url
    bare_apiserver.restart()
    assert bare_apiserver.url == address
    assert is_kept(stand_in)


def is_kept(stand_in):
    """A kept connection is gone after a restart; the next one is new."""
    for _ in range(2):
        try:
            return stand_in.read(samples.config_map("default")).code == 200
        except urllib3.exceptions.HTTPError:
            continue
    return False


def test_a_restart_drops_watches(bare_apiserver, stand_in):
    with stand_in.watch(NAMESPACES) as events:
        next(events)
        bare_apiserver.restart()
        with pytest.raises(urllib3.exceptions.HTTPError):
            list(events)


def test_a_watch_from_a_forgotten_version_is_told_so(bare_apiserver, stand_in):
    bare_apiserver.store.forget()
    with stand_in.watch(NAMESPACES, resourceVersion=2) as events:
        event = next(events)
    assert (event["type"], event["object"]["code"]) == ("ERROR", 410)
    assert event["object"]["message"].startswith("too old resource version: 2")


def test_a_page_of_a_forgotten_version_is_refused(bare_apiserver, stand_in):
    more = stand_in.get(NAMESPACES, limit=1).document["metadata"]["continue"]
    bare_apiserver.store.create(kinds.SECRET, samples.secret("default"))
    bare_apiserver.store.forget()
    reply = stand_in.get(NAMESPACES, limit=1, **{"continue": more})
    assert (reply.code, reply.document["reason"]) == (410, "Expired")


class Once:
    """One fault for the next request."""

    def __init__(self, fault):
        self.fault = fault

    def before(self, request):
        fault, self.fault = self.fault, None
        return fault


def test_a_fault_is_answered_instead(bare_apiserver, stand_in):
    headers = {"Retry-After": "1"}
    bare_apiserver.faults = Once(hooks.Fault(429, "TooManyRequests", "slow down", headers))
    reply = stand_in.get(NAMESPACES)
    assert (reply.code, reply.message, reply.headers["retry-after"]) == (429, "slow down", "1")
    assert stand_in.get(NAMESPACES).code == 200


@pytest.mark.parametrize(
    ("fault", "is_made"), [(hooks.Fault(drop=True), False), (hooks.Fault(drop_after=True), True)]
)
def test_a_connection_is_cut_before_or_after_the_work(bare_apiserver, stand_in, fault, is_made):
    bare_apiserver.faults = Once(fault)
    with pytest.raises(urllib3.exceptions.HTTPError):
        stand_in.create(samples.config_map("default"))
    assert (stand_in.read(samples.config_map("default")).code == 200) is is_made


def test_mistakes_of_the_stand_in_are_kept(tmp_path):
    class Broken:
        def before(self, request):
            raise RuntimeError("broken")

    with Server(faults=Broken()) as server, connect(server, tmp_path) as found:
        assert found.get(NAMESPACES).code == 500
        assert "broken" in server.failures[0]


def test_every_request_is_kept_with_what_it_means(bare_apiserver, stand_in):
    stand_in.read(samples.deployment("default"))
    last = bare_apiserver.requests[-1]
    assert (last.verb, last.kind, last.namespace, last.name) == (
        "get",
        kinds.DEPLOYMENT,
        "default",
        "registry",
    )


@pytest.mark.parametrize("group", kinds.CUSTOM_GROUPS)
def test_a_cluster_may_lack_kinds(bare_apiserver, stand_in, group):
    others = [name for name in kinds.CUSTOM_GROUPS if name != group]
    bare_apiserver.install(*others)
    groups = {row["name"] for row in stand_in.get("/apis").document["groups"]}
    path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    definitions = {row["spec"]["group"] for row in stand_in.get(path).document["items"]}
    assert (group in groups, definitions) == (False, set(others))
    kind = next(kind for kind in kinds.CUSTOM if kind.group == group)
    reply = stand_in.get(f"{kind.base}/{kind.plural}")
    assert (reply.code, reply.document) == (404, {"text": "404 page not found\n"})


@pytest.mark.parametrize("release", ["v1.33", "v1.34", "v1.35"])
def test_each_release_is_served(tmp_path, release):
    with Server(version=release) as server, connect(server, tmp_path) as found:
        assert found.get("/version").document["gitVersion"].startswith(f"{release}.")
        assert found.apply(samples.deployment("default")).code == 201


def test_an_admission_hook_changes_or_refuses(bare_apiserver, stand_in):
    class Stamping:
        def admit(self, request, new, old):
            if new["metadata"]["name"] == "forbidden":
                raise errors.forbidden(request.kind, "forbidden", "no")
            return samples.changed(new, "metadata.labels", {"stamped": "yes"})

    bare_apiserver.cluster.admission = Stamping()
    reply = stand_in.apply(samples.config_map("default"))
    assert reply.document["metadata"]["labels"] == {"stamped": "yes"}
    assert stand_in.apply(samples.config_map("default", "forbidden")).code == 403


def pod(*names):
    containers = [{"name": name, "image": "a"} for name in names]
    document = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a", "namespace": "default"},
    }
    return document | {"spec": {"containers": containers}}


class Saying:
    def read(self, namespace, pod, container, options):
        return (f"{namespace} {pod} {container} {line}\n".encode() for line in options["tailLines"])


@pytest.mark.parametrize(
    ("names", "query", "code", "text"),
    [
        (("one",), {}, 200, "default a one 1\ndefault a one 2\n"),
        (("one", "two"), {"container": "two"}, 200, "default a two 1\ndefault a two 2\n"),
        (
            ("one", "two"),
            {},
            400,
            "a container name must be specified for pod a, choose one of: [one two]",
        ),
        (("one",), {"container": "x"}, 400, "container x is not valid for pod a"),
    ],
)
def test_logs_come_from_the_hook(bare_apiserver, stand_in, names, query, code, text):
    bare_apiserver.cluster.logs = Saying()
    stand_in.create(pod(*names))
    reply = stand_in.get(f"{client.where(pod(*names))}/log", tailLines="12", **query)
    assert (reply.code, reply.document.get("text", reply.message)) == (code, text)


def test_two_servers_may_share_a_store(tmp_path):
    store = Store()
    with Server(store) as one, Server(store) as two:
        with connect(one, tmp_path) as first:
            first.create(samples.config_map("default"))
        with connect(two, tmp_path) as second:
            assert second.read(samples.config_map("default")).code == 200


def test_a_busy_watch_loses_nothing(bare_apiserver, stand_in):
    path = client.collection(samples.config_map("default"))
    version = stand_in.get(path).document["metadata"]["resourceVersion"]
    with stand_in.watch(path, resourceVersion=version) as events:
        names = [f"n{number}" for number in range(50)]
        for name in names:
            bare_apiserver.store.create(kinds.CONFIG_MAP, samples.config_map("default", name))
        seen = [event["object"]["metadata"]["name"] for event in itertools.islice(events, 50)]
    assert seen == names
