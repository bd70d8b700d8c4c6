"""The cluster rules against the stand-in API server, by the real client."""

from tests.apiserver import hooks, kinds
from tests.apiserver.cluster import Cluster
from tests.stack.rules import examples
from tests.targets.kubernetes.checking import deployed

from homeport.stack.rules import checking
from homeport.stack.rules.checking import Outcome
from homeport.targets.kubernetes.checking import adapter

STACK = examples.planned(HOMEPORT_CLOUD_EDGE="open")


def found(cluster, folder, stack=STACK):
    with deployed.connected(cluster, folder) as connected:
        checked = checking.on_cluster(stack, adapter.of(connected))
        return {each.rule.id: each for each in checked}


def test_a_new_k3s(tmp_path):
    with Cluster() as cluster:
        outcomes = {name: each.outcome for name, each in found(cluster, tmp_path).items()}
    assert {name for name, outcome in outcomes.items() if outcome is Outcome.FAILED} == {
        "cloud-docker-socket"
    }
    assert {name for name, outcome in outcomes.items() if outcome is Outcome.WARNED} == {
        "cluster-storage-class",
        "ingress-read-timeout",
    }


def test_nodes_with_docker(tmp_path):
    with Cluster(runtime="docker://28.1.1") as cluster:
        assert found(cluster, tmp_path)["cloud-docker-socket"].outcome is Outcome.PASSED


def test_a_cluster_without_definitions(tmp_path):
    with Cluster(installed=()) as cluster:
        its = found(cluster, tmp_path)
    for name in ("cluster-traefik", "cluster-cert-manager"):
        assert its[name].outcome is Outcome.FAILED
    assert its["cluster-issuer"].outcome is Outcome.SKIPPED


def test_the_port_is_taken(tmp_path):
    with Cluster() as cluster:
        cluster.apply(examples.service("other", 4566))
        said = examples.said(found(cluster, tmp_path)["cluster-load-balancer"])
    assert "belongs to the Service default/other" in said


def test_expired_credentials_are_one_finding(tmp_path):
    with Cluster() as cluster, deployed.connected(cluster, tmp_path) as connected:
        cluster.expire_credentials()
        checked = checking.on_cluster(STACK, adapter.of(connected))
    assert [(each.rule.id, each.outcome) for each in checked] == [
        ("cluster-version", Outcome.FAILED)
    ]


def test_nothing_is_changed_and_nothing_is_asked_twice(tmp_path):
    with Cluster() as cluster:
        cluster.settle()
        before = len(cluster.server.requests)
        found(cluster, tmp_path)
        asked = cluster.server.requests[before:]
    assert all(each.verb in {"get", "list", ""} or each.is_dry_run for each in asked)
    lists = [(each.kind, each.namespace) for each in asked if each.verb == "list"]
    assert len(lists) == len(set(lists))


class Forbidding:
    """Lets nobody apply a Secret."""

    def before(self, request):
        if request.verb != "patch" or request.kind != kinds.SECRET:
            return None
        return hooks.Fault(403, "Forbidden", 'User "bob" cannot patch resource "secrets"')


def test_what_we_may_not_do(tmp_path):
    with Cluster() as cluster:
        cluster.server.faults = Forbidding()
        its = found(cluster, tmp_path)["cluster-rights"]
    assert its.outcome is Outcome.FAILED
    assert "We may not apply a Secret in registry" in examples.said(its)
    assert 'User "bob" cannot patch' in examples.said(its)
