"""What the cluster must have: one thing missing at a time."""

import pytest
from tests.stack.rules import examples
from tests.stack.rules.examples import issuer, made, namespace, node, service, traefik

from homeport.stack.rules.checking import Outcome
from homeport.stack.rules.ingress import read_timeout
from homeport.stack.rules.ingress import traefik as seen

OPEN = {"HOMEPORT_CLOUD_EDGE": "open"}
LETS = {"HOMEPORT_KUBERNETES_ISSUER": "letsencrypt"}
LOCAL = {"HOMEPORT_KUBERNETES_STORAGE_CLASS": "local-path"}
PASSED, WARNED, FAILED, SKIPPED = Outcome.PASSED, Outcome.WARNED, Outcome.FAILED, Outcome.SKIPPED


def cluster(*objects, without="", version="v1.35.6+k3s1"):
    """The good one, with more objects, and without those of a kind."""
    its = examples.good()
    kept = [each for each in its.objects if each["kind"] != without]
    return examples.Cluster(*kept, *objects, version=version)


def knowing(*kinds):
    its = cluster()
    its.kinds = set(kinds)
    return its


def balanced(name="svclb-traefik"):
    label = {"labels": {"svccontroller.k3s.cattle.io/svcname": "traefik"}}
    return made("apps/v1", "DaemonSet", name, "kube-system", metadata=label)


POOL = made("metallb.io/v1beta1", "IPAddressPool", "pool", "metallb-system")
OLD = ("traefik.containo.us/v1alpha1", "IngressRoute")
SHORT = traefik(*examples.ENTRY_POINTS)

CASES = {
    "an old version": ("cluster-version", {}, cluster(version="v1.26.3"), FAILED, "1.27"),
    "a new version": ("cluster-version", {}, cluster(version="v1.40.0"), WARNED, "tried are"),
    "a strange version": ("cluster-version", {}, cluster(version="main"), WARNED, "'main'"),
    "no node": ("cluster-nodes", {}, cluster(without="Node"), FAILED, "there is none"),
    "no node is ready": (
        "cluster-nodes",
        {},
        cluster(node(ready="False"), without="Node"),
        FAILED,
        "node-1 (KubeletReady)",
    ),
    "one node is cordoned": (
        "cluster-nodes",
        {},
        cluster(node("two", spec={"unschedulable": True})),
        WARNED,
        "two (it is cordoned)",
    ),
    "nodes are too small": (
        "cluster-nodes",
        {},
        cluster(node(memory="64Mi"), without="Node"),
        FAILED,
        "No node has room for localstack",
    ),
    "a namespace goes": (
        "cluster-namespaces",
        {},
        cluster(namespace("registry", "Terminating")),
        FAILED,
        "registry is being deleted",
    ),
    "a namespace is there": ("cluster-namespaces", {}, cluster(namespace("registry")), PASSED, ""),
    "local-path": (
        "cluster-storage-class",
        LOCAL,
        cluster(examples.storage_class()),
        WARNED,
        "folders of one node",
    ),
    "local-path for many": (
        "cluster-storage-class",
        LOCAL | {"HOMEPORT_KUBERNETES_ACCESS_MODE": "readwritemany"},
        cluster(examples.storage_class()),
        FAILED,
        "mounted by many",
    ),
    "a class that cannot grow": (
        "cluster-storage-class",
        {"HOMEPORT_KUBERNETES_STORAGE_CLASS": "fixed"},
        cluster(examples.storage_class("fixed", "x")),
        WARNED,
        "cannot grow",
    ),
    "no class": ("cluster-storage-class", LOCAL, cluster(), SKIPPED, ""),
    "no load balancer is wanted": ("cluster-load-balancer", {}, cluster(), SKIPPED, ""),
    "K3s has one": ("cluster-load-balancer", OPEN, cluster(), PASSED, ""),
    "the port is taken": (
        "cluster-load-balancer",
        OPEN,
        cluster(service("other"), balanced()),
        FAILED,
        "belongs to the Service default/other",
    ),
    "another port is taken": (
        "cluster-load-balancer",
        OPEN,
        cluster(service("other", 443, ip="10.0.0.2"), balanced()),
        PASSED,
        "",
    ),
    "MetalLB gives each its own address": (
        "cluster-load-balancer",
        OPEN,
        cluster(service("other"), POOL, version="v1.35.0"),
        PASSED,
        "",
    ),
    "nobody gives addresses": (
        "cluster-load-balancer",
        OPEN,
        cluster(service("other", 80), version="v1.35.0"),
        WARNED,
        "<pending>",
    ),
    "somebody gave another one": (
        "cluster-load-balancer",
        OPEN,
        cluster(service("other", 80, ip="10.0.0.2"), version="v1.35.0"),
        PASSED,
        "",
    ),
    "no Traefik": ("cluster-traefik", {}, knowing(), FAILED, "IngressRoute and Middleware"),
    "an old Traefik": ("cluster-traefik", {}, knowing(OLD), FAILED, "Traefik 2"),
    "no cert-manager": ("cluster-cert-manager", {}, knowing(), FAILED, "kubectl apply -f"),
    "no issuer can be there": ("cluster-issuer", {}, knowing(), SKIPPED, ""),
    "no place for the CA": (
        "cluster-issuer",
        {},
        cluster(without="Namespace"),
        FAILED,
        "no namespace cert-manager",
    ),
    "no such issuer": (
        "cluster-issuer",
        LETS,
        cluster(issuer("homelab-ca")),
        FAILED,
        "There are homelab-ca",
    ),
    "an issuer that is not ready": (
        "cluster-issuer",
        LETS,
        cluster(issuer("letsencrypt", "False")),
        FAILED,
        "the key is missing",
    ),
    "ACME for .local": (
        "cluster-issuer",
        LETS,
        cluster(issuer("letsencrypt", acme={})),
        WARNED,
        "no public CA vouches",
    ),
    "ACME for a domain": (
        "cluster-issuer",
        LETS | {"HOMEPORT_DOMAIN": "example.org"},
        cluster(issuer("letsencrypt", acme={})),
        PASSED,
        "",
    ),
    "an issuer in one namespace of two": (
        "cluster-issuer",
        {"HOMEPORT_KUBERNETES_ISSUER": "ca", "HOMEPORT_KUBERNETES_ISSUER_KIND": "issuer"},
        cluster(issuer("ca", kind="Issuer", namespace="registry")),
        FAILED,
        "no Issuer localstack/ca",
    ),
    "Traefik is elsewhere": (
        "ingress-entry-points",
        {"HOMEPORT_KUBERNETES_INGRESS_NAMESPACE": "ingress"},
        cluster(),
        WARNED,
        "not found in ingress",
    ),
    "other entry points": (
        "ingress-entry-points",
        {"HOMEPORT_KUBERNETES_ENTRY_POINT": "https"},
        cluster(),
        FAILED,
        "It has web, websecure",
    ),
    "no plain entry point": (
        "ingress-entry-points",
        {"HOMEPORT_KUBERNETES_PLAIN_ENTRY_POINT": "none"},
        cluster(),
        PASSED,
        "",
    ),
    "slow pushes are cut": (
        "ingress-read-timeout",
        {},
        cluster(SHORT, without="Deployment"),
        WARNED,
        "kind: HelmChartConfig",
    ),
    "slow pushes are cut elsewhere than on K3s": (
        "ingress-read-timeout",
        {},
        cluster(SHORT, without="Deployment", version="v1.35.0"),
        WARNED,
        "readTimeout=0, which is no limit",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name):
    rule, environment, its, outcome, text = CASES[name]
    stack = examples.planned(**(examples.GOOD | environment))
    checked = examples.on_cluster(rule, stack, its)
    assert checked.outcome is outcome, examples.said(checked)
    assert text in examples.said(checked)


def test_rights():
    its = cluster()
    its.forbidden = {"Middleware": "User bob cannot patch middlewares"}
    checked = examples.on_cluster("cluster-rights", examples.planned(**examples.GOOD), its)
    assert checked.outcome is FAILED
    namespaces = [
        each for each in ("registry", "localstack") if f" in {each}:" in examples.said(checked)
    ]
    assert namespaces == ["registry", "localstack"]


DURATIONS = {"60": 60, "0": 0, "90s": 90, "1m30s": 90, "2h": 7200, "500ms": 0.5}


@pytest.mark.parametrize("text", DURATIONS)
def test_durations_of_traefik(text):
    assert read_timeout.seconds(text) == DURATIONS[text]


def test_options_of_traefik_are_the_same_in_any_case():
    given = ["--entrypoints.websecure.address=:443", "--EntryPoints.WebSecure.http.tls=true"]
    assert seen.entry_points(given) == ["websecure"]
    assert seen.option(given, "entryPoints.websecure.http.tls") == "true"
    assert seen.option(given, "entryPoints.web.http.tls") is None
